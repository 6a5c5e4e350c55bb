"""Set up the framework authority in an empty system."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from commissioning.actions.organisations import register_organisation
from commissioning.actions.people import invite_person
from commissioning.invitations import link_of
from commissioning.models import ClockJob, Organisation, Role
from commissioning.refusals import Refused

JOB = ClockJob("found_authority")


class Command(BaseCommand):
    """`manage.py found_authority "Department of Health" curator@doh.example`: prints the link by which the first curator comes in."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What it is called, and who comes in first."""
        parser.add_argument("name", metavar="NAME", help="the authority's name")
        parser.add_argument("email", metavar="E-MAIL", help="the first curator's address; an invitation goes there as well")

    def handle(self, *, name: str, email: str, **options: Any) -> None:
        """Register and invite, or neither; CommandError where there is an authority already."""
        if Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).exists():
            raise CommandError("There is a framework authority here already: its curators invite others on its page.")
        try:
            with transaction.atomic():
                authority = register_organisation(kind=Organisation.Kind.AUTHORITY, name=name, by=JOB)
                invitation = invite_person(authority.pk, email=email, name=email, role=Role.CURATOR, by=JOB)
        except (Refused, ValidationError) as problem:
            raise CommandError(" ".join(getattr(problem, "messages", [str(problem)]))) from problem
        self.stdout.write(link_of(invitation))
