"""The ground's part of the administration."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commissioning.curating import ActResource, CuratorAdmin, SheetResource
from commissioning.models import Letter, TrailEntry

__all__ = ["ActResource", "CuratorAdmin", "SheetResource"]


@admin.register(TrailEntry)
class TrailEntryAdmin(CuratorAdmin):
    """What happened, in every docket."""

    list_display = ("at", "docket", "number", "verb", "outcome", "actor", "job")
    list_filter = ("docket__kind", "outcome", "verb")
    search_fields = ("verb", "docket__title", "actor__email", "subject_id")
    list_select_related = ("docket", "actor")
    ordering = ("-recorded_at", "-id")


@admin.register(Letter)
class LetterAdmin(CuratorAdmin):
    """That letters were written and sent; what is in them is between the service and their recipient."""

    fields = ("created_at", "recipient", "template", "subject_type", "subject_id", "claimed_at", "sent_at", "read_at")
    list_display = ("created_at", "recipient", "template", "sent_at", "read_at")
    list_filter = ("template", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("recipient__email", "template")
    list_select_related = ("recipient",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the texts."""
        return super().get_queryset(request).defer("body", "title")
