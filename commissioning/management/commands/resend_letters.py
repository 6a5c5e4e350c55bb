"""Try again to send the letters that were given up."""

from typing import Any

from django.core.management.base import BaseCommand

from commissioning import letters


class Command(BaseCommand):
    """Puts back among the waiting what the mail server refused as often as it is tried; once the server is mended, the next sweep sends it."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        """Put back, and say how many."""
        self.stdout.write(f"{letters.try_again()} letters wait to be sent again.")
