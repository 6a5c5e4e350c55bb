"""A tender, from draft to award. Its life is drawn in MOVES; that it is closed, or its standstill over, follows from stored moments."""

from datetime import datetime
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import TruncDate
from django.urls import reverse

from commissioning.models import CriteriaSet, DocketedRecord, Organisation, Questionnaire, Record, RecordQuerySet, Role, User, move
from commissioning.wording import ending_text
from suppliers import own_words
from suppliers.models import Framework, FrameworkList, FrameworkVersion, Listing, ServiceArea


class TenderStatus(models.TextChoices):
    """Where a tender stands, as far as somebody's act brought it there."""

    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Waiting for approval"
    APPROVED = "approved", "Approved"
    ISSUED = "issued", "Issued"
    OPENED = "opened", "In evaluation"
    EVALUATED = "evaluated", "Evaluated"
    STANDSTILL = "standstill", "Award intended"
    AWARDED = "awarded", "Awarded"
    CANCELLED = "cancelled", "Cancelled"


S = TenderStatus
BEFORE_ISSUE = (S.DRAFT, S.PROPOSED, S.APPROVED)
BEFORE_THE_END = (S.ISSUED, S.OPENED, S.EVALUATED, S.STANDSTILL)


class TenderQuerySet(RecordQuerySet):
    """Tenders as their viewers see them, and by where they stand in time."""

    def visible_to(self, user: Any) -> "TenderQuerySet":
        """The buyer's own people see all of theirs; an invited supplier, those it was invited to once issued; others, those made public.

        And advisers, those that they are asked about, until the advice ends.
        """
        mine = getattr(user, "organisations", ())
        asked = models.Q(pk__in=self.model.advice.rel.related_model.objects.asked_of(user).values("tender_id"))
        invited = models.Q(pk__in=self.model.invitations.rel.related_model.objects.filter(supplier__organisation__in=mine).values("tender_id"))
        return self.filter(models.Q(buyer__in=mine) | invited | asked | models.Q(is_public=True, issued_at__isnull=False))

    def bought_by(self, user: Any) -> "TenderQuerySet":
        """Those of the viewer's own trust."""
        return self.filter(buyer__in=getattr(user, "organisations", ()))

    def trail_readable_by(self, user: Any) -> "TenderQuerySet":
        """Those of the viewer's own trust."""
        return self.bought_by(user)

    def receiving(self, at: datetime) -> "TenderQuerySet":
        """Those that receive bids at that moment."""
        return self.filter(status=S.ISSUED, closes_at__gt=at)

    def closed_unopened(self, at: datetime) -> "TenderQuerySet":
        """Those whose deadline has passed and whose bids are sealed still."""
        return self.filter(status=S.ISSUED, closes_at__lte=at)

    def closed_without_award(self, at: datetime) -> "TenderQuerySet":
        """Those issued that receive bids no more, and of which no award is confirmed; those cancelled after issue too."""
        over = models.Q(status__in=[S.OPENED, S.EVALUATED, S.STANDSTILL, S.CANCELLED]) | models.Q(status=S.ISSUED, closes_at__lte=at)
        return self.filter(over, issued_at__isnull=False)

    def awarded(self) -> "TenderQuerySet":
        """Those whose award is confirmed."""
        return self.filter(status=S.AWARDED)

    def concerned_by(self, listing: Listing) -> "TenderQuerySet":
        """Those issued and not over that have invited the supplier for its list and area."""
        running = self.filter(status__in=BEFORE_THE_END)
        return running.filter(framework_list=listing.framework_list_id, area=listing.area_id, invitations__supplier=listing.supplier_id)

    def standing_still(self, at: datetime) -> "TenderQuerySet":
        """Those in their standstill at that moment."""
        return self.filter(status=S.STANDSTILL, standstill_ends_at__gt=at)


