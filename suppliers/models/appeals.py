"""Appeals of companies that were not admitted: what is asked for and why, how it stands, and what is decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.models import DocketedRecord, Document, Record, RecordQuerySet, Role, TrailEntry, User, move
from suppliers.models.admissions import AdmissionRound
from suppliers.models.applications import Place
from suppliers.models.frameworks import Framework, FrameworkPart, PublicQuerySet


class AppealStatus(models.TextChoices):
    """Where an appeal stands; that a draft has lapsed follows from the end of its window."""

    DRAFT = "draft", "Draft, not lodged"
    LODGED = "lodged", "Lodged"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    HEARD = "heard", "Heard"
    UPHELD = "upheld", "Upheld, to be carried out"
    REMITTED = "remitted", "Remitted, to be assessed anew"
    CARRIED_OUT = "carried_out", "Decision carried out"
    DISMISSED = "dismissed", "Dismissed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Remedy(models.TextChoices):
    """What is asked for by a ground, and what an upheld appeal brings."""

    LISTED = "listed", "Be listed"
    RE_ASSESSED = "re_assessed", "Be assessed anew, by other people"
    REASONS_REISSUED = "reasons_reissued", "Be given the reasons anew"


S = AppealStatus
OPEN_APPEALS = (S.LODGED, S.ACKNOWLEDGED, S.HEARD)
# A decision that is not carried out stands in the way of publication as an open appeal does.
BLOCKING_APPEALS = (*OPEN_APPEALS, S.UPHELD, S.REMITTED)
# Whoever did one of these took part in the decision; on the trail of the round, and of appeals.
DECIDED_IN_THE_ROUND = ("save_assessment", "lock_assessment", "moderate_application", "draft_decisions", "decide_place", "send_decisions")
DECIDED_ANEW = ("assess_anew", "send_fresh_decision", "reissue_reasons")


class AppealGround(FrameworkPart):
    """A ground on which a refusal under the framework can be appealed against."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="appeal_grounds")

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="one_ground_of_appeal_per_code_of_a_framework")]


@dataclass(frozen=True)
class Refusal:
    """The decision that stands on a place now, and the half-open window `[sent_at, ends_at)` in which it can be appealed against."""

    outcome: str
    reasons: str
    sent_at: datetime | None
    ends_at: datetime | None
    fresh: "FreshDecision | None"
    is_in_part: bool = False

    @property
    def refuses(self) -> bool:
        """Whether it refuses the place, or some of its services."""
        return self.outcome == Place.Outcome.REFUSED or self.is_in_part

    def can_be_contested(self, at: datetime) -> bool:
        """Whether an appeal against it can be lodged at that moment."""
        return self.sent_at is not None and self.ends_at is not None and self.sent_at <= at < self.ends_at


def standing_on(place: Place) -> Refusal:
    """The decision that stands on a place: the latest that was sent."""
    fresh = FreshDecision.objects.filter(appeal__place=place, sent_at__isnull=False).order_by("-sent_at").first()
    if fresh is not None:
        return Refusal(fresh.outcome, fresh.reasons, fresh.sent_at, fresh.appeals_end_at, fresh)
    round_ = place.application.round
    return Refusal(place.outcome, place.reasons, round_.decisions_sent_at, round_.appeals_end_at, None, place.is_in_part)


