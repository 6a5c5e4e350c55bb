"""Contracts: what an award became, the functions it takes over, and who signed."""

from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import CommissioningFunction, DocketedRecord, Organisation, Record, RecordQuerySet, Role, User, move
from procurement.models import Award
from suppliers.models import Supplier


class ContractStatus(models.TextChoices):
    """Where a contract stands; that its term has begun or ended follows from its dates."""

    DRAFT = "draft", "Draft"
    OFFERED = "offered", "Waiting for signatures"
    SIGNED = "signed", "Signed"
    TERMINATED = "terminated", "Terminated"


C = ContractStatus


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

    def running(self, on: date) -> "ContractQuerySet":
        """Those signed whose term covers the date."""
        return self.filter(status=C.SIGNED, starts_on__lte=on, ends_on__gte=on)


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
        "announce_due_of_contract": move(),
    }

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="contract", editable=False)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contracts", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="contracts", editable=False)
    reference = models.CharField(max_length=40, unique=True, editable=False)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=ContractStatus, default=C.DRAFT, editable=False)
    value = models.DecimalField(max_digits=14, decimal_places=2, editable=False, help_text="Pounds, without VAT, over the whole term, as awarded.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    statement = models.TextField(max_length=4000, help_text="That the buyer remains the statutory body.")
    terms_hash = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 of the terms that both sign.")
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

    def is_running(self, on: date) -> bool:
        """Whether its term covers the date (`ContractQuerySet.running` is the same rule)."""
        return self.status == C.SIGNED and self.starts_on <= on <= self.ends_on


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


class Signature(Record):
    """One party's signature of the contract's terms, by a named person, over their hash."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="signatures", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    capacity = models.CharField(max_length=200, help_text="In what capacity the person signs.")
    terms_hash = models.CharField(max_length=64, editable=False)
    signed_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["contract", "organisation", "terms_hash"], name="each_party_signs_once")]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.signed_at:%d %B %Y}"
