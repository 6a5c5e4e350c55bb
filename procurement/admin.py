"""Tenders in the administration: to be looked at, as far as everybody may; nothing of who bids, and nothing to do."""

from django.contrib import admin

from commissioning.curating import VisibleAdmin, of_those_shown
from procurement.admin_sheets import TenderResource
from procurement.models import Tender


@admin.register(Tender)
class TenderAdmin(VisibleAdmin):
    """Tenders under the frameworks, once their notices are public."""

    resource_classes = (TenderResource,)
    fields = (
        "reference",
        "title",
        "description",
        "buyer",
        "framework_list",
        "area",
        "status",
        "issued_at",
        "questions_close_at",
        "answers_due_at",
        "closes_at",
        "bids_opened_at",
        "award_announced_at",
        "standstill_ends_at",
        "awarded_at",
        "contract_starts_on",
        "contract_ends_on",
        "cancel_reason",
        "notice_hash",
    )
    list_display = ("reference", "title", "buyer", "framework_list", "area", "status", "issued_at", "closes_at")
    list_filter = ("status", *of_those_shown("framework_list__framework", "framework_list", "area", "buyer"))
    search_fields = ("reference", "title", "buyer__name")
    list_select_related = ("buyer", "framework_list__framework", "area")
    ordering = ("-issued_at", "-id")
    date_hierarchy = "issued_at"