class AppealQuerySet(RecordQuerySet):
    """Appeals as their viewers see them."""

    def visible_to(self, user: Any) -> "AppealQuerySet":
        """The appellant's own; and once lodged, the authority's."""
        mine = getattr(user, "organisations", ())
        to_authority = Q(place__application__round__framework__authority__in=mine, lodged_at__isnull=False)
        return self.filter(Q(place__application__supplier__organisation__in=mine) | to_authority)

    trail_readable_by = visible_to

    def undecided(self) -> "AppealQuerySet":
        """Those that were lodged and wait for a decision."""
        return self.filter(status__in=OPEN_APPEALS)

    def blocking(self) -> "AppealQuerySet":
        """Those that stand in the way of publication: undecided, or decided and not carried out."""
        return self.filter(status__in=BLOCKING_APPEALS)

    def waiting(self, at: datetime) -> "AppealQuerySet":
        """Those that wait for somebody: what blocks publication, and what may be appealed against once more."""
        return self.filter(Q(status__in=BLOCKING_APPEALS) | Q(fresh_decision__in=FreshDecision.objects.contestable(at)))

    def of_authorities_of(self, user: Any) -> "AppealQuerySet":
        """Those against decisions of the viewer's own authorities."""
        return self.filter(place__application__round__framework__authority__in=getattr(user, "organisations", ()))

    def lapsed(self, at: datetime) -> "AppealQuerySet":
        """Drafts that were not lodged before their window ended (`Appeal.has_lapsed` is the same rule)."""
        first = Q(against__isnull=True, place__application__round__appeals_end_at__lte=at)
        return self.filter(first | Q(against__appeals_end_at__lte=at), status=S.DRAFT)

    def drafts(self, at: datetime) -> "AppealQuerySet":
        """Drafts that can still be lodged."""
        return self.filter(status=S.DRAFT).exclude(pk__in=self.model.objects.lapsed(at).values("pk"))


# What lists somebody is done under the lock of the framework, as in a round: an agreement is begun once for all its rounds.
FRAMEWORK = "place__application__round__framework"


