"""Forms for the terms of a framework, one part at a time; each begins with what the next version would say."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from commissioning.form_fields import DayField, MoneyField
from commissioning.models import Organisation, OrganisationClass, PeriodRule, Regime
from commissioning.pages import ActForm
from commissioning.row_forms import PlainNumber, PlainWhole, Row, RowsForm
from suppliers import own_words
from suppliers.actions.frameworks import RULE_PURPOSES
from suppliers.actions.terms import MOST_ASKED
from suppliers.timing import TIMED, counted_by

_LONG = forms.Textarea(attrs={"rows": 6})


def regimes() -> list[tuple[str, str]]:
    """The laws that there are, by name."""
    return [("", "Choose one"), *Regime.objects.values_list("code", "name")]


def rules(purpose: str, first: str = "Choose one", *, law: str = "", chosen: str = "") -> list[tuple[str, str]]:
    """The period rules for a purpose, by title and length, of one law if it is named; `first` is what choosing none of them is called."""
    found = PeriodRule.objects.fitting(purpose, law, chosen)
    return [("", first), *((rule.code, f"{rule}: {rule.length} {rule.get_unit_display().lower()}") for rule in found)]


class TermsForm(ActForm):
    """Some of a framework's terms, each field named as the column that it fills."""

    def prepare(self) -> None:
        """As the next version would have them."""
        drafted = self.record.drafted()
        columns = {field.name: field.attname for field in drafted._meta.concrete_fields}
        self.initial.update({name: getattr(drafted, columns[name]) for name in self.fields if name in columns})


class DescribeFramework(TermsForm):
    """What a framework is, and its law."""

    title = forms.CharField(max_length=200, label="Title")
    description = forms.CharField(max_length=10000, required=False, label="Description", widget=forms.Textarea(attrs={"rows": 8}))
    regime = forms.ChoiceField(choices=regimes, label="The law that it is set up under")


class SetTerm(TermsForm):
    """Its term."""

    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")
    longest_ends_on = DayField(required=False, label="Last day of the longest extension", help_text="Leave it empty if the term cannot be extended.")
    term_ground = forms.CharField(
        max_length=4000,
        required=False,
        label="Ground for a longer term",
        help_text="If the term is longer than the law usually allows.",
        widget=_LONG,
    )


class SetPeriods(TermsForm):
    """Its periods."""

    appeal_rule = forms.ChoiceField(label="How long a refused supplier may appeal")
    standstill_rule = forms.ChoiceField(label="How long a buyer waits between intended award and contract")
    tender_rule = forms.ChoiceField(required=False, label="The least time that a call-off gives suppliers to tender")

    def prepare(self) -> None:
        """As the next version would have them, each with the rules of the framework's law that there are for it."""
        super().prepare()
        for name, purpose in RULE_PURPOSES.items():
            field: Any = self.fields[name]
            first = "Choose one" if field.required else "None is set"
            field.choices = rules(purpose, first, law=self.record.drafted().regime_id, chosen=self.initial[name] or "")


class SetTiming(ActForm):
    """By which rules call-offs and appeals are timed."""

    def prepare(self) -> None:
        """A field for everything that is timed, with the rules that there are for it."""
        law, timing = self.record.drafted().regime_id, counted_by(self.record.drafted().timing)
        for name, timed in TIMED.items():
            choices = rules(timed.purpose, law=law, chosen=timing[name])
            self.fields[name] = forms.ChoiceField(choices=choices[1:], label=timed.label, initial=timing[name])

    def as_act(self) -> dict[str, Any]:
        """All of them."""
        return {"timing": self.cleaned_data}


