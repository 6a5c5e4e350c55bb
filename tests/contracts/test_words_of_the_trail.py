"""What a trail says of the clock's own acts is plain English, for every thing that any floor announces."""

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from commissioning import trail
from commissioning.models import ClockJob, Record, Role
from commissioning.wording import act_text
from procurement.actions.announcements import TELLS
from suppliers.actions.announcements import _TELLS
from suppliers.actions.appeal_announcements import DRAFT_LAPSED, NEW_WINDOW_OVER
from tests.factories.people import NOON, commissioner, person

ANNOUNCED = {
    "announce_due_of_tender": TELLS,
    "announce_due_of_round": _TELLS,
    "announce_due_of_appeal": {DRAFT_LAPSED, NEW_WINDOW_OVER},
}


def test_everything_that_the_clock_announces_has_words():
    verbs = {verb for model in apps.get_models() if issubclass(model, Record) for verb in model.MOVES if verb.startswith("announce_due_of_")}
    assert ANNOUNCED.keys() < verbs
    for verb in verbs:
        for what in ANNOUNCED.get(verb, {"anything": None}):
            assert act_text(verb, {"announced": f"{what}:5:20260327T120000Z"}).startswith(("Told ", "Reminded ")), (verb, what)


@pytest.mark.django_db
def test_the_trails_page_uses_them_and_names_the_clock():
    trust = commissioner()
    facts = {"announced": "deadline_passed:20260327T120000Z"}
    trail.append(trust.docket_id, at=NOON, by=ClockJob("announce_due"), verb="announce_due_of_tender", subject=trust, facts=facts)
    trail.append(trust.docket_id, at=NOON, by=ClockJob("found_authority"), verb="register_organisation", subject=trust, facts={})
    client = Client()
    client.force_login(person(trust, Role.PROCUREMENT_LEAD))
    shown = client.get(reverse("trail", args=[trust.docket_id])).content.decode()
    assert "Told the openers that the deadline has passed" in shown
    assert "The clock, " in shown
    assert "The command found_authority, " in shown
    assert "nnounce due" not in shown