class Appeal(DocketedRecord):
    """A company's appeal for one list and area that it was refused, or some services there, to an officer who took no part in the decision.

    It is drafted and lodged within the window; an officer acknowledges it, may ask for information, and hears the appellant; the
    decision is carried out by an act of its own. `against` is the decision made anew that it contests; None is that of the round.
    Its docket is its own, for the authority reads of it from its lodging on.
    """

    Status = AppealStatus
    Remedy = Remedy
    ROOT = "place__application__round"
    MOVES = {
        "save_appeal": move(S.DRAFT),
        "attach_evidence": move(S.DRAFT, S.ACKNOWLEDGED, S.HEARD),
        "remove_evidence": move(S.DRAFT),
        "lodge_appeal": move(S.DRAFT, to=S.LODGED),
        "acknowledge_appeal": move(S.LODGED, to=S.ACKNOWLEDGED),
        "give_appeal": move(S.ACKNOWLEDGED, S.HEARD),
        "ask_for_information": move(S.ACKNOWLEDGED, S.HEARD),
        "arrange_hearing": move(S.ACKNOWLEDGED),
        "adjourn_hearing": move(S.ACKNOWLEDGED),
        "hear_appeal": move(S.ACKNOWLEDGED, to=S.HEARD),
        "comment_on_minutes": move(S.HEARD),
        "uphold_appeal": move(S.HEARD, to=S.UPHELD),
        "dismiss_appeal": move(S.HEARD, to=S.DISMISSED),
        "remit_appeal": move(S.HEARD, to=S.REMITTED),
        "withdraw_appeal": move(*OPEN_APPEALS, to=S.WITHDRAWN),
        "list_appellant": move(S.UPHELD, to=S.CARRIED_OUT, after=FRAMEWORK),
        "reissue_reasons": move(S.UPHELD, to=S.CARRIED_OUT),
        "assess_anew": move(S.UPHELD, S.REMITTED),
        "send_fresh_decision": move(S.UPHELD, S.REMITTED, to=S.CARRIED_OUT, after=FRAMEWORK),
        "announce_due_of_appeal": move(),
    }

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="appeals", editable=False)
    against = models.OneToOneField("FreshDecision", on_delete=models.PROTECT, null=True, related_name="contested_by", editable=False)
    status = models.CharField(max_length=14, choices=AppealStatus, default=S.DRAFT, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False, help_text="How many times the draft was saved.")
    lodged_at = models.DateTimeField(null=True, editable=False)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    reasons = models.TextField(blank=True, max_length=20000, editable=False)
    remedy = models.CharField(max_length=20, choices=Remedy, blank=True, editable=False)
    carried_out_at = models.DateTimeField(null=True, editable=False)

    objects = AppealQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["place"], condition=Q(against__isnull=True), name="one_appeal_against_each_refusal"),
            models.CheckConstraint(condition=~Q(status=S.UPHELD) | ~Q(remedy=""), name="an_upheld_appeal_names_its_remedy"),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="appeals_by_status")]

    def __str__(self) -> str:
        return f"Appeal: {self.place}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("appeal:workspace", args=[self.pk])

    @property
    def authority_id(self) -> UUID:
        """The organisation whose decision it is against."""
        return self.place.authority_id

    @property
    def round(self) -> AdmissionRound:
        """The round of the decision."""
        return self.place.application.round

    @property
    def refusal(self) -> Refusal:
        """The decision that it contests, and its window."""
        place, fresh, round_ = self.place, self.against, self.round
        if fresh is not None:
            return Refusal(fresh.outcome, fresh.reasons, fresh.sent_at, fresh.appeals_end_at, fresh)
        return Refusal(place.outcome, place.reasons, round_.decisions_sent_at, round_.appeals_end_at, None, place.is_in_part)

    def has_lapsed(self, at: datetime) -> bool:
        """Whether it is a draft that was not lodged in time (`AppealQuerySet.lapsed` is the same rule)."""
        ends_at = self.refusal.ends_at
        return self.status == S.DRAFT and ends_at is not None and ends_at <= at

    def phase_at(self, at: datetime) -> str:
        """What to call where it stands at that moment."""
        if self.has_lapsed(at):
            return "Lapsed, never lodged"
        if self.status == S.CARRIED_OUT:
            return "Upheld, carried out" if self.remedy else "Remitted, assessed anew"
        return AppealStatus(self.status).label

    @property
    def is_undecided(self) -> bool:
        """Whether it was lodged and waits for a decision (`AppealQuerySet.undecided` is the same rule)."""
        return self.status in OPEN_APPEALS

    @property
    def goes_back_to_assessment(self) -> bool:
        """Whether its decision is that the place be assessed anew, by other people."""
        return self.status == S.REMITTED or self.remedy == Remedy.RE_ASSESSED

    def officers(self) -> Any:
        """The authority's appeals officers who took no part in the decision and have no interest in the appeal."""
        officers = self.round.framework.authority.people(Role.APPEALS_OFFICER)
        return officers.exclude(pk__in=self.deciders()).exclude(pk__in=self.interested())

    def is_free_of(self, person: User) -> bool:
        """Whether this person took no part in the decision, not even in a draft that was made anew, and has no interest."""
        return not self.deciders().filter(actor=person).exists() and not self.interested().filter(before=person).exists()

    def deciders(self) -> "models.QuerySet[TrailEntry, Any]":
        """Those who decided on any place of the round, sent the decisions, or decided on this place anew before it: the trail forgets none.

        What follows from this appeal itself is not among what it contests.
        """
        in_the_round = Q(docket_id=self.round.docket_id, verb__in=DECIDED_IN_THE_ROUND)
        others = Appeal.objects.filter(place__application=self.place.application_id).exclude(pk=self.pk)
        anew = Q(docket_id__in=list(others.values_list("docket", flat=True)), verb__in=DECIDED_ANEW)
        done = TrailEntry.objects.filter(in_the_round | anew, outcome=TrailEntry.Outcome.DONE)
        return done.filter(actor__isnull=False).values("actor")

    def interested(self) -> "models.QuerySet[OfficerChange, Any]":
        """Those who gave the appeal away, or lost it, for they have an interest in it."""
        return OfficerChange.objects.filter(appeal=self, cause=OfficerChange.Cause.INTEREST).values("before")

    def evidence(self) -> "models.QuerySet[Document]":
        """The files that the appellant has attached."""
        return Document.objects.filter(subject_id=self.pk, subject_type=self._meta.label_lower, purpose="evidence", withdrawn_at__isnull=True)


