"""Members of a consortium leave or join: each that is named confirms its share, the authority records them, and what was before stays as it was."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from commissioning import clock
from commissioning.models import Letter, Membership, Organisation, Role, User
from commissioning.refusals import Refused
from commissioning.wording import date_text
from suppliers import change_providers
from suppliers.actions.applications import submit_application
from suppliers.actions.changes import attach_to_change, decide_change_of_control, record_new_name, remove_from_change, tell_of_change, withdraw_change
from suppliers.actions.new_members import ANOTHER_CONSORTIUM, NO_CONSORTIUM, confirm_share, decline_share, record_new_members, refuse_new_members
from suppliers.applying import faults_of
from suppliers.consortium import CHANGED_SINCE
from suppliers.models import ConsortiumMember, Listing, ShareConfirmation, Supplier, SupplierChange
from suppliers.models.changes import ChangeKind, ControlOutcome
from tests.factories import admissions
from tests.factories.admissions import PUBLISHED_AT, answered_application, asking_round, bids, confirmed, published_round
from tests.factories.consortia import a_consortium, dogwood
from tests.factories.frameworks import listed, supplier
from tests.factories.people import NOON, person
from tests.factories.supplier_changes import agreed, told_of_members

pytestmark = pytest.mark.django_db
SINCE = date(2026, 5, 1)
THAT_DAY = clock.london(2026, 5, 1)
A_MOMENT = timedelta(microseconds=1)
# Beech stays as it is, Alder bears more, Cedar leaves, Dogwood joins.
AFTER = {"alder": "60.00", "beech": "30.00", "dogwood": "10.00"}


@pytest.fixture
def grove():
    firm = a_consortium()
    dogwood()
    published_round(firm)
    return firm


def told_of(firm, shares=None, **words):
    return told_of_members(firm, AFTER if shares is None else shares, at=PUBLISHED_AT, **{"effective_on": SINCE, **words})


def recorded(firm, shares=None, *, at=THAT_DAY, **words):
    change = agreed(told_of(firm, shares), at=PUBLISHED_AT)
    return record_new_members(change.pk, reasons="They can bear it.", **words, by=admissions.curator(), at=at)


def manager(name):
    return User.objects.get(email=f"bids@{name}.example")


def of(change, name):
    return change.shares.get(company__supplier__short_name=name)


def now(firm):
    return {str(member.company): (member.leads, member.liability_share) for member in Supplier.objects.get(pk=firm.pk).members_now()}


# What is told.


def test_the_desk_says_from_which_day_on_new_members_can_be_recorded(grove):
    change = agreed(told_of(grove, effective_on=SINCE), at=PUBLISHED_AT)
    (before,) = change_providers.to_act_on(admissions.curator(), PUBLISHED_AT)
    (then,) = change_providers.to_act_on(admissions.curator(), THAT_DAY)
    assert before.what == f"It can be recorded from {date_text(SINCE)} on, and refused before."
    assert then.what == "Each of the new members has confirmed: record them, or refuse to."
    assert [change.can_be_recorded(at) for at in (PUBLISHED_AT, THAT_DAY)] == [False, True]


def test_each_that_is_named_is_asked_and_the_authority_hears_of_it_once_all_have_confirmed(grove, told):
    change = told_of(grove)
    assert told("share_to_confirm") == ["bids@alder.example", "bids@beech.example", "bids@dogwood.example"]
    assert told("named_as_leaving") == ["bids@cedar.example"]
    confirm_share(of(change, "alder").pk, by=manager("alder"), at=PUBLISHED_AT)
    confirm_share(of(change, "beech").pk, by=manager("beech"), at=PUBLISHED_AT)
    assert not Letter.objects.filter(template="supplier_change_told").exists()
    assert not list(change_providers.to_act_on(admissions.curator(), PUBLISHED_AT))
    assert change.phase() == "Waits for its members"
    confirm_share(of(change, "dogwood").pk, by=manager("dogwood"), at=PUBLISHED_AT)
    assert told("supplier_change_told") == ["curator@doh.example"]
    assert change.phase() == "Waits for the authority"
    assert [item.href for item in change_providers.to_act_on(admissions.curator(), PUBLISHED_AT)] == [change.get_absolute_url()]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({"alder": "100.00"}, NO_CONSORTIUM),
        ({}, NO_CONSORTIUM),
        ({"dogwood": "50.00", "grove": "50.00"}, "no member of itself"),
        ({"alder": "70.00", "beech": "29.99"}, r"add up to 99\.99 percent"),
        ({"alder": "70.00", "beech": "30.01"}, r"add up to 100\.01 percent"),
        ({"alder": "100.00", "beech": "0.00"}, "each be more than 0"),
        ({"alder": "50.00", "beech": "30.00", "cedar": "20.00"}, "its members and their shares already"),
    ],
)
def test_members_that_cannot_be_are_refused_with_a_sentence(grove, shares, sentence):
    with pytest.raises(ValidationError, match=sentence) as error:
        told_of(grove, shares)
    assert list(error.value.message_dict) == ["members"]
    assert not SupplierChange.objects.exists()


@pytest.mark.parametrize("leads", [("alder", "beech"), ("nobody",)])
def test_one_company_leads_and_only_one(grove, leads):
    with pytest.raises(ValidationError, match="One company leads"):
        told_of(grove, leads=leads)


def test_a_consortium_of_which_nobody_stays_is_another(grove):
    elm = supplier("Elm Ltd", "elm")
    assert elm.organisation.people(Role.BID_MANAGER)
    with pytest.raises(ValidationError) as error:
        told_of(grove, {"dogwood": "50.00", "elm": "50.00"})
    assert error.value.message_dict == {"members": [ANOTHER_CONSORTIUM]}


def test_a_company_for_which_nobody_can_confirm_is_named(grove):
    manager("dogwood").memberships.update(ended_at=NOON)
    with pytest.raises(ValidationError, match=r"Nobody can confirm for Dogwood Ltd: .* Ask the authority to invite one\."):
        told_of(grove)


def test_a_company_has_no_members_to_tell_of_and_members_are_not_told_of_as_control(grove):
    firm = supplier()
    with pytest.raises(Refused, match="A company has no members"):
        told_of(firm)
    with pytest.raises(ValidationError, match="Tell of new members apart"):
        tell_of_change(
            grove.pk, authority=admissions.framework().authority_id, kind=ChangeKind.MEMBERS, effective_on=SINCE, account="?", by=bids(grove)
        )


def test_only_the_consortium_tells_and_each_company_answers_for_itself_alone(grove):
    change = told_of(grove)
    for stranger in (manager("alder"), manager("dogwood"), bids(grove), admissions.curator(), bids(supplier())):
        with pytest.raises(PermissionDenied):
            confirm_share(of(change, "beech").pk, by=stranger, at=PUBLISHED_AT)
    with pytest.raises(Refused, match="already"):
        told_of(grove)


def test_a_company_declines_with_a_reason_that_the_consortium_alone_reads_and_may_think_again(grove, told, browse, at, last_entry):
    change = told_of(grove)
    with pytest.raises(ValidationError, match="Say what you do not agree with"):
        decline_share(of(change, "beech").pk, reason=" ", by=manager("beech"), at=PUBLISHED_AT)
    decline_share(of(change, "beech").pk, reason="It is too much.", by=manager("beech"), at=PUBLISHED_AT)
    assert told("share_answered") == ["bids@grove.example"]
    assert "too much" not in str(last_entry(change).facts)
    at(PUBLISHED_AT)
    assert "It is too much." in browse(bids(grove)).get(change.get_absolute_url()).text
    assert "It is too much." not in browse(admissions.curator()).get(change.get_absolute_url()).text
    with pytest.raises(Refused, match="Not confirmed yet by Alder Ltd and Beech Ltd and Dogwood Ltd"):
        record_new_members(change.pk, reasons="So be it.", by=admissions.curator(), at=THAT_DAY)
    assert agreed(change, at=PUBLISHED_AT).shares.filter(status=ShareConfirmation.Status.CONFIRMED).count() == 3


def test_the_authority_hears_again_once_a_company_that_thought_again_has_confirmed_anew(grove, told):
    change = agreed(told_of(grove), at=PUBLISHED_AT)
    beech = of(change, "beech").pk
    decline_share(beech, reason="It is too much.", by=manager("beech"), at=PUBLISHED_AT + A_MOMENT)
    assert told("supplier_change_told") == ["curator@doh.example"]
    confirm_share(beech, by=manager("beech"), at=PUBLISHED_AT + 2 * A_MOMENT)
    assert told("supplier_change_told") == ["curator@doh.example"] * 2


def test_files_that_a_company_has_answered_with_are_not_taken_away(grove):
    change = told_of(grove)
    attach_to_change(change.pk, file=SimpleUploadedFile("deed.txt", b"Agreed."), by=bids(grove), at=PUBLISHED_AT)
    confirm_share(of(change, "beech").pk, by=manager("beech"), at=PUBLISHED_AT)
    with pytest.raises(Refused, match="A company has answered with these files before it"):
        remove_from_change(change.pk, document=change.files().get().pk, by=bids(grove), at=PUBLISHED_AT)


# What the authority makes of it.


def test_the_new_members_are_recorded_and_those_before_keep_their_places_with_their_dates(grove, told):
    rows_before = {member.company_id: member.pk for member in grove.members_now()}
    change = recorded(grove)
    assert now(grove) == {
        "Alder Ltd": (True, Decimal("60.00")),
        "Beech Ltd": (False, Decimal("30.00")),
        "Dogwood Ltd": (False, Decimal("10.00")),
    }
    earlier = Supplier.objects.get(pk=grove.pk).earlier_members()
    assert {(str(each.company), each.liability_share, each.left_at) for each in earlier} == {
        ("Alder Ltd", Decimal("50.00"), THAT_DAY),
        ("Cedar Ltd", Decimal("20.00"), THAT_DAY),
    }
    beech = Organisation.objects.get(name="Beech Ltd")
    assert grove.all_members.get(company=beech).pk == rows_before[beech.pk]
    assert (change.status, change.outcome, Listing.objects.get(supplier=grove).ended_at) == ("recorded", "kept", None)
    assert told("supplier_change_decided") == ["bids@grove.example"]
    assert told("new_members_decided") == [f"bids@{name}.example" for name in ("alder", "beech", "cedar", "dogwood")]
    body = Letter.objects.filter(template="new_members_decided").first().body
    assert "Left: Cedar Ltd. Joined: Dogwood Ltd. Its members since 1 May 2026: Alder Ltd leads with 60.00 percent" in body


def test_another_company_can_lead(grove):
    recorded(grove, {"beech": "50.00", "alder": "50.00"})
    assert {name for name, (leads, _) in now(grove).items() if leads} == {"Beech Ltd"}


@pytest.mark.parametrize("early_by", [A_MOMENT, timedelta(days=1)])
def test_members_are_recorded_from_their_first_day_on(grove, early_by):
    change = agreed(told_of(grove), at=PUBLISHED_AT)
    with pytest.raises(Refused, match=r"It has these members from 1 May 2026 on\. Record them then"):
        record_new_members(change.pk, reasons="So be it.", by=admissions.curator(), at=THAT_DAY - early_by)
    assert record_new_members(change.pk, reasons="So be it.", by=admissions.curator(), at=THAT_DAY).status == "recorded"


def test_a_record_needs_reasons_and_is_made_once(grove):
    change = agreed(told_of(grove), at=PUBLISHED_AT)
    with pytest.raises(ValidationError, match="Give the reasons"):
        record_new_members(change.pk, reasons=" ", by=admissions.curator(), at=THAT_DAY)
    record_new_members(change.pk, reasons="So be it.", by=admissions.curator(), at=THAT_DAY)
    with pytest.raises(Refused):
        record_new_members(change.pk, reasons="Again.", by=admissions.curator(), at=THAT_DAY)
    with pytest.raises(Refused, match="has acted on this already"):
        decline_share(of(change, "beech").pk, reason="Late.", by=manager("beech"), at=THAT_DAY)


def test_members_that_are_others_since_it_told_are_not_recorded_over(grove):
    change = agreed(told_of(grove), at=PUBLISHED_AT)
    ConsortiumMember.objects.filter(company__name="Cedar Ltd").update(liability_share=Decimal("19.00"))
    with pytest.raises(Refused, match="Its members are others now than when it told you"):
        record_new_members(change.pk, reasons="So be it.", by=admissions.curator(), at=THAT_DAY)


def test_the_listings_can_be_suspended_or_removed_with_it(grove):
    recorded(grove, outcome=ControlOutcome.REMOVAL)
    listing = Listing.objects.get(supplier=grove)
    assert (listing.end_cause, listing.ended_at) == ("removed", THAT_DAY)
    assert "Dogwood Ltd" in now(grove)


def test_they_can_be_refused_with_reasons_whether_or_not_all_have_confirmed(grove, told):
    change = told_of(grove)
    with pytest.raises(ValidationError):
        refuse_new_members(change.pk, reasons=" ", by=admissions.curator(), at=THAT_DAY)
    refuse_new_members(change.pk, reasons="Dogwood is insolvent.", by=admissions.curator(), at=THAT_DAY)
    assert "Cedar Ltd" in now(grove)
    assert told("new_members_decided") == [f"bids@{name}.example" for name in ("alder", "beech", "cedar", "dogwood")]
    assert "insolvent" not in Letter.objects.filter(template="new_members_decided").first().body
    assert not list(change_providers.to_confirm(manager("dogwood")))


def test_a_consortium_whose_company_declines_withdraws_what_it_told_and_tells_anew(grove, told, browse, at, last_entry):
    change = told_of(grove)
    at(PUBLISHED_AT)
    decline_share(of(change, "beech").pk, reason="It is too much.", by=manager("beech"), at=PUBLISHED_AT)
    for stranger in (manager("alder"), manager("beech"), admissions.curator()):
        with pytest.raises(PermissionDenied):
            withdraw_change(change.pk, reason="No.", by=stranger, at=PUBLISHED_AT)
    with pytest.raises(ValidationError, match="each company that it concerns"):
        withdraw_change(change.pk, reason=" ", by=bids(grove), at=PUBLISHED_AT)
    done = browse(bids(grove)).post(reverse("supplierchange:withdraw_change", args=[change.pk]), {"reason": "Other shares."}, follow=True)
    assert all(words in done.text for words in ("the authority has been told", "Withdrawn by the supplier", "Other shares."))
    assert last_entry(change).facts["to"] == "withdrawn"
    assert told("supplier_change_withdrawn") == [*(f"bids@{name}.example" for name in ("alder", "beech", "cedar", "dogwood")), "curator@doh.example"]
    assert not list(change_providers.to_confirm(manager("dogwood")))
    assert "has withdrawn this" in browse(manager("dogwood")).get(of(change, "dogwood").get_absolute_url()).text
    with pytest.raises(Refused, match="The consortium has withdrawn this"):
        confirm_share(of(change, "dogwood").pk, by=manager("dogwood"), at=PUBLISHED_AT)
    anew = recorded(grove)
    assert anew.status == "recorded"
    with pytest.raises(Refused):
        withdraw_change(anew.pk, reason="Too late.", by=bids(grove), at=THAT_DAY)


def test_kinds_are_not_taken_for_each_other(grove):
    change = told_of(grove)
    with pytest.raises(Refused, match="These are new members"):
        record_new_name(change.pk, by=admissions.curator(), at=THAT_DAY)
    with pytest.raises(Refused, match="These are new members"):
        decide_change_of_control(change.pk, outcome=ControlOutcome.KEPT, reasons="?", by=admissions.curator(), at=THAT_DAY)


def test_whoever_acts_for_a_company_that_leaves_stays_or_joins_does_not_decide(grove):
    change = agreed(told_of(grove), at=PUBLISHED_AT)
    for name in ("alder", "cedar", "dogwood"):
        both = person(Supplier.objects.get(short_name=name).organisation, Role.CONTRIBUTOR, f"both@{name}.example")
        Membership.objects.create(user=both, organisation=change.authority, role=Role.CURATOR)
        both = User.objects.get(pk=both.pk)
        assert not list(change_providers.to_act_on(both, PUBLISHED_AT))
        with pytest.raises(PermissionDenied):
            record_new_members(change.pk, reasons="So be it.", by=both, at=THAT_DAY)


# Now and then.


def test_an_application_that_is_written_is_confirmed_anew_and_one_that_was_received_keeps_its_members():
    grove, round_ = a_consortium(), asking_round()
    dogwood()
    sent = submit_application(confirmed(answered_application(round_, grove)).pk, by=bids(grove), at=NOON)
    framework = admissions.framework()
    listed(grove, framework.lists.get(code="micro"), framework.areas.get(code="performance"))
    change = agreed(told_of_members(grove, AFTER, at=NOON), at=NOON)
    record_new_members(change.pk, reasons="So be it.", by=admissions.curator(), at=NOON + A_MOMENT)
    sent.refresh_from_db()
    assert faults_of(sent) == [CHANGED_SINCE]
    content = sent.versions.get().content
    assert str(Organisation.objects.get(name="Cedar Ltd").pk) in {member["company"] for member in content["members"]}
    confirmed(sent, at=NOON + 2 * A_MOMENT)
    assert faults_of(sent) == []


def test_what_was_a_member_has_no_hand_in_what_came_before_it_left_and_is_free_in_what_comes_after(grove):
    application, cedar = admissions.place_of(grove).application, Organisation.objects.get(name="Cedar Ltd").pk
    recorded(grove)
    assert cedar in application.parties()
    assert cedar in grove.parties(THAT_DAY - A_MOMENT)
    assert cedar not in grove.parties(THAT_DAY)
    assert Organisation.objects.get(name="Dogwood Ltd").pk in application.parties()


def test_the_database_keeps_one_place_and_one_lead_at_a_time(grove):
    recorded(grove)
    member = grove.all_members.get(company__name="Beech Ltd")
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsortiumMember.objects.create(consortium=grove, company=member.company, liability_share=Decimal(1), created_at=THAT_DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsortiumMember.objects.filter(pk=member.pk).update(left_at=member.created_at - A_MOMENT)


# Through pages and the API.


def test_new_members_go_through_pages(grove, browse, at):
    at(PUBLISHED_AT)
    tell = reverse("supplier:tell_of_new_members", args=[grove.pk])
    assert 'value="50.00"' in browse(bids(grove)).get(tell).text
    rows = {"company_1": "alder", "company_2": "beech", "company_3": "dogwood"}
    companies = {row: Supplier.objects.get(short_name=name).organisation_id for row, name in rows.items()}
    shares = {
        "share_1": "60.00",
        "share_2": "30.00",
        "share_3": "10.00",
        "account": "Cedar has left.",
        "authority": admissions.framework().authority_id,
    }
    day = {"effective_on_day": 1, "effective_on_month": 5, "effective_on_year": 2026}
    wrong = browse(bids(grove)).post(tell, {**companies, **shares, **day, "share_3": "10.01"})
    assert (wrong.status_code, "add up to 100.01 percent" in wrong.text) == (400, True)
    begun = browse(bids(grove)).post(tell, {**companies, **shares, **day})
    change = SupplierChange.objects.get()
    assert begun.url == change.get_absolute_url()
    attach_to_change(change.pk, file=SimpleUploadedFile("deed.txt", b"Agreed."), by=bids(grove), at=PUBLISHED_AT)
    for name in ("alder", "beech", "dogwood"):
        share = of(change, name)
        assert share.get_absolute_url() in browse(manager(name)).get(reverse("desk")).text
        page = browse(manager(name)).get(share.get_absolute_url()).text
        assert all(what in page for what in ("Cedar has left.", "deed.txt", "Cedar Ltd"))
        served = browse(manager(name)).get(reverse("shareconfirmation:file", args=[share.pk, change.files().get().pk]))
        assert b"".join(served.streaming_content) == b"Agreed."
        answered = browse(manager(name)).post(reverse("shareconfirmation:confirm_share", args=[share.pk]), follow=True)
        assert "Your company has confirmed its share." in answered.text
        assert share.get_absolute_url() not in browse(manager(name)).get(reverse("desk")).text
    assert browse(manager("cedar")).get(of(change, "beech").get_absolute_url()).status_code == 404
    at(THAT_DAY)
    assert [act["verb"] for act in browse(admissions.curator()).get(begun.url).context_data["acts"]] == ["record_new_members", "refuse_new_members"]
    decision = {"outcome": "kept", "reasons": "They can bear it."}
    done = browse(admissions.curator()).post(reverse("supplierchange:record_new_members", args=[change.pk]), decision, follow=True)
    assert "The new members are recorded." in done.text
    profile = browse(None).get(grove.get_absolute_url()).text
    assert all(what in profile for what in ("Dogwood Ltd", "Earlier members, parts and shares", "Cedar Ltd"))
    assert " until " in browse(None).get(Supplier.objects.get(short_name="cedar").get_absolute_url()).text


def test_new_members_go_through_the_api(grove, browse, at):
    at(PUBLISHED_AT)
    companies = {name: str(Supplier.objects.get(short_name=name).organisation_id) for name in AFTER}
    sent = [{"company": companies[name], "leads": name == "alder", "liability_share": share} for name, share in AFTER.items()]
    body = {"authority": str(admissions.framework().authority_id), "effective_on": "2026-05-01", "account": "Cedar has left.", "members": sent}
    kind = {"content_type": "application/json"}
    made = browse(bids(grove)).post(f"/api/v1/suppliers/{grove.pk}/tell-of-new-members/", body, **kind)
    assert (made.status_code, made.json()["kind"], len(made.json()["shares"]), len(made.json()["old_members"])) == (201, "members", 3, 3)
    where = f"/api/v1/supplier-changes/{made.json()['id']}/"
    for name in AFTER:
        (listed_share,) = browse(manager(name)).get("/api/v1/shares/").json()["results"]
        answer = browse(manager(name)).post(f"/api/v1/shares/{listed_share['id']}/confirm-share/", {}, **kind)
        assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")
    at(THAT_DAY)
    done = browse(admissions.curator()).post(f"{where}record-new-members/", {"reasons": "They can bear it."}, **kind)
    assert (done.status_code, done.json()["status"], done.json()["outcome"]) == (200, "recorded", "kept")
    shown = browse(None).get(f"/api/v1/suppliers/{grove.pk}/").json()
    assert {member["company"] for member in shown["members"]} == set(companies.values())
    assert {member["left_at"] is None for member in shown["earlier_members"]} == {False}
