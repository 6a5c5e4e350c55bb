"""What this floor adds to the pages that gather from all floors, and what it announces when it falls due."""

from commissioning import logs, registry
from commissioning.proof import kinds
from commissioning.registry import Link
from commissioning.wording import say
from procurement import after_the_deadline, before_the_deadline, proof
from procurement.rules import advises, bids_for_a_supplier, works_for_a_buyer
from suppliers import own_words
from suppliers.own_words import LetterKind

_TENDER = ("framework", "buyer", "supplier", "tender", "reference", "deadline")
LETTERS = (
    LetterKind("invitation_to_tender", "Invitation to tender", _TENDER),
    LetterKind("deadline_extended", "Deadline extended", _TENDER),
    LetterKind("tender_cancelled", "Tender cancelled", _TENDER),
    LetterKind("award_notice", "Notice of the intended award", (*_TENDER, "standstill_ends")),
    LetterKind("award_confirmed", "Award confirmed", (*_TENDER, "standstill_ends")),
)


def register() -> None:
    """Add every provider to the registry, and the letters that a framework can add to."""
    own_words.register(*LETTERS)
    logs.seal("bids", "invitations", "receipts")
    say(
        {
            "note_listing": "Told the buyer what became of a supplier’s listing",
            "announce_due_of_tender:questions_closed": "Told the buyer that questions have closed",
            "announce_due_of_tender:reminder": "Reminded the invited suppliers of the deadline",
            "announce_due_of_tender:deadline_passed": "Told the openers that the deadline has passed",
            "announce_due_of_tender:opening_overdue": "Told the buyer that the opening is overdue",
            "announce_due_of_tender:standstill_over": "Told the buyer that the standstill is over",
        }
    )
    kinds[proof.KIND] = proof.in_words
    registry.desk += [before_the_deadline.desk, after_the_deadline.desk]
    registry.deadlines += [before_the_deadline.deadlines, after_the_deadline.deadlines]
    registry.searches.append(before_the_deadline.searches)
    registry.due += [before_the_deadline.due, after_the_deadline.due]
    registry.navigation += [
        Link("Open tenders", "tender:index", 20, menu=lambda user: not works_for_a_buyer(user) and not user.has_perm("suppliers.draft_framework")),
        Link("Your tenders", "tender:yours", 22, works_for_a_buyer),
        Link("Advice on tenders", "advice:index", 23, lambda user: advises(user) or works_for_a_buyer(user), menu=advises),
        Link("Your invitations", "invitation:index", 24, bids_for_a_supplier),
    ]
