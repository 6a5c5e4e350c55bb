"""Contracts: what an award became, the functions it takes over, and who signed."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.clock import from_wall, in_london
from commissioning.models import CommissioningFunction, DocketedRecord, Organisation, Record, RecordQuerySet, Role, User, move
from procurement.models import Award
from suppliers.models import ConsortiumMember, Listing, Supplier


class ContractStatus(models.TextChoices):
    """Where a contract stands; that its term has begun or ended follows from its dates."""

    DRAFT = "draft", "Draft"
    OFFERED = "offered", "Waiting for signatures"
    SIGNED = "signed", "Signed"
    TERMINATED = "terminated", "Terminated"


C = ContractStatus
BEFORE_THE_END = (C.DRAFT, C.OFFERED, C.SIGNED)
# How many days before its last day the end of a contract is announced, the earliest first.
NOTICE_DAYS = (180, 90, 30)


class ContractQuerySet(RecordQuerySet):
    """Contracts as their viewers see them."""

    def visible_to(self, user: Any) -> "ContractQuerySet":
        """Signed ones are on the public register; the others are seen by the two parties, the supplier from when it is offered."""
        mine = getattr(user, "organisations", ())
        offered = models.Q(supplier__organisation__in=mine) & ~models.Q(status=C.DRAFT)
        return self.filter(models.Q(status__in=[C.SIGNED, C.TERMINATED]) | models.Q(buyer__in=mine) | offered)

    def trail_readable_by(self, user: Any) -> "ContractQuerySet":
        """Those of the two parties, the supplier's from when it is offered."""
        mine = getattr(user, "organisations", ())
        return self.filter(models.Q(buyer__in=mine) | (models.Q(supplier__organisation__in=mine) & ~models.Q(status=C.DRAFT)))

    def public(self) -> "ContractQuerySet":
        """Those on the public register."""
        return self.filter(status__in=[C.SIGNED, C.TERMINATED])

    def running(self, on: date) -> "ContractQuerySet":
        """Those signed whose term covers the date."""
        return self.filter(status=C.SIGNED, starts_on__lte=on, ends_on__gte=on)

    def concerned_by(self, listing: Listing, on: date) -> "ContractQuerySet":
        """Those that came of a tender for the listing's list and area, with its supplier, and have not ended by that day."""
        where = {f"award__lot__tender__{name}": getattr(listing, f"{name}_id") for name in ("framework_list", "area")}
        return self.filter(**where, supplier=listing.supplier_id, status__in=BEFORE_THE_END, ends_on__gte=on)

    def with_signatures(self) -> "ContractQuerySet":
        """With the signatures of the terms that stand, in one query for all."""
        return self.prefetch_related(models.Prefetch("signatures", queryset=Signature.objects.standing()))

    def due_for_notice(self, days: int, on: date) -> "ContractQuerySet":
        """Those whose parties are due, on that day, the notice of so many days before the end (`Contract.notice_due` is the same rule)."""
        nearer = max((fewer for fewer in NOTICE_DAYS if fewer < days), default=-1)
        ending = self.filter(status=C.SIGNED, ends_on__gt=on + timedelta(days=nearer), ends_on__lte=on + timedelta(days=days))
        notice_on = models.ExpressionWrapper(models.F("ends_on") - timedelta(days=days), output_field=models.DateField())
        return ending.alias(notice_on=notice_on).filter(notice_on__gt=models.F("starts_on"), signed_at__date__lt=models.F("notice_on"))


