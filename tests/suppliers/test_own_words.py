"""A framework's paragraphs in letters are plain text with named places: nothing in them computes, and nothing escapes."""

import pytest

from commissioning.models import Letter
from suppliers.actions.framework_versions import publish_framework
from suppliers.actions.listings import suspend_listing
from suppliers.actions.terms import set_letters
from suppliers.models import Framework, Listing
from suppliers.own_words import KINDS, fault, paragraphs
from tests.factories import admissions
from tests.factories.admissions import PUBLISHED_AT, published_round
from tests.factories.frameworks import supplier
from tests.factories.people import NOON


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{supplier} and {framework}", ""),
        ("", ""),
        ("{winner}", "“{winner}” is no place that this letter fills"),
        ("{supplier.organisation}", "A brace stands only round the name of a place"),
        ("{supplier!r}", "A brace stands only"),
        ("{supplier:>9999}", "A brace stands only"),
        ("{{ supplier }}", "A brace stands only"),
        ("{% for x in y %}", "A brace stands only"),
        ("{0}", "A brace stands only"),
        ("an open {", "A brace stands only"),
        ("x" * 4001, "use 4,000 characters or fewer"),
    ],
)
def test_only_the_places_of_the_letter_may_be_named(text, complaint):
    found = fault("invitation_to_tender", text)
    assert (complaint in found) if complaint else (found == "")


def test_a_kind_of_letter_that_there_is_not_is_refused():
    assert "There is no kind of letter “love_letter”" in fault("love_letter", "Dear.")


def test_a_value_that_looks_like_a_place_is_not_filled_again():
    filled = paragraphs({"x": "To {supplier}.\n\n  Bye, {buyer}. "}, "x", lambda: {"supplier": "{buyer}", "buyer": "us"})
    assert filled == ["To {buyer}.", "Bye, us."]


def test_without_a_paragraph_nothing_is_asked_for():
    def asked():
        raise AssertionError("Nothing has a place to fill.")

    assert paragraphs({}, "x", asked) == []


def test_every_kind_is_a_letter_that_is_sent():
    from pathlib import Path

    letters = Path(__file__).resolve().parents[2] / "templates" / "letters"
    assert {name for name in KINDS if not (letters / f"{name}.html").exists()} == set()


@pytest.mark.django_db
def test_a_letter_under_the_framework_holds_its_paragraphs_escaped_and_one_without_stays_as_it_was(curator):
    bupa = supplier("BUPA <b>", "bupa")
    published_round(bupa)
    listing = Listing.objects.get()
    framework = admissions.framework()
    words = {"listing_suspended": "Under {framework}, {supplier} is <b>not</b> asked until {suspension_ends}."}
    set_letters(framework.pk, letters=words, by=curator, at=PUBLISHED_AT)
    publish_framework(framework.pk, by=curator, at=PUBLISHED_AT)
    suspend_listing(listing.pk, ends_at=PUBLISHED_AT.replace(year=2027), reason="Looked into.", by=curator, at=PUBLISHED_AT)
    letter = Letter.objects.get(template="listing_suspended")
    assert f"<p>Under {framework.title}, BUPA &lt;b&gt; is &lt;b&gt;not&lt;/b&gt; asked until " in letter.body
    assert "<p>Under" not in Letter.objects.filter(template="admission_decided").first().body


@pytest.mark.django_db
def test_wrong_paragraphs_are_refused_by_the_act_beside_their_field(curator):
    from django.core.exceptions import ValidationError

    framework = admissions.framework()
    with pytest.raises(ValidationError) as wrong:
        set_letters(framework.pk, letters={"award_notice": "{password}"}, by=curator, at=NOON)
    assert list(wrong.value.message_dict) == ["award_notice"]
    assert Framework.objects.get(pk=framework.pk).changes == {}
