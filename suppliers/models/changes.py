"""Changes of a supplier itself that it tells the authority of: another name, others who control it, or other members of a consortium."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from commissioning.clock import in_london
from commissioning.models import DocketedRecord, Document, Organisation, Record, RecordQuerySet, Role, User, move
from suppliers.models.confirmations import ConfirmationStatus, MemberAnswer
from suppliers.models.firms import ConsortiumMember, Supplier
from suppliers.models.listings import Listing, ListingQuerySet


class ChangeStatus(models.TextChoices):
    """Where a change stands with the authority."""

    TOLD = "told", "Waits for the authority"
    RECORDED = "recorded", "Recorded"
    REFUSED = "refused", "Not recorded"
    DECIDED = "decided", "Looked at"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ControlOutcome(models.TextChoices):
    """What becomes of the listings of a supplier that others control now, or of a consortium that has other members."""

    KEPT = "kept", "Kept on the lists"
    SUSPENSION = "suspension", "Suspended from the lists"
    REMOVAL = "removal", "Removed from the lists"


class ChangeKind(models.TextChoices):
    """What changes."""

    NAME = "name", "Another name"
    CONTROL = "control", "Others control it"
    MEMBERS = "members", "Other members"


C = ChangeStatus
CHANGE_FILE = "supplier_change"


class SupplierChangeQuerySet(RecordQuerySet):
    """Changes as their viewers see them."""

    def visible_to(self, user: Any) -> "SupplierChangeQuerySet":
        """The supplier's own, and those of which the viewer's authority was told."""
        mine = getattr(user, "organisations", ())
        return self.filter(Q(supplier__organisation__in=mine) | Q(authority__in=mine))

    def waiting(self) -> "SupplierChangeQuerySet":
        """Those that the authority has not acted on."""
        return self.filter(status=C.TOLD)

    def to_act_on(self, user: Any) -> "SupplierChangeQuerySet":
        """Those that wait for the viewer's authorities and for no member, and are not of the viewer's own supplier or of one it belongs to."""
        places = ConsortiumMember.objects.filter(consortium=OuterRef("supplier"), company__in=user.organisations).since(OuterRef("created_at"))
        joining = ShareConfirmation.objects.filter(change=OuterRef("pk"), company__in=user.organisations)
        unsaid = ShareConfirmation.objects.filter(change=OuterRef("pk")).exclude(status=ConfirmationStatus.CONFIRMED)
        found = self.waiting().filter(authority__in=user.organisations).exclude(supplier__organisation__in=user.organisations)
        return found.exclude(Exists(places)).exclude(Exists(joining)).exclude(Exists(unsaid))


class SupplierChange(Record):
    """A change of name, of control or of members, told by the supplier with its day, words and files, and what the authority made of it."""

    Status = ChangeStatus
    Kind = ChangeKind
    Outcome = ControlOutcome
    MOVES = {
        "attach_to_change": move(C.TOLD),
        "remove_from_change": move(C.TOLD),
        "record_new_name": move(C.TOLD, to=C.RECORDED),
        "refuse_new_name": move(C.TOLD, to=C.REFUSED),
        "decide_change_of_control": move(C.TOLD, to=C.DECIDED),
        "record_new_members": move(C.TOLD, to=C.RECORDED),
        "refuse_new_members": move(C.TOLD, to=C.REFUSED),
        "withdraw_change": move(C.TOLD, to=C.WITHDRAWN),
    }

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="changes", editable=False)
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(max_length=10, choices=ChangeKind, editable=False)
    status = models.CharField(max_length=10, choices=ChangeStatus, default=C.TOLD, editable=False)
    effective_on = models.DateField(editable=False, help_text="The first day on which it is so.")
    account = models.TextField(max_length=20000, editable=False)
    old_name = models.CharField(max_length=200, blank=True, editable=False, help_text="What it was called before; only for a change of name.")
    new_name = models.CharField(max_length=200, blank=True, editable=False)
    old_members = models.JSONField(default=list, editable=False, help_text="Who the members were when it told, with their shares of liability.")
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    outcome = models.CharField(max_length=12, choices=ControlOutcome, blank=True, editable=False)
    suspended_until = models.DateTimeField(null=True, editable=False)
    reasons = models.TextField(max_length=4000, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = models.TextField(max_length=4000, blank=True, editable=False)

    objects = SupplierChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "authority", "kind"], condition=Q(status=C.TOLD), name="one_change_of_a_kind_waits"),
            models.CheckConstraint(
                condition=(~Q(kind=ChangeKind.NAME) & Q(new_name="", old_name="")) | (Q(kind=ChangeKind.NAME) & ~Q(new_name="") & ~Q(old_name="")),
                name="a_change_of_name_says_both_names",
            ),
            models.CheckConstraint(
                condition=~Q(status=C.DECIDED) | (Q(kind=ChangeKind.CONTROL) & ~Q(outcome="") & ~Q(reasons="")),
                name="a_decision_on_a_change_of_control_gives_reasons",
            ),
            models.CheckConstraint(
                condition=Q(status=C.WITHDRAWN, withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")
                | (~Q(status=C.WITHDRAWN) & Q(withdrawn_at=None, withdrawal_reason="")),
                name="a_withdrawn_change_says_when_and_why",
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="supplier_changes_by_status")]

    def __str__(self) -> str:
        if self.kind == ChangeKind.NAME:
            return f"Change of name: {self.old_name}, to be {self.new_name}" if self.status == C.TOLD else f"Change of name: {self.old_name}"
        return f"Change of {'members' if self.is_of_members else 'control'}: {self.supplier}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("supplierchange:workspace", args=[self.pk])

    def docket_keeper(self) -> DocketedRecord:
        """The supplier's organisation."""
        return self.supplier.organisation

    @property
    def is_of_name(self) -> bool:
        """Whether it is the name that changes."""
        return self.kind == ChangeKind.NAME

    @property
    def is_of_members(self) -> bool:
        """Whether members of a consortium leave or join, or bear other shares."""
        return self.kind == ChangeKind.MEMBERS

    @property
    def is_of_control(self) -> bool:
        """Whether others control it."""
        return self.kind == ChangeKind.CONTROL

    def can_be_recorded(self, at: datetime) -> bool:
        """Whether the first day on which it is so has begun; a change of control is looked at whenever it is told."""
        return self.is_of_control or self.effective_on <= in_london(at).date()

    def phase(self) -> str:
        """What to call where it stands; the shares of its members can be fetched before."""
        if self.is_of_control and self.outcome:
            return ControlOutcome(self.outcome).label
        if self.status == C.TOLD and any(share.status != ConfirmationStatus.CONFIRMED for share in self.shares.all()):
            return "Waits for its members"
        return ChangeStatus(self.status).label

    def parties(self) -> frozenset[UUID]:
        """The organisations that it concerns: the supplier's own, those that were members since it was told, and those that are to join."""
        return self.supplier.parties(self.created_at) | frozenset(self.shares.values_list("company", flat=True))

    def companies(self) -> "models.QuerySet[Organisation]":
        """Of new members: everybody who was one, stays one or is to become one."""
        before = {UUID(member["company"]) for member in self.old_members}
        return Organisation.objects.filter(Q(pk__in=before) | Q(pk__in=self.shares.values("company")))

    def curators(self) -> Any:
        """The people of the authority who act on it."""
        return self.authority.people(Role.CURATOR)

    def listings(self) -> ListingQuerySet:
        """The supplier's places on the lists of this authority's frameworks, in the order in which they are locked."""
        found: ListingQuerySet = Listing.objects.filter(supplier=self.supplier, framework_list__framework__authority=self.authority)
        return found.order_by("framework_list__framework", "created_at", "pk")

    def files(self) -> "models.QuerySet[Document]":
        """The files that the supplier attached."""
        return Document.objects.filter(subject_id=self.pk, subject_type=self._meta.label_lower, purpose=CHANGE_FILE, withdrawn_at__isnull=True)


