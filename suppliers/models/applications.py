"""Applications: what a supplier drafts, what was received of it, and the places on the lists that it asks for."""

from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse

from commissioning import clock
from commissioning.models import Answering, DocketedRecord, Document, Record, RecordQuerySet, User, move
from commissioning.wording import ending_text
from suppliers.models.admissions import AdmissionRound
from suppliers.models.firms import Supplier
from suppliers.models.frameworks import FrameworkList, Service, ServiceArea


class ApplicationStatus(models.TextChoices):
    """Where an application stands."""

    DRAFT = "draft", "Draft, not submitted"
    SUBMITTED = "submitted", "Submitted"
    WITHDRAWN = "withdrawn", "Withdrawn"


A = ApplicationStatus


class ApplicationQuerySet(RecordQuerySet):
    """Applications as their viewers see them."""

    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """Those known to them; but none of an applicant with whom they declared a conflict, nor any to an assessor who has declared nothing yet."""
        found = self.known_to(user)
        if (person := getattr(user, "pk", None)) is None:
            return found
        undeclared = AdmissionRound.objects.filter(assessors__person=person, assessors__declared_at=None, assessors__ended_at=None)
        return found.exclude(conflicts__person=person).exclude(round__in=undeclared)

    trail_readable_by = visible_to

    def known_to(self, user: Any) -> "ApplicationQuerySet":
        """Those of which the viewer knows that they are there: the supplier's own; and the authority's, once received and past the deadline."""
        mine = getattr(user, "organisations", ())
        if not mine:
            return self.none()
        to_authority = models.Q(round__framework__authority__in=mine, submitted_at__isnull=False, round__closes_at__lte=clock.now())
        return self.filter(models.Q(supplier__organisation__in=mine) | to_authority)

    def of_suppliers_of(self, user: Any) -> "ApplicationQuerySet":
        """Those of the viewer's own suppliers."""
        return self.filter(supplier__organisation__in=getattr(user, "organisations", ()))

    def counting(self) -> "ApplicationQuerySet":
        """Those that are decided on: submitted, and not withdrawn."""
        return self.filter(status=A.SUBMITTED)


class Application(Answering, DocketedRecord):
    """A supplier's application to a round, as it is being written; what was received of it is its last version."""

    Status = ApplicationStatus
    QUESTIONNAIRE = "round.questionnaire"
    ROOT = "round"
    MOVES = {
        "save_application": move(),
        "attach_to_application": move(),
        "remove_from_application": move(),
        "ask_members": move(),
        "submit_application": move(to=A.SUBMITTED),
        "withdraw_application": move(A.DRAFT, A.SUBMITTED, to=A.WITHDRAWN),
    }

    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="applications", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="applications", editable=False)
    status = models.CharField(max_length=12, choices=ApplicationStatus, default=A.DRAFT, editable=False)
    statement = models.TextField(blank=True, max_length=20000)
    wanted = models.JSONField(default=list, blank=True, help_text="The places that the draft asks for: list, area and services, by their ids.")
    to_confirm = models.JSONField(default=list, blank=True, help_text="Ids of questions whose answers were carried over and wait to be confirmed.")
    submitted_at = models.DateTimeField(null=True, editable=False)
    received_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["round", "supplier"], name="one_application_per_supplier_and_round")]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.round}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("application:workspace", args=[self.pk])

    def parties(self) -> frozenset[UUID]:
        """The organisations that gain by its success: the applicant, and those that were members of it at any time since it was begun."""
        return self.supplier.parties(self.created_at)

    @property
    def authority_id(self) -> UUID:
        """The organisation that decides."""
        return self.round.authority_id

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        round_ = self.round
        places = {"round": round_, "appeals_end": ending_text(round_.appeals_end_at)}
        return round_.framework.paragraphs_of(template, lambda: {"supplier": self.supplier, **places})

    def received(self) -> "ApplicationVersion | None":
        """The version that counts: the last that came, unless it was withdrawn."""
        found: ApplicationVersion | None = self.versions.first() if self.status == A.SUBMITTED else None
        return found

    def files_shown_to(self, user: Any) -> "models.QuerySet[Document]":
        """To its own people the draft's and those received; to the authority those of the version that counts."""
        received = self.received()
        found = received.documents() if received else Document.objects.none()
        return found | self.attached() if self.supplier.organisation_id in user.organisations else found


