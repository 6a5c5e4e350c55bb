"""Bring organisations in from a sheet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError

from commissioning.models import Organisation, User
from commissioning.refusals import Refused
from commissioning.sheet_lines import MOST_BYTES
from commissioning.wording import megabytes
from suppliers.actions.imports import KINDS, apply_import, preview_import
from suppliers.models import OrganisationImport


class Command(BaseCommand):
    """`manage.py import_organisations FILE --by E-MAIL`: previews what a sheet would change; with `--apply`, carries it out as well."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, what it lists, in whose name, and how far."""
        parser.add_argument("file", metavar="FILE", type=Path, help="a sheet as CSV or XLSX, with headings in its first row")
        parser.add_argument("--by", metavar="E-MAIL", required=True, help="the curator in whose name it is done")
        parser.add_argument("--kind", choices=[kind.value for kind in KINDS], default=KINDS[0].value, help="what the sheet lists")
        parser.add_argument("--class", dest="body_class", metavar="CODE", default="", help="the class of new commissioners whose row names none")
        parser.add_argument("--apply", action="store_true", help="carry it out as previewed; without it, a curator confirms it on its page")

    def handle(self, *, file: Path, by: str, kind: str, body_class: str, apply: bool, **options: Any) -> None:
        """Preview it, and say what it would change; CommandError with a line for each thing that is wrong."""
        curator = User.objects.filter(email__iexact=by, is_active=True).first()
        if curator is None:
            raise CommandError(f"There is nobody here with the e-mail address {by}.")
        try:
            if file.stat().st_size > MOST_BYTES:
                raise CommandError(f"{file} is larger than {megabytes(MOST_BYTES)}. Send it in parts.")
            upload = SimpleUploadedFile(file.name, file.read_bytes())
            record = preview_import(kind=Organisation.Kind(kind), body_class=body_class, file=upload, by=curator)
            self._tell(record)
            if apply:
                apply_import(record.pk, preview=record.preview_hash, by=curator)
                self.stdout.write("It is carried out.")
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error}.") from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except PermissionDenied as error:
            raise CommandError(f"{by} is no curator of a framework authority.") from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _tell(self, record: OrganisationImport) -> None:
        for row in record.rows.iterator():
            fields = "; ".join(f"{name}: {before} -> {after}" if before else f"{name}: {after}" for name, before, after in row.changes)
            self.stdout.write(f"Row {row.number}, {row.get_what_display().lower()}: {row.known_as}. {fields}")
        if record.unused_columns:
            self.stdout.write(f"Columns that are not used: {', '.join(record.unused_columns)}")
        self.stdout.write(", ".join(f"{count:,} {what}" for what, count in record.counts().items()))
