"""Check that nobody tampered with the trail."""

import sys
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand

from commissioning.models import Docket
from commissioning.trail import breaks, breaks_since_checkpoint


class Command(BaseCommand):
    """Walks every chain, and holds the checkpoints against them; names the first bad entry of each, and then ends with 1."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        """Say what is wrong on the error stream, or on standard output that nothing is."""
        found = 0
        for wrong in chain(breaks(), breaks_since_checkpoint()):
            found += 1
            self.stderr.write(str(wrong))
        if found:
            sys.exit(1)
        self.stdout.write(f"Every chain holds: {Docket.objects.count()} checked.")
