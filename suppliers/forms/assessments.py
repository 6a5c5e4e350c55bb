"""Forms of the assessment of applications: what places need, who assesses, conflicts, and a sheet of findings."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django import forms

from commissioning.form_fields import needed_sometimes
from commissioning.judging import Judged
from commissioning.models import Question
from commissioning.pages import ActForm
from commissioning.row_forms import PlainNumber, PlainWhole
from suppliers.assessing import MOST, left_to_people
from suppliers.assessment_state import applicants, questions_of, received, sheet_of
from suppliers.models import Assessor
from suppliers.rules import fit_to_assess


class LimitRow(forms.Form):
    """What one list and area needs; nothing, or one of the two."""

    least_score = needed_sometimes(PlainNumber(required=False, max_digits=5, decimal_places=2, label="Least score out of 100"))
    places = needed_sometimes(PlainWhole(required=False, label="Number of places, by rank"))

    def __init__(self, *args: Any, part: tuple[UUID, UUID], row_title: str, given: Any = None, **kwargs: Any) -> None:
        initial = {"least_score": given.least_score, "places": given.places} if given else {}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.part, self.row_title = part, row_title

    def clean(self) -> dict[str, Any]:
        """Not both."""
        words = super().clean() or {}
        if words.get("least_score") is not None and words.get("places") is not None:
            self.add_error("places", "Give a least score or a number of places, and not both.")
        return words

    def as_entry(self) -> dict[str, Any] | None:
        """As the act takes it; None if it says nothing."""
        said = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return {"framework_list": self.part[0], "area": self.part[1], **said} if said else None


class _Parts(forms.BaseFormSet):
    """A row for each list and area."""

    def __init__(self, *args: Any, rows: list[dict[str, Any]], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(*args, **kwargs)

    def total_form_count(self) -> int:
        """One for each."""
        return len(self.rows)

    initial_form_count = total_form_count

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Which list and area a row is of, and what it says now."""
        return {"part": (UUID(int=0), UUID(int=0)), "row_title": ""} if index is None else self.rows[index]


_PartsSet = cast("type[_Parts]", forms.formset_factory(LimitRow, formset=_Parts, extra=0, max_num=1000))


class SetLimits(ActForm):
    """What a place needs, by list and area."""

    def prepare(self) -> None:
        """A row for each list and area, as it stands now."""
        framework = self.record.framework
        standing = {(limit.framework_list_id, limit.area_id): limit for limit in self.record.limits.all()}
        areas = list(framework.areas.all())
        parts = [(each, area) for each in framework.lists.all() for area in areas]
        rows = [{"part": (each.pk, area.pk), "row_title": f"{each}: {area}", "given": standing.get((each.pk, area.pk))} for each, area in parts]
        self.formset = _PartsSet(*((self.data,) if self.is_bound else ()), rows=rows)

    def is_valid(self) -> bool:
        """Whether every row is right."""
        return super().is_valid() and self.formset.is_valid()

    def as_act(self) -> dict[str, Any]:
        """The rows that say something."""
        return {"limits": [entry for row in self.formset.forms if (entry := row.as_entry())]}


