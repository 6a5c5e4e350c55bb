"""Write letters to the outbox, and send what lies in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils.html import strip_tags

from commissioning import clock
from commissioning.models import Letter, Record, User

log = structlog.get_logger(__name__)

# A sender that claimed a letter and was heard of no more is taken for dead after this long.
STALE_CLAIM = timedelta(minutes=5)


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
    """Send what lies in the outbox, each letter claimed first, so that two senders at work never send one twice; how many went.

    A sender that dies after the mail server took a letter and before that was noted leaves it to be sent again, under the same
    Message-ID, once its claim is stale. What could not be sent is tried again then, after whatever was never tried.
    """
    sent = 0
    for letter_id in _waiting().values_list("pk", flat=True)[:limit]:
        sent += _send_if_mine(letter_id)
    return sent


def _waiting() -> Any:
    stale = clock.now() - STALE_CLAIM
    return (
        Letter.objects.unsent()
        .filter(Q(claimed_at__isnull=True) | Q(claimed_at__lt=stale))
        .order_by(F("claimed_at").asc(nulls_first=True), "created_at", "pk")
    )


def _send_if_mine(letter_id: UUID) -> bool:
    if not _waiting().filter(pk=letter_id).update(claimed_at=clock.now()):
        return False
    letter = Letter.objects.select_related("recipient").get(pk=letter_id)
    try:
        _email(letter).send()
    except Exception as error:
        log.warning("a letter could not be sent and will be tried again", letter=str(letter_id), error=type(error).__name__)
        return False
    return bool(Letter.objects.filter(pk=letter_id).update(sent_at=clock.now()))


def _email(letter: Letter) -> EmailMultiAlternatives:
    link = f"{settings.SITE_URL}/letters/{letter.pk}/"
    text = f"{unescape(strip_tags(letter.body))}\n\nRead this letter: {link}\n"
    message = EmailMultiAlternatives(letter.title, text, to=[letter.recipient.email], headers={"Message-ID": f"<{letter.pk}@procurement>"})
    message.attach_alternative(letter.body, "text/html")
    return message
