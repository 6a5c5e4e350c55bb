"""An empty system gets its framework authority and first curator by one command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from commissioning.models import Organisation, Role, TrailEntry, User
from tests.factories import people as cast

pytestmark = pytest.mark.django_db


def found(*told):
    said = StringIO()
    call_command("found_authority", *told, stdout=said)
    return said.getvalue().strip()


def test_the_link_that_is_printed_lets_the_first_curator_in(client):
    link = found("Department of Health", "curator@doh.example").removeprefix("http://127.0.0.1:8000")
    assert client.post(link, {"password": "three calm otters"}).status_code == 302
    curator = User.objects.get(email="curator@doh.example")
    assert curator.holds(Role.CURATOR, Organisation.objects.get(kind=Organisation.Kind.AUTHORITY).pk)
    client.post(reverse("account_login"), {"login": curator.email, "password": "three calm otters"})
    assert client.get("/admin/").status_code == 200


def test_what_the_command_did_is_on_the_trail_under_its_name():
    found("Department of Health", "curator@doh.example")
    assert list(TrailEntry.objects.order_by("number").values_list("verb", "job")) == [
        ("register_organisation", "found_authority"),
        ("invite_person", "found_authority"),
    ]


def test_there_is_no_second_authority():
    cast.authority()
    with pytest.raises(CommandError, match="already"):
        found("Another", "curator@another.example")


@pytest.mark.parametrize("told", [("", "curator@doh.example"), ("Department of Health", "no address"), ("x" * 201, "curator@doh.example")])
def test_a_mistake_founds_nothing(told):
    with pytest.raises(CommandError):
        found(*told)
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
