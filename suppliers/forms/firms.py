"""Forms of suppliers and their listings."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from commissioning.form_fields import MomentField, PlainNumber
from commissioning.models import Identifier, Organisation
from commissioning.pages import ActForm
from suppliers.models import Supplier

MOST_MEMBERS = 6


class DescribeSupplier(ActForm):
    """What the public reads of a supplier."""

    profile = forms.CharField(max_length=4000, required=False, label="Profile", widget=forms.Textarea(attrs={"rows": 8}))
    website = forms.URLField(max_length=200, required=False, label="Website", assume_scheme="https")

    def prepare(self) -> None:
        """As it stands now."""
        self.initial.update({"profile": self.record.profile, "website": self.record.website})


class RegisterSupplier(DescribeSupplier):
    """A company, and what registers call it."""

    name = forms.CharField(max_length=200, label="Name", help_text="The legal name.")
    short_name = forms.SlugField(max_length=40, label="Short name", help_text="Its name in addresses: letters, digits and hyphens.")
    scheme = forms.ChoiceField(
        choices=[("", "No register"), *Identifier.Scheme.choices], required=False, label="Register", initial=Identifier.Scheme.COMPANIES_HOUSE
    )
    value = forms.CharField(max_length=50, required=False, label="Number in that register")
    address = forms.CharField(max_length=2000, required=False, label="Address", widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("name", "short_name", "scheme", "value", "address", "profile", "website")

    def as_act(self) -> dict[str, Any]:
        """The identifier, if there is one, in a list."""
        words = dict(self.cleaned_data)
        scheme, value = words.pop("scheme"), words.pop("value")
        return {**words, "identifiers": [{"scheme": scheme, "value": value}] if scheme and value else []}


class _Share(PlainNumber):
    """A percentage with two decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(100), **options)


class MemberRows(ActForm):
    """The members of a consortium in rows, the first of which leads."""

    def add_rows(self, title: str) -> None:
        """A row for each of several members, in a part of the form that follows what it asks besides."""
        self.fieldsets = [(title, list(self.fields)), ("Its members and their shares of liability", [])]
        companies = Organisation.objects.visible_to(self.user).filter(kind=Organisation.Kind.SUPPLIER)
        choices = [("", "Nobody"), *((str(pk), name) for pk, name in companies.values_list("pk", "name"))]
        for number in range(1, MOST_MEMBERS + 1):
            title = "The company that leads" if number == 1 else f"Member {number}"
            needed = number < 3
            self.fields[f"company_{number}"] = forms.ChoiceField(choices=choices, required=needed, label=title)
            self.fieldsets[1][1].extend((f"company_{number}", f"share_{number}"))
            self.fields[f"share_{number}"] = _Share(required=needed, label=f"{title}: share of liability, percent")

    def with_members(self, words: dict[str, Any]) -> dict[str, Any]:
        """The act's keyword arguments, with the members that were filled in."""
        rows = [(number, words.pop(f"company_{number}"), words.pop(f"share_{number}")) for number in range(1, MOST_MEMBERS + 1)]
        members = [
            {"company": UUID(company), "leads": number == 1, "liability_share": share or Decimal(0)} for number, company, share in rows if company
        ]
        return {**words, "members": members}

    def clean(self) -> dict[str, Any]:
        """A share stands beside a member."""
        words = super().clean() or self.cleaned_data
        for number in range(1, MOST_MEMBERS + 1):
            if words.get(f"share_{number}") and not words.get(f"company_{number}"):
                self.add_error(f"company_{number}", "Choose the member whose share this is, or empty the share.")
        return words


class RegisterConsortium(MemberRows, RegisterSupplier):
    """A consortium with its members."""

    def prepare(self) -> None:
        """A row for each of several members."""
        super().prepare()
        self.add_rows("The consortium")

    def as_act(self) -> dict[str, Any]:
        """The members that were filled in."""
        return self.with_members(super().as_act())


class SuspendListing(ActForm):
    """Until when, and why."""

    ends_at = MomentField(label="Suspended until")
    reason = forms.CharField(max_length=4000, label="Reason", help_text="The supplier reads it.", widget=forms.Textarea(attrs={"rows": 4}))


class PassToSuccessor(ActForm):
    """To which of the successors, and why."""

    successor = forms.ModelChoiceField(queryset=Supplier.objects.none(), label="The successor", empty_label=None, widget=forms.RadioSelect)
    reason = forms.CharField(max_length=4000, label="Reason", widget=forms.Textarea(attrs={"rows": 4}), help_text="Both suppliers read it.")

    def prepare(self) -> None:
        """The suppliers that its organisation was succeeded by."""
        successors = Supplier.objects.visible_to(self.user).filter(organisation__predecessors=self.record.supplier.organisation_id)
        self.fields["successor"].queryset = successors.select_related("organisation")  # type: ignore[attr-defined]

    def as_act(self) -> dict[str, Any]:
        """The successor by its id."""
        return {"successor": self.cleaned_data["successor"].pk, "reason": self.cleaned_data["reason"]}
