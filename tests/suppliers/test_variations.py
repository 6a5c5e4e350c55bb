"""A framework's terms are varied: each supplier that is bound accepts or declines, in time, while the framework is in force."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning import clock
from commissioning.models import Letter
from commissioning.refusals import Refused
from suppliers import agreement_providers
from suppliers.actions.agreements import countersign_agreement, put_agreement_on_hold, reopen_countersigning, return_agreement
from suppliers.actions.variations import accept_by_signing, accept_variation, decline_variation, issue_variation, withdraw_variation
from suppliers.models import Framework, FrameworkAgreement, FrameworkVariation, VariationAnswer
from suppliers.views.variations import VariationPage
from tests.factories import admissions, agreements, frameworks
from tests.factories.admissions import bids
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db
Status = VariationAnswer.Status
ENDS_AT = clock.london(2026, 4, 1)
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def framework(curator):
    return agreements.with_terms(admissions.framework())


@pytest.fixture
def bupa(framework):
    firm = frameworks.supplier("BUPA", "bupa")
    agreements.countersigned(framework, firm)
    return firm


@pytest.fixture
def answer(framework, bupa):
    return agreements.issued(framework).answers.get()


def accept(answer, at=NOON):
    return accept_variation(answer.pk, by=bids(answer.supplier), at=at)


def decline(answer, at=NOON, reason="It costs too much."):
    return decline_variation(answer.pk, reason=reason, by=bids(answer.supplier), at=at)


def test_those_who_are_bound_are_asked_and_told(framework, bupa, told, last_entry):
    agreements.sent(framework, frameworks.supplier("Ash", "ash"))
    first, second = agreements.issued(framework), agreements.issued(framework)
    assert (first.number, second.number, first.answers_end_at) == (1, 2, ENDS_AT)
    assert [each.supplier for each in first.answers.all()] == [bupa]
    assert told("variation_issued") == ["bids@bupa.example"] * 2
    assert "seven years" in Letter.objects.filter(template="variation_issued").first().body
    assert last_entry(first).facts["text_hash"] == second.text_hash


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": " "}, "text"),
        ({"reason": " "}, "reason"),
        ({"answer_by": date(2026, 3, 1)}, "answer_by"),
        ({"answer_by": date(2029, 1, 1)}, "answer_by"),
        ({"answer_by": date.max}, "answer_by"),
    ],
)
def test_a_variation_is_whole_and_can_be_answered(framework, curator, changed, field):
    words = {"title": "Records", "text": "Seven years.", "reason": "The law.", "answer_by": date(2026, 3, 31), **changed}
    with pytest.raises(ValidationError) as error:
        issue_variation(framework.pk, **words, by=curator, at=NOON)
    assert list(error.value.message_dict) == [field]


def test_only_terms_that_are_in_force_are_varied_and_only_by_the_curator(curator, bupa):
    words = {"title": "Records", "text": "Seven years.", "reason": "The law.", "answer_by": date(2026, 3, 31)}
    with pytest.raises(PermissionDenied):
        issue_variation(admissions.framework().pk, **words, by=bids(bupa), at=NOON)
    with pytest.raises(Refused, match="no terms that suppliers sign"):
        issue_variation(frameworks.live_framework("bare").pk, **words, by=curator, at=NOON)
    with pytest.raises(Refused, match="not in force"):
        issue_variation(admissions.framework().pk, **words, by=curator, at=clock.london(2029, 1, 1))


def test_a_supplier_accepts_until_the_last_instant_of_the_day(answer, told):
    accepted = accept(answer, at=ENDS_AT - A_MOMENT)
    assert (accepted.status, accepted.answered_at) == (Status.ACCEPTED, ENDS_AT - A_MOMENT)
    assert told("variation_answered") == ["curator@doh.example"]
    with pytest.raises(Refused):
        decline(answer, at=ENDS_AT - A_MOMENT)


@pytest.mark.parametrize("act", [accept, decline])
def test_a_late_answer_is_refused_with_both_moments(answer, act):
    with pytest.raises(Refused, match=r"This answer came at .*1 April 2026, 00:00:00.*due before midnight at the end of .*31 March 2026"):
        act(answer, at=ENDS_AT)


@pytest.mark.parametrize("act", [accept, decline])
def test_after_the_end_of_the_framework_a_variation_is_read_and_not_answered(answer, browse, at, act):
    Framework.objects.update(ends_on=date(2026, 3, 20))
    after = clock.london(2026, 3, 21)
    with pytest.raises(Refused, match="can be read, and not answered"):
        act(answer, at=after)
    at(after)
    page = browse(bids(answer.supplier)).get(answer.get_absolute_url())
    assert ("seven years" in page.content.decode(), page.context_data["acts"]) == (True, [])


def test_what_is_withdrawn_is_answered_no_more(answer, curator, told):
    with pytest.raises(ValidationError, match="Say why"):
        withdraw_variation(answer.variation_id, reason=" ", by=curator, at=NOON)
    withdraw_variation(answer.variation_id, reason="It was a mistake.", by=curator, at=NOON)
    assert told("variation_withdrawn") == ["bids@bupa.example"]
    with pytest.raises(Refused, match="is withdrawn"):
        accept(answer)


def test_whoever_declines_says_why_and_may_accept_after_all(answer, last_entry):
    with pytest.raises(ValidationError, match="Say why"):
        decline(answer, reason=" ")
    assert decline(answer).status == Status.DECLINED
    assert last_entry(answer).facts["reason"] == "It costs too much."
    accepted = accept(answer)
    assert (accepted.status, accepted.reason) == (Status.ACCEPTED, "")


def test_nobody_answers_for_another_or_sees_it(answer, curator):
    rival = frameworks.supplier("Rival", "rival")
    for stranger in (curator, bids(rival)):
        with pytest.raises(PermissionDenied):
            accept_variation(answer.pk, by=stranger, at=NOON)
    for model in (FrameworkVariation, VariationAnswer):
        seen = [model.objects.visible_to(each).exists() for each in (curator, bids(answer.supplier), bids(rival))]
        assert seen == [True, True, False]


def test_whoever_signs_later_signs_the_terms_as_varied_and_is_not_asked(framework, answer, curator):
    withdraw_variation(agreements.issued(framework).pk, reason="No.", by=curator, at=NOON)
    late = frameworks.supplier("Ash", "ash")
    agreement = agreements.countersigned(framework, late)
    assert [each["number"] for each in agreement.signed_text["variations"]] == [1]
    assert [(each.variation.number, each.status) for each in agreement.answers.all()] == [(1, Status.ACCEPTED)]
    assert not list(agreement_providers.to_answer(bids(late), NOON))


def test_whoever_signed_before_and_is_countersigned_after_is_asked(framework, curator):
    signed = agreements.signed(framework, frameworks.supplier("Ash", "ash"))
    variation = agreements.issued(framework)
    countersign_agreement(signed.pk, by=curator, at=ENDS_AT - A_MOMENT)
    assert [each.supplier for each in variation.answers.all()] == [signed.supplier]


def test_whoever_signed_before_is_not_countersigned_once_the_variation_cannot_be_answered(framework, curator):
    signed = agreements.signed(framework, frameworks.supplier("Tribal", "tribal"))
    ends_at = agreements.issued(framework).answers_end_at
    with pytest.raises(Refused, match=r"cannot be answered any more\. Put the agreement on hold and return it"):
        countersign_agreement(signed.pk, by=curator, at=ends_at)
    assert countersign_agreement(signed.pk, by=curator, at=ends_at - A_MOMENT).answers.count() == 1


def test_a_variation_is_open_alike_as_a_row_and_as_a_set(answer):
    found = FrameworkVariation.objects.select_related("framework").get()
    for at, is_open in ((NOON, True), (ENDS_AT - A_MOMENT, True), (ENDS_AT, False)):
        assert found.is_open_at(at) == FrameworkVariation.objects.open_at(at).exists() == is_open


def test_it_is_issued_answered_and_downloaded_through_pages(browse, framework, bupa, curator, at):
    at(NOON)
    day = {"answer_by_day": 31, "answer_by_month": 3, "answer_by_year": 2026}
    typed = {"title": "Records", "text": "Seven years.", "reason": "The law.", **day}
    assert browse(curator).post(reverse("framework:issue_variation", args=[framework.pk]), typed).status_code == 302
    answer, manager = VariationAnswer.objects.get(), bids(bupa)
    assert [item.due_at for item in agreement_providers.to_answer(manager, NOON)] == [ENDS_AT]
    assert [[each.at for each in agreement_providers.deadlines(who, NOON)] for who in (manager, curator)] == [[ENDS_AT], []]
    assert browse(manager).post(reverse("variationanswer:decline_variation", args=[answer.pk]), {"reason": "=1+1"}).status_code == 302
    assert not [*agreement_providers.to_answer(manager, NOON), *agreement_providers.deadlines(manager, NOON)]
    assert "Declined" in browse(manager).get(FrameworkAgreement.objects.get().get_absolute_url()).content.decode()
    assert "Variation 1: Records" in browse(curator).get(framework.get_absolute_url()).content.decode()
    assert "Variation 1" not in browse(None).get(framework.get_absolute_url()).content.decode()
    assert "Declined" in browse(curator).get(answer.variation.get_absolute_url()).content.decode()
    address = reverse("frameworkvariation:answers", args=[answer.variation_id])
    table = b"".join(browse(curator).get(address).streaming_content).decode()
    assert '"BUPA","Declined"' in table
    assert '"\'=1+1"' in table
    assert browse(bids(frameworks.supplier("Rival", "rival"))).get(address).status_code == 404


def test_answers_are_shown_a_page_at_a_time_and_downloaded_whole_each_to_those_who_see_them(framework, bupa, browse, curator, monkeypatch):
    monkeypatch.setattr(VariationPage, "page_size", 2)
    for name in ("Alder", "Tribal"):
        agreements.countersigned(framework, frameworks.supplier(name, name.lower()))
    variation = agreements.issued(framework)
    where, names = variation.get_absolute_url(), ("Alder", "BUPA", "Tribal")
    first = browse(curator).get(where)
    assert [name in first.text for name in names] == [True, True, False]
    second = browse(curator).get(first.context_data["page"]["next_href"])
    assert [name in second.text for name in names] == [False, False, True]
    assert second.context_data["page"]["next_href"] == ""
    address = reverse("frameworkvariation:answers", args=[variation.pk])

    def downloaded(person):
        return [line.split(",")[0].strip('"') for line in b"".join(browse(person).get(address).streaming_content).decode("utf-8-sig").splitlines()]

    assert downloaded(curator) == ["Supplier", *names]
    assert downloaded(bids(bupa)) == ["Supplier", "BUPA"]


def test_a_program_accepts(answer, at):
    at(NOON)
    api = APIClient()
    api.force_authenticate(bids(answer.supplier))
    assert api.get("/api/v1/variations/").json()["results"][0]["number"] == 1
    assert api.post(f"/api/v1/variation-answers/{answer.pk}/accept-variation/", format="json").json()["status"] == "accepted"


# A variation and the signed text.


def signed_anew(answer, curator):
    """The agreement was returned after the variation was issued, and what is signed now contains it."""
    agreement = answer.agreement
    reopen_countersigning(agreement.pk, reason="The name.", by=curator, at=NOON)
    put_agreement_on_hold(agreement.pk, reason="The name.", by=curator, at=NOON)
    return_agreement(agreement.pk, reason="The name.", by=curator, at=NOON)
    return agreements.signed(agreement.framework, agreement.supplier)


@pytest.mark.parametrize("declined", [True, False])
def test_whoever_signs_anew_has_accepted_what_it_signs(answer, curator, declined, last_entry):
    if declined:
        decline(answer)
    agreement = signed_anew(answer, curator)
    answer.refresh_from_db()
    assert (answer.status, answer.answered_at, answer.reason) == (Status.ACCEPTED, NOON, "")
    assert not list(agreement_providers.to_answer(bids(answer.supplier), NOON))
    assert last_entry(answer).verb == "accept_by_signing"
    countersign_agreement(agreement.pk, by=curator, at=NOON)
    with pytest.raises(Refused):
        decline(answer)


def test_nothing_is_answered_while_the_agreement_is_not_countersigned(answer, curator, browse, at):
    at(NOON)
    reopen_countersigning(answer.agreement_id, reason="The name.", by=curator, at=NOON)
    for act in (accept, decline):
        with pytest.raises(Refused, match="not countersigned now"):
            act(answer)
    manager = bids(answer.supplier)
    assert not list(agreement_providers.to_answer(manager, NOON))
    assert browse(manager).get(answer.get_absolute_url()).context_data["acts"] == []
    countersign_agreement(answer.agreement_id, by=curator, at=NOON)
    assert decline(answer).status == Status.DECLINED


def test_an_answer_is_open_alike_as_a_row_and_as_a_set(answer, curator):
    assert (answer.is_open_at(NOON), VariationAnswer.objects.open_at(NOON).exists()) == (True, True)
    reopen_countersigning(answer.agreement_id, reason="The name.", by=curator, at=NOON)
    found = VariationAnswer.objects.get()
    assert (found.is_open_at(NOON), VariationAnswer.objects.open_at(NOON).exists()) == (False, False)


def test_nobody_accepts_by_signing_what_is_not_in_the_signed_text(answer):
    with pytest.raises(Refused, match="has not signed the terms with this variation"):
        accept_by_signing(answer.pk, by=bids(answer.supplier), at=NOON)


def shown(browse, agreement, by):
    """What the agreement's page, its download and its record in the API say."""
    api = APIClient()
    api.force_authenticate(by)
    page, file = (browse(by).get(reverse(f"frameworkagreement:{name}", args=[agreement.pk])).content.decode() for name in ("workspace", "text"))
    return page, file, api.get(f"/api/v1/agreements/{agreement.pk}/").json()


