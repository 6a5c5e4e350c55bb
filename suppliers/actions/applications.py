"""A supplier's application: drafted, submitted, replaced and withdrawn until the deadline."""

from datetime import datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError

from commissioning import signing
from commissioning.answering import Typed, erase, keep_answers, require_current
from commissioning.canon import digest, plain
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, hold, moving
from commissioning.proof import place_on_the_trail
from commissioning.wording import ending_text, instant_text
from suppliers.applying import checked_content
from suppliers.carrying_over import carried_over
from suppliers.menus import menus_of
from suppliers.models import (
    AdmissionRound,
    Application,
    ApplicationVersion,
    ConfirmationRequest,
    FrameworkList,
    MemberConfirmation,
    Place,
    Supplier,
)
from suppliers.proof import KIND

CHANGED_MEANWHILE = "A colleague has changed this application since you opened it. Nothing of yours is lost: compare, and save again."


class ListAndArea(TypedDict):
    """A list, and an area on it."""

    framework_list: UUID
    area: UUID


class WantedPlace(ListAndArea):
    """A list, an area on it, and the services of its menu that are asked for."""

    services: NotRequired[list[UUID]]


def apply(round_id: UUID, *, supplier: UUID, by: Actor, at: datetime | None = None) -> Application:
    """Begin a supplier's application, as a draft that nobody else sees. There is one for each supplier and round.

    What the supplier's last received application asked for, and answered to the same questions, is in it already; the answers to be confirmed.
    """
    round_ = AdmissionRound.objects.visible_to(by).get(pk=round_id)
    application = Application(round=round_, supplier=Supplier.objects.visible_to(by).get(pk=supplier))
    with beginning(application, "apply", by=by, within=round_, at=at) as step:
        if not by.has_perm("suppliers.submit_application", application):
            raise PermissionDenied("You may not do this.")
        round_ = application.round = step.within_a(AdmissionRound)
        require_receiving(step, round_)
        carried = carried_over(application)
        application.answers, application.to_confirm, application.wanted = carried.answers, list(carried.answers), carried.places
        step.facts |= {
            "round": round_.pk,
            "supplier": application.supplier_id,
            "answers_carried_over": len(carried.answers),
            "places_carried_over": len(carried.places),
        }
    return application


def require_receiving(step: Step[Any], round_: AdmissionRound) -> None:
    """Refused unless the round receives applications at the moment of the step."""
    step.require(round_.is_receiving(step.at), _not_received(round_, step.at))


def _not_received(round_: AdmissionRound, at: datetime) -> str:
    """Why an application is not received at that moment."""
    if round_.status == AdmissionRound.Status.DRAFT:
        return "The round has not been announced. Wait for its notice."
    if round_.status == AdmissionRound.Status.WITHDRAWN:
        return "The round was withdrawn. No application is received in it."
    return f"The deadline was {ending_text(round_.closes_at)}, and this came at {instant_text(at)}. It is too late."


