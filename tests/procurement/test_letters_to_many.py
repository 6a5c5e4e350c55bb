"""Letters to many bidders are written under the tender's lock, so they cost the database the same for three as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.models import Letter, Role
from procurement.actions import clarifications, extensions, tenders
from tests.factories.people import NOON, person
from tests.factories.tenders import CLOSES_AT, bidder, extend, issued_tender, who

pytestmark = pytest.mark.django_db


def extended(tender):
    later = CLOSES_AT.replace(day=CLOSES_AT.day + 1)
    extensions.propose_extension(tender.pk, closes_at=later, reason="Late data.", by=who("lead"), at=NOON)
    return lambda: extend(tender)


def answered(tender):
    asked = invitations_of(tender)[0]
    question = clarifications.ask_clarification(asked.pk, question="When?", by=asked.people()[0], at=NOON)
    return lambda: clarifications.answer_clarification(question.pk, answer="Soon.", by=who("lead"), at=NOON)


def cancelled(tender):
    return lambda: tenders.cancel_tender(tender.pk, reason="Not needed.", by=who("lead"), at=NOON)


def invitations_of(tender):
    return list(tender.invitations.all())


@pytest.mark.parametrize("prepared", [extended, answered, cancelled])
def test_an_act_that_tells_everybody_asks_as_little_for_three_as_for_one(prepared):
    costs = {}
    for number in (1, 3):
        tender = issued_tender(suppliers=number, title=f"Told to {number}")
        act = prepared(tender)
        with CaptureQueriesContext(connection) as asked:
            act()
        costs[number] = len(asked)
    assert costs[1] == costs[3]


def test_somebody_who_bids_in_two_roles_gets_one_letter():
    tender = issued_tender(suppliers=1)
    both = bidder("bupa")
    person(both.memberships.get().organisation, Role.CONTRIBUTOR, both.email)
    extended(tender)()
    assert Letter.objects.filter(recipient=both, template__startswith="deadline_extended").count() == 1
