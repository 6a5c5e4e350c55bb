"""The shape of letters, and the page that shows one."""

from html import unescape

import pytest
from django.template import engines
from django.template.loader import render_to_string

from commissioning.clock import london
from commissioning.models import Letter

LETTER = """{% extends "letters/_letter.html" %}
{% block title %}Invitation: {{ about }}{% endblock %}
{% block body %}<p>You are asked to bid.</p>{% endblock %}
"""


def test_the_first_line_of_a_letter_is_its_title_and_the_rest_its_body():
    text = str(engines["jinja2"].from_string(LETTER).render({"about": "A & B", "person": "Bid manager", "at": london(2007, 5, 25, 9)}))
    title, _, body = text.strip().partition("\n")
    assert unescape(title) == "Invitation: A & B"
    assert "To Bid manager," in body
    assert "25 May 2007" in body
    assert "<p>You are asked to bid.</p>" in body
    assert "Framework procurement" in body


@pytest.mark.django_db
def test_a_letter_is_shown_as_it_was_stored(lead):
    body = "<p>We intend to award <strong>Lot 1</strong> to you.</p>"
    letter = Letter(recipient=lead, title="The outcome of “A & B”", body=body, created_at=london(2007, 5, 25, 9))
    page = render_to_string("letters/show.html", {"letter": letter})
    assert body in page
    assert "The outcome of “A &amp; B”" in page
    assert "Friday 25 May 2007, 9am" in page
    assert "Go to what this letter is about" not in page, "there is nowhere to go"
