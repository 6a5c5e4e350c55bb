"""Contracts in the administration: to be looked at, for the acts are on their own pages."""

from django.contrib import admin

from commissioning.curating import VisibleAdmin, of_those_shown
from contracts.models import BreachReport, Contract


@admin.register(Contract)
class ContractAdmin(VisibleAdmin):
    """Signed contracts under the frameworks; what two parties are still drafting is theirs alone."""

    list_display = ("reference", "title", "buyer", "supplier", "value", "starts_on", "ends_on", "status")
    list_filter = ("status", *of_those_shown("buyer"))
    search_fields = ("reference", "title", "buyer__name", "supplier__organisation__name")
    list_select_related = ("buyer", "supplier__organisation")


@admin.register(BreachReport)
class BreachReportAdmin(VisibleAdmin):
    """Breaches that commissioners reported to the authority."""

    acts = ("decide_breach_report",)
    list_display = ("contract", "ground", "status", "outcome", "reported_at", "reply_ends_at", "decided_at")
    list_filter = ("status", "outcome")
    search_fields = ("contract__reference", "contract__title", "contract__supplier__organisation__name")
    list_select_related = ("contract",)
