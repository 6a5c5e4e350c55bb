"""A world with a record in every state, and for each page and act of the product somebody who may do it now.

Nothing here names a page or a field: a new act finds its own scene as soon as a record is in a state that offers it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning import clock
from commissioning.actions.accounts import deactivate_person
from commissioning.actions.organisations import succeed_organisation
from commissioning.actions.people import invite_person
from commissioning.models import ClockJob, Organisation, Role, User
from contracts.actions import breach_files
from contracts.actions import contracts as contract_acts
from procurement.actions import advice, awards, challenges, clarifications, documents, extensions
from procurement.actions import evaluations as evaluation_acts
from procurement.actions.openers import propose_openers
from suppliers.actions import admissions as admission_acts
from suppliers.actions import evidence, imports, listings
from suppliers.actions import frameworks as framework_acts
from suppliers.actions.changes import attach_to_change
from suppliers.actions.confirmations import ask_members
from suppliers.models import AdmissionRound, Listing, Supplier
from suppliers.models.appeals import Remedy
from tests.factories import (
    admissions,
    agreements,
    appeals,
    assessments,
    breaches,
    consortia,
    contracts,
    evaluations,
    frameworks,
    offers,
    people,
    questions,
    supplier_changes,
    tenders,
)
from tests.factories.bids import THE_DAY_BEFORE, drafted_bid, submitted_bid
from tests.factories.people import NOON

JOB = ClockJob("stage")
# From the first notice to the signed contract; each act is tried at the first of them at which it is open.
MOMENTS = (
    clock.london(2026, 3, 2, 13),
    THE_DAY_BEFORE,
    evaluations.OPENED_AT,
    admissions.LODGED_AT,
    clock.london(2026, 4, 8, 12),
    admissions.PUBLISHED_AT,
    evaluations.STANDSTILL_ENDS_AT,
    contracts.SIGNED_AT,
)


@dataclass(frozen=True)
class Scene:
    """Somebody who may carry an act out on a record, at a moment."""

    at: datetime
    person: User
    record: Any


@dataclass
class Stage:
    """The world, and the scenes that were found in it."""

    found: dict[Any, Scene] = field(default_factory=dict)

    @cached_property
    def people(self) -> list[User]:
        """Everybody who can sign in."""
        return list(User.objects.filter(is_active=True).order_by("email"))

    def scene(self, key: Any, scenes: Iterator[Scene], goes_well: Callable[[Scene], bool]) -> Scene:
        """The first scene that goes well, or without one the first there is; an AssertionError that names the act if there is none."""
        if key not in self.found:
            tried = list(islice(scenes, 100))
            assert tried, f"The stage has no record for {key}: add one in the state that it starts from."
            self.found[key] = next(filter(goes_well, tried), tried[0])
        return self.found[key]

    def beginnings(self, model: Any, verb: str) -> Iterator[Scene]:
        """Those who may bring such a record about."""
        for person in self.people:
            if person.has_perm(f"{model._meta.app_label}.{verb}", model()):
                yield Scene(MOMENTS[0], person, None)

    def offers(self, model: Any, verb: str, open_at: Callable[[Any, datetime], bool] = lambda record, at: True) -> Iterator[Scene]:
        """For each record and moment at which the act may start, one person who may carry it out."""
        arrow = model.MOVES.get(verb)
        records = [record for record in model.objects.all() if arrow is None or arrow.may_start_from(getattr(record, "status", None))]
        for at, record in ((at, record) for at in MOMENTS for record in records if open_at(record, at)):
            for person in self.people:
                if person.has_perm(f"{model._meta.app_label}.{verb}", record) and is_seen(record, person, at):
                    yield Scene(at, person, record)
                    break


def is_seen(record: Any, person: User, at: datetime) -> bool:
    """Whether the person may see the record at that moment."""
    with patch.object(clock, "now", return_value=at):
        return bool(type(record).objects.visible_to(person).filter(pk=record.pk).exists())


def build() -> Stage:
    """Every record in each of its states, by the factories and the acts."""
    _admissions()
    _imports()
    _tenders()
    _people()
    return Stage()


def _admissions() -> None:
    names = ("Ernst", "Kingston", "Milton", "Norton", "Oxley", "Perry", "Reeve", "Thorne")
    firms = [frameworks.supplier(f"{name} Consulting Ltd", name.lower()) for name in names]
    ernst, kingston, milton, norton, oxley, perry, reeve, thorne = firms
    frameworks.draft_framework("blank")
    sketch = frameworks.draft_framework("sketch")
    framework_acts.add_list(sketch.pk, name="Micro", code="micro", scope_kind="micro", by=admissions.curator(), at=NOON)
    old = frameworks.live_framework("old")
    framework_acts.describe_framework(old.pk, title="A better title", regime=old.regime_id, description="Help.", by=admissions.curator(), at=NOON)
    words = {"title": "A sketch", "description": "Help.", "regime": "PCR2006", "starts_on": sketch.starts_on, "ends_on": sketch.ends_on}
    rules = {"appeal_rule": sketch.appeal_rule_id, "standstill_rule": sketch.standstill_rule_id}
    framework_acts.describe_framework(sketch.pk, **words, **rules, by=admissions.curator(), at=NOON)
    area = framework_acts.add_area(sketch.pk, name="Finance", code="finance", by=admissions.curator(), at=NOON)
    framework_acts.add_service(sketch.pk, area=area.pk, name="Ledgers", code="ledgers", by=admissions.curator(), at=NOON)
    # Published before anybody appeals: an appeal about a list holds it up in every round.
    admissions.published_round(frameworks.supplier("Quill Consulting Ltd", "quill"))
    _publishable()
    admissions.draft_round()
    announced = admissions.announced_round()
    admissions.a_file(admissions.drafted_application(announced, ernst))
    _questions(announced)
    admissions.enquiry_of(announced, kingston)
    admissions.submitted_application(announced, kingston)
    admissions.withdrawn_round()
    admissions.round_with_decisions([milton], [norton])
    admissions.decided(admissions.submitted_application(admissions.announced_round(), thorne).places.get())
    appeals.lodged_appeal(oxley)
    appeals.heard_appeal(perry)
    appeals.acknowledged_appeal(reeve)
    _appeals()
    _assessments()
    quill = Supplier.objects.get(short_name="quill")
    for kind in (supplier_changes.NAME, supplier_changes.CONTROL):
        supplier_changes.told(quill, kind, at=admissions.PUBLISHED_AT)
    file = SimpleUploadedFile("resolution.txt", b"Resolved.")
    attach_to_change(quill.changes.get(kind=supplier_changes.NAME).pk, file=file, by=admissions.bids(quill), at=admissions.PUBLISHED_AT)
    _new_members()
    _succeeded()
    _agreements()
    _offers(Listing.objects.get(supplier__short_name="quill"), Listing.objects.get(supplier__short_name="milton"))
    listed = Listing.objects.get(supplier__short_name="quill")
    listings.suspend_listing(listed.pk, ends_at=clock.london(2026, 9, 1), reason="It is being looked at.", by=admissions.curator(), at=NOON)


def _new_members() -> None:
    """Two consortia that told of other shares: to the one its members have to answer, for the other they have; and one that could tell."""
    at = admissions.PUBLISHED_AT
    grove, copse, holt = Supplier.objects.get(short_name="grove"), consortia.another("copse"), consortia.another("holt")
    for firm in (grove, copse, holt):
        frameworks.listed(firm, admissions.framework().lists.get(code="macro"), admissions.framework().areas.get(code="engagement"))
    for firm in (grove, copse):
        change = supplier_changes.told_of_members(firm, {"alder": "60.00", "beech": "40.00"}, at=at)
    supplier_changes.agreed(change, at=at)


def _questions(announced: AdmissionRound) -> None:
    """Rounds that ask something, in draft and announced; a consortium that could ask its members, and members that are asked."""
    admissions.draft_round(asks=True)
    grove = consortia.a_consortium()
    admissions.drafted_application(announced, grove)
    asked = admissions.answered_application(admissions.asking_round(), grove)
    ask_members(asked.pk, by=admissions.bids(grove), at=NOON)


def _agreements() -> None:
    """A framework with terms, and a supplier at each stage of signing them."""
    bound = agreements.with_terms(frameworks.live_framework("bound"))
    for stage in (agreements.sent, agreements.signed, agreements.on_hold, agreements.countersigned):
        stage(bound, frameworks.supplier(f"{stage.__name__} Ltd", stage.__name__.replace("_", "-")))
    agreements.issued(bound)


def _offers(one: Listing, other: Listing) -> None:
    """A revision that waits, and one that could be taken up again."""
    offers.proposed(one, at=admissions.PUBLISHED_AT)
    for text in (offers.TEXT, "And every day."):
        offers.approved(other, text, at=admissions.PUBLISHED_AT)


def _succeeded() -> None:
    """A listed supplier whose organisation another has succeeded."""
    old, heir = (frameworks.supplier(f"{name} Consulting Ltd", name.lower()) for name in ("Varley", "Wexford"))
    frameworks.listed(old, admissions.framework().lists.get(code="macro"), admissions.framework().areas.get(code="engagement"))
    last_day = date(2026, 3, 1)
    succeed_organisation(old.organisation_id, successors=[heir.organisation_id], last_day=last_day, by=admissions.curator(), at=NOON)


def _assessments() -> None:
    """Applications that nobody has assessed, that wait to be locked and to be moderated; and a round whose decisions can be drafted."""
    round_, done = assessments.judging_round(), assessments.judging_round()
    names = ("Archer", "Barker", "Cooper", "Draper")
    archer, barker, cooper, draper = (frameworks.supplier(f"{name} Consulting Ltd", name.lower()) for name in names)
    assessments.applied(round_, archer)
    saved, locked = assessments.applied(round_, barker), assessments.applied(round_, cooper)
    application = assessments.applied(done, draper)
    for each in (round_, done):
        assessments.declared(each)
    assessments.assess(saved, "assessor1", lock=False)
    for name in ("assessor1", "assessor2"):
        assessments.assess(locked, name)
    assessments.moderated(application)


def _publishable() -> None:
    """A round that can publish two lists, for nobody was refused on either."""
    firm = frameworks.supplier("Upton Consulting Ltd", "upton")
    round_ = admissions.announced_round()
    for place in admissions.submitted_application(round_, firm, ("macro", "contracting"), ("end-to-end", "contracting")).places.all():
        admissions.decided(place)
    admission_acts.send_decisions(round_.pk, by=admissions.curator(), at=admissions.DECIDED_AT)


def _appeals() -> None:
    """An appeal in each of its other states."""
    people.person(admissions.framework().authority, Role.APPEALS_OFFICER, "second@doh.example")
    names = ("Abel", "Baker", "Carver", "Dyer", "Fisher", "Glover", "Hooper", "Mason", "Slater")
    abel, baker, carver, dyer, fisher, glover, hooper, mason, slater = (frameworks.supplier(f"{name} Consulting Ltd", name.lower()) for name in names)
    draft = appeals.drafted_appeal(abel)
    evidence.attach_evidence(draft.pk, file=a_file(), by=admissions.bids(abel), at=admissions.LODGED_AT)
    appeals.asked(baker)
    appeals.arranged_appeal(carver)
    appeals.minuted_appeal(dyer)
    for firm, remedy in ((fisher, "listed"), (glover, "re_assessed"), (hooper, "reasons_reissued")):
        appeals.upheld_appeal(firm, Remedy(remedy))
    appeals.assessed_anew(appeals.remitted_appeal(mason))
    appeals.with_reasons_anew(slater)


def _imports() -> None:
    sheet = SimpleUploadedFile("organisations.csv", b"code,name\n5ZZ,Ash PCT\n")
    imports.preview_import(kind=Organisation.Kind.COMMISSIONER, file=sheet, by=admissions.curator(), at=NOON)


def _tenders() -> None:
    tenders.draft_tender(title="A draft")
    with_lot = tenders.draft_tender(title="A draft with documents")
    documents.attach_document(with_lot.pk, file=a_file(), by=tenders.who("lead"), at=NOON)
    people.person(admissions.framework().authority, Role.CENTRAL_SUPPORT_ADVISER, "adviser@doh.example")
    advice.ask_for_advice(tenders.draft_tender(title="Asked about").pk, question="Are the lots right?", by=tenders.who("lead"), at=NOON)
    tenders.proposed_tender(title="Proposed")
    tenders.approved_tender(title="Approved")
    issued = tenders.issued_tender(title="Issued")
    first, second, third = issued.invitations.order_by("supplier__short_name")
    lot = issued.lots.get(number=1)
    bid = drafted_bid(first, lot, at=NOON)
    documents.attach_to_bid(bid.pk, file=a_file(), by=tenders.bidder("bupa"), at=NOON)
    submitted_bid(second, lot, at=NOON)
    clarifications.ask_clarification(first.pk, question="How many beds?", by=tenders.bidder("bupa"), at=NOON)
    extensions.propose_extension(issued.pk, closes_at=clock.london(2026, 4, 17, 12), reason="More data.", by=tenders.who("lead"), at=NOON)
    both = [tenders.who(name).pk for name in ("opener1", "opener2")]
    propose_openers(issued.pk, openers=both, reason="To be sure.", by=tenders.who("lead"), at=NOON)
    for make in (
        tenders.closed_tender,
        evaluations.opened_tender,
        evaluations.declared_tender,
        evaluations.scored_tender,
        evaluations.locked_tender,
        evaluations.agreed_tender,
        evaluations.evaluated_tender,
    ):
        make(suppliers=2)
    standing = evaluations.tender_in_standstill(suppliers=2)
    loser = standing.invitations.order_by("supplier__short_name")[1]
    challenges.lodge_challenge(loser.pk, grounds="Our price was misread.", by=tenders.bidder("drfoster"), at=evaluations.ANNOUNCED_AT)
    evaluations.tender_in_standstill(suppliers=2)
    priced = evaluations.agreed_tender(suppliers=2)
    evaluation_acts.bring_in_prices(priced.pk, by=tenders.who("chair"), at=evaluations.EVALUATED_AT)
    tied = tenders.issued_tender(suppliers=2, title="Tied")
    for invitation in tied.invitations.all():
        for each in tied.lots.all():
            submitted_bid(invitation, each)
    evaluations.agreed_on(tied, (4, 4, 4))
    evaluation_acts.bring_in_prices(tied.pk, by=tenders.who("chair"), at=evaluations.EVALUATED_AT)
    questions.agreed_bid(q3="7")
    reopened = evaluations.evaluated_tender(suppliers=2)
    awards.reopen_evaluation(reopened.pk, reason="Annex B was overlooked.", by=tenders.who("lead"), at=evaluations.EVALUATED_AT)
    once_more = (evaluations.bids_of(reopened)[0], evaluations.criteria_of(reopened)[0], 1)
    evaluations.agree(reopened, *once_more, discussion="The panel had overlooked annex B.", at=evaluations.EVALUATED_AT)
    scoped = contracts.drafted_contract(evaluations.awarded_tender(suppliers=2))
    contract_acts.set_scope(scoped.pk, taken_over=contracts.SETTLEMENT, by=tenders.who("contracts"), at=contracts.OFFERED_AT)
    _offered()
    _breaches()


def _offered() -> Any:
    drafted = contracts.drafted_contract(evaluations.awarded_tender(suppliers=2))
    contract_acts.set_scope(drafted.pk, taken_over=contracts.SETTLEMENT, by=tenders.who("contracts"), at=contracts.OFFERED_AT)
    return contract_acts.offer_contract(drafted.pk, by=tenders.who("contracts"), at=contracts.OFFERED_AT)


def _breaches() -> None:
    """A report of a breach in each of its states."""
    contract, then = _offered(), contracts.OFFERED_AT
    breaches.replied_breach(contract, at=then, replied_at=then)
    reported = breaches.reported_breach(contract, at=then)
    breach_files.attach_to_breach_reply(reported.pk, file=a_file(), by=tenders.bidder("bupa"), at=then)
    draft = breaches.drafted_breach_report(contract, at=then)
    breach_files.attach_to_breach_report(draft.pk, file=a_file(), by=tenders.who("contracts"), at=then)


def _people() -> None:
    trust = tenders.hillingdon()
    invite_person(trust.pk, email="new@hillingdon.example", name="New", role=Role.APPROVER, by=JOB, at=NOON)
    gone = people.person(trust, Role.APPROVER, "gone@hillingdon.example")
    deactivate_person(gone.pk, reason="Left.", by=admissions.curator(), at=NOON)


def a_file(name: str = "method.txt") -> Any:
    """A file that is taken."""
    return SimpleUploadedFile(name, b"How we do it.")
