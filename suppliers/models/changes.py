"""Changes of a supplier itself that it tells the authority of: another name, or others who control it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from commissioning.models import DocketedRecord, Document, Organisation, Record, RecordQuerySet, Role, User, move
from suppliers.models.firms import Supplier
from suppliers.models.listings import Listing, ListingQuerySet


class ChangeStatus(models.TextChoices):
    """Where a change stands with the authority."""

    TOLD = "told", "Waits for the authority"
    RECORDED = "recorded", "New name recorded"
    REFUSED = "refused", "New name not recorded"
    DECIDED = "decided", "Looked at"


class ControlOutcome(models.TextChoices):
    """What becomes of the listings of a supplier that others control now."""

    KEPT = "kept", "Kept on the lists"
    SUSPENSION = "suspension", "Suspended from the lists"
    REMOVAL = "removal", "Removed from the lists"


class ChangeKind(models.TextChoices):
    """What changes."""

    NAME = "name", "Another name"
    CONTROL = "control", "Others control it"


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
        """Those that wait for the viewer's authorities, and are not of the viewer's own supplier or of a consortium that it belongs to."""
        own = Q(supplier__organisation__in=user.organisations) | Q(supplier__members__company__in=user.organisations)
        return self.waiting().filter(authority__in=user.organisations).exclude(pk__in=self.model.objects.filter(own).values("pk"))


class SupplierChange(Record):
    """A change of name or of control, told by the supplier with its day, words and files, and what the authority made of it."""

    Status = ChangeStatus
    Kind = ChangeKind
    Outcome = ControlOutcome
    MOVES = {
        "attach_to_change": move(C.TOLD),
        "record_new_name": move(C.TOLD, to=C.RECORDED),
        "refuse_new_name": move(C.TOLD, to=C.REFUSED),
        "decide_change_of_control": move(C.TOLD, to=C.DECIDED),
    }

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="changes", editable=False)
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(max_length=10, choices=ChangeKind, editable=False)
    status = models.CharField(max_length=10, choices=ChangeStatus, default=C.TOLD, editable=False)
    effective_on = models.DateField(editable=False, help_text="The first day on which it is so.")
    account = models.TextField(max_length=20000, editable=False)
    old_name = models.CharField(max_length=200, blank=True, editable=False, help_text="What it was called before; empty for a change of control.")
    new_name = models.CharField(max_length=200, blank=True, editable=False)
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    outcome = models.CharField(max_length=12, choices=ControlOutcome, blank=True, editable=False)
    suspended_until = models.DateTimeField(null=True, editable=False)
    reasons = models.TextField(max_length=4000, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    objects = SupplierChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "authority", "kind"], condition=Q(status=C.TOLD), name="one_change_of_a_kind_waits"),
            models.CheckConstraint(
                condition=Q(kind=ChangeKind.CONTROL, new_name="", old_name="") | (Q(kind=ChangeKind.NAME) & ~Q(new_name="") & ~Q(old_name="")),
                name="a_change_of_name_says_both_names",
            ),
            models.CheckConstraint(
                condition=~Q(status=C.DECIDED) | (Q(kind=ChangeKind.CONTROL) & ~Q(outcome="") & ~Q(reasons="")),
                name="a_decision_on_a_change_of_control_gives_reasons",
            ),
        ]
        indexes = [models.Index(fields=["status", "created_at"], name="supplier_changes_by_status")]

    def __str__(self) -> str:
        if self.kind == ChangeKind.NAME:
            return f"Change of name: {self.old_name}, to be {self.new_name}" if self.status == C.TOLD else f"Change of name: {self.old_name}"
        return f"Change of control: {self.supplier}"

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

    def phase(self) -> str:
        """What to call where it stands."""
        return ControlOutcome(self.outcome).label if self.outcome else ChangeStatus(self.status).label

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
