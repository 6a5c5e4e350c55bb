"""One world for the whole matrix: a record of every kind, in a state in which it matters who sees it, made by the acts."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning import calendars
from commissioning.actions.accounts import create_api_token
from commissioning.actions.people import invite_person
from commissioning.actions.reference_data import change_reference_data
from commissioning.invitations import link_of
from commissioning.models import ClosedDay, Document, Letter, Organisation, PeriodRule, Role, User
from contracts.actions import breach_files, contracts
from contracts.actions.breaches import report_breach
from contracts.models import Contract
from contracts.models.breaches import REPORT_FILE
from procurement.actions import advice, bids, challenges, clarifications, documents, openings
from procurement.actions.evaluations import declare_interests
from procurement.actions.openers import propose_openers
from procurement.models import Consensus, ConsensusChange, Invitation, Receipt, Tender
from suppliers.actions import application_files, assessors, enquiries, evidence, firms, imports, listings
from suppliers.actions.applications import submit_application
from suppliers.actions.changes import attach_to_change
from suppliers.models import RoundClarification, Supplier
from tests.factories import admissions, agreements, appeals, assessments, breaches, evaluations, frameworks, offers, supplier_changes, tenders
from tests.factories.bids import THE_DAY_BEFORE, submitted_bid
from tests.factories.contracts import OFFERED_AT, SETTLEMENT
from tests.factories.evaluations import ANNOUNCED_AT, SCORED_AT
from tests.factories.people import NOON, commissioner, person
from tests.factories.tenders import bidder, who

A_DAY = timedelta(days=1)
A_FILE = "method.txt"


@dataclass(frozen=True)
class Subject:
    """What an address is about: what stands in its parts, and the moment at which it is asked for."""

    at: datetime
    words: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """Who asks, with what token, and about what."""

    people: dict[str, User | None] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)

    def tell(self, name: str, record: Any = None, *, at: datetime = THE_DAY_BEFORE, **words: Any) -> None:
        """Make a subject of the record."""
        self.subjects[name] = Subject(at, {**({"pk": record.pk} if record is not None else {}), **words})


def build() -> World:
    """The world, from the framework to a contract that waits for its signatures."""
    world = World()
    _the_authority_and_the_suppliers(world)
    _the_lists(world)
    _the_buyers(world)
    _a_draft(world)
    _a_sealed_tender(world)
    _a_standstill(world)
    _contracts(world)
    _an_opened_tender(world)
    _the_ground(world)
    world.tokens = {actor: create_api_token(world.people[actor].pk, by=world.people[actor]) for actor in ("lead", "manager", "rival", "curator")}
    return world


def _the_authority_and_the_suppliers(world: World) -> None:
    """The owner of the records is a consortium, so that a member of it is a stranger to them too."""
    authority, curator = admissions.framework().authority, admissions.curator()
    officers = {"appeals": admissions.officer()}
    for actor, role in (("adviser", Role.CENTRAL_SUPPORT_ADVISER), ("escrow", Role.ESCROW_HOLDER)):
        officers[actor] = person(authority, role, f"{actor}@doh.example")
    member, other = (firms.register_supplier(name=f"{name} Ltd", short_name=name, by=curator, at=NOON).organisation for name in ("member", "other"))
    shares = [{"company": company.pk, "leads": company == member, "liability_share": Decimal(50)} for company in (member, other)]
    owner = firms.register_consortium(name="BUPA and others", short_name="bupa", members=shares, by=curator, at=NOON)
    world.people = {
        "nobody": None,
        "curator": curator,
        **officers,
        "manager": person(owner.organisation, Role.BID_MANAGER, "bids@bupa.example"),
        "contributor": person(owner.organisation, Role.CONTRIBUTOR, "writer@bupa.example"),
        "member": person(member, Role.BID_MANAGER, "bids@member.example"),
        "uninvited": person(other, Role.BID_MANAGER, "bids@other.example"),
    }
    world.tell("supplier", owner)


def _new_members(world: World, owner: Supplier) -> None:
    """Other shares of the owner's members, which one of them is asked to confirm."""
    bids, file = world.people["manager"], SimpleUploadedFile(A_FILE, b"hello")
    person(Organisation.objects.get(name="other Ltd"), Role.BID_MANAGER, "bids@other-member.example")
    change = supplier_changes.told_of_members(owner, {"member": "60.00", "other": "40.00"}, at=NOON)
    document = attach_to_change(change.pk, file=file, by=bids, at=NOON).files().get().pk
    share = change.shares.get(company__name="member Ltd")
    world.tell("change of members", change, at=NOON + A_DAY)
    world.tell("share", share, at=NOON + A_DAY, document=document, document_id=document)


