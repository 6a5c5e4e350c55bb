"""How the register is narrowed, on its page and in the API alike."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q

from commissioning.models import Organisation
from contracts.models import Contract


class ContractFilters(django_filters.FilterSet):
    """Contracts by words, buyer and status."""

    words = django_filters.CharFilter(label="Words in the title, reference or parties", method="with_words")
    buyer = django_filters.ModelChoiceFilter(
        queryset=lambda request: Organisation.objects.visible_to(request.user).filter(kind=Organisation.Kind.COMMISSIONER), empty_label="Any"
    )
    status = django_filters.ChoiceFilter(choices=Contract.Status.choices, empty_label="Any", widget=forms.Select)

    class Meta:
        model = Contract
        fields = ["words", "buyer", "status"]

    def with_words(self, contracts: Any, name: str, value: str) -> Any:
        """Those that name it in the title, the reference, or a party."""
        named = Q(title__icontains=value) | Q(reference__icontains=value)
        return contracts.filter(named | Q(buyer__name__icontains=value) | Q(supplier__organisation__name__icontains=value))
