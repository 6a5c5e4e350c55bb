"""A consortium applies once each of its members has confirmed this very content, for shares of liability that add up to the whole."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from commissioning.models import Letter, User
from commissioning.refusals import Gone, Refused
from suppliers.actions.applications import save_application, submit_application, withdraw_application
from suppliers.actions.confirmations import ask_members, confirm_application, decline_application
from suppliers.applying import faults_of, has_unsent_changes
from suppliers.consortium import CHANGED_SINCE
from suppliers.models import ConsortiumMember, MemberConfirmation
from tests.factories.admissions import (
    A_PLACE,
    CLOSES_AT,
    a_file,
    answered_application,
    answers_to,
    asking_round,
    bids,
    confirmed,
    curator,
    wanted,
)
from tests.factories.consortia import SHARES, a_consortium
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def grove():
    return a_consortium()


@pytest.fixture
def draft(grove):
    return answered_application(asking_round(), grove)


def ask(draft, **more):
    return ask_members(draft.pk, by=bids(draft.supplier), at=NOON, **more)


def submit(draft, *, at=NOON):
    return submit_application(draft.pk, by=bids(draft.supplier), at=at)


def of(draft, name):
    return MemberConfirmation.objects.last_asked().get(request__application=draft, company__name=f"{name.title()} Ltd")


def manager(name):
    return User.objects.get(email=f"bids@{name}.example")


def confirm(draft, *names, at=NOON):
    for name in names:
        confirm_application(of(draft, name).pk, by=manager(name), at=at)


def rewrite(draft, **changed):
    words = {"statement": draft.statement, "places": wanted(A_PLACE), "answers": answers_to(draft, **changed)}
    return save_application(draft.pk, **words, by=bids(draft.supplier), at=NOON)


def test_nothing_is_submitted_before_the_members_are_asked_and_all_of_them_have_confirmed(draft):
    with pytest.raises(ValidationError, match="members have not been asked"):
        submit(draft)
    ask(draft)
    confirm(draft, "alder")
    with pytest.raises(ValidationError, match=r"Not confirmed yet by Beech Ltd and Cedar Ltd\."):
        submit(draft)
    confirm(draft, "beech", "cedar")
    assert submit(draft).versions.get().number == 1


def test_what_is_received_names_the_members_with_their_shares(draft):
    content = submit(confirmed(draft)).versions.get().content
    assert sorted(member["liability_share"] for member in content["members"]) == ["20.00", "30.00", "50.00"]
    assert [member["liability_share"] for member in content["members"] if member["leads"]] == ["50.00"]


@pytest.mark.parametrize(("share", "total"), [("20.01", "100.01"), ("19.99", "99.99")])
def test_shares_that_do_not_add_up_to_the_whole_are_refused_with_a_sentence(draft, share, total):
    confirmed(draft)
    ConsortiumMember.objects.filter(company__name="Cedar Ltd").update(liability_share=Decimal(share))
    told = rf"shares of liability add up to {total} percent, and not to 100\.00\. Ask the authority"
    for act in (ask, submit):
        with pytest.raises(ValidationError, match=told):
            act(draft)


def test_a_share_that_changes_makes_every_confirmation_fall(draft):
    confirmed(draft)
    ConsortiumMember.objects.filter(company__name="Cedar Ltd").update(liability_share=Decimal(25))
    ConsortiumMember.objects.filter(company__name="Beech Ltd").update(liability_share=Decimal(25))
    assert faults_of(draft) == [CHANGED_SINCE]


def test_a_change_of_the_content_makes_every_confirmation_fall_and_changing_it_back_raises_it_again(draft):
    confirmed(draft)
    rewrite(draft, q1="Otherwise.")
    draft.refresh_from_db()
    assert faults_of(draft) == [CHANGED_SINCE]
    rewrite(draft)
    draft.refresh_from_db()
    assert faults_of(draft) == []


def test_a_file_more_makes_every_confirmation_fall(draft):
    confirmed(draft)
    a_file(draft)
    with pytest.raises(ValidationError, match="changed since its members were asked"):
        submit(draft)


def test_members_are_asked_again_about_what_has_changed_and_what_they_said_before_counts_no_more(draft):
    ask(draft)
    old = of(draft, "alder")
    rewrite(draft, q1="Otherwise.")
    ask(draft)
    with pytest.raises(Refused, match="has changed since you were asked"):
        confirm_application(old.pk, by=manager("alder"), at=NOON)
    assert {each.status for each in MemberConfirmation.objects.last_asked().filter(request__application=draft)} == {"waiting"}


def test_members_are_not_asked_twice_about_the_same(draft):
    ask(draft)
    with pytest.raises(Refused, match="have been asked to confirm exactly this"):
        ask(draft)


def test_asking_is_offered_until_the_members_are_asked_about_this_and_again_once_it_has_changed(draft, browse, at):
    at(NOON)

    def is_offered():
        shown = browse(bids(draft.supplier)).get(draft.get_absolute_url()).context_data["acts"]
        return "ask_members" in [act["verb"] for act in shown]

    assert is_offered()
    confirmed(draft)
    assert not is_offered()
    rewrite(draft, q1="Otherwise.")
    assert is_offered()


def test_after_a_withdrawal_the_same_can_be_asked_about_again(draft):
    submit(confirmed(draft))
    whole = {"statement": draft.statement, "places": wanted(A_PLACE), "answers": answers_to(draft)}
    withdraw_application(draft.pk, by=bids(draft.supplier), at=NOON)
    save_application(draft.pk, **whole, by=bids(draft.supplier), at=NOON)
    ask(draft)
    assert {each.status for each in MemberConfirmation.objects.last_asked().filter(request__application=draft)} == {"waiting"}


def test_members_are_asked_only_about_what_is_complete(draft):
    rewrite(draft, q1=None)
    assert faults_of(type(draft).objects.get(pk=draft.pk)) == ["Question 1: enter an answer."]
    with pytest.raises(ValidationError, match="Question 1: enter an answer"):
        ask(draft)


def test_members_are_not_asked_about_a_draft_that_a_colleague_has_changed_meanwhile(draft):
    rewrite(draft, q1="Otherwise.")
    with pytest.raises(Gone):
        ask(draft, revision=draft.revision)


def test_a_member_declines_with_a_reason_and_may_still_confirm(draft, told):
    ask(draft)
    with pytest.raises(ValidationError, match="Say what you do not agree with"):
        decline_application(of(draft, "beech").pk, reason=" ", by=manager("beech"), at=NOON)
    decline_application(of(draft, "beech").pk, reason="Our share is too large.", by=manager("beech"), at=NOON)
    assert told("confirmation_declined") == ["bids@grove.example"]
    assert "Our share is too large." in Letter.objects.get(template__startswith="confirmation_declined").body
    confirm(draft, "alder", "cedar")
    with pytest.raises(ValidationError, match=r"Beech Ltd declined: Our share is too large\."):
        submit(draft)
    confirm(draft, "beech")
    assert submit(draft).versions.count() == 1


def test_who_has_confirmed_may_decline_until_it_is_submitted_and_not_after(draft):
    ask(draft)
    confirm(draft, *SHARES)
    decline_application(of(draft, "cedar").pk, reason="We think again.", by=manager("cedar"), at=NOON)
    confirm(draft, "cedar")
    submit(draft)
    with pytest.raises(Refused, match="has been submitted already"):
        decline_application(of(draft, "cedar").pk, reason="Too late.", by=manager("cedar"), at=NOON)


@pytest.mark.parametrize("late_by", [0 * A_MOMENT, A_MOMENT])
def test_at_the_deadline_nobody_is_asked_and_nobody_answers(draft, late_by):
    ask(draft)
    confirm(draft, "alder", at=CLOSES_AT - A_MOMENT)
    with pytest.raises(Refused, match="It is too late"):
        confirm(draft, "beech", at=CLOSES_AT + late_by)
    with pytest.raises(Refused, match="It is too late"):
        ask_members(draft.pk, by=bids(draft.supplier), at=CLOSES_AT + late_by)


def test_each_member_is_written_to_and_answers_for_itself_alone(draft, told):
    ask(draft)
    assert told("confirmation_asked") == ["bids@alder.example", "bids@beech.example", "bids@cedar.example"]
    for somebody in (manager("alder"), bids(draft.supplier), curator(), bids(supplier())):
        with pytest.raises(PermissionDenied):
            confirm_application(of(draft, "beech").pk, by=somebody, at=NOON)
    with pytest.raises(PermissionDenied):
        ask_members(draft.pk, by=manager("alder"), at=NOON)


def test_a_member_for_whom_nobody_can_confirm_is_named(draft):
    manager("cedar").memberships.update(ended_at=NOON)
    with pytest.raises(ValidationError, match=r"Nobody can confirm for Cedar Ltd: .* Ask the authority to invite one\."):
        ask(draft)
    assert not MemberConfirmation.objects.exists()


def test_a_company_needs_nobodys_confirmation():
    draft = answered_application(asking_round(), supplier())
    with pytest.raises(Refused, match="A company needs nobody else’s confirmation"):
        ask(draft)
    assert submit(draft).versions.get().content["members"] == []


def test_a_member_reads_the_content_and_its_files_as_it_is_asked_about_them_and_nothing_else(draft, browse, at):
    at(NOON)
    file = a_file(draft)
    ask(draft)
    rewrite(draft, q1="A secret second thought.")
    confirmation = of(draft, "beech")
    page = browse(manager("beech")).get(confirmation.get_absolute_url())
    assert "By reading it twice." in page.text
    assert "30.00 %" in page.text
    assert "A secret second thought." not in page.text
    served = browse(manager("beech")).get(reverse("memberconfirmation:file", args=[confirmation.pk, file.pk]))
    assert b"".join(served.streaming_content) == b"hello"
    assert browse(manager("beech")).get(draft.get_absolute_url()).status_code == 404
    shown = browse(manager("beech")).get(f"/api/v1/confirmations/{confirmation.pk}/").json()
    assert (shown["content"]["statement"], shown["status"]) == (draft.statement, "waiting")
    (listed,) = browse(manager("beech")).get("/api/v1/confirmations/").json()["results"]
    assert (listed["id"], "content" in listed) == (shown["id"], False)
    for stranger in (manager("alder"), bids(supplier()), curator()):
        assert browse(stranger).get(confirmation.get_absolute_url()).status_code == 404
        assert browse(stranger).get(f"/api/v1/confirmations/{confirmation.pk}/").status_code == 404


def test_members_are_asked_and_answer_through_pages_and_the_desk_says_what_waits(draft, browse, at):
    at(NOON)
    asked = browse(bids(draft.supplier)).post(reverse("application:ask_members", args=[draft.pk]), {"revision": draft.revision}, follow=True)
    assert "Waiting for an answer" in asked.text
    for name in SHARES:
        waits = of(draft, name).get_absolute_url()
        assert waits in browse(manager(name)).get(reverse("desk")).text
        answered = browse(manager(name)).post(reverse("memberconfirmation:confirm_application", args=[of(draft, name).pk]), follow=True)
        assert "Your company has confirmed the application." in answered.text
        assert waits not in browse(manager(name)).get(reverse("desk")).text
    here = reverse("application:submit_application", args=[draft.pk])
    assert "cannot be submitted yet" not in browse(bids(draft.supplier)).get(here).text
    assert browse(bids(draft.supplier)).post(here, {"revision": draft.revision}).status_code == 302


def test_members_answer_over_the_api(draft, browse, at):
    at(NOON)
    ask(draft)
    for name in SHARES:
        answer = browse(manager(name)).post(f"/api/v1/confirmations/{of(draft, name).pk}/confirm-application/", {}, content_type="application/json")
        assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")
    assert faults_of(draft) == []


def test_the_authority_reads_no_reason_of_a_member_on_the_trail(draft, last_entry):
    ask(draft)
    decline_application(of(draft, "beech").pk, reason="Our share is too large.", by=manager("beech"), at=NOON)
    assert last_entry(draft).verb == "decline_application"
    assert "too large" not in str(last_entry(draft).facts)


def test_what_was_received_stands_while_a_better_draft_is_written_and_confirmed_anew(draft):
    submit(confirmed(draft))
    rewrite(draft, q1="Better.")
    draft.refresh_from_db()
    assert has_unsent_changes(draft)
    assert faults_of(draft) == [CHANGED_SINCE]
    submit(confirmed(draft))
    assert draft.versions.count() == 2


def test_withdrawal_removes_what_the_members_were_asked_about(draft, browse, at):
    at(NOON)
    submit(confirmed(draft))
    confirmation = of(draft, "beech")
    withdraw_application(draft.pk, by=bids(draft.supplier), at=NOON)
    page = browse(manager("beech")).get(confirmation.get_absolute_url())
    assert page.status_code == 200
    assert "By reading it twice." not in page.text
    with pytest.raises(Refused, match="has changed since you were asked"):
        decline_application(confirmation.pk, reason="Late.", by=manager("beech"), at=NOON)
