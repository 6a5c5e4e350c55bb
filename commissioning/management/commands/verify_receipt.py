"""`manage.py verify_receipt FILE`: is this a receipt of ours, and does the trail agree with it?"""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning import proof
from commissioning.canon import utc_text


class Command(BaseCommand):
    """Check a receipt; the exit code is not 0 if it does not hold."""

    help = "Check a receipt that was downloaded as JSON. With --key it is checked offline, against that public key alone."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and a public key to check it with."""
        parser.add_argument("file", help="The receipt, as downloaded.")
        parser.add_argument("--key", default="", help="The public key, as published at /keys/receipts.pem: then nothing else is asked.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what the receipt proves. Raises CommandError if it proves nothing."""
        try:
            public_pem = Path(options["key"]).read_text() if options["key"] else None
            verdict = proof.examine(Path(options["file"]).read_bytes(), public_pem=public_pem)
        except (OSError, proof.NotAReceipt, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        if not verdict.is_of_a_kind:
            raise CommandError(f"This does not say that it is a receipt of ours. {proof.kinds_text()}")
        if not verdict.is_signed:
            raise CommandError("This is not signed by us as it stands: it was changed, or it is not ours.")
        if verdict.trail_agrees is False:
            raise CommandError("This is signed by us, and our trail does not hold it: the trail or the database was changed. Keep the file safe.")
        self._say(verdict.content)
        self.stdout.write("The signature is ours." + (" Our trail holds this receipt at that place." if verdict.trail_agrees else ""))

    def _say(self, content: dict[str, Any]) -> None:
        try:
            said = proof.in_words(content)
        except proof.NotAReceipt as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"This is a {content['kind']}.")
        for key, value in said:
            self.stdout.write(f"{key}: {utc_text(value) if isinstance(value, datetime) else value}")
