"""Forms of the panel: declarations, and the sheets on which each criterion of a bid has its own score and reason."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from django import forms

from commissioning.form_fields import TextForm, needed_sometimes
from commissioning.models import Criterion
from commissioning.pages import ActForm
from commissioning.refusals import Refused
from procurement.models import ConsensusChange, Submission
from procurement.panel import bidder_of, departed_evaluators
from procurement.passing import Outcome, left_to_people
from procurement.standings import Standing, standings


class DeclarationForm(ActForm):
    """Whether there is a conflict, and which."""

    has_conflict = forms.TypedChoiceField(
        label="Do you have a conflict of interest with any of these bidders?",
        help_text="Such as work, money, family or friendship that could sway you, or seem to.",
        choices=[("no", "No, I have none"), ("yes", "Yes, or it could seem so")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    statement = needed_sometimes(
        forms.CharField(
            label="What it is, and with which bidder",
            help_text="Needed if you have a conflict.",
            max_length=4000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 5}),
        )
    )


class LockForm(ActForm):
    """Why scores are locked without an evaluator who has left; nothing where none has."""

    reason = forms.CharField(label="Why they are locked without them", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def prepare(self) -> None:
        """Who has left since the bids were opened."""
        if not (left := departed_evaluators(self.record)):
            del self.fields["reason"]
        else:
            self.fields["reason"].help_text = f"Left since the bids were opened: {', '.join(map(str, left))}. It is on the tender’s trail."


class PassForm(ActForm):
    """Which answer, and whether it passes."""

    about = forms.ChoiceField(label="Which answer?", widget=forms.RadioSelect)
    passes = forms.TypedChoiceField(
        label="Does it pass?", choices=[("yes", "It passes"), ("no", "It fails")], coerce=lambda answer: answer == "yes", widget=forms.RadioSelect
    )
    reason = forms.CharField(label="Reason", help_text="The bidder is given it.", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    discussion = forms.CharField(
        label="What the panel discussed, and why this decision changes",
        help_text="Prices are known, so a change counts once an approver who is not the chair confirms it.",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def prepare(self) -> None:
        """The answers on which a person decides, with what was decided so far."""
        answers = list(left_to_people(self.record))
        if not answers:
            raise Refused("The rule of the notice says of every answer whether it passes. There is nothing to decide.")
        choices = [(f"{submission.pk}/{one.judged.question.pk}", _answer_named(submission, one)) for submission, one in answers]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]
        if self.record.prices_known_at is None:
            del self.fields["discussion"]

    def as_act(self) -> dict[str, Any]:
        """Bid and question apart."""
        about, words = self.cleaned_data["about"], {name: said for name, said in self.cleaned_data.items() if name != "about"}
        submission, _, question = about.partition("/")
        return {"submission_id": UUID(submission), "question_id": UUID(question), **words}


def _answer_named(submission: Submission, one: Outcome) -> str:
    decided = f" ({one.label.lower()})" if one.decision else ""
    return f"{bidder_of(submission)}, {submission.bid.lot}: {one.judged.question}{decided}"


class ConsensusChangeForm(ActForm):
    """Which change of what was agreed, and whether it is confirmed."""

    change_id = forms.ChoiceField(label="Which change?", widget=forms.RadioSelect)
    is_confirmed = forms.TypedChoiceField(
        label="Is it confirmed?",
        choices=[("yes", "Yes, it changes"), ("no", "No, it stays as it was")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    reason = needed_sometimes(
        forms.CharField(
            label="Reason", help_text="Needed if it stays as it was.", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4})
        )
    )

    def prepare(self) -> None:
        """The changes that wait."""
        self.changes = list(ConsensusChange.objects.visible_to(self.user).of(self.record).waiting())
        self.fields["change_id"].choices = [(str(change.pk), str(change)) for change in self.changes]  # type: ignore[attr-defined]

    def as_act(self) -> dict[str, Any]:
        """The change by its id."""
        return {**self.cleaned_data, "change_id": UUID(self.cleaned_data["change_id"])}


class JudgedForm(TextForm):
    """A score with its reason, for one criterion: both, or left as it was."""

    value = forms.TypedChoiceField(
        label="Score", coerce=int, widget=forms.RadioSelect, error_messages={"required": "Choose a score for this reason."}
    )
    reason = forms.CharField(
        label="Reason",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give the reason for this score."},
    )

    def __init__(self, *args: Any, criterion: Criterion, given: Any = None, **kwargs: Any) -> None:
        unchanged_is_fine = {"empty_permitted": True, "use_required_attribute": False}
        super().__init__(*args, **{**kwargs, **unchanged_is_fine, "initial": self.first_values(given)})
        self.criterion, self.given = criterion, given
        self.row_title = f"{criterion.number}. {criterion.title}"
        field = self.fields["value"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(str(score), str(score)) for score in range(criterion.max_score + 1)]

    def first_values(self, given: Any) -> dict[str, Any]:
        """What was saved before."""
        return {"value": given.value, "reason": given.reason} if given else {}

    def is_to_be_saved(self) -> bool:
        """Whether it says something that was not saved yet."""
        return bool(self.cleaned_data)

    def as_act(self) -> dict[str, Any]:
        """The keyword arguments that the act takes beside the bid."""
        return {"criterion_id": self.criterion.pk, **self.cleaned_data}


class ScoreForm(JudgedForm):
    """One evaluator's score on one criterion."""


