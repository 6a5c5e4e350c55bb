"""A framework in force, its suppliers, and their places on its lists; made directly, not through the acts."""

from datetime import date, datetime
from typing import TypeVar

from commissioning.canon import digest
from commissioning.models import DocketedRecord, Organisation, Questionnaire, Role
from commissioning.trail import open_docket
from suppliers.actions.appeal_grounds import give_usual_grounds
from suppliers.configuration import content_of
from suppliers.models import AdmissionRound, Application, Framework, FrameworkList, FrameworkVersion, Listing, Place, Service, ServiceArea, Supplier
from tests.factories.kept import kept
from tests.factories.people import NOON, authority, organisation, person

LISTS = {
    "micro": ("Micro", FrameworkList.Scope.MICRO),
    "macro": ("Macro", FrameworkList.Scope.FUNCTION_MACRO),
    "end-to-end": ("End to end", FrameworkList.Scope.END_TO_END),
}
CRITERIA = [{"code": "quality", "title": "Quality", "weight": "60.00"}, {"code": "price", "title": "Price", "weight": "40.00"}]
Kept = TypeVar("Kept", bound=DocketedRecord)
AREAS = {
    "assessment": "Assessment and planning",
    "contracting": "Contracting and procurement",
    "performance": "Performance management, settlement and review",
    "engagement": "Patient and public engagement",
}


def docketed(record: Kept) -> Kept:
    """The record, saved with a docket of its own."""
    record.docket = open_docket(record, str(record))
    record.save()
    return record


@kept
def draft_framework(reference: str = "fesc", *, of: Organisation | None = None, regime: str = "PCR2006", at: datetime = NOON) -> Framework:
    """A framework that nobody but its authority sees, without lists or areas."""
    return docketed(
        Framework(
            authority=of or Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).first() or authority(),
            reference=reference,
            title="Framework for Procuring External Support for Commissioners",
            regime_id=regime,
            starts_on=date(2025, 1, 1),
            ends_on=date(2028, 12, 31),
            appeal_rule_id="FESC_APPEAL",
            standstill_rule_id="PCR06_STANDSTILL_E",
            description="Support for commissioners.",
            buyer_classes=["PCT"],
            criteria=CRITERIA,
            created_at=at,
        )
    )


@kept
def live_framework(reference: str = "fesc", *, of: Organisation | None = None, regime: str = "PCR2006", at: datetime = NOON) -> Framework:
    """A framework in force with three lists, four areas and a service in each, in its first version."""
    framework = draft_framework(reference, of=of, regime=regime, at=at)
    for order, (code, (name, scope)) in enumerate(LISTS.items()):
        FrameworkList.objects.create(framework=framework, code=code, name=name, scope_kind=scope, order=order, created_at=at)
    for order, (code, name) in enumerate(AREAS.items()):
        area = ServiceArea.objects.create(framework=framework, code=code, name=name, order=order, created_at=at)
        Service.objects.create(area=area, code=f"{code}-review", name=f"{name}: review", created_at=at)
    give_usual_grounds(framework, at)
    framework.status = Framework.Status.LIVE
    framework.save()
    published_version(framework, at=at)
    return framework


def published_version(framework: Framework, *, at: datetime = NOON) -> FrameworkVersion:
    """What the framework says, as its next published version."""
    content = content_of(framework)
    return FrameworkVersion.objects.create(
        framework=framework,
        number=framework.versions.count() + 1,
        published_at=at,
        content=content,
        content_hash=digest(content),
        standstill_rule_id=framework.standstill_rule_id,
        tender_rule_id=framework.tender_rule_id,
        created_at=at,
    )


@kept
def supplier(name: str = "BUPA Membership Commissioning Ltd", short_name: str = "bupa", *, at: datetime = NOON) -> Supplier:
    """A company with a bid manager, `bids@<short name>.example`."""
    company = organisation(Organisation.Kind.SUPPLIER, name, at=at)
    person(company, Role.BID_MANAGER, f"bids@{short_name}.example", at=at)
    return Supplier.objects.create(organisation=company, short_name=short_name, created_at=at)


def finished_round(framework: Framework, *, published: bool = True, at: datetime = NOON) -> AdmissionRound:
    """A round whose decisions have gone out, and whose lists are published or not; the same one each time."""
    status = AdmissionRound.Status.PUBLISHED if published else AdmissionRound.Status.DECIDED
    return framework.rounds.filter(status=status).first() or docketed(
        AdmissionRound(
            framework=framework,
            title=f"Admission, {status.label.lower()}",
            questionnaire=Questionnaire.objects.create(title="Admission", created_at=at),
            status=status,
            closes_at=at,
            decisions_sent_at=at,
            appeals_end_at=at,
            published_at=at if published else None,
            created_at=at,
        )
    )


def listed(firm: Supplier, framework_list: FrameworkList, area: ServiceArea, published: bool = True, *, at: datetime = NOON) -> Listing:
    """The supplier's place on the list for the area, in the published version or not yet."""
    round_ = finished_round(framework_list.framework, published=published, at=at)
    application = Application.objects.filter(round=round_, supplier=firm).first() or docketed(
        Application(round=round_, supplier=firm, status=Application.Status.SUBMITTED, submitted_at=at, created_at=at)
    )
    place = Place.objects.create(
        application=application,
        framework_list=framework_list,
        area=area,
        outcome=Place.Outcome.ACCEPTED,
        reasons="It met each criterion.",
        decided_at=at,
        created_at=at,
    )
    place.services.set(area.services.all())
    listing = Listing.objects.create(
        supplier=firm, framework_list=framework_list, area=area, place=place, listed_at=at, published_at=at if published else None, created_at=at
    )
    listing.services.set(area.services.all())
    return listing
