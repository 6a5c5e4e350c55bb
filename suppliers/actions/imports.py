"""Organisations come in from a sheet: previewed, and carried out exactly as previewed, all of it or nothing."""

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from commissioning.actions.organisations import describe_organisation, register_organisations, succeed_organisation
from commissioning.actions.reference_data import authority_of
from commissioning.answering import arrived
from commissioning.filenames import safe_name
from commissioning.models import Document, Organisation, OrganisationClass, User
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, moving
from commissioning.refusals import Refused
from suppliers.actions.firms import describe_supplier, register_supplier
from suppliers.import_plans import Plan, Planned, plan_of
from suppliers.models import ImportedRow, OrganisationImport
from suppliers.organisation_rows import OF_SUPPLIERS, Problems, read_sheet

SHEET = "organisation_import"
KINDS = (Organisation.Kind.COMMISSIONER, Organisation.Kind.SUPPLIER)
_STALE = "The register has changed since this preview, and the sheet would now do something else. Preview it again, and confirm that."
_OTHER_FILE = "The file is not the one that was previewed. Discard this import, and send the file again."
_AT_ONCE = 500


def preview_import(*, kind: Organisation.Kind, body_class: str = "", file: UploadedFile, by: User, at: datetime | None = None) -> OrganisationImport:
    """Keep a sheet of organisations, and what it would change of the register; nothing of the register changes.

    `body_class` is the class of each new commissioner whose row names none. Raises ValidationError, which names rows and columns.
    """
    _check_kind(kind, body_class)
    authority = Organisation.objects.get(pk=authority_of(by))
    record = OrganisationImport(authority=authority, kind=kind, body_class=body_class, file_name=safe_name(file.name or ""))
    with arrived(record, file, by, "preview_import", at) as document:
        Document.objects.filter(pk=document.pk).update(purpose=SHEET)
        plan = _planned_anew(record, document)
        with beginning(record, "preview_import", by=by, at=at) as step:
            record.sha256, record.previewed_at, record.preview_hash = document.sha256, step.at, plan.hash
            record.save()
            _keep(record, plan, step)
    return record


def preview_again(import_id: UUID, *, by: Actor, at: datetime | None = None) -> OrganisationImport:
    """Work out anew, from the register as it is now, what the same sheet would change."""
    with moving(OrganisationImport, import_id, "preview_again", by=by, at=at) as step:
        record = step.record
        plan = _planned_anew(record, record.document())
        record.previewed_at, record.preview_hash = step.at, plan.hash
        record.rows.all().delete()
        _keep(record, plan, step)
    return record


def apply_import(import_id: UUID, *, preview: str, by: Actor, at: datetime | None = None) -> OrganisationImport:
    """Carry out exactly what was previewed; `preview` is the hash of the preview that the person has seen."""
    with moving(OrganisationImport, import_id, "apply_import", by=by, at=at) as step:
        record = step.record
        step.require(preview == record.preview_hash, "It has been previewed again since you looked. Look at what it says now, and confirm that.")
        _hold_what_changes(record)
        try:
            plan = _planned_anew(record, record.document())
        except ValidationError as error:
            raise Refused(_STALE) from error
        step.require(plan.hash == record.preview_hash, _STALE)
        _carry_out(plan, step)
        record.applied_at = step.at
        step.facts |= {"file": record.file_name, "sha256": record.sha256, "preview": record.preview_hash, **record.counts()}
    return record


def discard_import(import_id: UUID, *, by: Actor, at: datetime | None = None) -> OrganisationImport:
    """Put a preview away; the register stays as it is."""
    with moving(OrganisationImport, import_id, "discard_import", by=by, at=at) as step:
        step.facts |= {"file": step.record.file_name, "sha256": step.record.sha256}
    return step.record


def _check_kind(kind: str, body_class: str) -> None:
    if kind not in KINDS:
        raise ValidationError({"kind": "Sheets of commissioners and of suppliers come in. The authority is founded, not imported."})
    if body_class and kind != Organisation.Kind.COMMISSIONER:
        raise ValidationError({"body_class": "Only a commissioner is of a class of public bodies. Leave it empty."})
    if body_class and not OrganisationClass.objects.filter(code=body_class).exists():
        raise ValidationError({"body_class": f"There is no class of bodies “{body_class}”. Choose one that there is."})


