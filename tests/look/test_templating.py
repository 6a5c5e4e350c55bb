"""What templates can rely on."""

from decimal import Decimal

import pytest
from django.template import engines
from django.test import override_settings
from django.urls import NoReverseMatch
from jinja2 import UndefinedError

from commissioning.templating import is_numeric


def said(source: str, **context: object) -> str:
    return str(engines["jinja2"].from_string(source).render(context))


WRONG = ["{{ refusall }}", "{% if refusall %}x{% endif %}", "{% for row in rowz %}{% endfor %}", "{{ record.titel }}", "{{ record.titel.more }}"]


@pytest.mark.parametrize("source", WRONG)
def test_what_a_template_was_not_given_is_an_error_outside_production(source):
    with pytest.raises(UndefinedError):
        said(source, record=object())


@override_settings(PRODUCTION=True)
def test_and_never_one_in_production():
    assert said("{{ refusall }}{{ record.titel.more }}", record=object()) == ""


def test_what_is_optional_may_be_asked_for():
    assert said('{{ missing | default("none") }}{% if missing is defined %}x{% endif %}{{ given.missing }}', given={}) == "none"


def test_what_people_wrote_is_text():
    assert said("{{ name }}", name="<b>") == "&lt;b&gt;"


def test_a_route_that_does_not_exist_is_an_error_but_not_in_the_frame_of_a_page():
    assert said('{{ url("home") }} {{ place("home") }}') == "/ /"
    assert said('{{ place("no-such-route") }}') == ""
    with pytest.raises(NoReverseMatch):
        said('{{ url("no-such-route") }}')


def test_numbers_stand_to_the_right_and_truths_do_not():
    assert [cell for cell in (1, Decimal("1.5"), {"amount": 1}, {"text": "1", "numeric": True}) if not is_numeric(cell)] == []
    assert [cell for cell in (True, "1", None, {"text": "1"}) if is_numeric(cell)] == []


def test_what_was_typed_over_several_lines_is_shown_again_line_for_line():
    inside = (
        '{% from "nhsuk/components/character-count/macro.jinja" import characterCount %}'
        '{% from "nhsuk/components/fieldset/macro.jinja" import fieldset %}'
        '{{ fieldset({"html": characterCount({"id": "a", "name": "a", "maxwords": 9, "label": {"text": "A"}, "value": typed})}) }}'
    )
    assert ">one\n  two\n\nthree</textarea>" in said(inside, typed="one\n  two\n\nthree")
