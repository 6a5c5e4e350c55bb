"""Forms for setting up a framework."""

from typing import Any

from django import forms

from commissioning import clock
from commissioning.form_fields import DayField, MomentField
from commissioning.models import Organisation, PeriodRule
from commissioning.pages import ActForm
from commissioning.refusals import Refused
from suppliers.configuration import buyers_in_words, entitled
from suppliers.forms.terms import regimes, rules
from suppliers.models import Framework, FrameworkList, Listing, ServiceArea, Supplier
from suppliers.notice_period import earliest_close, least, noon_from

BY_LAW = "As the law has it"
Purpose = PeriodRule.Purpose


class DraftFramework(ActForm):
    """A new framework."""

    authority = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="Authority", empty_label=None)
    reference = forms.SlugField(max_length=40, label="Reference", help_text="Its name in addresses, such as fesc-2007.")
    title = forms.CharField(max_length=200, label="Title")
    description = forms.CharField(max_length=10000, required=False, label="Description", widget=forms.Textarea(attrs={"rows": 6}))
    regime = forms.ChoiceField(choices=regimes, label="The law that it is set up under")
    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")
    appeal_rule = forms.ChoiceField(
        choices=lambda: rules(Purpose.APPEAL, BY_LAW),
        required=False,
        label="How long a refused supplier may appeal",
        help_text="Not every law has a period of its own for appeals; where it has none, choose one.",
    )
    standstill_rule = forms.ChoiceField(
        choices=lambda: rules(Purpose.STANDSTILL, BY_LAW), required=False, label="How long a buyer waits between intended award and contract"
    )

    def prepare(self) -> None:
        """The viewer's own authorities."""
        own = Organisation.objects.visible_to(self.user).filter(pk__in=self.user.organisations, kind=Organisation.Kind.AUTHORITY)
        self.fields["authority"].queryset = own  # type: ignore[attr-defined]

    def as_act(self) -> dict[str, Any]:
        """The authority by id."""
        return {**self.cleaned_data, "authority": self.cleaned_data["authority"].pk}


class AddPart(ActForm):
    """One more part of a framework."""

    name = forms.CharField(max_length=200, label="Name")
    code = forms.SlugField(max_length=40, label="Code", help_text="Its name in addresses and files: letters, digits and hyphens.")
    description = forms.CharField(max_length=4000, required=False, label="Description", widget=forms.Textarea(attrs={"rows": 4}))


class AddList(AddPart):
    """One more list."""

    scope_kind = forms.ChoiceField(choices=FrameworkList.Scope.choices, label="What a supplier on it may be asked for", widget=forms.RadioSelect)


class AddService(AddPart):
    """One more service on an area's menu."""

    area = forms.ModelChoiceField(queryset=ServiceArea.objects.none(), label="Area", empty_label=None)
    field_order = ("area", "name", "code", "description")

    def prepare(self) -> None:
        """The framework's areas."""
        self.fields["area"].queryset = self.record.areas.all()  # type: ignore[attr-defined]

    def as_act(self) -> dict[str, Any]:
        """The area by id."""
        return {**self.cleaned_data, "area": self.cleaned_data["area"].pk}


class GiveReason(ActForm):
    """Why something is done."""

    reason = forms.CharField(max_length=4000, label="Reason", widget=forms.Textarea(attrs={"rows": 4}))


class OpenRound(ActForm):
    """A new admission round."""

    title = forms.CharField(max_length=200, label="Title")
    closes_at = MomentField(label="Deadline for applications")
    questions_close_at = MomentField(
        label="Questions close", required=False, help_text="Until then suppliers can ask about the notice. Leave it empty for the deadline itself."
    )
    answers_due_at = MomentField(
        label="Answers are due", required=False, help_text="When every question is to be answered by, at the latest at the deadline."
    )
    decisions_due_at = MomentField(
        label="Decisions are due", required=False, help_text="When you mean to send the decisions by. Suppliers read it; nothing depends on it."
    )
    notice = forms.CharField(
        max_length=20000, required=False, label="Notice", help_text="What suppliers must know to apply.", widget=forms.Textarea(attrs={"rows": 12})
    )

    def prepare(self) -> None:
        """Propose the first noon that the law of the framework allows, if it sets a least time."""
        self.propose(self.record)

    def propose(self, framework: Framework) -> None:
        """Say which deadline is the earliest, and begin with the first noon from then."""
        try:
            earliest = earliest_close(framework.regime, clock.now())
        except Refused:  # a period that cannot be counted now is complained of when the round is announced
            return
        if earliest is not None:
            self.fields["closes_at"].help_text = least(framework.regime, earliest)
            self.initial["closes_at"] = noon_from(earliest)


class GrantEarlyRelease(ActForm):
    """Who may ask whom before publication, until when."""

    buyer = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="Buyer", empty_label="Choose one")
    framework_list = forms.ModelChoiceField(queryset=FrameworkList.objects.none(), label="List", empty_label=None, widget=forms.RadioSelect)
    area = forms.ModelChoiceField(queryset=ServiceArea.objects.none(), label="Area", empty_label=None, widget=forms.RadioSelect)
    suppliers = forms.ModelMultipleChoiceField(
        queryset=Supplier.objects.none(),
        label="Suppliers",
        help_text="Each must be accepted on that list for that area.",
        widget=forms.CheckboxSelectMultiple,
    )
    expires_at = MomentField(label="It holds until")
    reason = forms.CharField(
        max_length=4000, label="Reason", help_text="Why this buyer cannot wait for publication.", widget=forms.Textarea(attrs={"rows": 4})
    )

    def prepare(self) -> None:
        """Commissioners that may buy under the framework, and what it has."""
        fields: Any = self.fields
        commissioners = Organisation.objects.visible_to(self.user).filter(kind=Organisation.Kind.COMMISSIONER)
        if version := self.record.versions.first():
            commissioners = commissioners.filter(entitled(version.content))
            fields["buyer"].help_text = f"One that may buy under the framework: {'; '.join(buyers_in_words(version.content))}."
        fields["buyer"].queryset = commissioners
        fields["framework_list"].queryset = self.record.lists.all()
        fields["area"].queryset = self.record.areas.all()
        accepted = {"framework_list__framework": self.record, "published_at": None, "ended_at": None}
        waiting = Listing.objects.visible_to(self.user).filter(**accepted)
        fields["suppliers"].queryset = Supplier.objects.visible_to(self.user).filter(listings__in=waiting).select_related("organisation").distinct()

    def as_act(self) -> dict[str, Any]:
        """Everything by id."""
        words = self.cleaned_data
        by_id = {name: words[name].pk for name in ("buyer", "framework_list", "area")}
        return {**words, **by_id, "suppliers": [supplier.pk for supplier in words["suppliers"]]}
