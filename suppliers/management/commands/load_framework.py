"""Load a whole framework from a TOML file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning.models import User
from suppliers.framework_files import NotLoadable, parse
from suppliers.loading import Loaded, load
from suppliers.models import Framework


class Command(BaseCommand):
    """`manage.py load_framework FILE --by E-MAIL`: drafts the framework that a file describes, through the acts; all of it, or nothing."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, in whose name, and how far."""
        parser.add_argument("file", metavar="FILE", type=Path, help="a framework as TOML; suppliers/data/frameworks holds examples")
        parser.add_argument("--by", metavar="E-MAIL", required=True, help="the curator in whose name it is done")
        parser.add_argument("--publish", action="store_true", help="publish it as well, if nothing is missing")
        parser.add_argument("--dry-run", action="store_true", help="do everything, say what came of it, and undo it")

    def handle(self, *, file: Path, by: str, publish: bool, dry_run: bool, **options: Any) -> None:
        """Load it; CommandError with a sentence that says where in the file something is wrong."""
        curator = User.objects.filter(email__iexact=by, is_active=True).first()
        if curator is None:
            raise CommandError(f"There is nobody here with the e-mail address {by}.")
        try:
            loaded = load(parse(file.read_text()), by=curator, publish=publish, dry_run=dry_run)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}.") from error
        except NotLoadable as problem:
            raise CommandError(f"{file}: {problem}") from problem
        for line in _told(loaded, dry_run=dry_run):
            self.stdout.write(line)


def _told(loaded: Loaded, *, dry_run: bool) -> list[str]:
    framework = loaded.framework
    state = "published as version 1" if framework.status == Framework.Status.LIVE else "a draft"
    lacking = ["Before it can be published:", *(f"  {sentence}" for sentence in loaded.missing)] if loaded.missing else []
    return [f"{framework.reference}, {framework} ({framework.regime}), {'would be' if dry_run else 'is'} {state}.", *lacking]
