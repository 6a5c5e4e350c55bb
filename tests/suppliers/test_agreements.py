"""What a listed supplier signs, and the authority countersigns; and that nobody is asked before that."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning import clock
from commissioning.announcing import announce_due
from commissioning.canon import digest
from commissioning.models import Letter, Membership, Organisation, Role, TrailEntry
from commissioning.refusals import Refused
from suppliers import agreement_providers, oversight, publishing
from suppliers.actions.agreements import countersign_agreement, put_agreement_on_hold, reopen_countersigning, return_agreement, sign_agreement
from suppliers.actions.listings import grant_early_release, leave_list, reinstate_listing, suppliers_to_ask, suspend_listing
from suppliers.actions.publications import publish_lists
from suppliers.agreement_texts import hash_to_sign
from suppliers.consequences import ASKED_BUT_WHERE_SUSPENDED, CONSEQUENCES, NOT_ASKED_YET, Event
from suppliers.models import Framework, FrameworkAgreement, Listing, ListPublication
from tests.factories import admissions, agreements, frameworks
from tests.factories.admissions import DECIDED_AT, PUBLISHED_AT, bids
from tests.factories.consortia import a_consortium
from tests.factories.people import person
from tests.factories.tenders import hillingdon

pytestmark = pytest.mark.django_db
Status = FrameworkAgreement.Status
REASON = "The name is that of another company."
LATER = clock.london(2026, 4, 14, 12)
LONG_AFTER = clock.london(2026, 5, 1)
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def framework():
    return agreements.with_terms(admissions.framework())


@pytest.fixture
def bupa(framework):
    """A supplier whose acceptance has gone out: its agreement is sent."""
    firm = frameworks.supplier("BUPA", "bupa")
    admissions.round_with_decisions([firm])
    return firm


@pytest.fixture
def agreement(bupa):
    return FrameworkAgreement.objects.get()


@pytest.fixture
def pct():
    return hillingdon()


def sign(agreement, *, at=DECIDED_AT, **changed):
    words = {"signatory": "Robin Rowe", "position": "Director", "text_hash": hash_to_sign(agreement), "agrees": True, "by": bids(agreement.supplier)}
    return sign_agreement(agreement.pk, **{**words, **changed}, at=at)


def countersigned(agreement, at=DECIDED_AT):
    sign(agreement, at=at)
    return countersign_agreement(agreement.pk, by=admissions.curator(), at=at)


def asked(pct, at):
    where = admissions.framework().lists.get(code="micro"), admissions.framework().areas.get(code="performance")
    return [firm.short_name for firm in suppliers_to_ask(pct, *where, at)]


def published(*, at=PUBLISHED_AT):
    publish_lists(Framework.objects.get().rounds.get().pk, by=admissions.curator(), at=at)


# Sent.


def test_an_agreement_is_sent_to_whoever_is_listed(agreement, told):
    assert (agreement.status, agreement.supplier.short_name) == (Status.SENT, "bupa")
    assert told("agreement_sent") == ["bids@bupa.example"]
    assert TrailEntry.objects.get(docket_id=agreement.docket_id).verb == "send_agreements"


def test_without_terms_nobody_signs_anything():
    admissions.published_round(frameworks.supplier("BUPA", "bupa"))
    assert not FrameworkAgreement.objects.exists()
    assert [entry["awaits_agreement"] for entry in ListPublication.objects.get().entries] == [False]


def test_a_supplier_is_sent_one_agreement_however_often_it_is_listed(bupa, agreement):
    round_ = admissions.announced_round()
    admissions.decided(admissions.submitted_application(round_, bupa, ("macro", "performance")).places.get())
    admissions.send_decisions(round_.pk, by=admissions.curator(), at=DECIDED_AT)
    assert list(FrameworkAgreement.objects.all()) == [agreement]


# Signed.


def test_what_is_signed_is_the_very_text_with_the_version_of_the_framework(agreement, told, last_entry):
    sign(agreement)
    agreement.refresh_from_db()
    assert agreement.signed_text["terms"] == agreements.TERMS
    assert agreement.signed_text["version"]["number"] == 1
    assert agreement.text_hash == digest(agreement.signed_text)
    assert (agreement.signatory, agreement.position, agreement.signed_at) == ("Robin Rowe", "Director", DECIDED_AT)
    assert told("agreement_signed") == ["bids@bupa.example", "curator@doh.example"]
    facts = last_entry(agreement).facts
    assert (facts["signatory"], facts["position"], facts["text_hash"]) == ("Robin Rowe", "Director", agreement.text_hash)


def test_nobody_signs_a_text_that_they_were_not_shown(agreement, framework):
    shown = hash_to_sign(agreement)
    frameworks.published_version(framework)
    with pytest.raises(Refused, match="has changed since"):
        sign(agreement, text_hash=shown)


@pytest.mark.parametrize("field", ["signatory", "position", "agrees"])
def test_a_signature_is_whole(agreement, field):
    with pytest.raises(ValidationError) as error:
        sign(agreement, **{field: False if field == "agrees" else " "})
    assert list(error.value.message_dict) == [field]


def test_only_the_suppliers_bid_manager_signs_and_only_the_curator_countersigns(agreement, curator):
    rival = frameworks.supplier("Rival", "rival")
    for stranger in (curator, bids(rival)):
        with pytest.raises(PermissionDenied):
            sign(agreement, by=stranger)
    sign(agreement)
    with pytest.raises(PermissionDenied):
        countersign_agreement(agreement.pk, by=bids(agreement.supplier), at=DECIDED_AT)
    for reader, reads in ((curator, True), (bids(agreement.supplier), True), (bids(rival), False)):
        assert FrameworkAgreement.objects.visible_to(reader).exists() == reads


@pytest.mark.parametrize("act", [countersign_agreement, reopen_countersigning, return_agreement, put_agreement_on_hold])
def test_nothing_is_done_to_an_agreement_that_is_not_signed(agreement, curator, act):
    words = {} if act == countersign_agreement else {"reason": REASON}
    with pytest.raises(Refused, match="while it is to be signed"):
        act(agreement.pk, **words, by=curator, at=DECIDED_AT)


def test_an_agreement_on_hold_is_countersigned_or_returned_to_be_signed_anew(agreement, curator, told):
    sign(agreement)
    put_agreement_on_hold(agreement.pk, reason=REASON, by=curator, at=DECIDED_AT)
    assert REASON in Letter.objects.get(template__startswith="agreement_on_hold").body
    return_agreement(agreement.pk, reason=REASON, by=curator, at=DECIDED_AT)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.signatory, agreement.text_hash, agreement.signed_at) == (Status.SENT, "", "", None)
    signature = TrailEntry.objects.get(docket_id=agreement.docket_id, verb="sign_agreement")
    assert signature.facts["signatory"] == "Robin Rowe"
    assert told("agreement_returned") == ["bids@bupa.example"]
    assert countersigned(agreement, at=PUBLISHED_AT).status == Status.COUNTERSIGNED


@pytest.mark.parametrize("act", [put_agreement_on_hold, reopen_countersigning])
def test_whoever_keeps_a_supplier_waiting_says_why(agreement, curator, act):
    countersigned(agreement) if act == reopen_countersigning else sign(agreement)
    with pytest.raises(ValidationError, match="Say why"):
        act(agreement.pk, reason=" ", by=curator, at=DECIDED_AT)


def test_nothing_is_signed_once_the_framework_has_ended(agreement):
    Framework.objects.update(ends_on=date(2026, 4, 30))
    with pytest.raises(Refused, match="has ended: its last day was 30 April 2026"):
        sign(agreement, at=clock.london(2026, 5, 1))
    assert sign(agreement, at=clock.london(2026, 5, 1) - A_MOMENT).status == Status.SIGNED


@pytest.mark.parametrize(
    ("act", "before"), [(put_agreement_on_hold, "signed"), (return_agreement, "on_hold"), (reopen_countersigning, "countersigned")]
)
def test_an_agreement_stays_as_it_is_once_the_framework_has_ended(agreement, curator, browse, at, act, before):
    getattr(agreements, before)(agreement.framework, agreement.supplier, at=DECIDED_AT)
    Framework.objects.update(ends_on=date(2026, 4, 30))
    at(clock.london(2026, 5, 1))
    assert browse(curator).get(agreement.get_absolute_url()).context_data["acts"] == []
    with pytest.raises(Refused, match="Its agreements stay as they are"):
        act(agreement.pk, reason=REASON, by=curator, at=clock.london(2026, 5, 1))
    act(agreement.pk, reason=REASON, by=curator, at=clock.london(2026, 5, 1) - A_MOMENT)


def test_an_agreement_is_open_alike_as_a_row_and_as_a_set(agreement):
    Framework.objects.update(ends_on=date(2026, 4, 30))
    found = FrameworkAgreement.objects.select_related("framework").get()
    for at, is_open in ((clock.london(2026, 4, 30, 23), True), (clock.london(2026, 5, 1), False)):
        assert found.is_open_at(at) == FrameworkAgreement.objects.open_at(at).exists() == is_open


# What follows.


def test_a_supplier_is_asked_from_its_countersignature_on_and_the_lists_say_so(agreement, pct, told):
    published()
    assert asked(pct, PUBLISHED_AT) == []
    sign(agreement, at=LATER)
    assert asked(pct, LATER) == []
    countersign_agreement(agreement.pk, by=admissions.curator(), at=LATER)
    assert asked(pct, LATER) == ["bupa"]
    first, second = ListPublication.objects.order_by("version")
    assert [version.entries[0]["awaits_agreement"] for version in (first, second)] == [True, False]
    assert [change.words for change in publishing.changes(first.entries, second.entries)] == ["Agreement countersigned"]
    assert told("agreement_countersigned") == ["bids@bupa.example"]
    body = Letter.objects.get(template__startswith="agreement_countersigned").body
    assert all(sentence in body for sentence in CONSEQUENCES[Event.AGREED].sentences())


def test_nobody_is_asked_any_more_once_the_countersignature_is_taken_back(agreement, pct, curator):
    countersigned(agreement)
    published()
    reopen_countersigning(agreement.pk, reason=REASON, by=curator, at=LATER)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.countersigned_at, asked(pct, LATER)) == (Status.SIGNED, None, [])
    assert [version.entries[0]["awaits_agreement"] for version in ListPublication.objects.order_by("version")] == [False, True]
    body = Letter.objects.get(template__startswith="agreement_reopened").body
    assert all(sentence in body for sentence in (REASON, *CONSEQUENCES[Event.REOPENED].sentences()))


def suspended(curator, ends_at=LONG_AFTER):
    return suspend_listing(Listing.objects.get().pk, ends_at=ends_at, reason=REASON, by=curator, at=PUBLISHED_AT)


@pytest.mark.parametrize(("is_agreed", "asked"), [(True, CONSEQUENCES[Event.RETURNED].asked), (False, NOT_ASKED_YET[Event.RETURNED])])
@pytest.mark.parametrize("template", ["listing_reinstated", "suspension_over"])
def test_a_suspension_that_ends_says_whether_the_supplier_is_asked_again(agreement, curator, monkeypatch, template, is_agreed, asked):
    if is_agreed:
        countersigned(agreement)
    published()
    suspended(curator, ends_at=LATER)
    if template == "listing_reinstated":
        reinstate_listing(Listing.objects.get().pk, reason=REASON, by=curator, at=LATER - A_MOMENT)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    announce_due()
    bodies = {letter.body for letter in Letter.objects.filter(template__startswith=template)}
    assert bodies
    sentences = (CONSEQUENCES[Event.RETURNED].asked, NOT_ASKED_YET[Event.RETURNED])
    assert [[sentence for sentence in sentences if sentence in body] for body in bodies] == [[asked]] * len(bodies)


def test_a_countersignature_says_that_a_suspended_listing_is_asked_from_the_end_of_its_suspension(agreement, curator):
    published()
    suspended(curator)
    countersigned(agreement, at=LATER)
    body = Letter.objects.get(template__startswith="agreement_countersigned").body
    assert (ASKED_BUT_WHERE_SUSPENDED in body, CONSEQUENCES[Event.AGREED].asked in body) == (True, False)


def test_an_early_release_names_nobody_whose_agreement_is_not_countersigned(bupa, agreement, pct, curator):
    framework = admissions.framework()
    where = {"framework_list": framework.lists.get(code="micro").pk, "area": framework.areas.get(code="performance").pk}
    words = {**where, "buyer": pct.pk, "suppliers": [bupa.pk], "expires_at": PUBLISHED_AT, "reason": "It cannot wait."}
    with pytest.raises(ValidationError, match="is not countersigned yet"):
        grant_early_release(framework.pk, **words, by=curator, at=DECIDED_AT)
    countersigned(agreement)
    grant_early_release(framework.pk, **words, by=curator, at=DECIDED_AT)
    assert asked(pct, DECIDED_AT) == ["bupa"]


def test_an_agreement_with_one_framework_is_none_with_another(agreement, bupa, pct):
    countersigned(agreement)
    other = agreements.with_terms(frameworks.live_framework("other"))
    listing = frameworks.listed(bupa, other.lists.get(code="micro"), other.areas.get(code="performance"))
    found = {each.pk: each.awaits_agreement for each in Listing.objects.with_agreements()}
    assert (found.pop(listing.pk), list(found.values())) == (True, [False])


# Pages, the desk, and the API.


def test_it_is_signed_and_countersigned_through_pages_and_kept_as_a_file(browse, agreement, curator, at):
    at(DECIDED_AT)
    manager = bids(agreement.supplier)
    page = browse(manager).get(reverse("frameworkagreement:sign_agreement", args=[agreement.pk]))
    assert "It is promised no work." in page.content.decode()
    typed = {"text_hash": hash_to_sign(agreement), "signatory": "Robin Rowe", "position": "Director", "agrees": "on"}
    refused = browse(manager).post(page.wsgi_request.path, {**typed, "text_hash": "0" * 64})
    assert (refused.status_code, "Robin Rowe" in refused.content.decode()) == (409, True)
    assert browse(manager).post(page.wsgi_request.path, typed).url == agreement.get_absolute_url()
    offered = browse(curator).get(agreement.get_absolute_url()).context_data["acts"]
    assert [each["verb"] for each in offered] == ["countersign_agreement", "put_agreement_on_hold"]
    assert browse(curator).post(reverse("frameworkagreement:countersign_agreement", args=[agreement.pk])).status_code == 302
    kept = browse(manager).get(reverse("frameworkagreement:text", args=[agreement.pk]))
    agreement.refresh_from_db()
    assert kept["Content-Disposition"] == 'attachment; filename="agreement-fesc-bupa.html"'
    assert all(said in kept.content.decode() for said in ("Robin Rowe, Director", agreement.text_hash, "It is promised no work."))
    assert "Countersigned" in browse(curator).get(reverse("frameworkagreement:index")).content.decode()


def test_the_lists_and_the_listing_show_the_mark(browse, agreement, at):
    published()
    at(PUBLISHED_AT)
    framework, listing = admissions.framework(), Listing.objects.get()
    addresses = (
        reverse("framework:list_and_area", args=[framework.pk, "micro", "performance"]),
        listing.get_absolute_url(),
        agreement.supplier.get_absolute_url(),
    )
    for address in addresses:
        assert publishing.NOT_SIGNED_YET in browse(None).get(address).content.decode()
    assert APIClient().get(f"/api/v1/listings/{listing.pk}/").json()["awaits_agreement"] is True
    countersigned(agreement, at=PUBLISHED_AT)
    for address in addresses:
        assert publishing.NOT_SIGNED_YET not in browse(None).get(address).content.decode()


def test_the_desk_asks_the_supplier_and_then_the_curator(agreement, curator):
    manager = bids(agreement.supplier)

    def waiting():
        to_sign, to_countersign = agreement_providers.to_sign(manager, DECIDED_AT), agreement_providers.to_countersign(curator, DECIDED_AT)
        return len(list(to_sign)), len(list(to_countersign))

    assert waiting() == (1, 0)
    sign(agreement)
    assert waiting() == (0, 1)
    put_agreement_on_hold(agreement.pk, reason=REASON, by=curator, at=DECIDED_AT)
    (item,) = agreement_providers.to_countersign(curator, DECIDED_AT)
    assert "on hold" in item.what
    return_agreement(agreement.pk, reason=REASON, by=curator, at=DECIDED_AT)
    (item,) = agreement_providers.to_sign(manager, DECIDED_AT)
    assert "returned to you" in item.what
    countersigned(agreement)
    assert waiting() == (0, 0)


def test_nobody_is_asked_to_countersign_for_a_supplier_that_has_left_every_list(agreement, curator):
    sign(agreement)
    assert len(list(agreement_providers.to_countersign(curator, DECIDED_AT))) == 1
    leave_list(Listing.objects.get().pk, reason="No work.", by=bids(agreement.supplier), at=DECIDED_AT)
    assert not list(agreement_providers.to_countersign(curator, DECIDED_AT + A_MOMENT))


@pytest.mark.parametrize("party", ["Grove", "Beech Ltd"])
def test_nobody_is_asked_to_countersign_for_a_company_of_their_own(framework, party):
    admissions.round_with_decisions([a_consortium()])
    agreement = sign(FrameworkAgreement.objects.get())
    curators = [admissions.curator(), person(framework.authority, Role.CURATOR, "other@doh.example")]
    Membership.objects.create(user=curators[1], organisation=Organisation.objects.get(name=party), role=Role.CONTRIBUTOR)
    assert [len(list(agreement_providers.to_countersign(each, DECIDED_AT))) for each in curators] == [1, 0]
    assert [each.has_perm("suppliers.countersign_agreement", agreement) for each in curators] == [True, False]


def test_work_and_use_has_the_agreements_that_wait(agreement, curator):
    sign(agreement)
    (queue,) = [each for each in oversight.queues(curator, DECIDED_AT) if each.title == "Agreements"]
    assert [item.href for item in queue.items] == [agreement.get_absolute_url()]


def test_it_is_signed_by_a_program(agreement, at):
    at(DECIDED_AT)
    api = APIClient()
    api.force_authenticate(bids(agreement.supplier))
    address = f"/api/v1/agreements/{agreement.pk}/"
    shown = api.get(address).json()
    assert digest(shown["text"]) == shown["text_hash"]
    body = {"signatory": "Robin Rowe", "position": "Director", "text_hash": shown["text_hash"], "agrees": True}
    assert api.post(f"{address}sign-agreement/", body, format="json").json()["status"] == "signed"
    assert api.post(f"{address}countersign-agreement/", format="json").status_code == 403
    assert [each["status"] for each in api.get("/api/v1/agreements/").json()["results"]] == ["signed"]