def _the_lists(world: World) -> None:
    """An appeal against a refusal, an application in an open round, drafts that only the authority knows, and the lists."""
    owner, curator = Supplier.objects.get(short_name="bupa"), world.people["curator"]
    _appeals(world, owner)
    tenders.listed_suppliers(3)
    framework, area = admissions.framework(), tenders.place_on_the_list()[1]
    macro = framework.lists.get(code="macro")
    published = frameworks.listed(Supplier.objects.get(short_name="tribal"), macro, area)
    listings.suspend_listing(published.pk, ends_at=NOON + A_DAY, reason="Accounts are late.", by=curator, at=NOON)
    unpublished = frameworks.listed(owner, macro, area, published=False)
    world.tell("offer", offers.proposed(unpublished))
    change = supplier_changes.told(owner, supplier_changes.NAME, at=NOON)
    file = SimpleUploadedFile(A_FILE, b"hello")
    document = attach_to_change(change.pk, file=file, by=world.people["manager"], at=NOON).files().get().pk
    varied = agreements.issued(agreements.countersigned(agreements.with_terms(frameworks.live_framework("bound")), owner).framework)
    world.tell("variation", varied, at=NOON + A_DAY)
    world.tell("answer to a variation", varied.answers.get(), at=NOON + A_DAY)
    world.tell("agreement", agreements.sent(framework, owner))
    world.tell("change of name", change, at=NOON + A_DAY, document=document, document_id=document)
    _new_members(world, owner)
    round_ = admissions.announced_round()
    application = admissions.drafted_application(round_, owner)
    application_files.attach_to_application(application.pk, file=SimpleUploadedFile(A_FILE, b"hello"), by=admissions.bids(owner), at=NOON)
    submit_application(admissions.confirmed(application).pk, by=admissions.bids(owner), at=NOON)
    asked = application.confirmation_requests.get().confirmations.get(company__name="member Ltd")
    document = application.attached().get().pk
    sheet = SimpleUploadedFile("organisations.csv", b"code,name\n5ZZ,Ash PCT\n")
    world.tell("import", imports.preview_import(kind=Organisation.Kind.COMMISSIONER, file=sheet, by=curator, at=NOON))
    enquiry = admissions.enquiry_of(round_, owner, question="How?")
    waiting = enquiries.enquire_further(enquiry.pk, question="Who?", by=admissions.bids(owner), at=NOON)
    answered = RoundClarification.objects.of(round_).exclude(pk=waiting.pk).get()
    enquiries.answer_enquiry(answered.pk, answer="So.", by=curator, at=NOON)
    world.tell("enquiry", enquiry, at=NOON + A_DAY)
    world.tell("question about the round", waiting, at=NOON + A_DAY)
    world.tell("answered question about the round", answered, at=NOON + A_DAY)
    world.tell("framework", framework, list_code="micro", area_code=area.code, kind="csv", number=1)
    world.tell("version of the framework", framework.versions.get())
    world.tell("framework in draft", frameworks.draft_framework("next"))
    world.tell("list", macro)
    world.tell("area", area)
    world.tell("publication", framework.publications.get())
    world.tell("listing", published)
    world.tell("listing unpublished", unpublished)
    world.tell("round", round_, at=NOON + A_DAY)
    world.tell("round in draft", admissions.draft_round(), at=NOON + A_DAY)
    world.tell("application", application, at=NOON + A_DAY, number=1, document=document, document_id=document)
    world.tell("application that can be read", application, at=admissions.CLOSES_AT, number=1, document=document, document_id=document)
    world.tell("confirmation", asked, at=NOON + A_DAY, document=document, document_id=document)
    world.tell("place", application.places.get(), at=admissions.CLOSES_AT)
    _an_assessment(world, owner)
    for name, record in (("framework", framework), ("round", round_), ("application", application), ("enquiry", enquiry)):
        world.tell(f"{name}'s trail", pk=record.docket_id, at=admissions.CLOSES_AT)
    world.tell("trail of an application in an open round", pk=application.docket_id, at=NOON + A_DAY)