class AppealPoint(Record):
    """One ground of an appeal, with its argument and the remedy asked for; and what the officer finds on it."""

    class Finding(models.TextChoices):
        MADE_OUT = "made_out", "Made out"
        NOT_MADE_OUT = "not_made_out", "Not made out"

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="points", editable=False)
    ground = models.ForeignKey(AppealGround, on_delete=models.PROTECT, related_name="+", editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    argument = models.TextField(blank=True, max_length=20000, help_text="Lodged, it has one; a draft keeps what there is.")
    remedy = models.CharField(max_length=20, choices=Remedy, blank=True)
    finding = models.CharField(max_length=14, choices=Finding, blank=True, editable=False)
    finding_reasons = models.TextField(blank=True, max_length=20000, editable=False)

    class Meta:
        ordering = ["appeal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["appeal", "ground"], name="one_argument_per_ground_of_an_appeal"),
            models.CheckConstraint(condition=Q(finding="") | ~Q(finding_reasons=""), name="a_finding_on_a_ground_gives_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.ground}"


class OfficerChange(Record):
    """An appeal that was given from one officer to another, and why."""

    class Cause(models.TextChoices):
        ABSENT = "absent", "The officer is absent"
        INTEREST = "interest", "The officer has an interest"

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="officer_changes", editable=False)
    before = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    after = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    cause = models.CharField(max_length=10, choices=Cause)
    reason = models.TextField(max_length=4000)

    class Meta:
        ordering = ["appeal", "created_at"]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"


class FreshDecisionQuerySet(RecordQuerySet):
    """Decisions made anew, by time."""

    def contestable(self, at: datetime) -> "FreshDecisionQuerySet":
        """Refusals made or reasoned anew whose window runs at that moment, and against which no appeal was lodged."""
        return self.filter(self._quiet(), outcome=Place.Outcome.REFUSED, sent_at__lte=at, appeals_end_at__gt=at)

    def past_window(self, at: datetime) -> "FreshDecisionQuerySet":
        """Those whose window is over, with no appeal lodged."""
        return self.filter(self._quiet(), outcome=Place.Outcome.REFUSED, appeals_end_at__lte=at)

    @staticmethod
    def _quiet() -> Q:
        return Q(contested_by__isnull=True) | Q(contested_by__status=S.DRAFT)


class FreshDecision(Record):
    """What an appeal led to: a decision on the place that was made, or reasoned, anew. A draft until it is sent; then it has a window of its own."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="fresh_decision", editable=False)
    outcome = models.CharField(max_length=12, choices=Place.Outcome, editable=False)
    reasons = models.TextField(max_length=10000, editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    decided_at = models.DateTimeField(editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    appeals_end_at = models.DateTimeField(null=True, editable=False, help_text="The first moment at which no appeal against it can be lodged.")

    objects = FreshDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["decided_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=""), name="a_decision_made_anew_gives_reasons"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(outcome=Place.Outcome.ACCEPTED) | Q(appeals_end_at__gt=models.F("sent_at")),
                name="a_refusal_made_anew_has_its_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appeal.place}, {self.get_outcome_display().lower()}"

    def get_absolute_url(self) -> str:
        """The page of the appeal that led to it."""
        return self.appeal.get_absolute_url()

    def docket_keeper(self) -> Appeal:
        """The appeal that led to it."""
        return self.appeal

    def is_shown_to(self, user: Any) -> bool:
        """Whether this viewer may read it: the authority always, the appellant once it was sent."""
        return self.sent_at is not None or self.appeal.authority_id in getattr(user, "organisations", ())
