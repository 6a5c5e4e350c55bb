"""Invitations: what passes between one supplier and a tender, on a docket that neither a rival nor the buyer reads."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import DocketedRecord, RecordQuerySet, Role, move
from procurement.models.tenders import Tender
from suppliers.models import Supplier


class InvitationQuerySet(RecordQuerySet):
    """Invitations as their viewers see them."""

    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """The supplier's own; and the buyer's people see whom they invited."""
        mine = getattr(user, "organisations", ())
        return self.filter(models.Q(supplier__organisation__in=mine) | models.Q(tender__buyer__in=mine))

    def trail_readable_by(self, user: Any) -> "InvitationQuerySet":
        """The supplier's own alone: to the buyer it would tell who bid and, for ever, who asked which question."""
        return self.to_suppliers_of(user)

    def to_suppliers_of(self, user: Any) -> "InvitationQuerySet":
        """Those addressed to the viewer's own suppliers."""
        return self.filter(supplier__organisation__in=getattr(user, "organisations", ()))


class Invitation(DocketedRecord):
    """A supplier's invitation to a tender, and whether it means to bid (hidden from the buyer until opening)."""

    class Intention(models.TextChoices):
        UNSAID = "unsaid", "Not said yet"
        BIDS = "bids", "Intends to bid"
        DECLINES = "declines", "Does not intend to bid"

    ROOT = "tender"
    MOVES = {"say_intention": move(), "ask_clarification": move(), "draft_bid": move(), "lodge_challenge": move()}

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="invitations", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="invitations", editable=False)
    sent_at = models.DateTimeField(editable=False)
    intention = models.CharField(max_length=10, choices=Intention, default=Intention.UNSAID)
    intention_reason = models.TextField(blank=True, max_length=4000)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["tender", "supplier"], name="one_invitation_per_supplier_and_tender")]

    def __str__(self) -> str:
        return f"{self.tender}: invitation to {self.supplier}"

    @property
    def supplier_name(self) -> str:
        """What the supplier was called when it was invited."""
        return self.supplier.name_at(self.sent_at)

    @property
    def supplier_then_and_now(self) -> str:
        """The name of that day, with the present one where it has another since."""
        return self.supplier.then_and_now(self.sent_at)

    def get_absolute_url(self) -> str:
        """The supplier's workspace for the tender."""
        return reverse("invitation:workspace", args=[self.pk])

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        return self.tender.paragraphs_of(template, supplier=self.supplier)

    def people(self) -> Any:
        """The supplier's people who bid."""
        return self.supplier.organisation.people(Role.BID_MANAGER, Role.CONTRIBUTOR)
