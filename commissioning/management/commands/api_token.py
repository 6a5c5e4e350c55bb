"""Make an API token for somebody."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.actions.accounts import create_api_token
from commissioning.models import ClockJob, User


class Command(BaseCommand):
    """`manage.py api_token lead@hillingdon.example`: prints a token for `Authorization: Token ...`, and nothing else."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose token."""
        parser.add_argument("email", metavar="E-MAIL", help="whose token it is to be")

    def handle(self, *, email: str, **options: Any) -> None:
        """Make it, on the person's trail; CommandError if nobody with an open account has this address."""
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody here signs in as {email}.")
        self.stdout.write(create_api_token(person.pk, by=ClockJob("api_token")))
