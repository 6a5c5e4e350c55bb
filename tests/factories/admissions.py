"""An admission round in each of its states, brought there by the acts.

Announced on Monday 2 March 2026 at noon, closed on Friday 27 March at noon, decided on Monday 30 March (when British Summer
Time has begun), appeals until midnight at the end of Thursday 9 April.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning import clock
from commissioning.models import Document, Question, Role, User
from commissioning.questionnaires import QuestionEntry
from suppliers.actions.admissions import announce_round, decide_place, open_round, reissue_round, send_decisions, withdraw_round
from suppliers.actions.application_files import attach_to_application
from suppliers.actions.applications import WantedPlace, apply, save_application, submit_application
from suppliers.actions.confirmations import ask_members, confirm_application
from suppliers.actions.enquiries import enquire
from suppliers.actions.publications import publish_lists
from suppliers.actions.round_questions import set_round_questions
from suppliers.models import AdmissionRound, Application, Enquiry, Framework, MemberConfirmation, Place, Supplier
from tests.factories import frameworks
from tests.factories.kept import kept
from tests.factories.people import NOON, person

Kind, Judging = Question.Kind, Question.Judging
CLOSES_AT = clock.london(2026, 3, 27, 12)
DECIDED_AT = clock.london(2026, 3, 30, 12)
APPEALS_END_AT = clock.london(2026, 4, 10)
LODGED_AT = clock.london(2026, 4, 1, 12)
PUBLISHED_AT = clock.london(2026, 4, 13, 12)
A_PLACE = ("micro", "performance")
ASKED: list[QuestionEntry] = [
    {"kind": Kind.TEXT, "prompt": "How do you check your own work?", "word_limit": 50, "weight": Decimal(100)},
    {"kind": Kind.CHOICE, "prompt": "Do others work for you?", "choices": ["Yes", "No"], "judging": Judging.INFORMATION},
    {
        "kind": Kind.FILE,
        "prompt": "Attach what you agreed with them.",
        "judging": Judging.INFORMATION,
        "shown_if_question": 2,
        "shown_if_answers": ["Yes"],
    },
    {"kind": Kind.DECLARATION, "prompt": "All of this is true.", "judging": Judging.PASS_FAIL},
]
# Good answers by number; nothing that only the work of others calls for.
ANSWERED: dict[int, Any] = {1: "By reading it twice.", 2: "No", 4: "yes"}


def framework() -> Framework:
    """The framework in force; the same each time."""
    return Framework.objects.filter(reference="fesc").first() or frameworks.live_framework()


def _of_the_authority(role: str, email: str) -> User:
    return User.objects.filter(email=email).first() or person(framework().authority, role, email)


@kept
def curator() -> User:
    """The framework's curator; the same each time."""
    return _of_the_authority(Role.CURATOR, "curator@doh.example")


@kept
def officer() -> User:
    """An appeals officer who decides on nothing else; the same each time."""
    return _of_the_authority(Role.APPEALS_OFFICER, "appeals@doh.example")


def bids(firm: Supplier) -> User:
    """The supplier's bid manager."""
    return User.objects.get(email=f"bids@{firm.short_name}.example")


@kept
def draft_round(*, asks: bool = False, at: datetime = NOON) -> AdmissionRound:
    """A round that only the authority sees; it asks nothing, unless it `asks` what is in ASKED."""
    words = {"title": "Admission 2026", "notice": "Apply for each list and area."}
    round_ = open_round(framework().pk, **words, closes_at=CLOSES_AT, by=curator(), at=at)
    return set_round_questions(round_.pk, questions=ASKED, by=curator(), at=at) if asks else round_


@kept
def announced_round(*, asks: bool = False, at: datetime = NOON) -> AdmissionRound:
    """A round that receives applications."""
    return announce_round(draft_round(asks=asks, at=at).pk, by=curator(), at=at)


def asking_round(*, at: datetime = NOON) -> AdmissionRound:
    """A round that receives applications, and asks what is in ASKED."""
    return announced_round(asks=True, at=at)


@kept
def withdrawn_round(*, asks: bool = False, at: datetime = NOON) -> AdmissionRound:
    """A round that was announced and taken back."""
    return withdraw_round(announced_round(asks=asks, at=at).pk, reason="A drafting error.", by=curator(), at=at)


def reissued_round(withdrawn: AdmissionRound, *, at: datetime = NOON) -> AdmissionRound:
    """The draft of a round in place of one that was withdrawn."""
    return reissue_round(withdrawn.pk, title="Admission 2026, anew", closes_at=CLOSES_AT, notice="Without care itself.", by=curator(), at=at)


