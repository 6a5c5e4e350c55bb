"""Drafting a tender: a list of tasks, each a page of its own, until nothing is missing; then a second person's approval."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from commissioning.draft_forms import AttachFile
from commissioning.models import User
from commissioning.pages import Act, BeginPage
from procurement.actions import documents, lots, tenders
from procurement.completeness import Lack, lacks
from procurement.forms.lots import LotForm
from procurement.forms.openers import ProposeTender
from procurement.forms.tenders import ApproveTender, CancelTender, DescribeTender, DraftTender, GiveReason, RemoveDocument, SetTimeline
from procurement.inviting import turn_of
from procurement.models import Lot, Tender
from procurement.notice import documents_of, lots_in_full
from procurement.views import notices, openers

S = Tender.Status

DRAFT_TENDER = Act(
    tenders.draft_tender,
    "Draft a tender",
    "Choose the list and area that fit what you need. Once the tender is issued, every supplier that stands there is invited, or as many of them "
    "in turn as the framework says.",
    button="Begin the draft",
    form=DraftTender,
    done="The draft is begun. Go through the tasks in any order.",
)
# Reached from the list of tasks, and so not offered again as buttons.
TASKS = (
    Act(tenders.describe_tender, "Describe what you want to buy", button="Save", form=DescribeTender, done="Saved."),
    Act(
        tenders.set_timeline,
        "Set the timeline",
        button="Save",
        form=SetTimeline,
        done="The dates are saved.",
        template="procurement/tenders/timeline.html",
    ),
    Act(lots.add_lot, "Add a lot", "Each lot becomes one contract.", button="Add the lot", form=LotForm, done="The lot is added."),
    Act(documents.attach_document, "Attach a document", button="Attach", form=AttachFile, done="The document is attached."),
    Act(documents.remove_document, "Remove a document", button="Remove", form=RemoveDocument, done="The document is removed."),
)
ACTS = (
    Act(
        tenders.propose_tender,
        "Propose for approval",
        "Somebody else reads the tender and approves it, or sends it back. Nothing can be changed meanwhile. "
        "They approve as well who opens the bids: at least two openers, none of them you.",
        button="Propose",
        form=ProposeTender,
        done="The tender waits for a second person to approve it.",
        when=lambda tender, at: not lacks(tender),
    ),
    Act(
        tenders.approve_tender,
        "Approve the tender",
        "You confirm that you have read it, that it can go to the suppliers that would be invited, and who opens the bids. "
        "You cannot approve what you proposed.",
        button="Approve",
        form=ApproveTender,
        done="The tender is approved, and can be issued.",
        template="procurement/tenders/approve.html",
    ),
    Act(
        tenders.issue_tender,
        "Issue the tender",
        "The suppliers that may be asked get their invitations now: all that stand on the list for the area, or as many of them in turn as the "
        "framework says. From then on nothing in it changes but a later deadline.",
        button="Issue it now",
        template="procurement/tenders/issue.html",
        done="The tender is issued, and the suppliers are invited.",
    ),
    Act(
        tenders.return_tender,
        "Send it back to be changed",
        "The tender becomes a draft again.",
        button="Send it back",
        form=GiveReason,
        done="The tender is a draft again.",
        primary=False,
    ),
)
CANCEL = Act(
    tenders.cancel_tender,
    "Cancel the tender",
    "Nothing is awarded. Bids that were not opened stay sealed. This cannot be taken back.",
    form=CancelTender,
    done="The tender is cancelled, and everybody who was invited has been told.",
    primary=False,
)

PARTS_OF_A_LOT = (
    ("Criteria", "criteria", "set_criteria"),
    ("Questions", "questions", "set_questions"),
    ("Price schedule", "prices", "set_price_schedule"),
)


class DraftTenderPage(BeginPage):
    """Begin a tender."""

    model = Tender
    act = DRAFT_TENDER
    cancel = "tender:yours"


def context(tender: Tender, user: User, at: datetime) -> dict[str, Any]:
    """The tasks with what is missing from each, and what there is."""
    in_full = lots_in_full(tender)
    missing = lacks(tender, in_full)
    may_write = user.has_perm("procurement.describe_tender", tender)
    files = list(documents_of(tender))
    return {
        "lots": [(lot, _tasks_of(lot, missing, may_write)) for lot in in_full],
        "lacks": missing,
        "tasks": _tasks(tender, missing, may_write),
        "documents": files,
        "turn": turn_of(tender, at),
        "may_write": may_write,
    }


def approval_context(tender: Tender, user: User, at: datetime) -> dict[str, Any]:
    """The notice, who opens the bids, and who would be invited."""
    return {**notices.context(tender, user, at), **openers.context(tender), "turn": turn_of(tender, at)}


def _tasks(tender: Tender, missing: list[Lack], may_write: bool) -> list[dict[str, Any]]:
    return [
        _task("Details", "details", reverse("tender:describe_tender", args=[tender.pk]), missing, may_write),
        _task("Timeline", "timeline", reverse("tender:set_timeline", args=[tender.pk]), missing, may_write),
    ]


def _tasks_of(lot: Lot, missing: list[Lack], may_write: bool) -> list[dict[str, Any]]:
    own = [lack for lack in missing if lack.lot == lot]
    return [
        _task("Title and value", "lot", reverse("lot:change_lot", args=[lot.pk]), own, may_write),
        *(_task(title, part, reverse(f"lot:{verb}", args=[lot.pk]), own, may_write) for title, part, verb in PARTS_OF_A_LOT),
    ]


def _task(title: str, part: str, href: str, missing: list[Lack], may_write: bool) -> dict[str, Any]:
    """A task of the list, as the component takes it."""
    lacking = [lack.sentence for lack in missing if lack.part == part]
    status: dict[str, Any] = {"tag": {"text": "To do", "colour": "blue"}} if lacking else {"text": "Done"}
    hint = {"hint": {"text": " ".join(lacking)}} if lacking else {}
    return {"title": {"text": title}, "href": href if may_write else "", "status": status, **hint}