class SetBuyers(ActForm):
    """Who may buy."""

    classes = forms.MultipleChoiceField(required=False, label="Every body of these classes", widget=forms.CheckboxSelectMultiple)
    named = forms.TypedMultipleChoiceField(coerce=UUID, required=False, label="And these organisations", widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        """The classes and the commissioners that there are."""
        drafted, fields = self.record.drafted(), self.fields
        fields["classes"].choices = list(OrganisationClass.objects.values_list("code", "name"))  # type: ignore[attr-defined]
        commissioners = Organisation.objects.visible_to(self.user).filter(kind=Organisation.Kind.COMMISSIONER, valid_to=None)
        fields["named"].choices = [(str(pk), name) for pk, name in commissioners.values_list("pk", "name")]  # type: ignore[attr-defined]
        self.initial.update({"classes": drafted.buyer_classes, "named": drafted.named_buyers})


class AwardCriterionRow(Row):
    """An award criterion."""

    told_by = ("title", "code", "weight")
    called = "Criterion"
    title = forms.CharField(max_length=200, label="What is judged")
    code = forms.SlugField(max_length=40, label="Code", help_text="Letters, digits and hyphens.")
    weight = PlainNumber(max_digits=5, decimal_places=2, label="Weight among its siblings, out of 100")
    within = forms.CharField(max_length=40, required=False, label="Part of", help_text="The code of a criterion above. Empty: of the first level.")
    description = forms.CharField(max_length=4000, required=False, label="What it means", widget=forms.Textarea(attrs={"rows": 2}))


class SetAwardCriteria(RowsForm):
    """The tree of award criteria."""

    row, argument = AwardCriterionRow, "criteria"

    def rows(self) -> Iterable[Any]:
        """As the next version would have them."""
        rows: list[Any] = self.record.drafted().criteria
        return rows

    def initial_of(self, record: Any) -> dict[str, Any]:
        """A row of the tree."""
        return dict(record)


class SetPriceAndFee(TermsForm):
    """What it costs."""

    price_mechanism = forms.CharField(max_length=4000, required=False, label="The price, or the mechanism by which it is found", widget=_LONG)
    estimated_value = MoneyField(required=False, label="Estimated value", help_text="In pounds without VAT, of all contracts over the whole term.")
    fee_percent = PlainNumber(
        max_digits=5,
        decimal_places=2,
        required=False,
        label="Fee, in percent",
        help_text="A fixed percentage of the value of each awarded contract, which its supplier pays to the authority. Empty: no fee.",
    )


class DescribeSelection(TermsForm):
    """How suppliers are selected."""

    selection_process = forms.CharField(
        max_length=10000, label="How a supplier is selected for a contract", widget=forms.Textarea(attrs={"rows": 10})
    )
    asks_at_most = PlainWhole(
        required=False,
        min_value=1,
        max_value=MOST_ASKED,
        label="How many suppliers a call-off invites at most",
        help_text="Then those that were asked longest ago come first. Empty: everyone on the list is invited each time.",
    )


class SetReopening(TermsForm):
    """Whether it is open."""

    reopens = forms.TypedChoiceField(
        choices=[("yes", "Yes: it reopens for new suppliers"), ("no", "No")],
        coerce=lambda value: value == "yes",
        label="Is it an open framework?",
        widget=forms.RadioSelect,
    )
    reopening = forms.CharField(max_length=4000, required=False, label="How it reopens", help_text="If it is open.", widget=_LONG)

    def prepare(self) -> None:
        """As the next version would have it."""
        super().prepare()
        self.initial["reopens"] = {True: "yes", False: "no"}.get(self.initial["reopens"])


class SetAgreementTerms(TermsForm):
    """What listed suppliers sign."""

    agreement_terms = forms.CharField(
        max_length=20000,
        required=False,
        label="What each listed supplier signs",
        help_text="Plain text; an empty line begins a paragraph. Empty: nobody signs anything, and whoever is listed is asked.",
        widget=forms.Textarea(attrs={"rows": 20}),
    )


class SetLetters(ActForm):
    """Its own paragraphs, a field for each kind of letter."""

    def prepare(self) -> None:
        """Every kind, with the places that its text may name."""
        written = self.record.drafted().letters
        for template, kind in own_words.KINDS.items():
            places = ", ".join(f"{{{place}}}" for place in kind.places)
            text = forms.Textarea(attrs={"rows": 4})
            hint = f"Plain text; a new line begins a paragraph. These are filled in: {places}."
            self.fields[template] = forms.CharField(max_length=own_words.LONGEST, required=False, label=kind.label, help_text=hint, widget=text)
            self.initial[template] = written.get(template, "")

    def as_act(self) -> dict[str, Any]:
        """All letters."""
        return {"letters": self.cleaned_data}


class RemovePart(ActForm):
    """Which part."""

    part = forms.TypedChoiceField(coerce=UUID, label="What is taken out?", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """What can be."""
        framework = self.record
        self.fields["part"].choices = self._to_come() if framework.versions.exists() else self._drafted()  # type: ignore[attr-defined]

    def _to_come(self) -> list[tuple[str, str]]:
        return [(each["id"], f"Service: {each['name']}") for each in self.record.services_to_come]

    def _drafted(self) -> list[tuple[str, str]]:
        areas = list(self.record.areas.prefetch_related("services"))
        services = [(str(each.pk), f"Service: {each}, in {area}") for area in areas for each in area.services.all()]
        lists = [(str(each.pk), f"List: {each}") for each in self.record.lists.all()]
        return [*lists, *((str(area.pk), f"Area: {area}") for area in areas), *services]
