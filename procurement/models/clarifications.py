"""Clarifications of a tender, which its buyer answers to every supplier that was invited."""

from typing import Any, ClassVar

from django.db import models

from commissioning.models import Clarification, ClarificationManager, ClarificationQuerySet
from procurement.models.tenders import Tender


class TenderClarificationQuerySet(ClarificationQuerySet):
    """Clarifications of tenders as their viewers see them."""

    def visible_to(self, user: Any) -> "TenderClarificationQuerySet":
        """The buyer's; to the suppliers invited those answered, and to the asker's colleagues their own as well."""
        mine = getattr(user, "organisations", ())
        bought = models.Q(about__tender__in=Tender.objects.bought_by(user))
        invited = Tender.objects.filter(invitations__supplier__organisation__in=mine)
        answered = models.Q(about__tender__in=invited, answered_at__isnull=False)
        return self.filter(bought | answered | models.Q(about__tender__in=invited, asker__organisation__in=mine))


class TenderClarification(Clarification):
    """A question about a tender, and its answer."""

    ABOUT = "procurement.tender"

    objects: ClassVar[Any] = ClarificationManager.from_queryset(TenderClarificationQuerySet)()

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
