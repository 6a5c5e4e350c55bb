"""Hillingdon drafts a tender in two lots, a second person approves it, and every supplier on the list is invited."""

from procurement.models import Invitation, Lot, Tender
from tests.factories.files import pdf
from tests.journeys.moments import CLOSES_AT, QUESTIONS_CLOSE_AT
from tests.journeys.the_framework import PERFORMANCE
from tests.journeys.visitors import Town, Visitor

TITLE = "Support with acute contracts"
ACUTE, RESULTS = "Acute trust contracts", "Implementation of payment by results"
# For each lot, its quality criteria with weight and least score, its questions, and its price schedule; price weighs the rest.
LOTS = {
    ACUTE: (
        [("Method", "40", "2"), ("Team", "20", "0")],
        [("How will you validate activity data?", "Text", "200"), ("We accept the terms of the contract", "Declaration", "")],
        [("Days of analysis", "day", "100"), ("Monthly report", "report", "36")],
    ),
    RESULTS: ([("Approach", "60", "0")], [("How will you train our staff?", "Text", "")], [("Days of training", "day", "40")]),
}


def tender() -> Tender:
    """The one tender of the story, as it is now."""
    return Tender.objects.get()


def hillingdon_drafts_a_tender(lead: Visitor) -> None:
    """A list of tasks says what is missing; the timeline is proposed from the period rules."""
    lead.goes_to("/tenders/yours/")
    lead.follows("Draft a tender")
    lead.chooses("Micro", among="Which list?")
    lead.chooses(PERFORMANCE, among="Which area?")
    lead.types({"Title": TITLE, "What you want to buy": "Validation of activity data, queries and benchmarking of acute care."})
    lead.presses("Begin the draft")
    lead.sees("things are missing before the tender can be proposed")
    lead.follows("Timeline")
    lead.sees("These dates are proposed from the period rules")
    lead.presses("Save")
    assert (tender().questions_close_at, tender().closes_at) == (QUESTIONS_CLOSE_AT, CLOSES_AT)
    for title in LOTS:
        lead.follows("Add a lot")
        lead.types({"Title": title, "Estimated value": "60,000.00"})
        lead.presses("Add the lot")
        hillingdon_fills_in_the_lot(lead, title)
    lead.follows("Attach a document")
    lead.hands_over("File", "terms.pdf", pdf("Terms of the contract"))
    lead.presses("Attach")
    lead.sees("Nothing is missing.")
    lead.looks_by_phone()
    lead.follows("Read it as suppliers will")


def hillingdon_fills_in_the_lot(lead: Visitor, title: str) -> None:
    """What bids for it are judged on, what bidders answer, and what they price."""
    criteria, questions, lines = LOTS[title]
    lot = Lot.objects.get(title=title)
    lead.goes_to(f"/lots/{lot.pk}/set-criteria/")
    for number, (name, weight, least) in enumerate(criteria, start=1):
        lead.types({"What is judged": name, "Weight, out of 100": weight, "Least score, from 0 to 5": least}, among=f"Criterion {number}")
    price = f"Criterion {len(criteria) + 1}"
    lead.selects("How it is judged", "Price", among=price)
    lead.selects("Formula, for price", "Relative to the lowest price", among=price)
    lead.types({"What is judged": "Price", "Weight, out of 100": "41"}, among=price)
    lead.presses("Save", status=400)
    lead.types({"Weight, out of 100": "40"}, among=price)
    lead.presses("Save")
    lead.goes_to(f"/lots/{lot.pk}/set-questions/")
    for number, (prompt, kind, most_words) in enumerate(questions, start=1):
        lead.types({"Question": prompt, "Most words, for text": most_words}, among=f"Question {number}")
        lead.selects("Kind of answer", kind, among=f"Question {number}")
    lead.presses("Save")
    lead.goes_to(f"/lots/{lot.pk}/set-price-schedule/")
    for number, (what, unit, quantity) in enumerate(lines, start=1):
        row = f"Line {number}"
        lead.types({f"What is priced, {row}": what, f"Per which unit, {row}": unit, f"How many units count, {row}": quantity})
    lead.presses("Save")
    lead.sees("The price schedule is saved.")


def a_second_person_approves_it(town: Town, lead: Visitor) -> None:
    """Whoever proposed it cannot."""
    lead.goes_to(tender().get_absolute_url())
    lead.acts("Propose for approval", button="Propose")
    lead.sees("A second person, an approver, reads it")
    approver = town.person("approver@hillingdon.example")
    approver.goes_to("/desk/")
    approver.follows(TITLE)
    approver.acts("Approve the tender", button="Approve")
    approver.sees("The tender is approved, and can be issued.")


def hillingdon_issues_it(town: Town, lead: Visitor) -> None:
    """Every supplier on the list for the area is invited, and nobody else; anybody may read the notice."""
    lead.goes_to(tender().get_absolute_url())
    lead.acts("Issue the tender", button="Issue it now")
    lead.sees("4 suppliers")
    lead.looks_by_phone()
    assert set(Invitation.objects.values_list("supplier__short_name", flat=True)) == {"bupa", "drfoster", "partners", "tribal"}
    anybody = town.stranger()
    anybody.goes_to("/tenders/open/")
    anybody.follows(TITLE)
    anybody.sees("Criteria of lot 1")
    assert anybody.downloads("terms.pdf").startswith(b"%PDF")
    anybody.page.context.close()
