"""Reports of a contractor's breach: what the commissioner says, what the supplier answers, and what the authority decides."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from commissioning.models import DocketedRecord, Document, RecordQuerySet, Role, User, move
from contracts.breach_grounds import ground_name
from contracts.models.contracts import Contract
from suppliers.models import ConsortiumMember, Framework, Listing, Supplier


class BreachStatus(models.TextChoices):
    """Where a report stands; that the time for a reply is over follows from its end."""

    DRAFT = "draft", "Draft, not sent"
    REPORTED = "reported", "Reported"
    REPLIED = "replied", "Replied to"
    DECIDED = "decided", "Decided"
    WITHDRAWN = "withdrawn", "Withdrawn"


class BreachOutcome(models.TextChoices):
    """What the authority finds, and what it does about the listing."""

    NOT_FOUND = "not_found", "No breach found"
    WARNING = "warning", "Warning"
    SUSPENSION = "suspension", "Suspension from the list"
    REMOVAL = "removal", "Removal from the list"


B = BreachStatus
OPEN_REPORTS = (B.REPORTED, B.REPLIED)
# What files were attached to: the report, or the reply to it.
REPORT_FILE, REPLY_FILE = "breach_report", "breach_reply"


class BreachReportQuerySet(RecordQuerySet):
    """Reports as their viewers see them."""

    def visible_to(self, user: Any) -> "BreachReportQuerySet":
        """The reporting commissioner's; and once reported, the supplier's and the authority's."""
        mine = getattr(user, "organisations", ())
        concerned = Q(contract__supplier__organisation__in=mine) | Q(listing__framework_list__framework__authority__in=mine)
        return self.filter(Q(contract__buyer__in=mine) | (concerned & Q(reported_at__isnull=False)))

    trail_readable_by = visible_to

    def with_parties(self) -> "BreachReportQuerySet":
        """With all that pages and letters name, in one query."""
        return self.select_related("contract__buyer", "contract__supplier__organisation", "listing__framework_list__framework", "listing__area")

    def free_of(self, user: Any) -> "BreachReportQuerySet":
        """Those in which this person acts for neither side."""
        places = ConsortiumMember.objects.filter(consortium=OuterRef("contract__supplier"), company__in=user.organisations)
        members = places.since(OuterRef("contract__created_at"))
        sides = Q(contract__buyer__in=user.organisations) | Q(contract__supplier__organisation__in=user.organisations)
        return self.exclude(sides).exclude(Exists(members))

    def undecided(self) -> "BreachReportQuerySet":
        """Those that were reported, and neither decided nor withdrawn."""
        return self.filter(status__in=OPEN_REPORTS)

    def awaiting_reply(self, at: datetime) -> "BreachReportQuerySet":
        """Those to which the supplier can reply at that moment (`BreachReport.awaits_reply` is the same rule)."""
        return self.filter(status=B.REPORTED, reply_ends_at__gt=at)

    def unanswered(self, at: datetime) -> "BreachReportQuerySet":
        """Those to which no reply came in time, and which wait for a decision."""
        return self.filter(status=B.REPORTED, reply_ends_at__lte=at)

    def to_decide(self, at: datetime) -> "BreachReportQuerySet":
        """Those that can be decided at that moment (`BreachReport.can_be_decided` is the same rule)."""
        return self.filter(Q(status=B.REPLIED) | Q(status=B.REPORTED, reply_ends_at__lte=at))


