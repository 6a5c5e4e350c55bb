"""How the register is narrowed, on its page, in its downloads and in the API alike."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef

from commissioning.filters import commissioner
from commissioning.finding import found_by
from commissioning.models import CommissioningFunction
from contracts.models import BreachReport, Contract, Scope
from suppliers.models import Supplier

NAMED = ("title__icontains", "reference__icontains", "buyer__name__icontains", "supplier__organisation__name__icontains")

DAY_FORMATS = ["%Y-%m-%d", "%d %B %Y", "%d/%m/%Y"]
DAY_HINT = "For example, 1 April 2008."
NO_DAY = "Enter a day like 1 April 2008."


class ContractFilters(django_filters.FilterSet):
    """Contracts by words, parties, function, status, and those that ran on a day."""

    words = django_filters.CharFilter(label="Words in the title, reference or parties", method="with_words")
    buyer = commissioner()
    supplier = django_filters.ModelChoiceFilter(
        label="Supplier",
        queryset=lambda request: Supplier.objects.visible_to(request.user).select_related("organisation").order_by("organisation__name"),
        empty_label="Any",
    )
    function = django_filters.ModelChoiceFilter(
        label="Function that the supplier carries out",
        queryset=CommissioningFunction.objects.all(),
        to_field_name="code",
        empty_label="Any",
        method="taking_over",
    )
    status = django_filters.ChoiceFilter(label="Status", choices=Contract.Status.choices, empty_label="Any", widget=forms.Select)
    running_on = django_filters.DateFilter(
        label="Running on", help_text=DAY_HINT, input_formats=DAY_FORMATS, error_messages={"invalid": NO_DAY}, method="in_force_on"
    )

    class Meta:
        model = Contract
        fields = ["words", "buyer", "supplier", "function", "status", "running_on"]

    def with_words(self, contracts: Any, name: str, value: str) -> Any:
        """Those that name it in the title, the reference, or a party."""
        return found_by(contracts, value, *NAMED)

    def taking_over(self, contracts: Any, name: str, value: CommissioningFunction) -> Any:
        """Those under which the supplier carries the function out."""
        taken = Scope.objects.filter(contract=OuterRef("pk"), function=value, arrangement=Scope.Arrangement.TAKEN_OVER)
        return contracts.filter(Exists(taken))

    def in_force_on(self, contracts: Any, name: str, day: date) -> Any:
        """Those signed whose term covers the day."""
        return contracts.running(day)


class BreachReportFilters(django_filters.FilterSet):
    """Reports of breaches by where they stand and what came of them."""

    status = django_filters.ChoiceFilter(label="Where it stands", choices=BreachReport.Status.choices, empty_label="Any", widget=forms.Select)
    outcome = django_filters.ChoiceFilter(label="Decision", choices=BreachReport.Outcome.choices, empty_label="Any", widget=forms.Select)

    class Meta:
        model = BreachReport
        fields = ["status", "outcome"]


class BreachReportsOfContracts(BreachReportFilters):
    """And by contract."""

    contract = django_filters.UUIDFilter(field_name="contract_id", label="Contract")
