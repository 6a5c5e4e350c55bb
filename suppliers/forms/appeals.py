"""Forms of appeals: what the appellant writes, what officers ask and decide, and how a decision is carried out."""

from typing import Any

from django import forms

from commissioning.contents import ACCEPTED
from commissioning.draft_forms import RemoveFile
from commissioning.form_fields import MomentField
from commissioning.models import User
from commissioning.pages import ActForm
from suppliers.models import AppealPoint, FurtherInformation, Hearing, OfficerChange, Place
from suppliers.models.appeals import Remedy


def _text(rows: int, *, most: int = 20000, **options: Any) -> forms.CharField:
    return forms.CharField(max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options)


class SaveAppeal(ActForm):
    """For each ground of the framework: the argument, and the remedy asked for. A draft keeps what there is of them."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Each ground, and the draft as it stands."""
        self.grounds = list(self.record.round.framework.appeal_grounds.all())
        written = {point.ground_id: point for point in self.record.points.all()}
        for ground in self.grounds:
            argument, remedy = f"argument_{ground.pk}", f"remedy_{ground.pk}"
            hint = f"{ground.description} Leave it empty if you do not appeal on this ground.".strip()
            self.fields[argument] = _text(5, label=ground.name, help_text=hint, required=False)
            self.fields[remedy] = forms.ChoiceField(
                choices=[("", "Choose"), *Remedy.choices], required=False, label=f"What you ask for: {ground.name[:1].lower()}{ground.name[1:]}"
            )
            if point := written.get(ground.pk):
                self.initial.update({argument: point.argument, remedy: point.remedy})
        self.initial["revision"] = self.record.revision

    def as_act(self) -> dict[str, Any]:
        """The grounds on which anything is said."""
        words = self.cleaned_data
        points = [{"ground": each.pk, "argument": words[f"argument_{each.pk}"], "remedy": words[f"remedy_{each.pk}"]} for each in self.grounds]
        return {"points": [point for point in points if point["argument"] or point["remedy"]], "revision": words["revision"]}


class AttachEvidence(ActForm):
    """One file."""

    file = forms.FileField(label="File", help_text=f"{ACCEPTED}. Up to 100 MB. The officer and the curators read it.")


class RemoveEvidence(RemoveFile):
    """Which file of the appellant's."""

    def attached(self) -> Any:
        """The files that the appellant attached."""
        return self.record.evidence()


class GiveAppeal(ActForm):
    """To whom, and why."""

    officer = forms.ModelChoiceField(queryset=User.objects.none(), label="The officer who takes it over", empty_label=None, widget=forms.RadioSelect)
    cause = forms.ChoiceField(choices=OfficerChange.Cause.choices, label="Why it is given to another", widget=forms.RadioSelect)
    reason = _text(4, most=4000, label="Reason", help_text="The appellant reads it.")

    def prepare(self) -> None:
        """The other officers who took no part."""
        self.fields["officer"].queryset = self.record.officers().exclude(pk=self.record.officer_id)  # type: ignore[attr-defined]

    def as_act(self) -> dict[str, Any]:
        """The officer by id."""
        words = self.cleaned_data
        return {"officer": words["officer"].pk, "cause": OfficerChange.Cause(words["cause"]), "reason": words["reason"]}


class AskForInformation(ActForm):
    """Of whom, and what."""

    asked_of = forms.ChoiceField(choices=FurtherInformation.AskedOf.choices, label="Who is asked", widget=forms.RadioSelect)
    question = _text(6, most=10000, label="Question", help_text="The appellant reads the question, and the answer, whoever gives it.")


class GiveInformation(ActForm):
    """The answer."""

    answer = _text(10, label="Answer", help_text="It becomes a paper of the appeal, which the appellant and the authority read.")


class ArrangeHearing(ActForm):
    """How it is held, when, and where."""

    form = forms.ChoiceField(choices=Hearing.Form.choices, label="Form of the hearing", widget=forms.RadioSelect)
    starts_at = MomentField(label="When")
    where = forms.CharField(
        max_length=500, required=False, label="Where, or how", help_text="For an oral hearing: a room, a telephone number or a link."
    )


class AdjournHearing(ActForm):
    """Why."""

    reason = _text(4, most=4000, label="Reason", help_text="The appellant reads it.")


class HearAppeal(ActForm):
    """Who came, and what was said."""

    attended = _text(3, most=4000, required=False, label="Who attended", help_text="Leave it empty for a hearing on the papers.")
    minutes = _text(12, label="Minutes", help_text="The appellant reads them, and can comment on them.")


class CommentOnMinutes(ActForm):
    """What the appellant says of them."""

    comments = _text(8, label="Your comments", help_text="What is to be corrected or added; or that there is nothing.")


class DecideAppeal(ActForm):
    """What is found on each ground and why, and the reasons as a whole."""

    reasons = _text(8, label="Reasons for the decision as a whole", help_text="The appellant reads them.")

    def prepare(self) -> None:
        """A finding and its reasons for each ground."""
        self.points = list(self.record.points.select_related("ground"))
        for point in self.points:
            self.fields[f"finding_{point.pk}"] = forms.ChoiceField(
                choices=AppealPoint.Finding.choices, label=f"Ground {point.number}: {point.ground}", widget=forms.RadioSelect
            )
            self.fields[f"reasons_{point.pk}"] = _text(5, label=f"Reasons on ground {point.number}")
        self.order_fields([name for point in self.points for name in (f"finding_{point.pk}", f"reasons_{point.pk}")])

    def as_act(self) -> dict[str, Any]:
        """The findings by the ids of the grounds."""
        words = self.cleaned_data
        findings = [
            {"point": point.pk, "finding": AppealPoint.Finding(words[f"finding_{point.pk}"]), "reasons": words[f"reasons_{point.pk}"]}
            for point in self.points
        ]
        return {"findings": findings, "reasons": words["reasons"]}


class UpholdAppeal(DecideAppeal):
    """And the remedy."""

    remedy = forms.ChoiceField(choices=Remedy.choices, label="Remedy: the appellant is to", widget=forms.RadioSelect)

    def as_act(self) -> dict[str, Any]:
        """With the remedy."""
        return {**super().as_act(), "remedy": Remedy(self.cleaned_data["remedy"])}


class ReissueReasons(ActForm):
    """The reasons as they should have been given."""

    reasons = _text(10, most=10000, label="Reasons", help_text="They go into the letter as you write them.")


class AssessAnew(ReissueReasons):
    """The decision made anew."""

    outcome = forms.ChoiceField(
        choices=[(Place.Outcome.ACCEPTED, "Accepted"), (Place.Outcome.REFUSED, "Not accepted")], label="Decision", widget=forms.RadioSelect
    )
    field_order = ("outcome", "reasons")

    def prepare(self) -> None:
        """As it was decided before, if it was."""
        if drafted := getattr(self.record, "fresh_decision", None):
            self.initial.update({"outcome": drafted.outcome, "reasons": drafted.reasons})
