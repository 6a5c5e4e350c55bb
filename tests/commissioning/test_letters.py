"""Letters are written with the act and sent afterwards, each once, whatever breaks in between."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.urls import reverse

from commissioning import clock, letters
from commissioning.actions.people import end_membership, invite_person
from commissioning.models import Letter, Role, User
from commissioning.tasks import send_letters
from tests.factories import people as cast

EMAIL = "opener1@hillingdon.example"


def invited():
    hillingdon = cast.commissioner()
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD)
    return invite_person(hillingdon.pk, email=EMAIL, name="Opener", role=Role.OPENER, by=lead)


@pytest.mark.django_db
def test_a_letter_goes_out_once_however_often_the_bell_rings(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invited()
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    send_letters()
    letters.send_waiting()
    assert len(mail.outbox) == 1
    assert Letter.objects.get().sent_at


@pytest.mark.django_db
def test_nothing_is_sent_for_an_act_that_was_rolled_back(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        invited()
        transaction.set_rollback(True)
    assert (mail.outbox, Letter.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_letters_that_a_broken_queue_did_not_take_are_swept_up(django_capture_on_commit_callbacks, monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionError("no queue")

    monkeypatch.setattr("commissioning.tasks.send_letters.delay", broken)
    with django_capture_on_commit_callbacks(execute=True):
        invited()
    assert mail.outbox == []
    assert letters.send_waiting() == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_letter_whose_sender_died_is_sent_by_another_after_five_minutes_and_not_before(monkeypatch):
    invited()
    claimed = clock.now()
    Letter.objects.update(claimed_at=claimed)
    for after, sent in ((letters.STALE_CLAIM, 0), (letters.STALE_CLAIM + timedelta(microseconds=1), 1)):
        monkeypatch.setattr("commissioning.letters.clock.now", lambda after=after: claimed + after)
        assert letters.send_waiting() == sent


@pytest.mark.django_db
def test_a_letter_that_the_mail_server_refuses_stays_and_is_tried_again(monkeypatch):
    invited()

    def refusing(self, **kwargs):
        raise OSError("mailbox full")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refusing)
        assert letters.send_waiting() == 0
    assert Letter.objects.get().sent_at is None
    Letter.objects.update(claimed_at=clock.now() - timedelta(hours=1))
    assert letters.send_waiting() == 1


@pytest.mark.django_db
def test_a_letter_that_cannot_be_sent_holds_up_no_other_whatever_is_wrong_with_it(monkeypatch):
    hillingdon = invited().organisation
    (dead,) = Letter.objects.all()
    send = EmailMultiAlternatives.send

    def refusing(self, **kwargs):
        if self.to == [EMAIL]:
            raise ValueError("no such address")
        return send(self, **kwargs)

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refusing)
    assert letters.send_waiting() == 0
    Letter.objects.update(claimed_at=clock.now() - timedelta(hours=1))
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD, "lead2@hillingdon.example")
    invite_person(hillingdon.pk, email="later@hillingdon.example", name="Later", role=Role.OPENER, by=lead)
    assert letters.send_waiting(limit=1) == 1, "the later letter goes first, for it was never tried"
    assert list(Letter.objects.unsent()) == [dead]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_senders_send_a_letter_once():
    invited()
    Letter.objects.update(sent_at=None, claimed_at=None)
    mail.outbox.clear()
    start = threading.Barrier(2)

    def sending():
        start.wait()
        letters.send_waiting()
        connection.close()

    senders = [threading.Thread(target=sending) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_subject_with_a_line_break_or_markup_stays_one_line():
    hillingdon = cast.commissioner("Hillingdon <b>PCT</b>\r\nBcc: everybody@example.org")
    opener = cast.person(hillingdon, Role.OPENER, EMAIL)
    end_membership(opener.memberships.get().pk, by=opener)
    letters.send_waiting()
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert message.to == [EMAIL]
    assert message.bcc == []
    assert "<b>" not in Letter.objects.get().body.replace("&lt;b&gt;", "")


@pytest.mark.django_db
def test_a_letter_is_read_by_its_recipient_and_by_nobody_else(client):
    invitation = invited()
    letter = Letter.objects.get()
    for stranger in (None, User.objects.exclude(pk=invitation.user_id).get()):
        if stranger:
            client.force_login(stranger)
        assert client.get(reverse("letter", args=[letter.pk])).status_code == (404 if stranger else 302)
    assert Letter.objects.get().read_at is None
    client.force_login(invitation.user)
    assert "Letters (1)" in client.get(reverse("letters")).content.decode()
    assert client.get(reverse("letter", args=[letter.pk])).status_code == 200
    letter.refresh_from_db()
    first = letter.read_at
    assert first
    client.get(reverse("letter", args=[letter.pk]))
    letter.refresh_from_db()
    assert letter.read_at == first, "the first time counts"