def _planned_anew(record: OrganisationImport, document: Document) -> Plan:
    """What the file would change as the register is now. Raises ValidationError for what is wrong with it, Refused for another file."""
    problems = Problems()
    with document.file.open("rb") as file:
        read = hashlib.sha256()
        for block in file.chunks():
            read.update(block)
        if read.hexdigest() != (record.sha256 or document.sha256):
            raise Refused(_OTHER_FILE)
        sheet = read_sheet(file, document.name, record.kind, problems)
    record.unused_columns = sheet.unused
    return plan_of(sheet.rows, record.kind, problems, otherwise=record.body_class)


def _keep(record: OrganisationImport, plan: Plan, step: Step[OrganisationImport]) -> None:
    """Write the preview down, row by row, and on the trail that there is one."""
    for name, count in plan.counts().items():
        setattr(record, name, count)
    rows = [
        ImportedRow(
            organisation_import=record,
            place=place,
            number=planned.number,
            what=planned.what,
            organisation=planned.organisation,
            known_as=planned.known_as,
            changes=planned.changes(),
        )
        for place, planned in enumerate(plan.changes, 1)
    ]
    ImportedRow.objects.bulk_create(rows, batch_size=_AT_ONCE)
    step.facts |= {"file": record.file_name, "sha256": record.sha256, "preview": plan.hash, **record.counts()}


def _hold_what_changes(record: OrganisationImport) -> None:
    """Let nobody change these organisations between the look at them and the change, in one order for all."""
    changing = record.rows.filter(organisation__isnull=False).values("organisation")
    list(Organisation.objects.select_for_update().filter(pk__in=changing).order_by("pk").values_list("pk", flat=True))


def _carry_out(plan: Plan, step: Step[OrganisationImport]) -> None:
    """What ends comes first, for a new one may take its name; and successions last, for they name new ones."""
    unnamed = list(step.record.rows.filter(organisation=None).order_by("place"))
    new = [planned for planned in plan.changes if planned.organisation is None]
    known = [planned for planned in plan.changes if planned.organisation is not None]
    for planned in known:
        _describe(planned, step)
    if step.record.kind == Organisation.Kind.COMMISSIONER:
        _register_commissioners(new, step)
    else:
        for planned in new:
            _register_supplier(planned, step)
    for planned in plan.changes:
        if planned.successors:
            _succeed(planned, step)
    for row, planned in zip(unnamed, new, strict=True):
        row.organisation = planned.organisation
    ImportedRow.objects.bulk_update(unnamed, ["organisation"], batch_size=_AT_ONCE)


def _register_commissioners(new: list[Planned], step: Step[OrganisationImport]) -> None:
    records = [Organisation(kind=Organisation.Kind.COMMISSIONER, **planned.after) for planned in new]
    register_organisations(records, identifiers=[planned.identifiers for planned in new], by=step.by, at=step.at)
    for planned, record in zip(new, records, strict=True):
        planned.organisation = record


def _register_supplier(planned: Planned, step: Step[OrganisationImport]) -> None:
    given = [{"scheme": scheme, "value": value} for scheme, value in planned.identifiers]
    supplier = register_supplier(**planned.after, identifiers=given, by=step.by, at=step.at)  # type: ignore[arg-type]  # schemes as text
    planned.organisation = supplier.organisation


def _describe(planned: Planned, step: Step[OrganisationImport]) -> None:
    """Change what is said of one that is here; its successors, and the last day that goes with them, come after."""
    organisation = planned.organisation
    assert organisation is not None  # only these are described
    of_supplier = {name: value for name, value in planned.after.items() if name in OF_SUPPLIERS}
    if of_supplier and planned.supplier:
        said = {name: of_supplier.get(name, getattr(planned.supplier, name)) for name in ("profile", "website")}
        describe_supplier(planned.supplier.pk, **said, by=step.by, at=step.at)
    if planned.after.keys() - set(OF_SUPPLIERS) or planned.identifiers:
        said = {name: planned.value(name) for name in ("name", "address", "valid_from", "valid_to")}
        keys = [(one.scheme, one.value) for one in organisation.identifiers.all()] + planned.identifiers
        given: Any = [{"scheme": scheme, "value": value} for scheme, value in keys]
        describe_organisation(organisation.pk, body_class=planned.value("body_class_id") or "", identifiers=given, by=step.by, at=step.at, **said)


def _succeed(planned: Planned, step: Step[OrganisationImport]) -> None:
    organisation, last_day = planned.organisation, planned.value("valid_to")
    assert organisation is not None
    assert isinstance(last_day, date)  # whoever has a successor has one
    known = [one.pk for one in organisation.successors.all()]
    after = [successor.organisation.pk for successor in planned.successors if successor.organisation]
    succeed_organisation(organisation.pk, successors=[*known, *after], last_day=last_day, by=step.by, at=step.at)
