"""Enquiries: what a supplier asks about a round, on a docket that neither a rival nor the authority reads."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.urls import reverse

from commissioning.models import Clarification, ClarificationManager, ClarificationQuerySet, DocketedRecord, RecordQuerySet, move
from suppliers.models.admissions import AdmissionRound
from suppliers.models.firms import Supplier


class EnquiryQuerySet(RecordQuerySet):
    """Enquiries as their viewers see them."""

    def visible_to(self, user: Any) -> "EnquiryQuerySet":
        """The supplier's own alone: to the authority it would tell who asks."""
        return self.filter(supplier__organisation__in=getattr(user, "organisations", ()))

    trail_readable_by = visible_to


class Enquiry(DocketedRecord):
    """A supplier's questions about a round; it need not have begun to apply."""

    ROOT = "round"
    MOVES = {"enquire_further": move()}

    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="enquiries", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="enquiries", editable=False)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["round", "supplier"], name="one_enquiry_per_supplier_and_round")]

    def __str__(self) -> str:
        return f"{self.round}: questions of {self.supplier}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("enquiry:workspace", args=[self.pk])


class RoundClarificationQuerySet(ClarificationQuerySet):
    """Questions about rounds as their viewers see them."""

    def visible_to(self, user: Any) -> "RoundClarificationQuerySet":
        """The authority's; those answered of every round that the viewer sees; and to the asker's colleagues their own as well."""
        mine = getattr(user, "organisations", ())
        seen = AdmissionRound.objects.visible_to(user)
        kept = models.Q(about__admissionround__framework__authority__in=mine)
        answered = models.Q(about__admissionround__in=seen, answered_at__isnull=False)
        return self.filter(kept | answered | models.Q(about__admissionround__in=seen, asker__organisation__in=mine))


class RoundClarification(Clarification):
    """A question about a round, and its answer."""

    ABOUT = "suppliers.admissionround"

    objects: ClassVar[Any] = ClarificationManager.from_queryset(RoundClarificationQuerySet)()

    class Meta:
        proxy = True

    @property
    def round(self) -> AdmissionRound:
        """The round that it is about."""
        return self.about.admissionround

    @property
    def authority_id(self) -> UUID:
        """The organisation that answers."""
        return self.round.authority_id

    def get_absolute_url(self) -> str:
        """Its place among all that was asked about the round."""
        return f"{reverse('admissionround:clarifications', args=[self.round.pk])}#clarification-{self.pk}"

    def docket_keeper(self) -> AdmissionRound:
        """The round."""
        return self.round
