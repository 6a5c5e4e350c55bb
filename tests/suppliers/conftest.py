"""What the stories of this floor share."""

from datetime import timedelta

import pytest

from commissioning import clock
from commissioning.models import Letter, TrailEntry
from tests.factories import admissions

A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def curator():
    return admissions.curator()


@pytest.fixture
def officer():
    return admissions.officer()


@pytest.fixture
def last_entry():
    """The latest entry of a record's trail."""
    return lambda record: TrailEntry.objects.filter(docket_id=record.docket_keeper().docket_id).order_by("-number").first()


@pytest.fixture
def told():
    """The e-mail addresses that a letter went to."""
    return lambda template: sorted(Letter.objects.filter(template__startswith=template).values_list("recipient__email", flat=True))


@pytest.fixture
def at(monkeypatch):
    """Set every clock to a moment: `at(DECIDED_AT)`."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def browse(client):
    """A browser in which somebody has signed in: `browse(curator)`; or nobody: `browse(None)`."""

    def signed_in(person):
        client.logout()
        if person is not None:
            client.force_login(person)
        return client

    return signed_in