def wanted(*places: tuple[str, str]) -> list[WantedPlace]:
    """Places by the codes of list and area, with all services of the area's menu, as acts take them."""
    lists = {each.code: each.pk for each in framework().lists.all()}
    areas = {each.code: each for each in framework().areas.prefetch_related("services")}
    return [
        {"framework_list": lists[list_code], "area": areas[area_code].pk, "services": [each.pk for each in areas[area_code].services.all()]}
        for list_code, area_code in places
    ]


@kept
def drafted_application(round_: AdmissionRound, firm: Supplier, *places: tuple[str, str], at: datetime = NOON) -> Application:
    """An application that is not submitted, for the micro list and performance management unless other places are given."""
    application = apply(round_.pk, supplier=firm.pk, by=bids(firm), at=at)
    return save_application(application.pk, statement="We settle payments.", places=wanted(*(places or (A_PLACE,))), by=bids(firm), at=at)


def answers_to(application: Application, **changed: Any) -> dict[str, Any]:
    """Good answers to what is in ASKED, by question id; `q2="Yes"` gives another to question 2, None takes it away."""
    given = {**ANSWERED, **{int(name[1:]): answer for name, answer in changed.items()}}
    asked = Application.objects.get(pk=application.pk).questions()
    return {str(question.pk): given[question.number] for question in asked if question.number in given}


def answered_application(round_: AdmissionRound, firm: Supplier, *, at: datetime = NOON, **changed: Any) -> Application:
    """An application that answers what its round asks, changed so, and is not submitted."""
    draft = drafted_application(round_, firm, at=at)
    words = {"statement": draft.statement, "places": wanted(A_PLACE), "answers": answers_to(draft, **changed)}
    return save_application(draft.pk, **words, confirmed=draft.to_confirm, by=bids(firm), at=at)


def a_file(application: Application, name: str = "agreements.txt", *, number: int | None = None, at: datetime = NOON) -> Document:
    """A file attached to the draft, as the answer to the question of that number if one is given."""
    question = None if number is None else next(each.pk for each in application.questions() if each.number == number)
    file = SimpleUploadedFile(name, b"hello")
    attach_to_application(application.pk, file=file, question=question, by=bids(application.supplier), at=at)
    return Document.objects.get(subject_id=application.pk, name=name)


@kept
def submitted_application(round_: AdmissionRound, firm: Supplier, *places: tuple[str, str], at: datetime = NOON) -> Application:
    """An application that was received."""
    return submit_application(confirmed(drafted_application(round_, firm, *places, at=at), at=at).pk, by=bids(firm), at=at)


def confirmed(application: Application, *, at: datetime = NOON) -> Application:
    """The application, confirmed by each member if it is a consortium's; a member that has no bid manager gets one."""
    if not application.supplier.is_consortium:
        return application
    for company in (member.company for member in application.supplier.members_now()):
        if not company.people(Role.BID_MANAGER):
            person(company, Role.BID_MANAGER)
    ask_members(application.pk, by=bids(application.supplier), at=at)
    for confirmation in MemberConfirmation.objects.last_asked().filter(request__application=application):
        by = confirmation.company.people(Role.BID_MANAGER)[0]
        confirm_application(confirmation.pk, by=by, at=at)
    return application


@kept
def decided(place: Place, outcome: str = Place.Outcome.ACCEPTED, *, by: User | None = None, at: datetime = DECIDED_AT) -> Place:
    """The place with a draft decision."""
    decide_place(place.application.round_id, place=place.pk, outcome=outcome, reasons="It met each criterion.", by=by or curator(), at=at)
    place.refresh_from_db()
    return place


@kept
def round_with_decisions(accepted: Sequence[Supplier], refused: Sequence[Supplier] = (), *, at: datetime = DECIDED_AT) -> AdmissionRound:
    """A round whose decisions went out: these suppliers were accepted and those refused for the micro list, performance management."""
    round_ = announced_round()
    for firm in [*accepted, *refused]:
        place = submitted_application(round_, firm).places.get()
        decided(place, Place.Outcome.ACCEPTED if firm in accepted else Place.Outcome.REFUSED, at=at)
    return send_decisions(round_.pk, by=curator(), at=at)


@kept
def published_round(*accepted: Supplier) -> AdmissionRound:
    """A round whose lists are published with these suppliers on the micro list, performance management."""
    return publish_lists(round_with_decisions(accepted).pk, by=curator(), at=PUBLISHED_AT)


def place_of(firm: Supplier) -> Place:
    """The place that the supplier asked for."""
    return Place.objects.get(application__supplier=firm)


def enquiry_of(round_: AdmissionRound, firm: Supplier, *, question: str = "Is the data ready?", at: datetime = NOON) -> Enquiry:
    """What the supplier asks about the round; its first question is this."""
    return enquire(round_.pk, supplier=firm.pk, question=question, by=bids(firm), at=at)
