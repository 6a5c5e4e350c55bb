"""Framework agreements: the terms that a listed supplier signs, and that the authority countersigns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse

from commissioning.clock import in_london
from commissioning.models import DocketedRecord, RecordQuerySet, Role, User, move
from suppliers.models.firms import Supplier
from suppliers.models.frameworks import Framework, FrameworkStatus


class AgreementStatus(models.TextChoices):
    """Where an agreement stands."""

    SENT = "sent", "To be signed"
    SIGNED = "signed", "Signed, to be countersigned"
    ON_HOLD = "on_hold", "Signed, on hold"
    COUNTERSIGNED = "countersigned", "Countersigned"


S = AgreementStatus


class FrameworkAgreementQuerySet(RecordQuerySet):
    """Agreements as their viewers see them."""

    def visible_to(self, user: Any) -> "FrameworkAgreementQuerySet":
        """The supplier's own, and those of the viewer's authority."""
        mine = getattr(user, "organisations", ())
        return self.filter(models.Q(supplier__organisation__in=mine) | models.Q(framework__authority__in=mine))

    def trail_readable_by(self, user: Any) -> "FrameworkAgreementQuerySet":
        """Those that the viewer sees."""
        return self.visible_to(user)

    def countersigned(self) -> "FrameworkAgreementQuerySet":
        """Those that bind both sides."""
        return self.filter(status=S.COUNTERSIGNED)

    def open_at(self, at: datetime) -> "FrameworkAgreementQuerySet":
        """Those that can still be signed or countersigned: their framework has not ended (`FrameworkAgreement.is_open_at` is the same rule)."""
        return self.filter(framework__status=FrameworkStatus.LIVE, framework__ends_on__gte=in_london(at).date())


class FrameworkAgreement(DocketedRecord):
    """What one supplier signs of one framework; a signature that is returned stays on the trail alone."""

    Status = AgreementStatus
    ROOT = "framework"
    MOVES = {
        "sign_agreement": move(S.SENT, to=S.SIGNED),
        "put_agreement_on_hold": move(S.SIGNED, to=S.ON_HOLD),
        "return_agreement": move(S.ON_HOLD, to=S.SENT),
        "countersign_agreement": move(S.SIGNED, S.ON_HOLD, to=S.COUNTERSIGNED),
        "reopen_countersigning": move(S.COUNTERSIGNED, to=S.SIGNED),
    }

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="agreements", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="agreements", editable=False)
    status = models.CharField(max_length=15, choices=AgreementStatus, default=S.SENT, editable=False)
    signatory = models.CharField(max_length=200, blank=True, editable=False, help_text="The name that was typed as the signature.")
    position = models.CharField(max_length=200, blank=True, editable=False, help_text="In what position the signatory signs for the supplier.")
    signed_text = models.JSONField(null=True, editable=False, help_text="The very text that is signed.")
    text_hash = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 of the text that is signed.")
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField(max_length=4000, blank=True, editable=False, help_text="Why it is on hold, was returned or is reopened.")
    countersigned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    countersigned_at = models.DateTimeField(null=True, editable=False)

    objects = FrameworkAgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "supplier"], name="one_agreement_per_supplier_and_framework"),
            models.CheckConstraint(
                condition=models.Q(status=S.SENT, signed_at__isnull=True, text_hash="")
                | (~models.Q(status=S.SENT) & models.Q(signed_at__isnull=False) & ~models.Q(text_hash="")),
                name="an_agreement_that_is_signed_says_what_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status=S.COUNTERSIGNED, countersigned_at__isnull=False)
                | (~models.Q(status=S.COUNTERSIGNED) & models.Q(countersigned_at__isnull=True)),
                name="an_agreement_that_is_countersigned_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework}: agreement with {self.supplier}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("frameworkagreement:workspace", args=[self.pk])

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        return self.framework.paragraphs_of(template, lambda: {"supplier": self.supplier})

    @property
    def authority_id(self) -> UUID:
        """The organisation that countersigns."""
        return self.framework.authority_id

    def parties(self) -> frozenset[UUID]:
        """The organisations that gain by it: its supplier, and those that were members of it at any time since it was sent."""
        return self.supplier.parties(self.created_at)

    def is_open_at(self, at: datetime) -> bool:
        """Whether it can still be signed or countersigned at that moment."""
        return self.framework.status == FrameworkStatus.LIVE and at < self.framework.ends_at

    def signed_variations(self) -> list[int]:
        """The numbers of the variations that are part of what is signed."""
        return [each["number"] for each in (self.signed_text or {}).get("variations", ())]

    def signatories(self) -> "models.QuerySet[User]":
        """The people who can sign it."""
        found: models.QuerySet[User] = self.supplier.organisation.people(Role.BID_MANAGER)
        return found
