"""Tenders as sheets, to look at."""

from import_export.fields import Field

from commissioning.curating import SheetResource
from procurement.models import Tender


class TenderResource(SheetResource):
    """Tenders as their notices have them; they do not come in by sheets."""

    buyer = Field(column_name="buyer", attribute="buyer__name")
    framework = Field(column_name="framework", attribute="framework_list__framework__reference")
    framework_list = Field(column_name="list", attribute="framework_list__code")
    area = Field(column_name="area", attribute="area__code")

    class Meta:
        model = Tender
        fields = (
            "reference",
            "title",
            "buyer",
            "framework",
            "framework_list",
            "area",
            "status",
            "issued_at",
            "questions_close_at",
            "closes_at",
            "bids_opened_at",
            "award_announced_at",
            "standstill_ends_at",
            "awarded_at",
            "contract_starts_on",
            "contract_ends_on",
        )