def _an_assessment(world: World, owner: Supplier) -> None:
    """The owner's application to a round whose assessors have declared that they have no conflict."""
    round_ = assessments.judging_round()
    application = assessments.applied(round_, owner)
    adviser, curator = world.people["adviser"], world.people["curator"]
    named = {"assessors": [adviser.pk, assessments.who("assessor2").pk], "moderators": [curator.pk]}
    assessors.name_assessors(round_.pk, **named, by=curator, at=assessments.ASSESSED_AT)
    for person_ in (adviser, curator):
        assessors.declare_conflicts(round_.pk, conflicts=[], by=person_, at=assessments.ASSESSED_AT)
    world.tell("round being assessed", round_, at=assessments.ASSESSED_AT, kind="csv")
    world.tell("application being assessed", application, at=assessments.ASSESSED_AT)


def _appeals(world: World, owner: Supplier) -> None:
    """An appeal that its officer deals with, one that is a draft, and one that goes back to people who took no part."""
    asked = appeals.asked(owner)
    appeal, manager = asked.appeal, admissions.bids(owner)
    evidence.attach_evidence(appeal.pk, file=SimpleUploadedFile(A_FILE, b"hello"), by=manager, at=admissions.LODGED_AT)
    document = appeal.evidence().get().pk
    world.tell("appeal", appeal, at=admissions.LODGED_AT, document=document, document_id=document)
    world.tell("further information", asked, at=admissions.LODGED_AT)
    world.tell("refused place", appeal.place, at=admissions.LODGED_AT)
    world.tell("ground of appeal", admissions.framework().appeal_grounds.first())
    draft = appeals.drafted_appeal(appeals.refused_by_another(owner))
    evidence.attach_evidence(draft.pk, file=SimpleUploadedFile(A_FILE, b"hello"), by=manager, at=admissions.LODGED_AT)
    document = draft.evidence().get().pk
    world.tell("draft appeal", draft, at=admissions.LODGED_AT, document=document, document_id=document)
    remitted = appeals.remitted_appeal(appeals.refused_by_another(owner))
    world.tell("remitted appeal", remitted, at=appeals.CARRIED_OUT_AT)


def _the_buyers(world: World) -> None:
    """The trust whose records they are, and another."""
    trust = tenders.hillingdon()
    person(trust, Role.BOARD_SECRETARY, "board@hillingdon.example")
    addresses = {"opener": "opener1", "evaluator": "evaluator1"}
    for actor in ("lead", "approver", "opener", "evaluator", "chair", "contracts", "board"):
        world.people[actor] = who(addresses.get(actor, actor))
    world.people["otherlead"] = person(commissioner("Northamptonshire PCT"), Role.PROCUREMENT_LEAD, "lead@northamptonshire.example")
    world.people["rival"] = bidder("drfoster")
    framework_list, area = tenders.place_on_the_list()
    asked = {"framework_list": framework_list.pk, "area": area.pk, "suppliers": [Supplier.objects.get(short_name="bupa").pk]}
    release = listings.grant_early_release(
        framework_list.framework_id, buyer=trust.pk, **asked, expires_at=NOON + A_DAY, reason="It cannot wait.", by=world.people["curator"], at=NOON
    )
    world.tell("early release", release)


def _attached(tender: Tender, *, at: datetime = NOON) -> Document:
    documents.attach_document(tender.pk, file=SimpleUploadedFile(A_FILE, b"hello"), by=who("lead"), at=at)
    return Document.objects.get(subject_id=tender.pk)


