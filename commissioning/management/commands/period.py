"""Print when a legal period ends, and the days that were counted."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commissioning import clock, windows
from commissioning.periods import Counted
from commissioning.refusals import Refused


class Command(BaseCommand):
    """`manage.py period FESC_APPEAL 2007-05-21`: the exclusive end on standard output, the days on standard error."""

    help = "Prints the first moment after a period, in London time, and on the error stream the days that it counted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The rule, the day of the event and, for notices that went by post, the day of receipt."""
        parser.add_argument("rule", help="The code of a period rule, such as FESC_APPEAL.")
        parser.add_argument("date", help="The London date of the event (counting back: of the last day before the end), such as 2007-05-21.")
        parser.add_argument("--received", metavar="DATE", help="When the last notice arrived, for a rule under which that may end it sooner.")

    def handle(self, *, rule: str, date: str, received: str | None, **options: Any) -> None:
        """Count, and print; CommandError with a sentence for an unknown rule or a bad date."""
        event, arrived = _date(date), received and _date(received)
        try:
            counted = windows.count(rule, event, received=arrived or None)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stderr.write("\n".join(_account(event, counted)), style_func=str)
        self.stdout.write(clock.in_london(counted.ends).isoformat())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is not a date. Write it as year, month and day, such as 2007-05-21.") from error


def _account(event: date, counted: Counted) -> list[str]:
    what = "the event" if counted.event == event else "receipt"
    lines = [f"  -  {counted.event:%a %d %b %Y}  the day of {what}"] if counted.event != counted.first else []
    number = 0
    for day in counted.days:
        number += day.counted
        lines.append(f"{number if day.counted else '-':>3}  {day.on:%a %d %b %Y}  {day.why}".rstrip())
    return lines
