"""Contracts in the administration: to be looked at, for the acts are on their own pages."""

from django.contrib import admin

from commissioning.curating import CuratorAdmin
from contracts.models import Contract


@admin.register(Contract)
class ContractAdmin(CuratorAdmin):
    """Signed contracts under the frameworks."""

    list_display = ("reference", "title", "buyer", "supplier", "value", "starts_on", "ends_on", "status")
    list_filter = ("status", "buyer")
    search_fields = ("reference", "title", "buyer__name", "supplier__organisation__name")
    list_select_related = ("buyer", "supplier__organisation")
