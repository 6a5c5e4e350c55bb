"""The opening of bids, by two people at once."""

from typing import Any

from django.db import models

from commissioning.models import Record, RecordQuerySet, User
from procurement.models.tenders import Tender


class OpeningQuerySet(RecordQuerySet):
    """Openings as their viewers see them."""

    def visible_to(self, user: Any) -> "OpeningQuerySet":
        """Those of the viewer's own trust."""
        return self.filter(tender__buyer__in=getattr(user, "organisations", ()))


class Opening(Record):
    """The record of an opening: which bids, with which hashes, by whom, when."""

    tender = models.OneToOneField(Tender, on_delete=models.PROTECT, related_name="opening", editable=False)
    opened_at = models.DateTimeField(editable=False)
    bids = models.JSONField(editable=False, help_text="For each: lot, supplier, version, hash, when received, and the head of its docket.")

    objects = OpeningQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Opening of {self.tender}"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.tender


class OpeningConfirmation(Record):
    """An opener's word that the bids be opened now; it lapses if no second one joins in time."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="opening_confirmations", editable=False)
    opener = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    confirmed_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["confirmed_at"]

    def __str__(self) -> str:
        return f"{self.opener} confirms the opening of {self.tender}"
