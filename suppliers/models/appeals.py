"""Appeals of companies that were not admitted."""

from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse

from commissioning.models import Record, RecordQuerySet, Role, TrailEntry, User, move
from suppliers.models.admissions import AdmissionRound
from suppliers.models.applications import Application, Place


class AppealStatus(models.TextChoices):
    """Where an appeal stands."""

    LODGED = "lodged", "Lodged"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    HEARD = "heard", "Heard"
    UPHELD = "upheld", "Upheld"
    DISMISSED = "dismissed", "Dismissed"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN_APPEALS = (AppealStatus.LODGED, AppealStatus.ACKNOWLEDGED, AppealStatus.HEARD)


class AppealQuerySet(RecordQuerySet):
    """Appeals as their viewers see them."""

    def visible_to(self, user: Any) -> "AppealQuerySet":
        """The appellant's own, and the authority's."""
        mine = getattr(user, "organisations", ())
        return self.filter(
            models.Q(place__application__supplier__organisation__in=mine) | models.Q(place__application__round__framework__authority__in=mine)
        )

    def undecided(self) -> "AppealQuerySet":
        """Those that still stand in the way of publication."""
        return self.filter(status__in=OPEN_APPEALS)


class Appeal(Record):
    """A refused company's appeal for one list and area, to an officer who took no part in the decision."""

    Status = AppealStatus
    ROOT = "place__application__round"
    MOVES = {
        "acknowledge_appeal": move(AppealStatus.LODGED, to=AppealStatus.ACKNOWLEDGED),
        "hear_appeal": move(AppealStatus.ACKNOWLEDGED, to=AppealStatus.HEARD),
        "uphold_appeal": move(AppealStatus.HEARD, to=AppealStatus.UPHELD),
        "dismiss_appeal": move(AppealStatus.HEARD, to=AppealStatus.DISMISSED),
        "withdraw_appeal": move(*OPEN_APPEALS, to=AppealStatus.WITHDRAWN),
    }

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="appeal", editable=False)
    status = models.CharField(max_length=12, choices=AppealStatus, default=AppealStatus.LODGED, editable=False)
    grounds = models.TextField(max_length=20000)
    lodged_at = models.DateTimeField(editable=False)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    heard_at = models.DateTimeField(null=True, editable=False)
    hearing_note = models.TextField(blank=True, max_length=20000)
    decided_at = models.DateTimeField(null=True, editable=False)
    reasons = models.TextField(blank=True, max_length=20000)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Appeal: {self.place}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("appeal:workspace", args=[self.pk])

    def docket_keeper(self) -> Application:
        """The application."""
        return self.place.application

    @property
    def authority_id(self) -> UUID:
        """The organisation whose decision it is against."""
        return self.place.authority_id

    @property
    def round(self) -> AdmissionRound:
        """The round of the decision."""
        return self.place.application.round

    def officers(self) -> Any:
        """The authority's appeals officers who took no part in the round's decisions."""
        return self.round.framework.authority.people(Role.APPEALS_OFFICER).exclude(pk__in=_deciders(self.round))

    def is_free_of(self, person: User) -> bool:
        """Whether this person took no part in the round's decisions, not even in a draft that was decided anew."""
        return not _deciders(self.round).filter(actor=person).exists()


def _deciders(round_: AdmissionRound) -> "models.QuerySet[TrailEntry, Any]":
    """Those who decided on any place of the round, or sent the decisions: the trail forgets none."""
    done = TrailEntry.objects.filter(docket_id=round_.docket_id, verb__in=["decide_place", "send_decisions"], outcome=TrailEntry.Outcome.DONE)
    return done.filter(actor__isnull=False).values("actor")
