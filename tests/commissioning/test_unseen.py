"""What cannot be seen says nothing, and what turns the direction of a text is refused with where it stands."""

import pytest
from django.core.exceptions import ValidationError
from rest_framework.exceptions import ValidationError as Unfit

from commissioning.actions import accounts, organisations
from commissioning.api import body_for
from commissioning.forms import DescribeOrganisation, GiveReason, RenamePerson
from commissioning.models import Role
from commissioning.texts import require_text
from commissioning.unseen import complaint, shows_nothing
from tests.factories import people as cast

NOTHING = ["\u200b", "\u202e\u2066", "\ufeff\u2800", " \u00a0\u3000", "\u3164", "\u115f\u1160\uffa0", "\u034f\ufe0f", "\U000e0061\u180e"]
TURNING = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_a_text_of_what_cannot_be_seen_shows_nothing(text):
    assert shows_nothing(text)
    assert not shows_nothing(f"{text}.{text}")


@pytest.mark.parametrize("mark", TURNING, ids=ascii)
@pytest.mark.parametrize("one_line", [True, False])
def test_what_turns_the_direction_is_named_with_where_it_stands(mark, one_line):
    assert complaint(f"Tribal {mark}dtL", one_line=one_line).startswith(f"The character U+{ord(mark):04X} (")
    assert "stands after “Tribal”. Take it out" in complaint(f"Tribal {mark}dtL", one_line=one_line)
    assert "at the beginning" in complaint(f"{mark}dtL", one_line=one_line)


@pytest.mark.parametrize("text", ["می\u200cخواهم", "क्\u200dष", "👩\u200d👧", "\u200fright\u200e", "soft\u00adhyphen"], ids=ascii)
def test_what_joins_letters_stays_in_a_longer_text_and_not_in_a_name(text):
    assert complaint(text, one_line=False) == ""
    assert complaint(text, one_line=True)


@pytest.mark.parametrize("text", ["Ltd & Co", "Société Générale", "葛\U000e0100城", "☠\ufe0f", "नमस्ते", "a\u00a0b"], ids=ascii)
def test_what_can_be_seen_stays_in_a_name(text):
    assert complaint(text, one_line=True) == ""


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
def test_a_demanded_text_shows_something(text):
    with pytest.raises(ValidationError, match="Say why"):
        require_text("reason", text, "Say why.")
    assert require_text("reason", text) == ""
    form = GiveReason({"reason": text})
    assert (form.is_valid(), list(form.errors), form["reason"].value()) == (False, ["reason"], text)
    with pytest.raises(Unfit) as refused:
        body_for(accounts.rename_person, {"name": text})
    assert list(refused.value.detail) == ["name"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["\u200b", "\ufeff\u2800", "Tri\u200bbal", "\u202elabirT"], ids=ascii)
def test_a_name_is_what_is_seen_of_it_by_whichever_door(client, text):
    curator = cast.person(cast.authority(), Role.CURATOR)
    trust = cast.commissioner()
    with pytest.raises(ValidationError) as refused:
        organisations.describe_organisation(trust.pk, name=text, by=curator)
    assert list(refused.value.error_dict) == ["name"]
    client.force_login(curator)
    page = client.post(f"/organisations/{trust.pk}/describe-organisation/", {"name": text})
    assert (page.status_code, text in page.content.decode()) == (400, True)
    answer = client.post(f"/api/v1/organisations/{trust.pk}/describe-organisation/", {"name": text}, "application/json")
    assert (answer.status_code, [error["attr"] for error in answer.json()["errors"]]) == (400, ["name"])
    trust.refresh_from_db()
    assert trust.name == "Hillingdon PCT"


@pytest.mark.django_db
def test_an_optional_text_that_shows_nothing_is_left_empty():
    trust = cast.commissioner()
    form = DescribeOrganisation({"name": "Hillingdon PCT", "address": "\u200b\u2800"}, record=trust)
    assert (form.is_valid(), form.cleaned_data["address"]) == (True, "")
    assert body_for(organisations.describe_organisation, {"name": "Hillingdon PCT", "address": "\u200b"})["address"] == ""


@pytest.mark.django_db
def test_a_longer_text_is_refused_for_what_turns_it():
    trust = cast.commissioner()
    form = DescribeOrganisation({"name": "Hillingdon PCT", "address": "1 High Street\n\u202eelttil"}, record=trust)
    assert "U+202E" in form.errors["address"][0]
    with pytest.raises(Unfit, match="U\\+202E"):
        body_for(organisations.describe_organisation, {"name": "Hillingdon PCT", "address": "a\u202eb"})
    trust.address = "a\u202eb"
    with pytest.raises(ValidationError, match="after “a”"):
        trust.save()


@pytest.mark.django_db
def test_a_person_is_not_renamed_to_nothing():
    lead = cast.person(cast.commissioner(), Role.PROCUREMENT_LEAD)
    with pytest.raises(ValidationError):
        accounts.rename_person(lead.pk, name="\u200b", by=lead)
    assert not RenamePerson({"name": "\u200b"}, record=lead).is_valid()
