"""Sign the heads of chains by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from commissioning.actions import checkpoints
from commissioning.models import Checkpoint


class Command(BaseCommand):
    """Signs what has grown since the last checkpoint, as beat does once a day; prints the last signature, so that it can be kept elsewhere."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        """Sign, and print."""
        signed = checkpoints.sign_heads()
        last = Checkpoint.objects.latest("number")
        self.stdout.write(f"Signed the heads of {sum(signed)} chains. The last: {last}.\n{last.signature}")
