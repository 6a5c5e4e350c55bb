"""A supplier has another name, or others control it: it tells the authority, which acts, and the lists say what is so from then on."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning import clock, moves
from commissioning.models import Letter, Membership, Role
from commissioning.refusals import Refused
from suppliers import change_providers
from suppliers.actions.changes import (
    attach_to_change,
    decide_change_of_control,
    record_new_name,
    refuse_new_name,
    remove_from_change,
    tell_of_change,
)
from suppliers.actions.listings import end_listing, suspend_listing
from suppliers.models import Listing, ListPublication, Supplier, SupplierChange
from suppliers.models.changes import ChangeKind, ControlOutcome
from tests.factories import admissions
from tests.factories.admissions import PUBLISHED_AT, bids, published_round
from tests.factories.frameworks import supplier
from tests.factories.people import authority, person

pytestmark = pytest.mark.django_db
OLD, NEW = "BUPA Ltd", "Bupa Commissioning Ltd"
SINCE = date(2026, 5, 1)
THAT_DAY = clock.london(2026, 5, 1)
UNTIL = THAT_DAY + timedelta(days=90)
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def bupa():
    firm = supplier(OLD, "bupa")
    published_round(firm)
    return firm


def told_of_name(firm, name=NEW, since=SINCE):
    words = {"kind": ChangeKind.NAME, "effective_on": since, "account": "By resolution.", "new_name": name}
    return tell_of_change(firm.pk, authority=admissions.framework().authority_id, **words, by=bids(firm), at=PUBLISHED_AT)


def told_of_control(firm):
    words = {"kind": ChangeKind.CONTROL, "effective_on": SINCE, "account": "Its shares were sold."}
    return tell_of_change(firm.pk, authority=admissions.framework().authority_id, **words, by=bids(firm), at=PUBLISHED_AT)


def decided(change, outcome, at=THAT_DAY, by=None, **words):
    return decide_change_of_control(change.pk, outcome=outcome, reasons="We looked at it.", by=by or admissions.curator(), at=at, **words)


def test_the_authority_is_told_with_day_words_and_files(bupa, told, last_entry):
    change = told_of_name(bupa)
    assert told("supplier_change_told") == ["curator@doh.example"]
    body = Letter.objects.get(template="supplier_change_told").body
    assert all(what in body for what in (NEW, "By resolution."))
    attach_to_change(change.pk, file=SimpleUploadedFile("resolution.txt", b"Resolved."), by=bids(bupa), at=PUBLISHED_AT + A_MOMENT)
    assert [(each.name, each.created_at) for each in change.files()] == [("resolution.txt", PUBLISHED_AT + A_MOMENT)]
    assert last_entry(change).verb == "attach_to_change"


def test_a_file_can_be_taken_out_again_until_the_authority_has_acted(bupa, curator, last_entry):
    change = told_of_name(bupa)
    attach_to_change(change.pk, file=SimpleUploadedFile("wrong.txt", b"Not this."), by=bids(bupa), at=PUBLISHED_AT)
    wrong = change.files().get()
    with pytest.raises(PermissionDenied):
        remove_from_change(change.pk, document=wrong.pk, by=curator, at=PUBLISHED_AT)
    remove_from_change(change.pk, document=wrong.pk, by=bids(bupa), at=PUBLISHED_AT)
    assert not change.files().exists()
    assert (last_entry(change).verb, last_entry(change).facts["sha256"]) == ("remove_from_change", wrong.sha256)
    attach_to_change(change.pk, file=SimpleUploadedFile("resolution.txt", b"Resolved."), by=bids(bupa), at=PUBLISHED_AT)
    record_new_name(change.pk, by=curator, at=THAT_DAY)
    with pytest.raises(Refused):
        remove_from_change(change.pk, document=change.files().get().pk, by=bids(bupa), at=THAT_DAY)


def test_a_file_is_removed_through_its_page(bupa, browse, at):
    at(PUBLISHED_AT)
    change = told_of_name(bupa)
    attach_to_change(change.pk, file=SimpleUploadedFile("wrong.txt", b"Not this."), by=bids(bupa), at=PUBLISHED_AT)
    here = reverse("supplierchange:remove_from_change", args=[change.pk])
    assert "wrong.txt" in browse(bids(bupa)).get(here).text
    assert browse(bids(bupa)).post(here, {"document": change.files().get().pk}).status_code == 302
    assert not change.files().exists()


def test_only_the_supplier_tells_of_it_and_only_the_authority_and_itself_read_it(bupa, curator):
    with pytest.raises(PermissionDenied):
        tell_of_change(
            bupa.pk, authority=curator.memberships.get().organisation_id, kind=ChangeKind.NAME, effective_on=SINCE, account="?", by=curator
        )
    change = told_of_name(bupa)
    for reader, reads in ((bids(bupa), True), (curator, True), (bids(supplier("Rival", "rival")), False)):
        assert SupplierChange.objects.visible_to(reader).filter(pk=change.pk).exists() == reads


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"account": " "}, "account"),
        ({"new_name": " "}, "new_name"),
        ({"new_name": OLD}, "new_name"),
        ({"kind": ChangeKind.CONTROL}, "new_name"),
    ],
)
def test_what_is_told_is_whole(bupa, words, field):
    whole = {"kind": ChangeKind.NAME, "effective_on": SINCE, "account": "By resolution.", "new_name": NEW, **words}
    with pytest.raises(ValidationError) as error:
        tell_of_change(bupa.pk, authority=admissions.framework().authority_id, **whole, by=bids(bupa), at=PUBLISHED_AT)
    assert list(error.value.message_dict) == [field]


def test_an_authority_that_does_not_list_the_supplier_is_not_told(bupa):
    other = authority("Another authority")
    with pytest.raises(ValidationError, match="none of this authority’s lists"):
        tell_of_change(bupa.pk, authority=other.pk, kind=ChangeKind.CONTROL, effective_on=SINCE, account="Sold.", by=bids(bupa), at=PUBLISHED_AT)


def test_one_change_of_a_kind_waits_at_a_time(bupa):
    told_of_name(bupa)
    with pytest.raises(Refused, match="already"):
        told_of_name(bupa, name="Another Ltd")
    assert told_of_control(bupa).status == SupplierChange.Status.TOLD


# The name.


def test_the_next_version_has_the_new_name_and_those_before_it_keep_the_old(bupa, curator, told):
    change = record_new_name(told_of_name(bupa).pk, by=curator, at=THAT_DAY)
    after, before = ListPublication.objects.order_by("-version")
    assert [publication.entries[0]["name"] for publication in (before, after)] == [OLD, NEW]
    bupa.refresh_from_db()
    assert (str(Supplier.objects.get(pk=bupa.pk)), change.status) == (NEW, SupplierChange.Status.RECORDED)
    assert told("supplier_change_decided") == ["bids@bupa.example"]


@pytest.mark.parametrize(("day", "name"), [(SINCE - timedelta(days=1), OLD), (SINCE, NEW), (SINCE + timedelta(days=1), NEW)])
def test_a_supplier_is_called_by_the_name_of_the_day(bupa, curator, day, name):
    record_new_name(told_of_name(bupa).pk, by=curator, at=THAT_DAY)
    assert Supplier.objects.get(pk=bupa.pk).name_on(day) == name


def test_three_names_are_each_that_of_their_days(bupa, curator):
    record_new_name(told_of_name(bupa).pk, by=curator, at=THAT_DAY)
    second = told_of_name(Supplier.objects.get(pk=bupa.pk), name="Third Ltd", since=date(2026, 6, 1))
    record_new_name(second.pk, by=curator, at=clock.london(2026, 6, 1))
    firm = Supplier.objects.get(pk=bupa.pk)
    assert [firm.name_on(date(2026, month, 15)) for month in (4, 5, 6)] == [OLD, NEW, "Third Ltd"]


def test_a_name_is_recorded_from_its_first_day_on(bupa, curator):
    change = told_of_name(bupa)
    with pytest.raises(Refused, match=r"It has this name from 1 May 2026 on\. Record it then"):
        record_new_name(change.pk, by=curator, at=THAT_DAY - A_MOMENT)
    assert record_new_name(change.pk, by=curator, at=THAT_DAY).status == SupplierChange.Status.RECORDED


def test_a_name_can_be_refused_with_reasons(bupa, curator, told):
    change = told_of_name(bupa)
    with pytest.raises(ValidationError):
        refuse_new_name(change.pk, reasons=" ", by=curator, at=THAT_DAY)
    refuse_new_name(change.pk, reasons="It is not registered.", by=curator, at=THAT_DAY)
    assert str(Supplier.objects.get(pk=bupa.pk)) == OLD
    assert "It is not registered." in Letter.objects.get(template="supplier_change_decided").body
    with pytest.raises(Refused):
        record_new_name(change.pk, by=curator, at=THAT_DAY)


# The control.


def test_a_supplier_under_other_control_is_kept(bupa):
    versions = ListPublication.objects.count()
    decided(told_of_control(bupa), ControlOutcome.KEPT)
    listing = Listing.objects.get(supplier=bupa)
    assert (listing.ended_at, listing.suspensions.count(), ListPublication.objects.count()) == (None, 0, versions)
    assert "kept on the lists" in Letter.objects.get(template="supplier_change_decided").body


def test_or_suspended_on_each_list(bupa):
    decided(told_of_control(bupa), ControlOutcome.SUSPENSION, suspended_until=UNTIL)
    suspension = Listing.objects.get(supplier=bupa).suspensions.get()
    assert (suspension.began_at, suspension.ends_at, suspension.reason) == (THAT_DAY, UNTIL, "We looked at it.")


def test_or_removed_from_each(bupa):
    decided(told_of_control(bupa), ControlOutcome.REMOVAL)
    listing = Listing.objects.get(supplier=bupa)
    assert (listing.end_cause, listing.ended_at) == ("removed", THAT_DAY)


@pytest.mark.parametrize(("already_until", "until"), [(UNTIL, UNTIL), (UNTIL + A_MOMENT, UNTIL + A_MOMENT), (UNTIL - A_MOMENT, UNTIL)])
def test_a_listing_that_is_suspended_already_is_so_until_the_later_of_both_ends(already_until, until, bupa, curator, told, last_entry):
    change, listing = told_of_control(bupa), Listing.objects.get(supplier=bupa)
    suspend_listing(listing.pk, ends_at=already_until, reason="Looked into.", by=curator, at=PUBLISHED_AT)
    decided(change, ControlOutcome.SUSPENSION, suspended_until=UNTIL)
    change.refresh_from_db()
    assert (change.outcome, change.suspended_until) == (ControlOutcome.SUSPENSION, UNTIL)
    (running,) = listing.suspensions.in_force(THAT_DAY)
    assert running.ends_at == until
    assert Listing.objects.unbroken(until - A_MOMENT).count() == 0
    assert Listing.objects.unbroken(until).count() == 1
    is_extended = until != already_until
    assert (listing.suspensions.count(), len(told("listing_suspended")), ListPublication.objects.count()) == ((2, 2, 3) if is_extended else (1, 1, 2))
    assert ("instead_of" in last_entry(listing).facts, last_entry(listing).facts.get("entries")) == (is_extended, 1)
    if is_extended:
        assert listing.suspensions.last().lift_reason.endswith("instead.")


def test_a_listing_that_has_ended_meanwhile_is_left_as_it_is(bupa, curator):
    change = told_of_control(bupa)
    end_listing(Listing.objects.get(supplier=bupa).pk, reason="It misled us.", by=curator, at=PUBLISHED_AT)
    decided(change, ControlOutcome.REMOVAL)
    assert Listing.objects.get(supplier=bupa).ended_at == PUBLISHED_AT


@pytest.mark.parametrize(
    ("outcome", "until"), [(ControlOutcome.SUSPENSION, None), (ControlOutcome.SUSPENSION, THAT_DAY), (ControlOutcome.KEPT, UNTIL)]
)
def test_a_suspension_and_nothing_else_has_an_end_to_come(bupa, outcome, until):
    with pytest.raises(ValidationError):
        decided(told_of_control(bupa), ControlOutcome(outcome), suspended_until=until)


def test_the_name_of_before_is_the_one_that_it_has_once_nobody_else_can_change_it(bupa, curator, monkeypatch):
    lock = moves._locked

    def renamed_before(model, pk):
        bupa.organisation.__class__.objects.filter(pk=bupa.organisation_id).update(name="Meanwhile Ltd")
        return lock(model, pk)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(moves, "_locked", renamed_before)
        change = told_of_name(bupa)
    assert change.old_name == "Meanwhile Ltd"
    assert record_new_name(change.pk, by=curator, at=THAT_DAY).status == "recorded"


def test_name_and_control_are_not_taken_for_each_other(bupa, curator):
    with pytest.raises(Refused, match="change of name"):
        decided(told_of_name(bupa), ControlOutcome.KEPT)
    control = told_of_control(bupa)
    for act in (record_new_name, refuse_new_name):
        with pytest.raises(Refused, match="change of control"):
            act(control.pk, reasons="?", by=curator, at=THAT_DAY)


def test_whoever_acts_for_the_supplier_does_not_act_on_its_change(bupa):
    change, both = told_of_control(bupa), person(bupa.organisation, Role.CONTRIBUTOR, "both@bupa.example")
    Membership.objects.create(user=both, organisation=change.authority, role=Role.CURATOR)
    with pytest.raises(PermissionDenied):
        decided(change, ControlOutcome.KEPT, by=type(both).objects.get(pk=both.pk))
    assert not list(change_providers.to_act_on(type(both).objects.get(pk=both.pk), PUBLISHED_AT))
    assert [item.href for item in change_providers.to_act_on(admissions.curator(), PUBLISHED_AT)] == [change.get_absolute_url()]


# Through pages and the API.


def test_a_new_name_goes_through_pages(bupa, browse, curator, at):
    at(PUBLISHED_AT)
    typed = {"kind": "name", "new_name": NEW, "account": "By resolution.", "authority": admissions.framework().authority_id}
    day = {"effective_on_day": 1, "effective_on_month": 5, "effective_on_year": 2026}
    begun = browse(bids(bupa)).post(reverse("supplier:tell_of_change", args=[bupa.pk]), {**typed, **day})
    change = SupplierChange.objects.get()
    assert begun.url == change.get_absolute_url()
    attached = {"file": SimpleUploadedFile("resolution.txt", b"Resolved.")}
    browse(bids(bupa)).post(reverse("supplierchange:attach_to_change", args=[change.pk]), attached)
    assert [each["verb"] for each in browse(curator).get(begun.url).context_data["acts"]] == ["refuse_new_name"]
    at(THAT_DAY)
    assert [each["verb"] for each in browse(curator).get(begun.url).context_data["acts"]] == ["record_new_name", "refuse_new_name"]
    assert browse(curator).post(reverse("supplierchange:record_new_name", args=[change.pk])).status_code == 302
    shown = browse(None).get(bupa.get_absolute_url()).content.decode()
    assert all(what in shown for what in (OLD, NEW, "Names that it had"))
    assert browse(None).get(begun.url).status_code == 404
    address = reverse("supplierchange:file", args=[change.pk, change.files().get().pk])
    assert browse(curator).get(address).status_code == 200
    assert browse(bids(supplier("Rival", "rival"))).get(address).status_code == 404


@pytest.mark.parametrize("tell", [told_of_name, told_of_control])
def test_a_supplier_withdraws_what_it_told_and_tells_anew_through_the_api(bupa, curator, at, tell, told):
    at(PUBLISHED_AT)
    mine, theirs = APIClient(), APIClient()
    mine.force_authenticate(bids(bupa))
    theirs.force_authenticate(curator)
    change = tell(bupa)
    where = f"/api/v1/supplier-changes/{change.pk}/"
    assert theirs.post(f"{where}withdraw-change/", {"reason": "No."}, format="json").status_code == 403
    shown = mine.post(f"{where}withdraw-change/", {"reason": " The sale fell through."}, format="json").json()
    assert (shown["status"], shown["withdrawal_reason"], shown["decided_at"]) == ("withdrawn", "The sale fell through.", None)
    assert told("supplier_change_withdrawn") == [curator.email]
    assert not list(change_providers.to_act_on(curator, PUBLISHED_AT))
    assert theirs.post(f"{where}refuse-new-name/", {"reasons": "?"}, format="json").status_code == 409
    assert tell(bupa).pk != change.pk


def test_a_change_of_control_goes_through_the_api(bupa, curator, at):
    at(PUBLISHED_AT)
    mine, theirs = APIClient(), APIClient()
    mine.force_authenticate(bids(bupa))
    theirs.force_authenticate(curator)
    told = {"kind": "control", "effective_on": "2026-05-01", "account": "Sold.", "authority": str(admissions.framework().authority_id)}
    made = mine.post(f"/api/v1/suppliers/{bupa.pk}/tell-of-change/", told, format="json")
    assert (made.status_code, made.json()["status"]) == (201, "told")
    where = f"/api/v1/supplier-changes/{made.json()['id']}/"
    assert mine.post(f"{where}attach-to-change/", {"file": SimpleUploadedFile("sale.txt", b"Sold.")}, format="multipart").status_code == 200
    decision = {"outcome": "removal", "reasons": "We looked at it."}
    assert mine.post(f"{where}decide-change-of-control/", decision, format="json").status_code == 403
    assert theirs.post(f"{where}decide-change-of-control/", decision, format="json").json()["outcome"] == "removal"
    assert Listing.objects.get(supplier=bupa).end_cause == "removed"
    assert APIClient().get(where).status_code == 404
    assert theirs.get("/api/v1/supplier-changes/?kind=name").json()["results"] == []