def _a_draft(world: World) -> None:
    tender = tenders.draft_tender(title="A tender in draft")
    document = _attached(tender).pk
    world.tell("tender in draft", tender, document=document, document_id=document)
    world.tell("lot in draft", tender.lots.first())
    asked_about = tenders.draft_tender(title="A tender on which advice is asked")
    world.tell("advised tender", asked_about)
    world.tell("advice", advice.ask_for_advice(asked_about.pk, question="Are the lots right?", by=who("lead"), at=NOON))


def _with_a_file(invitation: Invitation, tender: Tender) -> Receipt:
    """The receipt of a bid for the first lot that has a file."""
    bid = submitted_bid(invitation, tender.lots.get(number=1)).bid
    documents.attach_to_bid(bid.pk, file=SimpleUploadedFile(A_FILE, b"hello"), by=bidder("bupa"), at=THE_DAY_BEFORE)
    bids.submit_bid(bid.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    return Receipt.objects.get(submission__bid=bid, submission__superseded_at=None)


def _a_sealed_tender(world: World) -> None:
    """Bids are in, and not opened: the owner's with a file, the rival's; a question waits, and another was answered."""
    tender = tenders.issued_tender(title="A sealed tender")
    document = _attached(tender).pk
    world.tell("tender", tender, document=document, document_id=document)
    world.tell("lot", tender.lots.first())
    invitation = tender.invitations.get(supplier__short_name="bupa")
    answered, waiting = (clarifications.ask_clarification(invitation.pk, question=f"{word}?", by=bidder("bupa"), at=NOON) for word in ("How", "Who"))
    clarifications.answer_clarification(answered.pk, answer="So.", by=who("lead"), at=NOON)
    receipt = _with_a_file(invitation, tender)
    submitted_bid(tender.invitations.get(supplier__short_name="drfoster"), tender.lots.get(number=1))
    bid = receipt.submission.bid
    file = Document.objects.get(subject_id=bid.pk).pk
    world.tell("invitation", invitation)
    propose_openers(tender.pk, openers=[who(name).pk for name in ("opener1", "opener2")], reason="To be sure.", by=who("lead"), at=NOON)
    world.tell("change of openers", tender.changes_of_openers.get())
    world.tell("answered question", answered)
    world.tell("question", waiting)
    world.tell("bid", bid, document=file, document_id=file)
    world.tell("receipt", receipt)
    world.tell("tender's trail", pk=tender.docket_id)
    world.tell("invitation's trail", pk=invitation.docket_id)


def _an_opened_tender(world: World) -> None:
    """The panel has declared its interests, but for an evaluator who came late; one score is given."""
    world.people["undeclared"] = person(tenders.hillingdon(), Role.EVALUATOR, "undeclared@hillingdon.example")
    tender = tenders.issued_tender(title="An opened tender")
    submission = _with_a_file(tender.invitations.get(supplier__short_name="bupa"), tender).submission
    for place, name in enumerate(("opener1", "opener2")):
        openings.confirm_opening(tender.pk, by=who(name), at=evaluations.OPENED_AT + timedelta(minutes=place))
    for name in evaluations.PANEL:
        declare_interests(tender.pk, has_conflict=False, by=who(name), at=evaluations.DECLARED_AT)
    evaluations.score(tender, submission, evaluations.criteria_of(tender)[0], 4, by=who("evaluator1"))
    document = submission.content["files"][0]["document"]
    world.tell("opened tender", tender, at=SCORED_AT, bid=submission.pk, document=document, lot=submission.bid.lot_id)
    world.tell("opened bid", submission, at=SCORED_AT, document=submission.content["files"][0]["document"])
    world.tell("score", submission.scores.get(), at=SCORED_AT)
    for name, record in (
        ("opening", tender.opening),
        ("opening confirmation", tender.opening_confirmations.first()),
        ("declaration", tender.declarations.first()),
    ):
        world.tell(name, record, at=SCORED_AT)


def _a_standstill(world: World) -> None:
    """The award is announced, and the owner, who won, challenges it."""
    at = ANNOUNCED_AT + A_DAY
    tender = evaluations.tender_in_standstill(suppliers=3, bids=2)
    notice = evaluations.notice_to(tender, "bupa")
    world.tell("announced tender", tender, at=at)
    world.tell("outcome", notice, at=at)
    world.tell("agreed score", Consensus.objects.filter(submission__bid__lot__tender=tender).first(), at=at)
    world.tell("change of an agreed score", _a_change_of(tender), at=at)
    world.tell("result", evaluations.result_of(tender, "bupa"), at=at)
    world.tell("award", tender.lots.first().awards.get(), at=at)
    world.tell("challenge", challenges.lodge_challenge(notice.invitation_id, grounds="A mistake.", by=bidder("bupa"), at=at), at=at)


def _a_change_of(tender: Tender) -> ConsensusChange:
    """A change that waits of the first agreed score."""
    agreed = Consensus.objects.filter(submission__bid__lot__tender=tender).first()
    assert agreed is not None  # it is evaluated
    before = {"submission": agreed.submission, "criterion": agreed.criterion, "old_value": agreed.value, "old_reason": agreed.reason}
    return ConsensusChange.objects.create(**before, value=1, reason="Annex B.", discussion="Annex B.", proposed_by=who("chair"))


def _contracts(world: World) -> None:
    """One is being drafted, the other is offered and waits for both signatures."""
    tender = evaluations.awarded_tender(suppliers=3, bids=2)
    draft, offered = Contract.objects.filter(award__lot__tender=tender).order_by("award__lot__number")
    contracts.set_scope(offered.pk, taken_over=SETTLEMENT, by=who("contracts"), at=OFFERED_AT)
    contracts.offer_contract(offered.pk, by=who("contracts"), at=OFFERED_AT)
    world.tell("contract in draft", draft, at=OFFERED_AT)
    world.tell("contract", offered, at=OFFERED_AT)
    world.tell("contract's trail", at=OFFERED_AT, pk=offered.docket_id)
    _breaches(world, offered)


def _breaches(world: World, contract: Contract) -> None:
    """A breach that was reported, and a report that is a draft; each with a file of the commissioner's."""
    for name in ("breach report", "draft breach report"):
        report = breaches.drafted_breach_report(contract, at=OFFERED_AT)
        breach_files.attach_to_breach_report(report.pk, file=SimpleUploadedFile(A_FILE, b"hello"), by=who("contracts"), at=OFFERED_AT)
        document = report.files(REPORT_FILE).get().pk
        world.tell(name, report, at=OFFERED_AT, document=document, document_id=document)
        world.tell(f"{name}'s trail", at=OFFERED_AT, pk=report.docket_id)
        if name == "breach report":
            report_breach(report.pk, by=who("contracts"), at=OFFERED_AT)


def _the_ground(world: World) -> None:
    trust, lead = tenders.hillingdon(), who("lead")
    change_reference_data(
        ClosedDay(on=date(2026, 5, 4), calendar=PeriodRule.Calendar.ENGLAND_AND_WALES, reason="A day off"), by=world.people["curator"]
    )
    invitation = invite_person(trust.pk, email="new@hillingdon.example", name="New", role=Role.OPENER, by=lead, at=THE_DAY_BEFORE - A_DAY)
    token = link_of(invitation).rstrip("/").rsplit("/", 1)[1]
    world.tell("")
    world.tell("organisation", trust)
    world.tell("membership", lead.memberships.get())
    world.tell("personal invitation", invitation)
    world.tell("link to an invitation", token=token)
    world.tell("link to a calendar", token=calendars.link_of(lead).rsplit("/", 1)[1].removesuffix(".ics"))
    world.tell("person", lead)
    world.tell("letter", Letter.objects.filter(recipient=lead).first())
    world.tell("organisation's trail", pk=trust.docket_id)
    world.tell("person's trail", pk=lead.docket_id)
    world.tell("register", kind="csv")
    world.tell("sign-in link", key="no-such-key", uidb36="1")
