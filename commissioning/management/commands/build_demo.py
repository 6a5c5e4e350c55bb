"""Build the demo world."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import import_string

from commissioning import clock, demo, registry
from commissioning.models import User


class Command(BaseCommand):
    """Builds the world that the embedded demo shows, through the acts, in an empty home; all of it, or nothing."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Let the ground and then each floor build its part, as the world stands now."""
        if not settings.DEMO:
            raise CommandError("Only the embedded demo has a demo world: set RUN_MODE=embedded, or use `make run`.")
        if User.objects.exists():
            raise CommandError("There are people here already, and the demo world is built in an empty home. Name an empty folder as VAR.")
        with transaction.atomic():
            built_at = clock.now()
            for build in (demo.build, *map(import_string, registry.demos)):
                for line in build(built_at):
                    self.stdout.write(line)
            self.stdout.write(f"Letters: {demo.read_old_letters(built_at)} of them read in their day.")
