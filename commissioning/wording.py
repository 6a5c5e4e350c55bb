"""How moments, money and numbers are written for people: London time, plain English."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from commissioning.clock import in_london

# What the floors call their acts, where the verb alone reads badly.
_ACTS: dict[str, str] = {}
_PENNY = Decimal("0.01")
# A sentence names so many things that are missing, and counts the rest.
NAMED_AT_MOST = 3
_FILE_KINDS = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/zip": "ZIP",
    "text/csv": "CSV",
    "text/plain": "Text",
}


def date_text(day: date | None) -> str:
    """A day in words, `1 June 2007`; a moment counts as its day in London, None is nothing."""
    if day is None:
        return ""
    local = in_london(day) if isinstance(day, datetime) else day
    return f"{local.day} {local:%B %Y}"


def moment_text(at: datetime | None) -> str:
    """A moment on a London clock, to the minute that has begun: `Friday 1 June 2007, 12 midnight`."""
    return "" if at is None else f"{_weekday(in_london(at))}, {_hour(in_london(at))}"


def instant_text(at: datetime | None) -> str:
    """A moment to the microsecond, for receipts and proofs: `Friday 25 May 2007, 11:59:59.999999 BST`."""
    if at is None:
        return ""
    local = in_london(at)
    return f"{_weekday(local)}, {local:%H:%M:%S.%f %Z}"


def ending_text(at: datetime | None) -> str:
    """When something ends, which midnight must not leave in doubt: `midnight at the end of Thursday 31 May 2007`."""
    if at is None:
        return ""
    local = in_london(at)
    if _hour(local) == "12 midnight":
        return f"midnight at the end of {_weekday(local - timedelta(days=1))}"
    return f"{_weekday(local)} at {_hour(local)}"


def marked_date(day: date | None) -> Markup:
    """A day as a `<time>` element."""
    return _marked(day, date_text(day))


def marked_moment(at: datetime | None) -> Markup:
    """A moment as a `<time>` element."""
    return _marked(at, moment_text(at))


def marked_instant(at: datetime | None) -> Markup:
    """A moment to the microsecond as a `<time>` element."""
    return _marked(at, instant_text(at))


def marked_ending(at: datetime | None) -> Markup:
    """An end as a `<time>` element."""
    return _marked(at, ending_text(at))


def _marked(when: date | None, text: str) -> Markup:
    if when is None:
        return Markup("")
    machine = in_london(when) if isinstance(when, datetime) else when
    return Markup('<time datetime="{}">{}</time>').format(machine.isoformat(), text)


def _weekday(local: date) -> str:
    return f"{local:%A} {local.day} {local:%B %Y}"


def _hour(local: datetime) -> str:
    if (local.hour, local.minute) in {(0, 0), (12, 0)}:
        return "12 noon" if local.hour else "12 midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'pm' if local.hour >= 12 else 'am'}"


def span(length: timedelta) -> str:
    """A length of time in its two largest units, rounded down: `2 days 4 hours`."""
    minutes = max(length, timedelta()) // timedelta(minutes=1)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [plural(count, unit) for count, unit in ((days, "day"), (hours, "hour"), (minutes, "minute")) if count]
    if days and not hours:
        return parts[0]
    return " ".join(parts[:2]) or "less than a minute"


def days_left(at: datetime, now: datetime) -> str:
    """How long until then, never more than there is: `2 days 4 hours left`; `closed` from that very instant on."""
    return f"{span(at - now)} left" if now < at else "closed"


def pounds(amount: Decimal | int | None) -> str:
    """Money as `£1,234.50`, from pounds (Decimal) or whole pence (int). Raises TypeError for a float."""
    if amount is None:
        return ""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int):
        raise TypeError(f"Money is a Decimal in pounds or an int in pence, not {type(amount).__name__}.")
    exact = Decimal(amount) / 100 if isinstance(amount, int) else amount
    rounded = exact.quantize(_PENNY, ROUND_HALF_UP)
    return f"{'−' if rounded < 0 else ''}£{abs(rounded):,.2f}"


def plural(count: int, one: str, many: str = "") -> str:
    """A number and its noun: `1 bid`, `2 bids`, `3 replies`."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def in_one_sentence(missing: list[str]) -> str:
    """The first few things that are missing, and how many more there are."""
    more = len(missing) - NAMED_AT_MOST
    return " ".join([*missing[:NAMED_AT_MOST], *([f"And {plural(more, 'more is', 'more are')} missing."] if more > 0 else [])])


def megabytes(size: int) -> str:
    """A limit in bytes, as text: 100 MB, or 10 bytes."""
    return f"{size // (1024 * 1024):,} MB" if size >= 1024 * 1024 else f"{size:,} bytes"


def sentence(name: str) -> str:
    """A name in code as words: `issue_tender` is `Issue tender`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def say(words: dict[str, str]) -> None:
    """Call acts by these words where a trail is read: each by its verb, or by `verb:what` where it announces different things."""
    _ACTS.update(words)


def act_text(verb: str, facts: dict[str, Any] | None = None) -> str:
    """What was done, as a trail tells it: `Issue tender`, `Told the bidders that the deadline has passed`."""
    what = str((facts or {}).get("announced", "")).partition(":")[0]
    return _ACTS.get(f"{verb}:{what}") or _ACTS.get(verb) or (f"Announced: {sentence(what).lower()}" if what else sentence(verb))


def job_text(job: str) -> str:
    """Who acted, where no person did."""
    return "The clock" if job == "announce_due" else f"The command {job}"


def kind_of_file(media_type: str) -> str:
    """A media type as people call it: `PDF`, `Word`; the type itself if it has no such name."""
    return _FILE_KINDS.get(media_type, media_type)


def printable(made_up: object, longest: int = 40) -> str:
    """A name that a stranger made up, in a form that every answer can carry."""
    return re.sub(r"[^ -~]", "?", str(made_up)[:longest])
