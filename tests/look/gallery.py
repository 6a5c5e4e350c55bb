"""A page with every component on it, and one for each layout: only the tests can see them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commissioning.form_fields import DayField, MomentField, MoneyField, WordsField

# Routes that the frame of a page links to where they exist, and that do not exist outside the demo.
PLACES = ["demo_clock", "demo_hats"]
AREAS = [("", "---------"), ("ap", "Assessment and planning"), ("cp", "Contracting and procurement")]
STATUSES = ["draft", "issued", "in_evaluation", "standstill", "awarded", "challenged", "refused", "pending", "archived"]
NOON = datetime(2007, 5, 30, 11, 0, tzinfo=UTC)
CLOSES = datetime(2007, 5, 31, 23, 0, tzinfo=UTC)


class EveryField(forms.Form):
    """A field for each widget."""

    fieldsets = [
        ("The tender", ["title", "reference", "lots", "budget", "share", "summary", "method"]),
        ("When", ["opens_on", "closes_at", "reviewed_on", "visit"]),
        ("Who and how", ["area", "list", "regions", "early", "pack", "contact", "password"]),
    ]

    title = forms.CharField(max_length=200, help_text="As bidders will see it.")
    reference = forms.CharField(max_length=10, required=False)
    lots = forms.IntegerField(min_value=1, max_value=20, label="Number of lots")
    budget = MoneyField(label="Budget")
    share = forms.DecimalField(max_digits=5, decimal_places=2, label="Share at risk")
    summary = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)
    method = WordsField(word_limit=500, label="How the service will be run")
    opens_on = DayField(label="Opening day")
    closes_at = MomentField(label="Closing date and time")
    reviewed_on = forms.DateField(required=False, label="Review day")
    visit = forms.SplitDateTimeField(required=False, label="Site visit")
    area = forms.ChoiceField(choices=AREAS, label="Service area")
    list = forms.ChoiceField(choices=[("micro", "Micro"), ("macro", "Macro")], widget=forms.RadioSelect, help_text="Which suppliers are asked.")
    regions = forms.MultipleChoiceField(choices=[("n", "North"), ("s", "South")], required=False)
    early = forms.BooleanField(label="The authority has allowed early release", help_text="Attach the letter below.")
    pack = forms.FileField(label="Tender pack", widget=forms.FileInput(attrs={"accept": ".pdf"}))
    contact = forms.EmailField(label="Contact e-mail")
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
    step = forms.CharField(widget=forms.HiddenInput, initial="1")


class PriceRow(forms.Form):
    """One line of a price schedule."""

    price = MoneyField(label="Unit price")
    days = forms.IntegerField(label="Days")
    fixed = forms.BooleanField(required=False, label="Fixed price")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row_title = dict.fromkeys(["form-0"], "Data analysis").get(str(self.prefix), "Contract review")


PriceRows = forms.formset_factory(PriceRow, extra=2)


@dataclass
class Tender:
    """As much of a tender as the layouts look at."""

    status: str = "issued"

    def __str__(self) -> str:
        return "External support for acute contracts"

    def get_status_display(self) -> str:
        return "Open for bids"


@dataclass
class Entry:
    """As much of a trail entry as the trail shows."""

    number: int
    verb: str
    facts: dict[str, Any]
    outcome: str = "done"
    actor_name: str = "Procurement lead, Hillingdon"
    job: str = ""
    at: datetime = NOON


@dataclass
class Act:
    """As much of an act as its page shows."""

    title: str = "Extend the deadline"
    intro: str = "Every invited supplier is told at once, with your reason. A deadline only ever moves later."
    button: str = "Extend the deadline"
    verb: str = "extend_deadline"


@dataclass
class Clock:
    """As much of the demo's clock as its banner shows."""

    now: datetime = NOON
    ahead_by: timedelta = timedelta(days=2, hours=4)


@dataclass
class File:
    """As much of a document as a list of documents shows."""

    pk: UUID
    name: str
    media_type: str = "application/pdf"
    size: int = 234_567
    sha256: str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    withdrawn_at: datetime | None = None


