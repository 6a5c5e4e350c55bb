"""Forms of changes of a supplier: what it tells, and what the authority makes of it."""

from typing import Any

from django import forms

from commissioning.contents import ACCEPTED
from commissioning.draft_forms import RemoveFile
from commissioning.form_fields import DayField, MomentField
from commissioning.models import Organisation
from commissioning.pages import ActForm
from suppliers.forms.firms import MemberRows
from suppliers.models.changes import ChangeKind, ControlOutcome

_ALONE = [choice for choice in ChangeKind.choices if choice[0] != ChangeKind.MEMBERS]


class ToldToAuthority(ActForm):
    """Since when something is so, how that came about, and whom to tell."""

    effective_on = DayField(label="First day on which it is so")
    account = forms.CharField(
        max_length=20000,
        label="What has changed, and how it came about",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="You can attach files once you have told the authority.",
    )
    authority = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="Which authority is told", empty_label=None)

    def prepare(self) -> None:
        """The authorities on whose lists it stands or stood."""
        authorities = Organisation.objects.visible_to(self.user).filter(frameworks__lists__listings__supplier=self.record).distinct()
        self.fields["authority"].queryset = authorities  # type: ignore[attr-defined]

    def as_act(self) -> dict[str, Any]:
        """The authority by its id."""
        return {**self.cleaned_data, "authority": self.cleaned_data["authority"].pk}


class TellOfChange(ToldToAuthority):
    """What changes, from when, and how that came about."""

    kind = forms.ChoiceField(choices=_ALONE, label="What changes", widget=forms.RadioSelect)
    new_name = forms.CharField(max_length=200, required=False, label="New name", help_text="For another name: the legal name as it is registered.")
    field_order = ("kind", "new_name", "effective_on", "account", "authority")

    def as_act(self) -> dict[str, Any]:
        """The kind as the act knows it."""
        return {**super().as_act(), "kind": ChangeKind(self.cleaned_data["kind"])}


class TellOfNewMembers(MemberRows, ToldToAuthority):
    """Who the members are from when on, and how that came about."""

    def prepare(self) -> None:
        """The members as they are, to be changed."""
        super().prepare()
        self.add_rows("The change")
        for number, member in enumerate(self.record.members_now(), start=1):
            self.initial.update({f"company_{number}": str(member.company_id), f"share_{number}": member.liability_share})

    def as_act(self) -> dict[str, Any]:
        """The members that were filled in."""
        return self.with_members(super().as_act())


class AttachToChange(ActForm):
    """One file."""

    file = forms.FileField(label="File", help_text=f"{ACCEPTED}. Up to 100 MB. The authority reads it.")


class RemoveFromChange(RemoveFile):
    """Which file of the change."""

    def attached(self) -> Any:
        """The files that the supplier attached."""
        return self.record.files()


class GiveReasons(ActForm):
    """Why."""

    reasons = forms.CharField(max_length=4000, label="Reasons", widget=forms.Textarea(attrs={"rows": 5}), help_text="The supplier reads them.")


class DecideOnListings(GiveReasons):
    """What becomes of its listings."""

    outcome = forms.ChoiceField(choices=ControlOutcome.choices, label="Its listings are", widget=forms.RadioSelect)
    suspended_until = MomentField(
        label="Suspended until",
        required=False,
        help_text="For a suspension: the moment at which the supplier returns. Where it is suspended for longer already, that stays.",
    )
    field_order = ("outcome", "suspended_until", "reasons")

    def as_act(self) -> dict[str, Any]:
        """With the decision as the act knows it."""
        return {**self.cleaned_data, "outcome": ControlOutcome(self.cleaned_data["outcome"])}
