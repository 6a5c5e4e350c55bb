"""What the stories of this floor share."""

import pytest
from django.test import Client


@pytest.fixture
def browse():
    """A browser in which somebody has signed in: `browse(who("contracts"))`; or nobody: `browse()`."""

    def signed_in(person=None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client

    return signed_in
