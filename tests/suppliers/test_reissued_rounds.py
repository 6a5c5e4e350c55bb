"""A round that was withdrawn goes no further, and another comes in its place: as in 2006, when a notice was called a drafting error."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from commissioning.models import Letter
from commissioning.refusals import Refused
from suppliers.actions.admissions import announce_round, reissue_round, withdraw_round
from suppliers.actions.applications import save_application, submit_application, withdraw_application
from suppliers.actions.frameworks import end_framework
from suppliers.models import AdmissionRound
from tests.factories.admissions import (
    CLOSES_AT,
    announced_round,
    bids,
    draft_round,
    drafted_application,
    enquiry_of,
    reissued_round,
    submitted_application,
    withdrawn_round,
)
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
WORDS = {"title": "Anew", "closes_at": CLOSES_AT, "notice": "Apply."}


@pytest.fixture
def firms():
    return supplier("BUPA", "bupa"), supplier("Tribal", "tribal"), supplier("KPMG LLP", "kpmg")


def test_whoever_applied_or_asked_is_told_in_the_words_that_every_supplier_gets(firms, curator, told):
    """That a letter came tells nobody who asked or applied."""
    bupa, tribal, _ = firms
    round_ = announced_round()
    submitted_application(round_, bupa)
    enquiry_of(round_, tribal)
    withdraw_round(round_.pk, reason="A drafting error.", by=curator, at=NOON)
    assert told("round_withdrawn") == ["bids@bupa.example", "bids@kpmg.example", "bids@tribal.example"]
    assert all("A drafting error." in body for body in Letter.objects.filter(template="round_withdrawn").values_list("body", flat=True))


def test_nobody_is_told_of_the_withdrawal_of_a_round_that_nobody_knew_of(firms, curator, told):
    withdraw_round(draft_round().pk, reason="A drafting error.", by=curator, at=NOON)
    assert told("round_withdrawn") == []


def test_applications_to_a_withdrawn_round_go_no_further(firms, curator):
    bupa, tribal, _ = firms
    round_ = announced_round()
    received, draft = submitted_application(round_, bupa), drafted_application(round_, tribal)
    withdraw_round(round_.pk, reason="A drafting error.", by=curator, at=NOON)
    for act, application, more in (
        (save_application, draft, {"statement": "More.", "places": []}),
        (submit_application, draft, {}),
        (submit_application, received, {}),
        (withdraw_application, received, {}),
    ):
        with pytest.raises(Refused, match="was withdrawn"):
            act(application.pk, **more, by=bids(application.supplier), at=CLOSES_AT - A_MOMENT)
    received.refresh_from_db()
    assert received.versions.count() == 1, "what was received is kept"


def test_a_withdrawn_round_waits_for_no_date_any_more(firms, curator, browse, at):
    round_ = announced_round()
    withdraw_round(round_.pk, reason="A drafting error.", by=curator, at=NOON)
    at(NOON)
    assert [date["title"] for date in browse(None).get(round_.get_absolute_url()).context_data["dates"]] == ["Announced"]


def test_the_new_round_and_the_old_show_each_other_once_the_new_one_is_announced(firms, curator, browse, at):
    at(NOON)
    withdrawn = withdrawn_round()
    anew = reissued_round(withdrawn)
    assert (anew.status, anew.replaces, anew.framework) == (AdmissionRound.Status.DRAFT, withdrawn, withdrawn.framework)
    link, back = f'href="{anew.get_absolute_url()}"', f'href="{withdrawn.get_absolute_url()}"'
    assert link in browse(curator).get(withdrawn.get_absolute_url()).text
    for reader in (None, bids(firms[0])):
        assert link not in browse(reader).get(withdrawn.get_absolute_url()).text
        assert browse(reader).get(f"/api/v1/rounds/{withdrawn.pk}/").json()["replaced_by"] is None
    announce_round(anew.pk, by=curator, at=NOON)
    for reader in (None, bids(firms[0]), curator):
        assert link in browse(reader).get(withdrawn.get_absolute_url()).text
        assert back in browse(reader).get(anew.get_absolute_url()).text
        assert browse(reader).get(f"/api/v1/rounds/{withdrawn.pk}/").json()["replaced_by"] == str(anew.pk)
        assert browse(reader).get(f"/api/v1/rounds/{anew.pk}/").json()["replaces"] == str(withdrawn.pk)


def test_the_letter_of_the_new_round_says_which_one_it_replaces_and_to_apply_anew(firms, curator):
    withdrawn = withdrawn_round()
    announce_round(reissued_round(withdrawn).pk, by=curator, at=NOON)
    letters = Letter.objects.filter(template="round_announced", title="Applications are invited: Admission 2026, anew")
    assert letters.count() == len(firms)
    assert all(f"in the place of “{withdrawn}”" in letter.body and "apply anew" in letter.body for letter in letters)


def test_whoever_applied_to_the_old_round_applies_anew_to_the_new_one(firms, curator):
    bupa, *_ = firms
    old = announced_round()
    submitted_application(old, bupa)
    withdraw_round(old.pk, reason="A drafting error.", by=curator, at=NOON)
    anew = announce_round(reissued_round(old).pk, by=curator, at=NOON)
    assert not anew.applications.exists()
    assert submitted_application(anew, bupa).round == anew


def test_only_a_withdrawn_round_that_was_announced_is_replaced_and_only_once(curator):
    with pytest.raises(Refused, match="was not withdrawn"):
        reissue_round(announced_round().pk, **WORDS, by=curator, at=NOON)
    never_announced = withdraw_round(draft_round().pk, reason="No.", by=curator, at=NOON)
    with pytest.raises(Refused, match="never announced"):
        reissue_round(never_announced.pk, **WORDS, by=curator, at=NOON)
    withdrawn = withdrawn_round()
    reissued_round(withdrawn)
    with pytest.raises(Refused, match="Another round has come in the place"):
        reissue_round(withdrawn.pk, **WORDS, by=curator, at=NOON)


def test_a_round_that_replaced_one_can_itself_be_withdrawn_and_replaced(curator):
    second = announce_round(reissued_round(withdrawn_round()).pk, by=curator, at=NOON)
    third = reissued_round(withdraw_round(second.pk, reason="Again.", by=curator, at=NOON))
    assert third.replaces == second


def test_only_a_curator_of_the_framework_issues_a_round_anew(firms, officer):
    withdrawn = withdrawn_round()
    for somebody in (officer, bids(firms[0])):
        with pytest.raises(PermissionDenied):
            reissue_round(withdrawn.pk, **WORDS, by=somebody, at=NOON)
    with pytest.raises(ObjectDoesNotExist):
        reissue_round(draft_round().pk, **WORDS, by=bids(firms[0]), at=NOON)


def test_the_new_round_keeps_the_rules_of_any_round(curator):
    withdrawn = withdrawn_round()
    with pytest.raises(ValidationError, match="Questions close before the deadline"):
        reissue_round(withdrawn.pk, **WORDS, questions_close_at=CLOSES_AT + A_MOMENT, by=curator, at=NOON)
    end_framework(withdrawn.framework_id, reason="Over.", by=curator, at=NOON)
    with pytest.raises(Refused, match="not in force"):
        reissue_round(withdrawn.pk, **WORDS, by=curator, at=NOON)


def test_a_curator_issues_a_round_anew_in_a_browser_from_the_notice_that_was_withdrawn(curator, browse, at):
    at(NOON)
    withdrawn = withdrawn_round()
    page = browse(curator)
    address = f"{withdrawn.get_absolute_url()}reissue-round/"
    assert address in page.get(withdrawn.get_absolute_url()).text
    form = page.get(address)
    assert withdrawn.notice in form.text
    deadline = {f"closes_at_{part}": text for part, text in (("day", "27"), ("month", "3"), ("year", "2026"), ("time", "12:00"))}
    typed = {"title": "Anew", "notice": "Apply.", **deadline}
    made = page.post(address, typed, follow=True)
    assert "The new round is begun as a draft" in made.text
    assert address not in page.get(withdrawn.get_absolute_url()).text
    assert AdmissionRound.objects.get(title="Anew").replaces == withdrawn
