"""Clarifications of a tender, which its buyer answers to every supplier that was invited."""

from typing import Any

from django.db import models

from commissioning.models import Clarification, RecordQuerySet
from procurement.models.tenders import Tender


class ClarificationQuerySet(RecordQuerySet):
    """Clarifications of tenders as their viewers see them; who asked is in none of these rows."""

    def visible_to(self, user: Any) -> "ClarificationQuerySet":
        """The buyer's; to the suppliers invited those answered, and to the asker's colleagues their own as well."""
        mine = getattr(user, "organisations", ())
        bought = models.Q(about__tender__in=Tender.objects.bought_by(user))
        invited = Tender.objects.filter(invitations__supplier__organisation__in=mine)
        answered = models.Q(about__tender__in=invited, answered_at__isnull=False)
        return self.filter(bought | answered | models.Q(about__tender__in=invited, asker__organisation__in=mine))

    def of(self, tender: Tender) -> "ClarificationQuerySet":
        """Those about this tender, in their order; those not yet answered last."""
        return self.filter(about_id=tender.docket_id).order_by(models.F("number").asc(nulls_last=True), "created_at", "pk")

    def waiting_first(self) -> "ClarificationQuerySet":
        """Those not yet answered, the oldest first; then the others, the latest answer first."""
        return self.order_by(models.F("number").desc(nulls_first=True), "created_at", "pk")

    def asked_by(self, organisation_id: Any) -> "ClarificationQuerySet":
        """Those that the organisation asked: for its own count, and for nobody to be shown."""
        return self.filter(asker__organisation=organisation_id)

    def unanswered(self) -> "ClarificationQuerySet":
        """Those that wait for an answer."""
        return self.filter(answered_at__isnull=True)


class TenderClarification(Clarification):
    """A question about a tender, and its answer."""

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        proxy = True

    @property
    def tender(self) -> Tender:
        """The tender that it is about."""
        return self.about.tender

    def get_absolute_url(self) -> str:
        """Its place on the tender's page."""
        return f"{self.tender.get_absolute_url()}#clarification-{self.pk}"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.tender