class ShareConfirmationQuerySet(RecordQuerySet):
    """Shares as their viewers see them."""

    def visible_to(self, user: Any) -> "ShareConfirmationQuerySet":
        """The company's own people, and those of the consortium; nobody else, not even the other members."""
        mine = getattr(user, "organisations", ())
        return self.filter(Q(company__in=mine) | Q(change__supplier__organisation__in=mine))

    def waiting(self) -> "ShareConfirmationQuerySet":
        """Those that can be answered and have not been."""
        return self.filter(status=ConfirmationStatus.WAITING, change__status=C.TOLD)


class ShareConfirmation(MemberAnswer):
    """What a company that stays in a consortium or joins it is to bear, and whether it agrees."""

    ROOT = "change"
    MOVES = MemberAnswer.moves("confirm_share", "decline_share")

    change = models.ForeignKey(SupplierChange, on_delete=models.PROTECT, related_name="shares", editable=False)
    leads = models.BooleanField(default=False, editable=False)
    liability_share = models.DecimalField(max_digits=5, decimal_places=2, editable=False, help_text="Percent.")

    objects = ShareConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["change", "-leads", "company__name"]
        constraints = [models.UniqueConstraint(fields=["change", "company"], name="one_share_per_company_and_change")]

    def __str__(self) -> str:
        return f"{self.company}: {self.change}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("shareconfirmation:workspace", args=[self.pk])

    def docket_keeper(self) -> DocketedRecord:
        """The consortium's organisation."""
        return self.change.docket_keeper()
