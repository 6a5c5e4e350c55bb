"""Forms of reports of breaches: what the commissioner writes, what the supplier answers, and what the authority decides."""

from typing import Any

from django import forms

from commissioning.contents import ACCEPTED
from commissioning.draft_forms import RemoveFile
from commissioning.form_fields import MomentField
from commissioning.pages import ActForm
from contracts.breach_grounds import GROUNDS
from contracts.models.breaches import REPLY_FILE, REPORT_FILE, BreachOutcome


def _text(rows: int, *, most: int = 20000, **options: Any) -> forms.CharField:
    return forms.CharField(max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options)


class WriteBreachReport(ActForm):
    """On which ground, and what happened."""

    ground = forms.ChoiceField(choices=[(each.code, each.name) for each in GROUNDS.values()], label="What was broken", widget=forms.RadioSelect)
    account = _text(10, label="What happened", help_text="What was agreed, what was done instead, and when. The supplier and the authority read it.")

    def prepare(self) -> None:
        """As it was written before."""
        self.initial.update({name: getattr(self.record, name) for name in ("ground", "account") if hasattr(self.record, name)})


class AttachToBreachReport(ActForm):
    """One file."""

    file = forms.FileField(label="File", help_text=f"{ACCEPTED}. Up to 100 MB. The supplier and the authority read it.")


class AttachToBreachReply(ActForm):
    """One file."""

    file = forms.FileField(label="File", help_text=f"{ACCEPTED}. Up to 100 MB. The commissioner and the authority read it, once you have replied.")


class RemoveBreachFile(RemoveFile):
    """Which file of the report."""

    purpose = REPORT_FILE

    def attached(self) -> Any:
        """The files of the report, or of the reply."""
        return self.record.files(self.purpose)


class RemoveReplyFile(RemoveBreachFile):
    """Which file of the reply."""

    purpose = REPLY_FILE


class ReplyToBreachReport(ActForm):
    """The reply."""

    reply = _text(10, label="Your reply", help_text="The commissioner and the authority read it.")


class WithdrawBreachReport(ActForm):
    """Why it is taken back."""

    reason = _text(4, most=4000, label="Reason", help_text="The supplier and the authority read it.")


class DecideBreachReport(ActForm):
    """What is found, why, and for a suspension until when."""

    outcome = forms.ChoiceField(choices=BreachOutcome.choices, label="Decision", widget=forms.RadioSelect)
    suspended_until = MomentField(
        label="Suspended until",
        required=False,
        help_text="For a suspension: the moment at which the supplier returns. Where it is suspended for longer already, that stays.",
    )
    reasons = _text(8, most=4000, label="Reasons", help_text="The supplier and the commissioner read them.")

    def as_act(self) -> dict[str, Any]:
        """With the decision as the act knows it."""
        return {**self.cleaned_data, "outcome": BreachOutcome(self.cleaned_data["outcome"])}