class Tender(DocketedRecord):
    """A mini-competition under a framework, by one buyer, for one list and area, in lots."""

    Status = TenderStatus
    MOVES = {
        "describe_tender": move(S.DRAFT),
        "set_timeline": move(S.DRAFT),
        "add_lot": move(S.DRAFT),
        "change_lot": move(S.DRAFT),
        "remove_lot": move(S.DRAFT),
        "set_criteria": move(S.DRAFT),
        "set_questions": move(S.DRAFT),
        "copy_questions": move(S.DRAFT),
        "copy_from_lot": move(S.DRAFT),
        "set_price_schedule": move(S.DRAFT),
        "attach_document": move(S.DRAFT, S.ISSUED),
        "remove_document": move(S.DRAFT),
        "propose_tender": move(S.DRAFT, to=S.PROPOSED),
        "return_tender": move(S.PROPOSED, S.APPROVED, to=S.DRAFT),
        "approve_tender": move(S.PROPOSED, to=S.APPROVED),
        "issue_tender": move(S.APPROVED, to=S.ISSUED, after="framework_list__framework"),
        "propose_extension": move(S.ISSUED),
        "extend_deadline": move(S.ISSUED),
        "answer_clarification": move(S.ISSUED),
        "cancel_tender": move(*BEFORE_ISSUE, S.ISSUED, S.OPENED, S.EVALUATED, S.STANDSTILL, to=S.CANCELLED),
        "propose_openers": move(S.APPROVED, S.ISSUED),
        "confirm_openers": move(S.APPROVED, S.ISSUED),
        "confirm_opening": move(S.ISSUED),
        "open_bids": move(S.ISSUED, to=S.OPENED),
        "declare_interests": move(S.OPENED, S.EVALUATED, S.STANDSTILL),
        "score_bid": move(S.OPENED),
        "lock_scores": move(S.OPENED),
        "note_departure": move(),
        "record_consensus": move(S.OPENED),
        "decide_consensus_change": move(S.OPENED),
        "decide_pass": move(S.OPENED),
        "bring_in_prices": move(S.OPENED),
        "complete_evaluation": move(S.OPENED, to=S.EVALUATED),
        "settle_tie": move(S.OPENED),
        "announce_award": move(S.EVALUATED, to=S.STANDSTILL),
        "confirm_award": move(S.STANDSTILL, to=S.AWARDED),
        "reopen_evaluation": move(S.STANDSTILL, S.EVALUATED, to=S.OPENED),
        "note_listing": move(*BEFORE_THE_END),
        "announce_due_of_tender": move(),
    }

    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tenders", editable=False)
    framework_list = models.ForeignKey(FrameworkList, on_delete=models.PROTECT, related_name="tenders", editable=False)
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="tenders", editable=False)
    framework_version = models.ForeignKey(
        FrameworkVersion,
        on_delete=models.PROTECT,
        related_name="tenders",
        editable=False,
        help_text="What the framework said when the tender was drafted: its periods, criteria and letters hold for it to the end.",
    )
    reference = models.CharField(max_length=70, unique=True, editable=False)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=20000)
    is_public = models.BooleanField(default=True, help_text="Show the notice, never the bids, to the public once it is issued.")
    status = models.CharField(max_length=12, choices=TenderStatus, default=S.DRAFT, editable=False)
    questions_close_at = models.DateTimeField(null=True, blank=True, help_text="The first moment at which no clarification can be asked.")
    answers_due_at = models.DateTimeField(null=True, blank=True, help_text="When every clarification is to be answered by.")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="The deadline: a bid that comes at this moment is late.")
    contract_starts_on = models.DateField(null=True, blank=True)
    contract_ends_on = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    openers = models.ManyToManyField(User, related_name="+", editable=False, help_text="Who may open its bids, as a second person approved.")
    proposal_hash = models.CharField(
        max_length=64, blank=True, editable=False, help_text="SHA-256 of all that was proposed, which a second person approves."
    )
    issued_at = models.DateTimeField(null=True, editable=False)
    notice_hash = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 of lots, criteria, questions and prices as issued.")
    bids_opened_at = models.DateTimeField(null=True, editable=False)
    scores_locked_at = models.DateTimeField(null=True, editable=False)
    prices_known_at = models.DateTimeField(
        null=True, editable=False, help_text="When prices were first known to the panel; what it agreed on changes only by two people since."
    )
    award_announced_at = models.DateTimeField(null=True, editable=False)
    standstill_ends_at = models.DateTimeField(null=True, editable=False, help_text="The first moment at which the award can be confirmed.")
    awarded_at = models.DateTimeField(null=True, editable=False)
    cancel_reason = models.TextField(blank=True, max_length=10000, editable=False)

    objects = TenderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issued_at__isnull=True) | models.Q(closes_at__gt=models.F("issued_at")), name="a_tender_closes_after_it_is_issued"
            ),
            models.CheckConstraint(
                condition=models.Q(bids_opened_at__isnull=True) | models.Q(bids_opened_at__gte=models.F("closes_at")),
                name="bids_open_after_the_deadline",
            ),
            models.CheckConstraint(
                condition=models.Q(awarded_at__isnull=True) | models.Q(awarded_at__gte=models.F("standstill_ends_at")),
                name="an_award_is_confirmed_after_the_standstill",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("proposed_by")),
                name="a_second_person_approves_a_tender",
            ),
            # The day of the deadline in London, which is the time zone of the settings.
            models.CheckConstraint(
                condition=models.Q(contract_starts_on__gt=TruncDate("closes_at")), name="a_contract_starts_after_the_day_on_which_bids_are_due"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "closes_at"], name="tenders_by_deadline"),
            models.Index(fields=["status", "standstill_ends_at"], name="tenders_by_standstill"),
            models.Index(fields=["buyer", "-created_at", "-id"], name="tenders_of_a_buyer"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its workspace."""
        return reverse("tender:workspace", args=[self.pk])

    @property
    def framework(self) -> Framework:
        """The framework that it calls off from."""
        return self.framework_list.framework

    @property
    def asks_at_most(self) -> int | None:
        """How many suppliers it invites, as the framework's version says under which it was drafted; None: everyone on the list."""
        found: int | None = self.framework_version.content.get("asks_at_most")
        return found

    def paragraphs_of(self, template: str, **places: object) -> list[str]:
        """The framework's own paragraphs for a letter of this kind about this tender."""
        content = self.framework_version.content
        known = {"framework": content["title"], "buyer": self.buyer, "tender": self.title, "reference": self.reference}
        dated = {"deadline": ending_text(self.closes_at), "standstill_ends": ending_text(self.standstill_ends_at)}
        return own_words.paragraphs(content["letters"], template, lambda: {**known, **dated, **places})

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        return self.paragraphs_of(template)

    def is_receiving(self, at: datetime) -> bool:
        """Whether it receives bids at that moment (`TenderQuerySet.receiving` is the same rule)."""
        return self.status == S.ISSUED and self.closes_at is not None and at < self.closes_at

    def is_closed_unopened(self, at: datetime) -> bool:
        """Whether its deadline has passed and its bids are sealed still (`TenderQuerySet.closed_unopened` is the same rule)."""
        return self.status == S.ISSUED and self.closes_at is not None and at >= self.closes_at

    def is_standing_still(self, at: datetime) -> bool:
        """Whether it is in its standstill at that moment (`TenderQuerySet.standing_still` is the same rule)."""
        return self.status == S.STANDSTILL and self.standstill_ends_at is not None and at < self.standstill_ends_at

    def phase_at(self, at: datetime) -> str:
        """What to call where it stands at that moment."""
        if self.is_receiving(at):
            return "Open for bids"
        if self.is_closed_unopened(at):
            return "Closed, bids sealed"
        if self.is_standing_still(at):
            return "In standstill"
        return TenderStatus(self.status).label

    def team(self, *roles: str) -> Any:
        """The buyer's people in these roles."""
        return self.buyer.people(*roles)

    def leads(self) -> Any:
        """The buyer's procurement leads."""
        return self.team(Role.PROCUREMENT_LEAD)

    def opening_team(self) -> Any:
        """Those named to open its bids who are openers of the buyer still."""
        return self.team(Role.OPENER).filter(pk__in=self.openers.all())

    def leads_and_openers(self) -> list[User]:
        """The buyer's procurement leads, and those who open the bids."""
        return [*self.leads(), *self.opening_team()]


class LotQuerySet(RecordQuerySet):
    """Lots as their viewers see them."""

    def visible_to(self, user: Any) -> "LotQuerySet":
        """Those of the tenders that the viewer may see."""
        return self.filter(tender__in=Tender.objects.visible_to(user))


class Lot(Record):
    """A part of a tender that becomes one contract."""

    ROOT = "tender"

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="lots", editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=20000)
    estimated_value = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Pounds, without VAT, over the whole term.",
    )
    criteria_set = models.OneToOneField(CriteriaSet, on_delete=models.PROTECT, related_name="lot", editable=False)
    questionnaire = models.OneToOneField(Questionnaire, on_delete=models.PROTECT, related_name="lot", editable=False)

    objects = LotQuerySet.as_manager()

    class Meta:
        ordering = ["tender", "number"]
        constraints = [models.UniqueConstraint(fields=["tender", "number"], name="one_lot_per_number_of_a_tender")]

    def __str__(self) -> str:
        return f"Lot {self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        """Its place in the tender's workspace."""
        return f"{self.tender.get_absolute_url()}#lot-{self.number}"

    def docket_keeper(self) -> Tender:
        """Its tender."""
        return self.tender


