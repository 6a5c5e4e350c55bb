"""No door takes more than its act's arguments, whatever else is posted beside them."""

import json
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection

from commissioning.models import Organisation
from tests.trust.input.bodies import body_for
from tests.trust.input.conftest import undone
from tests.trust.input.doors import API, PAGES, named

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
FLOORS = ("commissioning", "suppliers", "procurement", "contracts")
FORGED = "00000000-0000-4000-8000-00000000beef"


def field_names():
    """The name of every field of every model, and its column."""
    models = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models()]
    fields = [field for model in models for field in model._meta.get_fields()]
    return {name for field in fields for name in (field.name, getattr(field, "attname", field.name))} | {
        "pk",
        "by",
        "at",
        "user",
        "is_staff",
        "is_superuser",
    }


def test_there_is_something_to_forge():
    assert field_names() >= {
        "id",
        "status",
        "created_at",
        "docket",
        "docket_id",
        "bids_opened_at",
        "received_at",
        "is_superuser",
        "password",
        "set_by",
    }


# A letter is marked as read by whoever it is to, which needs no permission that the stage could look for.
@pytest.mark.parametrize("door", [door for door in API if door.act.__name__ != "mark_read"], ids=named)
def test_every_field_that_is_no_argument_is_refused_by_name(stage, program, door):
    scene = stage.scene(f"api {named(door)}", door.scenes(stage), lambda scene: True)
    client = program(scene)
    forged = dict.fromkeys(field_names() - door.fields().keys(), FORGED)
    with undone():
        body = json.dumps({**body_for(door.fields()), **forged})
        response = client.post(door.address(scene), body, content_type="application/json", headers={"Idempotency-Key": "one-request-0001"})
    assert response.status_code == 400
    assert {error["attr"] for error in response.json()["errors"]} >= forged.keys()


@contextmanager
def listening():
    """The statements that are executed, each with its parameters as text."""
    written = []

    def listen(execute, sql, params, many, context):
        written.append((sql, repr(params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield written


def forged_in(written):
    return [sql for sql, params in written if FORGED in params or FORGED.replace("-", "") in params]


@pytest.mark.parametrize("door", PAGES, ids=named)
def test_a_page_keeps_nothing_that_its_form_does_not_ask_for(visit, door):
    here = visit(door)
    forged = {name: FORGED for name in field_names() if name not in here.form.controls}
    with undone(), listening() as written:
        assert here.post(**forged).status_code in (302, 400, 409)
    assert forged_in(written) == []


def test_what_is_written_is_listened_to(stage):
    with undone(), listening() as written:
        Organisation.objects.update(name=FORGED)
    assert forged_in(written)