class NameAssessors(ActForm):
    """Who assesses, and who moderates."""

    assessors = forms.MultipleChoiceField(
        label="Assessors", help_text="At least two. Two of them assess each application.", widget=forms.CheckboxSelectMultiple
    )
    moderators = forms.MultipleChoiceField(
        label="Moderators", help_text="At least one, who assesses nothing in this round.", widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """The people of the authority who can be named, with those who are."""
        people = [(str(person.pk), str(person)) for person in fit_to_assess(self.record).order_by("name", "pk")]
        for name, does in (("assessors", Assessor.Does.ASSESSES), ("moderators", Assessor.Does.MODERATES)):
            self.fields[name].choices = people  # type: ignore[attr-defined]
            named = self.record.assessors.filter(ended_at=None, does=does)
            self.initial[name] = [str(pk) for pk in named.values_list("person", flat=True)]

    def as_act(self) -> dict[str, Any]:
        """The people by id."""
        return {name: [UUID(pk) for pk in chosen] for name, chosen in self.cleaned_data.items()}


class DeclareConflicts(ActForm):
    """With which applicants there is a conflict, and which."""

    applications = needed_sometimes(
        forms.MultipleChoiceField(
            required=False,
            label="Applicants with whom you have a conflict of interest",
            help_text="Such as work, money, family or friendship that could sway you, or seem to. Leave all of them empty if you have none.",
            widget=forms.CheckboxSelectMultiple,
        )
    )
    statement = needed_sometimes(
        forms.CharField(
            required=False,
            max_length=4000,
            label="What it is",
            help_text="Needed if you have a conflict. If it is not the same with each of them, declare once for each.",
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    )

    def prepare(self) -> None:
        """Those who applied, but for those with whom the person has declared a conflict already."""
        others = applicants(self.record, self.user).exclude(conflicts__person=self.user)
        names = others.order_by("supplier__organisation__name").values_list("pk", "supplier__organisation__name")
        self.fields["applications"].choices = [(str(pk), name) for pk, name in names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What it is, where there is one."""
        words = super().clean() or {}
        if words.get("applications") and not words.get("statement", "").strip():
            self.add_error("statement", "Say what the conflict is.")
        if words.get("statement", "").strip() and not words.get("applications"):
            self.add_error("applications", "Choose the applicants with whom you have this conflict.")
        return words

    def as_act(self) -> dict[str, Any]:
        """Each with what it is."""
        words = self.cleaned_data
        return {"conflicts": [{"application": UUID(pk), "statement": words["statement"]} for pk in words["applications"]]}


def _choice(label: str, choices: list[tuple[str, str]], coerce: Any) -> forms.TypedChoiceField:
    return needed_sometimes(
        forms.TypedChoiceField(required=False, coerce=coerce, empty_value=None, label=label, choices=choices, widget=forms.RadioSelect)
    )


class Findings(ActForm):
    """A sheet: for each answer that people judge, a score or whether it passes, and the reason; what is left empty stays as it was."""

    def prepare(self) -> None:
        """Two boxes for each answer, with what was found before."""
        application = received(self.record.pk)
        self.asked = left_to_people(sheet_of(application, questions_of(application.round)))
        given = self.found_before()
        for judged in self.asked:
            self._add(judged.question, given.get(judged.question.pk))

    def found_before(self) -> Mapping[UUID, Any]:
        """By question."""
        own = self.record.assessments.filter(assessor__person=self.user, assessor__ended_at=None).first()
        return {one.question_id: one for one in own.judgements.all()} if own else {}

    def _add(self, question: Question, found: Any) -> None:
        about, why = f"found_{question.number}", f"reason_{question.number}"
        if question.judging == Question.Judging.SCORED:
            choices = [(str(score), str(score)) for score in range(MOST + 1)]
            self.fields[about] = _choice("Score", choices, int)
            self.initial[about] = found.score if found else None
        else:
            either = [("yes", "Yes"), ("no", "No")]
            self.fields[about] = _choice("Does it pass?", either, lambda answer: answer == "yes")
            self.initial[about] = None if found is None else ("yes" if found.passes else "no")
        reason = forms.CharField(required=False, max_length=5000, label="Reason", widget=forms.Textarea(attrs={"rows": 3}))
        self.fields[why] = needed_sometimes(reason)
        self.initial[why] = found.reason if found else ""

    def boxes(self) -> list[tuple[Judged, Any, Any]]:
        """Each answer with its two boxes."""
        return [(judged, self[f"found_{judged.question.number}"], self[f"reason_{judged.question.number}"]) for judged in self.asked]

    def clean(self) -> dict[str, Any]:
        """Both of a pair, or neither."""
        words = super().clean() or {}
        for judged in self.asked:
            number = judged.question.number
            about, why = f"found_{number}", f"reason_{number}"
            if words.get(about) is not None and not words.get(why, "").strip():
                self.add_error(why, f"Question {number}: give the reason.")
            if words.get(about) is None and words.get(why, "").strip() and about not in self.errors:
                self.add_error(about, f"Question {number}: say what the reason is for.")
        return words

    def as_act(self) -> dict[str, Any]:
        """Those that are filled in."""
        filled_in = [one.question for one in self.asked if self.cleaned_data[f"found_{one.question.number}"] is not None]
        return {"findings": [self._entry(question) for question in filled_in]}

    def _entry(self, question: Question) -> dict[str, Any]:
        found = self.cleaned_data[f"found_{question.number}"]
        said = {"score": found} if question.judging == Question.Judging.SCORED else {"passes": found}
        return {"question": question.pk, **said, "reason": self.cleaned_data[f"reason_{question.number}"]}


class ModeratedFindings(Findings):
    """What holds in the end."""

    def found_before(self) -> Mapping[UUID, Any]:
        """By question."""
        return {one.question_id: one for one in self.record.moderations.standing()}
