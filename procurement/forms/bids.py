"""Forms of suppliers: what they intend, ask and bid. A bid's draft keeps what was typed, right or wrong."""

from typing import Any
from uuid import UUID

from django import forms

from commissioning import answers
from commissioning.contents import ACCEPTED
from commissioning.form_fields import DayBoxes
from commissioning.models import Question
from commissioning.pages import ActForm
from procurement.bidding import files_of, price_of, questions_of
from procurement.models import Bid, Invitation, PriceLine

_LONG = forms.Textarea(attrs={"rows": 4})
Kind = Question.Kind


class SayIntention(ActForm):
    """Whether the supplier means to bid."""

    intention = forms.TypedChoiceField(
        choices=[(choice.value, choice.label) for choice in Invitation.Intention if choice != Invitation.Intention.UNSAID],
        coerce=Invitation.Intention,
        label="Do you mean to bid?",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(max_length=4000, required=False, label="Why not, if you do not", widget=_LONG)

    def prepare(self) -> None:
        """What was said before."""
        self.initial.update({"intention": self.record.intention, "reason": self.record.intention_reason})


class AskClarification(ActForm):
    """A question to the buyer."""

    question = forms.CharField(
        max_length=5000, label="Question", widget=_LONG, help_text="Do not name yourselves: every supplier invited will read this, without your name."
    )


class DraftBid(ActForm):
    """For which lot."""

    lot = forms.TypedChoiceField(coerce=UUID, label="For which lot?", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The tender's lots."""
        self.fields["lot"].choices = [(lot.pk, str(lot)) for lot in self.record.tender.lots.all()]  # type: ignore[attr-defined]


class Revision(ActForm):
    """Which state of the bid was read."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The bid as it is now."""
        self.initial["revision"] = self.record.revision


class RemoveFromBid(ActForm):
    """Which file."""

    document = forms.TypedChoiceField(coerce=UUID, label="Which file?", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The files that there are."""
        self.fields["document"].choices = [(each.pk, each.name) for each in files_of(self.record)]  # type: ignore[attr-defined]


class SeveralFiles(forms.FileInput):
    """A box for one file or more."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Every file that was chosen."""
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Files, as a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file that was chosen; what it is, the act looks at."""
        return [file for file in (data if isinstance(data, list | tuple) else [data]) if file]


class DayAsTyped(DayBoxes):
    """A day in three boxes that gives them back as they were filled."""

    def decompress(self, value: Any) -> list[str]:
        """The boxes' contents: those of a day such as 2027-03-27, or what was typed, with strokes between."""
        day, month, year = (*str(value or "").split("/"), "", "", "")[:3]
        if not month and len(parts := str(value or "").split("-")) == 3:
            year, month, day = parts
        return [day, month, year]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """A day that can be read, as 2027-03-27; else what was typed, with strokes between; nothing if every box is empty."""
        day, month, year = (text.strip() for text in super().value_from_datadict(data, files, name) or ["", "", ""])
        if not (day or month or year):
            return ""
        readable = all(part.isascii() and part.isdigit() for part in (day, month, year)) and len(year) == 4
        return f"{year}-{month:0>2}-{day:0>2}" if readable else f"{day}/{month}/{year}"


class Tick(forms.CheckboxInput):
    """A box to tick, as the text of an answer."""

    def __init__(self) -> None:
        super().__init__(check_test=lambda value: str(value or "").lower() in {"yes", "true", "on"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:  # type: ignore[override]
        """`yes`, or nothing."""
        return "yes" if data.get(name) else ""


class AsTyped(forms.CharField):
    """An answer or price as it was typed; whether it is right is said, and does not keep it from being saved."""

    def __init__(self, *, word_limit: int | None = None, prefix: str = "", example: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.word_limit, self.prefix, self.example = word_limit, prefix, example

    def validate(self, value: Any) -> None:
        """Everything may be saved."""


_DIGITS = {"inputmode": "decimal", "size": "10"}


def field_for(question: Question) -> AsTyped:
    """The field of a question's kind."""
    options: dict[str, Any] = {"label": f"{question.number}. {question.prompt}", "help_text": question.help_text, "required": question.mandatory}
    match question.kind:
        case Kind.TEXT:
            return AsTyped(**options, word_limit=question.word_limit, widget=forms.Textarea(attrs={"rows": 10}))
        case Kind.CHOICE:
            return AsTyped(**options, widget=forms.RadioSelect(choices=[(option, option) for option in question.choices]))
        case Kind.DECLARATION:
            return AsTyped(**options, widget=Tick)
        case Kind.DATE:
            return AsTyped(**options, example="For example, 27 3 2027.", widget=DayAsTyped)
        case Kind.MONEY:
            return AsTyped(**options, prefix="£", widget=forms.TextInput(attrs=_DIGITS))
    return AsTyped(**options, widget=forms.TextInput(attrs=_DIGITS))


def price_field(line: PriceLine) -> AsTyped:
    """The field of a price line's unit price."""
    return AsTyped(label=f"{line.description}, price per {line.unit}", prefix="£", widget=forms.TextInput(attrs=_DIGITS))


class SaveBid(ActForm):
    """The whole bid: its answers, unit prices and new files."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    attachments = FilesField(required=False, label="Attach files", help_text=f"{ACCEPTED}. Each up to 100 MB.")

    def prepare(self) -> None:
        """A field for each question and price line, with what is kept."""
        bid: Bid = self.record
        self.questions, self.lines = questions_of(bid), list(bid.lot.price_lines.all())
        self.fields |= {f"q-{question.pk}": field_for(question) for question in self.questions}
        self.fields |= {f"p-{line.pk}": price_field(line) for line in self.lines}
        self.initial.update({f"q-{key}": text for key, text in bid.answers.items()} | {f"p-{key}": text for key, text in bid.prices.items()})
        self.initial["revision"] = bid.revision

    def as_act(self) -> dict[str, Any]:
        """Answers and prices by id, as they were typed."""
        return {"revision": self.cleaned_data["revision"], "answers": self._typed("q-"), "prices": self._typed("p-")}

    def _typed(self, start: str) -> dict[str, str | None]:
        return {name.removeprefix(start): value or None for name, value in self.cleaned_data.items() if name.startswith(start)}

    def kept_faults(self) -> dict[str, str]:
        """By field, what is wrong with what is kept; what is missing is not wrong yet."""
        bid: Bid = self.record
        wrong = answers.faults(self.questions, bid.answers, complete=False)
        return {f"q-{key}": text for key, text in wrong.items()} | {f"p-{key}": text for key, text in price_of(bid, complete=False).faults.items()}