class PriceLine(Record):
    """A line of a lot's price schedule: a supplier prices one unit, in pounds without VAT."""

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="price_lines", editable=False)
    number = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=300)
    unit = models.CharField(max_length=60)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        ordering = ["lot", "number"]
        constraints = [models.UniqueConstraint(fields=["lot", "number"], name="one_price_line_per_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.description}"


class ExtensionQuerySet(RecordQuerySet):
    """Extensions as their viewers see them."""

    def visible_to(self, user: Any) -> "ExtensionQuerySet":
        """Those made, by whoever sees the tender; those proposed, by the buyer's people alone."""
        made = models.Q(set_at__isnull=False, tender__in=Tender.objects.visible_to(user))
        return self.filter(made | models.Q(tender__buyer__in=getattr(user, "organisations", ())))

    def waiting(self) -> "ExtensionQuerySet":
        """Those proposed, and not made yet."""
        return self.filter(set_at__isnull=True)

    def made(self) -> "ExtensionQuerySet":
        """Those by which the deadline did move."""
        return self.filter(set_at__isnull=False)


class Extension(Record):
    """A later deadline, which one person proposes and a second sets; those made are kept for ever."""

    ROOT = "tender"

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="extensions", editable=False)
    replaced_closes_at = models.DateTimeField(editable=False, help_text="The deadline that it moves.")
    closes_at = models.DateTimeField(help_text="The deadline that it sets.")
    replaced_contract_starts_on = models.DateField(editable=False)
    replaced_contract_ends_on = models.DateField(editable=False)
    contract_starts_on = models.DateField(help_text="The first day of the contract, if it is set.")
    contract_ends_on = models.DateField(help_text="The last day of the contract, if it is set.")
    reason = models.TextField(max_length=4000)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    set_at = models.DateTimeField(null=True, editable=False)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["tender", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["tender"], condition=models.Q(set_at__isnull=True), name="one_extension_waits_at_a_time"),
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("replaced_closes_at")), name="a_deadline_only_moves_later"),
            models.CheckConstraint(
                condition=models.Q(set_by__isnull=True) | ~models.Q(set_by=models.F("proposed_by")), name="two_people_extend_a_deadline"
            ),
        ]

    def __str__(self) -> str:
        return f"Extension of {self.tender}"

    @property
    def moves_the_contract(self) -> bool:
        """Whether the contract's term moves with the deadline."""
        replaced = (self.replaced_contract_starts_on, self.replaced_contract_ends_on)
        return (self.contract_starts_on, self.contract_ends_on) != replaced

    def get_absolute_url(self) -> str:
        """The tender's page."""
        return self.tender.get_absolute_url()

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.tender