TRAIL = [
    Entry(3, "extend_deadline", {"reason": "You cannot extend the deadline of a tender that has been opened."}, outcome="refused"),
    Entry(2, "close_tender", {"from": "issued", "to": "closed"}, actor_name="", job="announce_due"),
    Entry(1, "begin_tender", {"to": "draft"}),
]
NAVIGATION = [
    {"text": text, "href": f"/gallery/{text.lower().replace(' ', '-')}/", "current": text == "Tenders"}
    for text in ("Desk", "Tenders", "Frameworks", "Suppliers", "Contracts", "Calendar")
]
FRAME = {"navigation": NAVIGATION, "demo_clock": Clock(), "letters_waiting": 3, "at": NOON}
ACTS = [
    {"title": "Answer a clarification", "href": "#answer", "primary": True},
    {"title": "Extend the deadline", "href": "#extend", "primary": True},
    {"title": "Withdraw the tender", "href": "#withdraw", "primary": False},
]
ROWS = [
    [
        {"text": f"Tender {number}", "href": f"#{number}"},
        {"status": status, "text": status.replace("_", " ").capitalize()},
        CLOSES,
        number,
        {"amount": Decimal("1234567.5")},
        None,
    ]
    for number, status in enumerate(STATUSES, start=1)
]


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the gallery's pages have around them."""
    return FRAME if request.path.startswith("/gallery/") else {}


def components(request: HttpRequest) -> HttpResponse:
    """Every component."""
    messages.success(request, "The tender was issued and 8 suppliers were invited.")
    messages.info(request, "The review is due.")
    rows = PriceRows(request.POST) if request.method == "POST" else PriceRows()
    documents = [File(UUID(int=1), "Specification.pdf"), File(UUID(int=2), "Prices.xlsx", withdrawn_at=NOON)]
    moments = {"issued": NOON - timedelta(days=5), "closes": CLOSES, "opened": CLOSES + timedelta(days=3)}
    return render(request, "gallery/components.html", {**moments, "title": "Components", "formset": rows, "files": documents})


def act(request: HttpRequest) -> HttpResponse:
    """An act with every kind of field; posting shows every kind of error, and `?refuse` a refusal."""
    form = EveryField(request.POST, request.FILES) if request.method == "POST" else EveryField()
    refusal = "The deadline has passed, so it can no longer be moved." if "refuse" in request.GET else None
    status = 409 if refusal else 400 if form.is_bound and not form.is_valid() else 200
    context = {"act": Act(), "record": Tender(), "form": form, "refusal": refusal, "cancel_href": "#back"}
    return render(request, "layouts/act.html", context, status=status)


class Filters(forms.Form):
    """Two filters."""

    area = forms.ChoiceField(choices=AREAS, required=False, label="Service area")
    since = forms.DateField(required=False, label="Issued since")


def listing(request: HttpRequest) -> HttpResponse:
    """A list, and with `?none` an empty one."""
    context = {
        "title": "Tenders",
        "columns": ["Tender", "Status", "Closes", "Bids", "Value", "Awarded to"],
        "rows": [] if "none" in request.GET else ROWS,
        "empty": "No tender is open to you. When you are invited to one, it stands here.",
        "filters": Filters(request.GET or None),
        "page": {"previous_href": "?first", "next_href": "?next"},
    }
    return render(request, "layouts/list.html", context)


def workspace(request: HttpRequest) -> HttpResponse:
    """A record's page."""
    return render(request, "gallery/workspace.html", {"title": str(Tender()), "record": Tender(), "acts": ACTS, "trail": TRAIL, "closes": CLOSES})


def letter(request: HttpRequest) -> HttpResponse:
    """A letter."""
    table = "<table><tr><th>Criterion</th><th>You</th></tr><tr><td>Price</td><td>35.00</td></tr></table>"
    shown = {"title": "The outcome of your bid", "recipient": "Bid manager", "created_at": NOON, "sent_at": None, "link": "/gallery/list/"}
    return render(request, "letters/show.html", {"letter": {**shown, "body": f"<p>To the bid manager,</p><h2>Your scores</h2>{table}"}})


def done(request: HttpRequest) -> HttpResponse:
    """The end of a journey."""
    return render(request, "gallery/done.html", {"title": "Bid received", "at": NOON})


def error(request: HttpRequest, status: int) -> HttpResponse:
    """The page for a status."""
    context = {"refusal": "You cannot open bids before the deadline."} if status in {409, 412} else {}
    return render(request, f"errors/{status}.html", context, status=status)
