"""Imports of organisations from a sheet: what it would change, as it was previewed, and whether that was done."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import DocketedRecord, Document, Organisation, Record, RecordQuerySet, move
from commissioning.models.people import Role


class OrganisationImportQuerySet(RecordQuerySet):
    """Imports as their viewers see them."""

    def visible_to(self, user: Any) -> "OrganisationImportQuerySet":
        """For the curators of the authority that keeps the register."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(authority__in=[where for where, role in user.roles if role == Role.CURATOR])


class OrganisationImport(Record):
    """A sheet of organisations, and what it was found to change; nothing is changed until somebody confirms that very preview."""

    class Status(models.TextChoices):
        PREVIEWED = "previewed", "Waits for confirmation"
        APPLIED = "applied", "Carried out"
        DISCARDED = "discarded", "Discarded"

    ROOT = "authority"
    MOVES = {
        "preview_again": move(Status.PREVIEWED),
        "apply_import": move(Status.PREVIEWED, to=Status.APPLIED),
        "discard_import": move(Status.PREVIEWED, to=Status.DISCARDED),
    }

    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.PREVIEWED, editable=False)
    kind = models.CharField(max_length=20, choices=Organisation.Kind, editable=False)
    body_class = models.CharField(max_length=20, blank=True, editable=False, help_text="The class of a new organisation whose row names none.")
    file_name = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, help_text="Of the file.")
    previewed_at = models.DateTimeField(editable=False)
    preview_hash = models.CharField(max_length=64, editable=False, help_text="SHA-256 of what it would change, and of what that was before.")
    new = models.PositiveIntegerField(default=0, editable=False)
    changed = models.PositiveIntegerField(default=0, editable=False)
    closed = models.PositiveIntegerField(default=0, editable=False)
    unchanged = models.PositiveIntegerField(default=0, editable=False)
    unused_columns = models.JSONField(default=list, editable=False, help_text="Headings that say nothing to the service.")
    applied_at = models.DateTimeField(null=True, editable=False)

    objects = OrganisationImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="applied", applied_at__isnull=False) | (~models.Q(status="applied") & models.Q(applied_at__isnull=True)),
                name="an_import_that_was_carried_out_says_when",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The preview."""
        return reverse("organisationimport:workspace", args=[self.pk])

    def docket_keeper(self) -> DocketedRecord:
        """The authority."""
        return self.authority

    def document(self) -> Document:
        """The file."""
        return Document.objects.get(subject_id=self.pk)

    def counts(self) -> dict[str, int]:
        """How many organisations it finds new, changed, closed and as they are."""
        return {"new": self.new, "changed": self.changed, "closed": self.closed, "unchanged": self.unchanged}


class ImportedRow(models.Model):
    """One organisation that an import would begin or change, field by field."""

    class What(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        CLOSED = "closed", "Closed"

    organisation_import = models.ForeignKey(OrganisationImport, on_delete=models.CASCADE, related_name="rows", editable=False)
    place = models.PositiveIntegerField(editable=False, help_text="Counts the changes of an import.")
    number = models.PositiveIntegerField(editable=False, help_text="The row of the sheet.")
    what = models.CharField(max_length=10, choices=What, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    known_as = models.CharField(max_length=300, editable=False)
    changes = models.JSONField(editable=False, help_text="Each field that changes: its name, what it says before, and after.")

    class Meta:
        ordering = ["organisation_import", "place"]
        constraints = [models.UniqueConstraint(fields=["organisation_import", "place"], name="one_change_per_place_of_an_import")]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.known_as}"