class ConsensusForm(JudgedForm):
    """The panel's agreed score on one criterion; `discussion` where the scores lie apart, and for a change once prices are known."""

    discussion = forms.CharField(
        label="What the panel discussed",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "The scores lie two or more apart. Say what the panel discussed."},
    )

    def __init__(
        self,
        *args: Any,
        criterion: Criterion,
        must_be_discussed: bool = False,
        waiting: ConsensusChange | None = None,
        is_a_change: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, criterion=criterion, **kwargs)
        self.waiting = waiting
        self.fields["value"].label = "Agreed score"
        self.fields["reason"].label = "The panel’s reason"
        self.fields["reason"].help_text = "The bidder is given this reason."
        self.must_be_discussed = must_be_discussed
        if is_a_change:
            self.fields["discussion"].label = "What the panel discussed, and why this score changes"
            self.fields["discussion"].error_messages["required"] = "Prices are known. Say what the panel discussed, and why this score changes."
        elif not must_be_discussed:
            del self.fields["discussion"]

    def first_values(self, given: Any) -> dict[str, Any]:
        """What was agreed before."""
        return {**super().first_values(given), "discussion": given.discussion} if given else {}


class Sheet(forms.BaseFormSet):
    """A form for each criterion of a bid, whatever the browser says how many there are."""

    def __init__(self, *args: Any, criteria: Iterable[Criterion], given: Mapping[UUID, Any], more: Mapping[UUID, Any] | None = None) -> None:
        self.criteria, self.given, self.more = list(criteria), given, more or {}
        super().__init__(*args)

    def total_form_count(self) -> int:
        """One for each criterion."""
        return len(self.criteria)

    initial_form_count = total_form_count

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """The criterion of a form, and what was saved for it."""
        if index is None:
            return {}
        criterion = self.criteria[index]
        return {"criterion": criterion, "given": self.given.get(criterion.pk), **self.more.get(criterion.pk, {})}


ScoreSheet = cast("type[Sheet]", forms.formset_factory(ScoreForm, formset=Sheet, extra=0, max_num=1000))
ConsensusSheet = cast("type[Sheet]", forms.formset_factory(ConsensusForm, formset=Sheet, extra=0, max_num=1000))


class TieForm(ActForm):
    """The order of bids that come out equal: a place for each."""

    reason = forms.CharField(label="Why this order", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    standing: Standing
    tied: tuple[UUID, ...] = ()

    def prepare(self) -> None:
        """A field for each of the bids of the first tie that is open."""
        if self.record.prices_known_at is None:
            raise Refused("Bring in the prices first. From then on, what is agreed changes only by two people.")
        for standing in standings(self.record):
            if ties := standing.open_ties():
                self.standing, self.tied = standing, ties[0]
                break
        places = [("", "---------"), *((str(place), str(place)) for place in range(1, len(self.tied) + 1))]
        for key in self.tied:
            name = bidder_of(self.standing.bids[key])
            self.fields[f"place_{key}"] = forms.TypedChoiceField(label=f"Place of {name} among them", choices=places, coerce=int)
        self.order_fields([*(f"place_{key}" for key in self.tied), "reason"])

    def clean(self) -> dict[str, Any]:
        """Each place is given once."""
        cleaned = super().clean() or {}
        places = [cleaned.get(f"place_{key}") for key in self.tied]
        if None not in places and len(set(places)) < len(places):
            self.add_error(None, "Give each place to one bid only.")
        return cleaned

    def as_act(self) -> dict[str, Any]:
        """The lot, the bids in order, and the reason."""
        order = sorted(self.tied, key=lambda key: self.cleaned_data[f"place_{key}"])
        lot = self.standing.lot if self.tied else self.record.lots.first()
        return {"lot_id": lot.pk, "order": order, "reason": self.cleaned_data["reason"]}
