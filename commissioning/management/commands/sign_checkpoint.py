"""Sign the heads of every chain by hand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from commissioning.actions import checkpoints
from commissioning.canon import utc_text


class Command(BaseCommand):
    """Signs a checkpoint, as beat does once a day; says which chains' heads it holds, so that it can be kept elsewhere."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        """Sign, and print."""
        with transaction.atomic():
            checkpoint = checkpoints.sign_checkpoint()
        self.stdout.write(f"Signed at {utc_text(checkpoint.at)}: the heads of {len(checkpoint.heads)} chains.\n{checkpoint.signature}")