class ApplicationVersion(Record):
    """An application as it was received, with its signed receipt; never changed. A withdrawn one keeps no content."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions", editable=False)
    number = models.PositiveIntegerField(editable=False)
    received_at = models.DateTimeField(editable=False)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    content = models.JSONField(null=True, editable=False, help_text="Statement, places, answers, and the list of files with their hashes.")
    content_hash = models.CharField(max_length=64, editable=False)
    receipt = models.JSONField(editable=False, help_text="What was received and when, as signed.")
    signature = models.TextField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["application", "-number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="one_version_per_number_of_an_application")]

    def __str__(self) -> str:
        return f"{self.application}, version {self.number}"

    def docket_keeper(self) -> Application:
        """Its application."""
        return self.application

    def documents(self) -> "models.QuerySet[Document]":
        """The files that came with it."""
        return Document.objects.filter(subject_id=self.application_id, pk__in=[stamp["document"] for stamp in (self.content or {}).get("files", ())])


class PlaceQuerySet(RecordQuerySet):
    """Places applied for, as their viewers see them."""

    def visible_to(self, user: Any) -> "PlaceQuerySet":
        """Those of the applications that the viewer may see."""
        return self.filter(application__in=Application.objects.visible_to(user))

    def known_to(self, user: Any) -> "PlaceQuerySet":
        """Those of the applications of which the viewer knows, to be counted."""
        return self.filter(application__in=Application.objects.known_to(user))

    def to_decide(self) -> "PlaceQuerySet":
        """Those of applications that were submitted and not withdrawn."""
        return self.filter(application__in=Application.objects.counting())

    def undecided(self) -> "PlaceQuerySet":
        """Those without a decision, even in draft."""
        return self.filter(outcome=Place.Outcome.UNDECIDED)

    def not_in_full(self) -> "PlaceQuerySet":
        """Those refused, and those accepted without some of their services."""
        in_part = models.Q(outcome=Place.Outcome.ACCEPTED) & ~models.Q(left_out=[])
        return self.filter(models.Q(outcome=Place.Outcome.REFUSED) | in_part)


class Place(Record):
    """One list and area that a received application asks for, with the services there, and the decision on it (a draft until decisions are sent)."""

    class Outcome(models.TextChoices):
        UNDECIDED = "undecided", "Not decided"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Not accepted"

    ROOT = "application__round"
    MOVES = {"draft_appeal": move()}

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="places", editable=False)
    framework_list = models.ForeignKey(FrameworkList, on_delete=models.PROTECT, related_name="+", editable=False)
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="+", editable=False)
    services = models.ManyToManyField(Service, related_name="+", editable=False, help_text="Those of the area’s menu that it is asked for.")
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.UNDECIDED, editable=False)
    left_out = models.JSONField(default=list, blank=True, editable=False, help_text="Ids of the services for which alone it is not accepted.")
    reasons = models.TextField(blank=True, max_length=10000, editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    proposal = models.CharField(max_length=64, blank=True, editable=False, help_text="The hash of what the assessment proposed when it was decided.")
    is_illustrative = models.BooleanField(default=False, editable=False, help_text="Who asked for which list is not on the public record.")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["application", "framework_list__order", "area__order"]
        constraints = [
            models.UniqueConstraint(fields=["application", "framework_list", "area"], name="one_decision_per_application_list_and_area"),
            models.CheckConstraint(condition=models.Q(outcome="undecided") | ~models.Q(reasons=""), name="a_decision_gives_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.framework_list}, {self.area}"

    @property
    def is_in_part(self) -> bool:
        """Whether it is accepted, but not for all services."""
        return self.outcome == Place.Outcome.ACCEPTED and bool(self.left_out)

    def services_accepted(self) -> list[Service]:
        """The services for which it is accepted, if it is."""
        return [service for service in self.services.all() if str(service.pk) not in self.left_out]

    def services_left_out(self) -> list[Service]:
        """The services for which it is not accepted, though for others."""
        return [service for service in self.services.all() if str(service.pk) in self.left_out]

    def get_absolute_url(self) -> str:
        """Its row in the application's workspace."""
        return f"{self.application.get_absolute_url()}#place-{self.pk}"

    def docket_keeper(self) -> Application:
        """Its application."""
        return self.application

    @property
    def authority_id(self) -> UUID:
        """The organisation that decides."""
        return self.application.authority_id
