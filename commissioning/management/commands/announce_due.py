"""Announce by hand what has fallen due."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning import announcing


class Command(BaseCommand):
    """One sweep, as beat makes it; says how many things were announced, and ends as an error if any failed."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        """Announce."""
        sweep = announcing.announce_due()
        if sweep.failed:
            raise CommandError(str(sweep))
        self.stdout.write(str(sweep))
