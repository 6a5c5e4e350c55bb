"""What every test of this floor can ask for."""

import pytest


@pytest.fixture
def seen_by(client):
    """A browser in which this person has signed in."""

    def sign_in(user):
        client.force_login(user, backend="commissioning.accounts.ByEmail")
        return client

    return sign_in
