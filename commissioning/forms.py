"""The forms of the ground's acts: each cleans to its act's keyword arguments."""

from typing import Any

from django import forms

from commissioning.form_fields import DayField, MomentField
from commissioning.models import Identifier, Organisation, OrganisationClass, Role
from commissioning.models.people import ROLES_OF
from commissioning.pages import ActForm
from commissioning.rules import may_bring_in


def _classes() -> list[tuple[str, str]]:
    return [("", "None"), *OrganisationClass.objects.values_list("code", "name")]


class DescribeOrganisation(ActForm):
    """What is said of an organisation."""

    name = forms.CharField(max_length=200, label="Name")
    body_class = forms.ChoiceField(
        choices=_classes, required=False, label="Class of public body", help_text="For a commissioner: frameworks say by class who may buy."
    )
    address = forms.CharField(max_length=2000, required=False, label="Address", widget=forms.Textarea(attrs={"rows": 4}))
    valid_from = DayField(required=False, label="First day on which it existed")
    valid_to = DayField(required=False, label="Last day on which it existed")

    def prepare(self) -> None:
        """A field for each scheme; several identifiers of one scheme stand side by side."""
        for scheme in Identifier.Scheme:
            self.fields[scheme.value] = forms.CharField(max_length=200, required=False, label=str(scheme.label), help_text=_HINTS.get(scheme, ""))
        self.initial.update({name: getattr(self.record, name) for name in ("name", "address", "valid_from", "valid_to")})
        self.initial["body_class"] = self.record.body_class_id or ""
        if self.record.kind == Organisation.Kind.SUPPLIER:
            del self.fields["body_class"]
        for identifier in self.record.identifiers.all():
            before = self.initial.get(identifier.scheme)
            self.initial[identifier.scheme] = f"{before}, {identifier.value}" if before else identifier.value

    def as_act(self) -> dict[str, Any]:
        """The scheme fields together are the identifiers."""
        words = {name: self.cleaned_data[name] for name in self.base_fields if name in self.fields}
        given = [(scheme, value) for scheme in Identifier.Scheme for value in self.cleaned_data[scheme.value].split(",") if value.strip()]
        return {**words, "identifiers": [{"scheme": scheme, "value": value.strip()} for scheme, value in given]}


_HINTS = {
    Identifier.Scheme.ODS: "For example, 5AT.",
    Identifier.Scheme.COMPANIES_HOUSE: "For example, 01234567 or OC123456.",
    Identifier.Scheme.PPON: "For example, PMZV-7732-XXTT.",
    Identifier.Scheme.OTHER: "Several are separated by commas.",
}


class RegisterOrganisation(DescribeOrganisation):
    """A new organisation."""

    kind = forms.ChoiceField(choices=Organisation.Kind.choices, label="What it is to the framework", widget=forms.RadioSelect)
    field_order = ("kind", "name", "body_class", "address", "valid_from", "valid_to")


class SucceedOrganisation(ActForm):
    """Who takes an organisation's place."""

    last_day = DayField(label="Its last day")
    successors = forms.ModelMultipleChoiceField(queryset=Organisation.objects.none(), label="The organisations that take its place")

    def prepare(self) -> None:
        """Others of the same kind that have not ended."""
        choices = Organisation.objects.visible_to(self.user).filter(kind=self.record.kind, valid_to__isnull=True).exclude(pk=self.record.pk)
        self.fields["successors"].queryset = choices  # type: ignore[attr-defined]

    def as_act(self) -> dict[str, Any]:
        """Successors by id."""
        return {**self.cleaned_data, "successors": [organisation.pk for organisation in self.cleaned_data["successors"]]}


class InvitePerson(ActForm):
    """Whom to invite, and to do what."""

    email = forms.EmailField(max_length=254, label="E-mail address")
    name = forms.CharField(max_length=200, label="Name")
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The roles of an organisation of this kind to which the person may bring somebody in; all, where the act says why it is none."""
        roles = [role for role in Role if role in ROLES_OF[self.record.kind]]
        open_to_them = [role for role in roles if may_bring_in(self.user, self.record, role)]
        self.fields["role"].choices = [(role.value, role.label) for role in open_to_them or roles]  # type: ignore[attr-defined]


class GiveReason(ActForm):
    """Why."""

    reason = forms.CharField(max_length=2000, label="Reason", widget=forms.Textarea(attrs={"rows": 3}))


class EndMembership(ActForm):
    """Why, if there is something to say."""

    reason = forms.CharField(
        max_length=2000, required=False, label="Reason", help_text="The person is told.", widget=forms.Textarea(attrs={"rows": 3})
    )


class AcceptInvitation(forms.Form):
    """The first password of somebody who comes in."""

    password = forms.CharField(
        max_length=1000,
        strip=False,
        label="Choose a password",
        help_text="At least 12 characters. Three words that only you would put together are easy to keep in mind.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class RenamePerson(ActForm):
    """A person's name."""

    name = forms.CharField(max_length=200, label="Name")

    def prepare(self) -> None:
        """As it is now."""
        self.initial["name"] = self.record.name


class MoveDemoClock(forms.Form):
    """Any later moment."""

    to = MomentField(label="Go to another moment")
