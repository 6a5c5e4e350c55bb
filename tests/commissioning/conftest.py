"""A curator's desk, which the tests of the administration share."""

import pytest

from commissioning.actions.organisations import register_organisation
from commissioning.models import ClockJob, Organisation, Role
from tests.factories import people as cast


@pytest.fixture
def doh():
    return cast.authority()


@pytest.fixture
def curator(doh):
    return cast.person(doh, Role.CURATOR)


@pytest.fixture
def hillingdon():
    given = [{"scheme": "GB-NHS", "value": "5AT"}]
    return register_organisation(kind=Organisation.Kind.COMMISSIONER, name="Hillingdon PCT", identifiers=given, by=ClockJob("test"))


@pytest.fixture
def desk(client, curator):
    """A browser in which the curator has signed in."""
    client.force_login(curator)
    return client