class BreachReport(DocketedRecord):
    """A commissioner's report that its supplier broke a contract which came of a listing.

    It is drafted, reported, replied to within a stored window, and decided by the authority; the commissioner may withdraw it before that.
    Its docket is its own, for the three who read it are not those who read the contract's.
    """

    Status = BreachStatus
    Outcome = BreachOutcome
    ROOT = "contract__award__lot__tender__framework_list__framework"
    MOVES = {
        "write_breach_report": move(B.DRAFT),
        "attach_to_breach_report": move(B.DRAFT),
        "remove_from_breach_report": move(B.DRAFT),
        "report_breach": move(B.DRAFT, to=B.REPORTED),
        "attach_to_breach_reply": move(B.REPORTED),
        "remove_from_breach_reply": move(B.REPORTED),
        "reply_to_breach_report": move(B.REPORTED, to=B.REPLIED),
        "decide_breach_report": move(*OPEN_REPORTS, to=B.DECIDED),
        "withdraw_breach_report": move(*OPEN_REPORTS, to=B.WITHDRAWN),
        "announce_due_of_breach_report": move(),
    }

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="breach_reports", editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    status = models.CharField(max_length=10, choices=BreachStatus, default=B.DRAFT, editable=False)
    ground = models.CharField(max_length=40, help_text="The code of the ground, as the service's list of grounds has it.")
    account = models.TextField(max_length=20000, help_text="What happened, in the commissioner's words.")
    reported_at = models.DateTimeField(null=True, editable=False)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    reply_ends_at = models.DateTimeField(null=True, editable=False, help_text="The first moment at which a reply is late.")
    reply = models.TextField(blank=True, max_length=20000, editable=False)
    replied_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = models.TextField(blank=True, max_length=4000, editable=False)
    outcome = models.CharField(max_length=12, choices=BreachOutcome, blank=True, editable=False)
    reasons = models.TextField(blank=True, max_length=4000, editable=False)
    suspended_until = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    objects = BreachReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["contract"], condition=Q(status=B.DRAFT), name="one_draft_of_a_breach_report_per_contract"),
            models.CheckConstraint(
                condition=Q(status=B.DRAFT, reported_at__isnull=True)
                | Q(reported_at__isnull=False, listing__isnull=False, reply_ends_at__gt=F("reported_at")),
                name="a_breach_that_was_reported_has_a_listing_and_its_window",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True) | Q(replied_at__lt=F("reply_ends_at")), name="a_reply_to_a_breach_report_comes_before_its_end"
            ),
            models.CheckConstraint(
                condition=~Q(status=B.DECIDED) | (~Q(outcome="") & ~Q(reasons="") & Q(decided_at__isnull=False)),
                name="a_decision_on_a_breach_report_gives_reasons",
            ),
        ]
        indexes = [models.Index(fields=["status", "reply_ends_at"], name="breach_reports_by_status")]

    def __str__(self) -> str:
        return f"Breach report: {self.contract}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("breachreport:workspace", args=[self.pk])

    @property
    def buyer_id(self) -> UUID:
        """The organisation that reports."""
        return self.contract.buyer_id

    def parties(self) -> frozenset[UUID]:
        """Both sides: the commissioner; the supplier, and those that were members of it at any time since the contract began."""
        return frozenset({self.buyer_id}) | self.supplier.parties(self.contract.created_at)

    @property
    def supplier(self) -> Supplier:
        """Who is reported."""
        return self.contract.supplier

    @property
    def framework(self) -> Framework:
        """Under which the contract was let, and whose authority decides."""
        return self.contract.award.lot.tender.framework_list.framework

    @property
    def authority_id(self) -> UUID:
        """The organisation that decides."""
        return self.framework.authority_id

    @property
    def ground_name(self) -> str:
        """What people call its ground."""
        return ground_name(self.ground)

    def reporters(self) -> Any:
        """The reporting commissioner's people who are told of it."""
        return self.contract.buyer.people(Role.CONTRACT_MANAGER, Role.PROCUREMENT_LEAD)

    def reported(self) -> Any:
        """The supplier's people who are told of it."""
        return self.supplier.organisation.people(Role.BID_MANAGER)

    def awaits_reply(self, at: datetime) -> bool:
        """Whether the supplier can reply at that moment (`BreachReportQuerySet.awaiting_reply` is the same rule)."""
        return self.status == B.REPORTED and self.reply_ends_at is not None and at < self.reply_ends_at

    def can_be_decided(self, at: datetime) -> bool:
        """Whether the reply, or the end of the time for it, is there at that moment (`BreachReportQuerySet.to_decide` is the same rule)."""
        return self.status == B.REPLIED or (self.status == B.REPORTED and self.reply_ends_at is not None and self.reply_ends_at <= at)

    def phase_at(self, at: datetime) -> str:
        """What to call where it stands at that moment."""
        if self.status == B.DECIDED:
            return BreachOutcome(self.outcome).label
        if self.status == B.REPORTED:
            return "Waiting for the supplier’s reply" if self.awaits_reply(at) else "No reply came in time"
        return BreachStatus(self.status).label

    def files(self, purpose: str) -> "models.QuerySet[Document]":
        """The files that were attached to the report, or to the reply."""
        return Document.objects.filter(subject_id=self.pk, subject_type=self._meta.label_lower, purpose=purpose, withdrawn_at__isnull=True)

    def files_shown_to(self, user: Any) -> "models.QuerySet[Document]":
        """Those that this viewer may read: what the supplier puts to its reply is its own until it has replied."""
        is_own = self.supplier.organisation_id in getattr(user, "organisations", ())
        found = self.files(REPORT_FILE)
        return found | self.files(REPLY_FILE) if is_own or self.replied_at is not None else found