class Contract(DocketedRecord):
    """A call-off contract for one lot. The buyer remains the statutory body, responsible for its outcome."""

    Status = ContractStatus
    MOVES = {
        "describe_contract": move(C.DRAFT),
        "set_scope": move(C.DRAFT),
        "offer_contract": move(C.DRAFT, to=C.OFFERED),
        "recall_contract": move(C.OFFERED, to=C.DRAFT),
        "sign_contract": move(C.OFFERED),
        "conclude_contract": move(C.OFFERED, to=C.SIGNED),
        "note_listing_of_contractor": move(*BEFORE_THE_END),
        "announce_due_of_contract": move(),
    }

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="contract", editable=False)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contracts", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="contracts", editable=False)
    reference = models.CharField(max_length=80, unique=True, editable=False)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=ContractStatus, default=C.DRAFT, editable=False)
    value = models.DecimalField(max_digits=14, decimal_places=2, editable=False, help_text="Pounds, without VAT, over the whole term, as awarded.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    statement = models.TextField(max_length=4000, help_text="That the buyer remains the statutory body.")
    offer = models.PositiveSmallIntegerField(default=0, editable=False, help_text="How often it has been offered. A signature belongs to one offer.")
    offered_at = models.DateTimeField(null=True, editable=False)
    terms_hash = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 of the terms of this offer, which both sign.")
    signed_at = models.DateTimeField(null=True, editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="a_contract_ends_after_it_starts")]
        indexes = [
            models.Index(fields=["status", "ends_on"], name="contracts_by_end"),
            models.Index(fields=["buyer", "-created_at", "-id"], name="contracts_of_a_buyer"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("contract:workspace", args=[self.pk])

    def managers(self) -> Any:
        """The buyer's contract managers."""
        return self.buyer.people(Role.CONTRACT_MANAGER)

    def signatories_of_the_supplier(self) -> Any:
        """The supplier's people who sign."""
        return self.supplier.organisation.people(Role.BID_MANAGER)

    def party_of(self, person: User) -> Organisation:
        """The party that the person signs for."""
        return self.buyer if self.buyer_id in person.organisations else self.supplier.organisation

    @property
    def supplier_name(self) -> str:
        """What the supplier was called when the contract was signed, or is called while it is not."""
        return self.supplier.name_at(self.signed_at)

    @property
    def supplier_then_and_now(self) -> str:
        """The name of that day, with the present one where it has another since."""
        return self.supplier.then_and_now(self.signed_at)

    @property
    def members(self) -> list[ConsortiumMember]:
        """Who the members of a consortium were when the contract was signed, or are while it is not; they can be fetched before."""
        return self.supplier.members_at(self.signed_at)

    @property
    def awarded_as(self) -> str:
        """The tender and the lot that it was awarded by, whatever its own title."""
        lot = self.award.lot
        return f"{lot.tender.reference}, {lot.tender}, lot {lot.number}: {lot.title}"

    @property
    def ends_at(self) -> datetime:
        """The midnight that ends its last day."""
        return from_wall(datetime.combine(self.ends_on + timedelta(days=1), time()))

    def phase_at(self, on: date) -> str:
        """Where it stands on a day, for people: its status, and once it is signed what follows from its term."""
        if self.status != C.SIGNED:
            return self.get_status_display()
        if on < self.starts_on:
            return "Signed, not begun"
        return "Running" if self.is_running(on) else "Ended"

    def is_running(self, on: date) -> bool:
        """Whether its term covers the date (`ContractQuerySet.running` is the same rule)."""
        return self.status == C.SIGNED and self.starts_on <= on <= self.ends_on

    def notice_due(self, on: date) -> int | None:
        """How many days before the end the notice is that is due on that day; None if none is.

        Only the latest counts: one that was missed is not made up for, and none is due for a day by which the contract had not begun, or
        was not signed.
        """
        if self.status != C.SIGNED or self.signed_at is None or on > self.ends_on:
            return None
        bound_on = max(self.starts_on, in_london(self.signed_at).date())
        passed = [days for days in NOTICE_DAYS if bound_on < self.ends_on - timedelta(days=days) <= on]
        return min(passed, default=None)


class Scope(Record):
    """That a contract takes over a function, or that the buyer retains it beside the contract."""

    class Arrangement(models.TextChoices):
        TAKEN_OVER = "taken_over", "Done by the supplier"
        RETAINED = "retained", "Kept by the commissioner"

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="scope", editable=False)
    function = models.ForeignKey(CommissioningFunction, on_delete=models.PROTECT, related_name="+")
    arrangement = models.CharField(max_length=12, choices=Arrangement)
    detail = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["contract", "arrangement", "function__order"]
        constraints = [models.UniqueConstraint(fields=["contract", "function"], name="a_function_is_taken_over_or_retained_once")]

    def __str__(self) -> str:
        return f"{self.function}: {self.get_arrangement_display()}"


class SignatureQuerySet(RecordQuerySet):
    """Signatures by the offer that they belong to."""

    def standing(self) -> "SignatureQuerySet":
        """Those of the terms that are offered or agreed now; one of an offer that was taken back is kept, and has no effect."""
        return self.filter(terms_hash=models.F("contract__terms_hash"))


class Signature(Record):
    """One party's signature of one offer, by a named person, over the hash of its terms."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="signatures", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    capacity = models.CharField(max_length=200, help_text="In what capacity the person signs.")
    terms_hash = models.CharField(max_length=64, editable=False)
    signed_at = models.DateTimeField(editable=False)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["contract", "organisation", "terms_hash"], name="each_party_signs_once")]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.signed_at:%d %B %Y}"

    @property
    def party_name(self) -> str:
        """What the party was called on the day on which it signed."""
        supplier = self.contract.supplier
        return supplier.name_at(self.signed_at) if self.organisation_id == supplier.organisation_id else self.organisation.name
