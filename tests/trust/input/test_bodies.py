"""What a program sends to any act of the API: text, numbers and moments of every kind are read or refused by name, and nothing breaks."""

import json
from functools import reduce

import pytest
from rest_framework import serializers

from tests.trust.input import strings
from tests.trust.input.bodies import body_for, changed, dotted, places
from tests.trust.input.conftest import undone
from tests.trust.input.doors import API, named

pytestmark = pytest.mark.django_db
every_act = pytest.mark.parametrize("door", [door for door in API if door.fields()], ids=named)
HUGE = "9" * 5000
NO_NUMBERS = ("NaN", "Infinity", "-Infinity", "１２", "٣", "1_000", "1,000", "1 000", "1e400", "0x10", "--1", "1.2.3", "½", [], {}, "1" * 1000)
# JSON that Python would write otherwise, or not at all.
RAW_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e308", "1e400", "-1e400", HUGE, f"-{HUGE}", "9223372036854775808", "1e99999999")
NO_MOMENTS = (
    "2026-03-29T01:30:00",  # the hour that London skips
    "2026-10-25T01:30:00",  # the hour that London has twice
    "2026-02-29T12:00:00",
    "2026-13-01T12:00:00",
    "2026-04-31T12:00:00",
    "0000-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
    "2026-06-11T24:30:00",
    "2026-06-11T12:00:00+99:00",
    "tomorrow",
    "",
    "２０２６-06-11T12:00:00",
    20260611,
    True,
    [],
    {},
)
NO_DAYS = (
    "2026-02-29",
    "2026-13-01",
    "2026-04-31",
    "0000-01-01",
    "10000-01-01",
    "11/06/2026",
    "２０２６-06-11",
    "tomorrow",
    "",
    20260611,
    True,
    [],
    {},
)
# Days and moments that there are, at the edges of what is kept.
EDGES = ("0001-01-01", "9999-12-31", "2028-02-29", "2026-12-31", "2026-12-25", "1899-12-31")
EDGE_MOMENTS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-14:00",
    "2026-03-29T00:59:59.999999",
    "2026-10-25T02:00:00",
)


@pytest.fixture
def call(stage, program):
    """Posts a body to a door, at a scene of its own, and undoes it."""

    def find(door):
        scene = stage.scene(f"api {named(door)}", door.scenes(stage), lambda scene: True)
        client, address = program(scene), door.address(scene)

        def post(body):
            text = body if isinstance(body, str) else json.dumps(body)
            with undone():
                return client.post(address, text, content_type="application/json", headers={"Idempotency-Key": "one-request-0001"})

        return post

    return find


def names(response):
    """Each error has its code, sentence and field; the fields."""
    answer = response.json()
    assert answer["type"] in ("validation_error", "client_error")
    assert all(error.keys() == {"code", "detail", "attr"} and error["detail"] for error in answer["errors"])
    return {error["attr"] for error in answer["errors"]}


def unnamed(paths, response):
    """The fields that the answer, a 400, does not name; for a value by somebody's own key it may name the field that holds it."""
    assert response.status_code == 400
    found = [name for name in names(response) if name]
    return [dotted(path) for path in paths if not any(dotted(path).startswith(name) for name in found)]


def everywhere(body, paths, value):
    """The body with the value in each of these places."""
    return reduce(lambda made, path: changed(made, path, value), paths, body)


def in_words(response):
    """Whether it was read or refused, in the one shape of all answers."""
    assert response.status_code in (200, 201, 400, 403, 404, 409, 412, 413), response.status_code
    return response.status_code < 300 or bool(names(response))


@every_act
def test_text_is_read_or_refused_by_name(call, door):
    post, body = call(door), body_for(door.fields())
    paths = list(places(door.fields(), serializers.CharField))
    harmless = " ".join(strings.HARMLESS)
    for text in (harmless[:180], harmless, *strings.HEADERS, *strings.CONTROLS, *strings.VERY_LONG) if paths else ():
        assert in_words(post(everywhere(body, paths, text))), text[:20]
    for text in ("a\x00b", True, [], {}) if paths else ():
        assert unnamed(paths, post(everywhere(body, paths, text))) == [], text


@every_act
def test_half_a_character_is_refused(call, door):
    post, body = call(door), body_for(door.fields())
    paths = list(places(door.fields(), serializers.CharField))
    for text in strings.LONE_SURROGATES:
        if paths:
            assert names(post(everywhere(body, paths, text))) == {None}
        assert post({**body, text: 1}).status_code == 400


@pytest.mark.first_home
@every_act
def test_what_is_no_number_is_refused_by_name(call, door):
    post, body = call(door), body_for(door.fields())
    paths = list(places(door.fields(), serializers.IntegerField, serializers.DecimalField))
    for value in NO_NUMBERS if paths else ():
        assert unnamed(paths, post(everywhere(body, paths, value))) == [], value


@every_act
def test_numbers_that_nobody_means_break_nothing(call, door):
    post, body = call(door), body_for(door.fields())
    for path in places(door.fields(), serializers.IntegerField, serializers.DecimalField):
        for text in RAW_NUMBERS:
            response = post(json.dumps(changed(body, path, "@")).replace('"@"', text))
            assert response.status_code == 400, (dotted(path), text[:20])
            names(response)
        for value in (-1, "-1", "-0", 0, "0.001", "1e-400", "1.999", 2**31, -(2**31) - 1, 1.5, "99999999999999.99"):
            assert in_words(post(changed(body, path, value))), (dotted(path), value)


@pytest.mark.first_home
@every_act
def test_what_is_no_moment_is_refused_by_name(call, door):
    post, body = call(door), body_for(door.fields())
    for kind, wrong, edges in ((serializers.DateTimeField, NO_MOMENTS, EDGE_MOMENTS), (serializers.DateField, NO_DAYS, EDGES)):
        paths = list(places(door.fields(), kind))
        for value in wrong if paths else ():
            assert unnamed(paths, post(everywhere(body, paths, value))) == [], value
        for value in edges if paths else ():
            assert in_words(post(everywhere(body, paths, value))), value


@pytest.mark.first_home
@every_act
def test_an_identifier_is_a_uuid(call, door):
    post, body = call(door), body_for(door.fields())
    paths = list(places(door.fields(), serializers.UUIDField))
    for value in ("1", "../", "' OR 1=1 --", "", [], {}, "g" * 36, "0" * 33) if paths else ():
        assert unnamed(paths, post(everywhere(body, paths, value))) == [], value
    assert not paths or in_words(post(everywhere(body, paths, 1)))
