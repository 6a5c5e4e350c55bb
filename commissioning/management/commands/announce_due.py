"""Announce by hand what has fallen due."""

from typing import Any

from django.core.management.base import BaseCommand

from commissioning import announcing


class Command(BaseCommand):
    """One sweep, as beat makes it; says how many things were announced."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        """Announce."""
        self.stdout.write(f"Announced: {announcing.announce_due()}.")
