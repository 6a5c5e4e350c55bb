"""Contracts in the administration: to be looked at, for the acts are on their own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commissioning.curating import CuratorAdmin
from contracts.models import Contract


@admin.register(Contract)
class ContractAdmin(CuratorAdmin):
    """Signed contracts under the frameworks; what two parties are still drafting is theirs alone."""

    list_display = ("reference", "title", "buyer", "supplier", "value", "starts_on", "ends_on", "status")
    list_filter = ("status", "buyer")
    search_fields = ("reference", "title", "buyer__name", "supplier__organisation__name")
    list_select_related = ("buyer", "supplier__organisation")

    def get_queryset(self, request: HttpRequest) -> Any:
        """What the curator may see."""
        return super().get_queryset(request).filter(pk__in=Contract.objects.visible_to(request.user).order_by().values("pk"))