def test_the_agreement_shows_what_was_accepted_since_it_was_signed(answer, curator, browse, at):
    at(NOON)
    manager = bids(answer.supplier)
    page, file, record = shown(browse, answer.agreement, manager)
    assert ("seven years" in page, "seven years" in file, record["accepted_since"]) == (False, False, [])
    accept(answer)
    for viewer in (manager, curator):
        page, file, record = shown(browse, answer.agreement, viewer)
        assert all("Accepted" in words and "Records are kept for seven years." in words for words in (page, file))
        assert [(each["number"], each["text_hash"], each["withdrawn_at"]) for each in record["accepted_since"]] == [
            (1, answer.variation.text_hash, None)
        ]
    withdraw_variation(answer.variation_id, reason="It was a mistake.", by=curator, at=NOON)
    page, file, record = shown(browse, answer.agreement, manager)
    assert all("binds nobody any more" in words and "It was a mistake." in words for words in (page, file))
    assert record["accepted_since"][0]["withdrawn_at"]
    assert "Variation 1: Records (withdrawn)" in page
    assert page.index("SHA-256 of what is signed") < page.index("Records are kept for seven years.")


def test_whoever_signed_a_variation_sees_it_and_learns_of_its_withdrawal(framework, curator, browse, at, told):
    at(NOON)
    variation = agreements.issued(framework)
    late = frameworks.supplier("Ash", "ash")
    agreement = agreements.signed(framework, late)
    manager = bids(late)
    assert browse(manager).get(variation.get_absolute_url()).status_code == 200
    withdraw_variation(variation.pk, reason="It was a mistake.", by=curator, at=NOON)
    assert told("variation_withdrawn") == ["bids@ash.example"]
    page, file, record = shown(browse, agreement, manager)
    assert all("binds nobody any more" in words and "seven years" in words for words in (page, file))
    assert (record["withdrawn"], record["accepted_since"]) == ([1], [])
