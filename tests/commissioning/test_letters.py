"""Letters are written with the act and sent afterwards, each once, whatever breaks in between."""

import threading
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from commissioning import clock, letters, readiness
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


@pytest.fixture
def server(monkeypatch):
    """What the mail server does: addresses that it refuses, whether it answers, and how often somebody connected."""
    state = SimpleNamespace(refused=set(), is_down=False, connections=0)
    send = EmailBackend.send_messages

    class Server(EmailBackend):
        is_open = False

        def open(self):
            if state.is_down:
                raise ConnectionRefusedError
            state.connections += not self.is_open
            changed, self.is_open = not self.is_open, True
            return changed

        def close(self):
            self.is_open = False

        def send_messages(self, messages):
            assert self.is_open
            if state.refused.intersection(*(message.to for message in messages)):
                raise SMTPRecipientsRefused({})
            return send(self, messages)

    monkeypatch.setattr("commissioning.letters.get_connection", Server)
    return state


@pytest.fixture
def now(monkeypatch):
    """What the clock says, in a list of one."""
    moment = [clock.now() + timedelta(hours=1)]
    monkeypatch.setattr("commissioning.letters.clock.now", lambda: moment[0])
    return moment


@pytest.mark.django_db
def test_a_letter_that_the_mail_server_refuses_is_tried_again_after_growing_waits_and_then_shown_to_operators(server, now, caplog):
    invited()
    server.refused.add(EMAIL)
    for number, wait in enumerate(letters.WAITS, start=1):
        assert letters.send_waiting() == 0
        letter = Letter.objects.get()
        assert (letter.attempts, letter.next_try_at) == (number, now[0] + wait)
        tried = server.connections
        now[0] += wait - timedelta(microseconds=1)
        assert letters.send_waiting() == 0
        assert server.connections == tried, "too soon"
        now[0] += timedelta(seconds=1)
    assert readiness.state()["letters"] == "ok"
    assert letters.send_waiting() == 0
    now[0] += timedelta(days=30)
    assert (letters.send_waiting(), Letter.objects.get().attempts) == (0, letters.MOST_ATTEMPTS)
    assert "are not tried any more" in readiness.state()["letters"]
    assert "is given up" in caplog.text
    assert list(letters.WAITS) == sorted(letters.WAITS)


@pytest.mark.django_db
def test_a_letter_that_was_refused_goes_out_once_the_server_takes_it(server, now):
    invited()
    server.refused.add(EMAIL)
    assert letters.send_waiting() == 0
    server.refused.clear()
    now[0] += letters.WAITS[0] + timedelta(seconds=1)
    assert (letters.send_waiting(), letters.send_waiting()) == (1, 0)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_what_was_given_up_goes_out_once_an_operator_says_so(server, now, capsys):
    invited()
    server.refused.add(EMAIL)
    for _ in range(letters.MOST_ATTEMPTS):
        letters.send_waiting()
        now[0] += letters.WAITS[-1] + timedelta(seconds=1)
    server.refused.clear()
    assert letters.send_waiting() == 0
    call_command("resend_letters")
    assert capsys.readouterr().out == "1 letters wait to be sent again.\n"
    assert readiness.state()["letters"] == "ok"
    assert (letters.send_waiting(), letters.send_waiting()) == (1, 0)
    call_command("resend_letters")
    assert capsys.readouterr().out.startswith("0 ")


@pytest.mark.django_db
def test_a_server_that_is_down_is_asked_once_a_sweep_and_is_no_letters_fault(server, now):
    invited()
    server.is_down = True
    assert letters.send_waiting() == 0
    letter = Letter.objects.get()
    assert (letter.attempts, letter.claimed_at, letter.next_try_at) == (0, None, None)
    server.is_down = False
    assert letters.send_waiting() == 1


@pytest.mark.django_db
def test_many_letters_go_over_one_connection_and_one_that_is_refused_holds_up_no_other(server, now):
    hillingdon = invited().organisation
    lead = hillingdon.people(Role.PROCUREMENT_LEAD).get()
    for number in range(5):
        invite_person(hillingdon.pk, email=f"person{number}@hillingdon.example", name="Person", role=Role.OPENER, by=lead)
    assert letters.send_waiting(limit=3) == 3
    assert server.connections == 1
    refused = Letter.objects.unsent().first()
    server.refused.add(refused.recipient.email)
    assert letters.send_waiting() == 2
    assert list(Letter.objects.unsent()) == [refused]
    assert letters.send_waiting() == 0


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
