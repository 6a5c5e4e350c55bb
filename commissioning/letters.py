"""Write letters to the outbox, and send what lies in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from smtplib import SMTPException
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from commissioning import clock
from commissioning.models import Letter, Record, User

log = structlog.get_logger(__name__)

# A sender that claimed a letter and was heard of no more is taken for dead after this long.
STALE_CLAIM = timedelta(minutes=5)
# How long after each attempt that failed the next one is made; after the last of them none is, and operators are told.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60))
MOST_ATTEMPTS = len(WAITS) + 1


@dataclass
class Letterhead:
    """A letter yet to be written: to whom, from which template, about what; and where it is sent more than once, which time."""

    people: list[User]
    template: str
    about: Record
    words: dict[str, Any]
    again: str = ""


def write_letters(letterheads: list[Letterhead], *, at: datetime) -> None:
    """Put the letters in the outbox, in the caller's transaction; the same letter twice is once."""
    letters = [letter for head in letterheads if head.people for letter in _letters(head, at)]
    if letters:
        Letter.objects.bulk_create(letters, ignore_conflicts=True, batch_size=200)
        _ring_once()


def _letters(head: Letterhead, at: datetime) -> list[Letter]:
    own_words = head.about.own_words(head.template)
    return [_letter(head, person, at, own_words) for person in head.people]


def _letter(head: Letterhead, person: User, at: datetime, own_words: list[str]) -> Letter:
    context = {"about": head.about, "person": person, "at": at, "own_words": own_words, **head.words}
    text = render_to_string(f"letters/{head.template}.html", context)
    title, _, body = text.strip().partition("\n")
    letter = Letter(
        created_at=at,
        recipient=person,
        subject_type=head.about._meta.label_lower,
        subject_id=head.about.pk,
        template=f"{head.template}:{head.again}" if head.again else head.template,
        title=unescape(" ".join(strip_tags(title).split()))[:300],
        body=body.strip(),
        link=head.about.get_absolute_url(),
    )
    letter.check_fields()
    return letter


def _ring_once() -> None:
    """Ring when the transaction is committed, however many letters it writes."""
    if not any(then is _ring for _, then, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(_ring)


def _ring() -> None:
    """Wake a sender; if the bell is broken, beat's sweep finds the letters all the same."""
    from commissioning.tasks import send_letters  # tasks imports this module

    try:
        send_letters.delay()
    except Exception as error:
        log.warning("the queue did not take the call; letters wait for the sweep", error=type(error).__name__)


def send_waiting(limit: int = 500) -> int:
    """Send what lies in the outbox over one connection, each letter claimed first, so that two senders at work never send one twice; how many went.

    A sender that dies after the mail server took a letter and before that was noted leaves it to be sent again, under the same
    Message-ID, once its claim is stale. What the server refuses is tried again after growing waits. A server that does not
    answer at all is no letter's fault: none is claimed, and the next sweep asks it again.
    """
    waiting = list(_waiting().values_list("pk", flat=True)[:limit])
    if not waiting:
        return 0
    try:
        with get_connection() as connection:
            return sum(_send_if_mine(letter_id, connection) for letter_id in waiting)
    except (OSError, SMTPException) as error:
        log.warning("the mail server does not answer; letters wait for the next sweep", error=type(error).__name__)
        return 0


def given_up() -> Any:
    """Letters that the mail server refused as often as they are tried."""
    return Letter.objects.unsent().filter(attempts__gte=MOST_ATTEMPTS)


def try_again() -> int:
    """Put the letters that were given up back among those that wait, as if none had been tried yet; how many. They go with the next sweep."""
    return int(given_up().update(attempts=0, next_try_at=None, claimed_at=None))


def _waiting() -> Any:
    now = clock.now()
    return (
        Letter.objects.unsent()
        .filter(Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - STALE_CLAIM), attempts__lt=MOST_ATTEMPTS)
        .filter(Q(next_try_at__isnull=True) | Q(next_try_at__lte=now))
        .order_by(F("claimed_at").asc(nulls_first=True), "created_at", "pk")
    )


def _send_if_mine(letter_id: UUID, connection: Any) -> bool:
    if not _waiting().filter(pk=letter_id).update(claimed_at=clock.now()):
        return False
    letter = Letter.objects.select_related("recipient").get(pk=letter_id)
    try:
        connection.open()  # nothing, unless the letter before broke it
        connection.send_messages([_email(letter)])
    except Exception as error:
        connection.close()
        _note_failure(letter, error)
        return False
    return bool(Letter.objects.filter(pk=letter_id).update(sent_at=clock.now()))


def _note_failure(letter: Letter, error: Exception) -> None:
    attempts = letter.attempts + 1
    if attempts < MOST_ATTEMPTS:
        next_try_at = clock.now() + WAITS[letter.attempts]
        log.warning("a letter could not be sent and will be tried again", letter=str(letter.pk), attempts=attempts, error=type(error).__name__)
    else:
        next_try_at = None
        log.error("a letter could not be sent and is given up", letter=str(letter.pk), attempts=attempts, error=type(error).__name__)
    Letter.objects.filter(pk=letter.pk).update(attempts=attempts, next_try_at=next_try_at)


def _email(letter: Letter) -> EmailMultiAlternatives:
    link = f"{settings.SITE_URL}/letters/{letter.pk}/"
    text = f"{unescape(strip_tags(letter.body))}\n\nRead this letter: {link}\n"
    message = EmailMultiAlternatives(letter.title, text, to=[letter.recipient.email], headers={"Message-ID": f"<{letter.pk}@procurement>"})
    message.attach_alternative(letter.body, "text/html")
    return message