def save_application(
    application_id: UUID,
    *,
    statement: str,
    places: list[WantedPlace],
    answers: dict[str, Typed] | None = None,
    confirmed: list[UUID] | None = None,
    revision: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Application:
    """Keep a draft, right or wrong; answers go by question id, and those not given stay as they are.

    `confirmed` are the questions whose answers, carried over from the last application, still hold; one that is changed needs no more.
    What was submitted stays as it was received until it is submitted anew. `revision` is that of the draft which the writer read:
    if a colleague saved meanwhile, nothing is overwritten (Gone).
    """
    with moving(Application, application_id, "save_application", by=by, at=at) as step:
        draft = step.record
        require_receiving(step, draft.round)
        require_current(draft, revision, CHANGED_MEANWHILE)
        draft.statement, draft.wanted = statement, _of_the_framework(draft, places)
        before = draft.answers
        keep_answers(draft, answers or {})
        settled = {str(question) for question in confirmed or ()}
        draft.to_confirm = [key for key in draft.to_confirm if key not in settled and draft.answers.get(key) == before.get(key)]
        draft.mark_saved(step.person, step.at)
        step.facts["revision"] = draft.revision
    return draft


def _of_the_framework(application: Application, places: list[WantedPlace]) -> list[dict[str, Any]]:
    """The places as the draft keeps them, each once. Raises ValidationError for one, or a service, that the framework does not have."""
    framework_id = application.round.framework_id
    lists = {str(pk) for pk in FrameworkList.objects.filter(framework=framework_id).values_list("pk", flat=True)}
    menus = menus_of(framework_id)
    found: dict[tuple[str, str], set[str]] = {}
    for place in places:
        framework_list, area, services = str(place["framework_list"]), str(place["area"]), {str(each) for each in place.get("services", ())}
        if framework_list not in lists or area not in menus:
            raise ValidationError({"places": "This framework has no such list or area. Choose from those that it has."})
        if not services <= menus[area].services.keys():
            raise ValidationError({"places": f"The menu of the area {menus[area].area} has no such service. Choose from those that it has."})
        found.setdefault((framework_list, area), set()).update(services)
    return [{"framework_list": on, "area": area, "services": sorted(services)} for (on, area), services in sorted(found.items())]


def submit_application(application_id: UUID, *, revision: int | None = None, by: Actor, at: datetime | None = None) -> Application:
    """Hand the draft in, complete, in place of what was handed in before; received if and only if it comes before the deadline.

    The version that was received is kept with a signed receipt, and its places are what will be decided on. The same content
    sent twice is one version. `revision` is that of the draft which was read (Gone if a colleague has saved since).
    """
    with moving(Application, application_id, "submit_application", by=by, at=at) as step:
        application = step.record
        require_receiving(step, application.round)
        require_current(application, revision, CHANGED_MEANWHILE)
        if application.supplier.is_consortium:
            hold(Supplier, application.supplier_id)
        content = checked_content(application)
        standing = application.received()
        if standing and standing.content_hash == digest(content):
            step.facts |= {"content_hash": standing.content_hash, "same_as_version": standing.number}
        else:
            _receive(step, content)
    return application


def _receive(step: Step[Application], content: dict[str, Any]) -> None:
    application = step.record
    version = _version(step, content)
    application.submitted_at, application.received_hash = step.at, version.content_hash
    _ask_for(application, step.at)
    step.facts |= {"version": version.number, "content_hash": version.content_hash, "closes_at": application.round.closes_at}
    step.facts["receipt"] = digest(version.receipt)
    step.tell(application.supplier.organisation.people(), "application_received", about=version)


def _version(step: Step[Application], content: dict[str, Any]) -> ApplicationVersion:
    """The version that was received, with its receipt, which names the place of its own entry on the trail as that entry holds its hash."""
    application = step.record
    framework = application.round.framework
    receipt = plain(
        {
            "kind": KIND,
            "framework": {"id": framework.pk, "reference": framework.reference, "title": framework.title},
            "round": {"id": application.round_id, "title": application.round.title},
            "supplier": {"id": application.supplier_id, "name": str(application.supplier)},
            "application": application.pk,
            "version": application.versions.count() + 1,
            "content_hash": digest(content),
            "files": content["files"],
            "received_at": step.at,
            "deadline": application.round.closes_at,
            "trail": place_on_the_trail(application.docket_id),
        }
    )
    return ApplicationVersion.objects.create(
        application=application,
        number=receipt["version"],
        received_at=step.at,
        submitted_by=step.person,
        content=content,
        content_hash=receipt["content_hash"],
        receipt=receipt,
        signature=signing.sign(receipt),
        created_at=step.at,
    )


def _ask_for(application: Application, at: datetime) -> None:
    """The places of the version just received, with their services, and no others."""
    wanted = {(UUID(place["framework_list"]), UUID(place["area"])): place["services"] for place in application.wanted}
    asked = {(place.framework_list_id, place.area_id): place for place in application.places.all()}
    application.places.filter(pk__in=[place.pk for pair, place in asked.items() if pair not in wanted]).delete()
    Place.objects.bulk_create(
        Place(application=application, framework_list_id=framework_list, area_id=area, created_at=at)
        for framework_list, area in sorted(wanted.keys() - asked.keys(), key=str)
    )
    named = Place.services.through.objects
    named.filter(place__application=application).delete()
    places = {(place.framework_list_id, place.area_id): place.pk for place in application.places.all()}
    named.bulk_create(named.model(place_id=places[pair], service_id=UUID(service)) for pair, services in wanted.items() for service in services)


def withdraw_application(application_id: UUID, *, reason: str = "", by: Actor, at: datetime | None = None) -> Application:
    """Take an application back, before decisions are sent; until the deadline another can be written and submitted.

    What was written and received is removed, in every version, with the files: only the fact, the receipts and the hashes stay.
    """
    with moving(Application, application_id, "withdraw_application", by=by, at=at) as step:
        application = step.record
        is_open = application.round.status == AdmissionRound.Status.OPEN
        step.require(is_open, "The round is over for this application: decisions have been sent, or the round was withdrawn.")
        withdrawn = application.versions.filter(withdrawn_at__isnull=True)
        step.facts |= {"reason": reason, "content_hashes": list(withdrawn.values_list("content_hash", flat=True))}
        withdrawn.update(withdrawn_at=step.at, content=None)
        ConfirmationRequest.objects.filter(application=application).update(content=None)
        MemberConfirmation.objects.filter(request__application=application).update(reason="")
        application.places.all().delete()
        application.statement, application.wanted, application.to_confirm = "", [], []
        erase(application, step.at)
        application.mark_saved(step.person, step.at)
    return application
