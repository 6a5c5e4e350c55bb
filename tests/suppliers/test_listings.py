"""The life of a listing, and early release."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.urls import reverse

from commissioning.models import Organisation, Role
from commissioning.refusals import Refused
from suppliers.actions.frameworks import end_framework
from suppliers.actions.listings import end_listing, grant_early_release, reinstate_listing, suppliers_to_ask, suspend_listing
from suppliers.configuration import entitled, entitles
from suppliers.models import EarlyRelease, Listing
from tests.factories import admissions
from tests.factories.admissions import DECIDED_AT, PUBLISHED_AT, bids, published_round, round_with_decisions
from tests.factories.frameworks import live_framework, published_version, supplier
from tests.factories.people import commissioner, organisation, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def bupa():
    return supplier("BUPA", "bupa")


@pytest.fixture
def listing(bupa):
    published_round(bupa)
    return Listing.objects.get()


@pytest.fixture
def hillingdon():
    trust = commissioner()
    person(trust, Role.PROCUREMENT_LEAD, "lead@hillingdon.example")
    return trust


def terms(buyer, *firms, **changed):
    framework = admissions.framework()
    return {
        "buyer": buyer.pk,
        "framework_list": framework.lists.get(code="micro").pk,
        "area": framework.areas.get(code="performance").pk,
        "suppliers": [firm.pk for firm in firms],
        "expires_at": DECIDED_AT + WEEK,
        "reason": "Its tender is ready a week before the lists.",
        "by": admissions.curator(),
        "at": DECIDED_AT,
        **changed,
    }


def asked(buyer, at):
    framework = admissions.framework()
    return [firm.short_name for firm in suppliers_to_ask(buyer, framework.lists.get(code="micro"), framework.areas.get(code="performance"), at)]


def test_hillingdon_asks_a_week_before_publication_those_that_the_release_names(bupa, hillingdon, told, last_entry):
    round_with_decisions([bupa, supplier("Tribal", "tribal")])
    release = grant_early_release(admissions.framework().pk, **terms(hillingdon, bupa))
    assert asked(hillingdon, DECIDED_AT) == ["bupa"]
    assert told("early_release_granted") == ["lead@hillingdon.example"]
    entry = last_entry(release)
    assert (entry.verb, entry.facts["suppliers"]) == ("grant_early_release", ["bupa"])
    assert entry.facts["reason"] == "Its tender is ready a week before the lists."


def test_a_supplier_that_was_not_accepted_cannot_be_released(bupa, hillingdon):
    tribal = supplier("Tribal", "tribal")
    round_with_decisions([bupa], [tribal])
    with pytest.raises(ValidationError, match="Tribal is not accepted on this list for this area"):
        grant_early_release(admissions.framework().pk, **terms(hillingdon, bupa, tribal))
    assert not EarlyRelease.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"expires_at": DECIDED_AT}, "expires_at"), ({"reason": "  "}, "reason"), ({"suppliers": []}, "suppliers")],
)
def test_a_release_says_for_whom_until_when_and_why(bupa, hillingdon, changed, field):
    round_with_decisions([bupa])
    with pytest.raises(ValidationError) as wrong:
        grant_early_release(admissions.framework().pk, **terms(hillingdon, bupa, **changed))
    assert list(wrong.value.message_dict) == [field]


def test_a_release_is_for_a_commissioner_and_for_a_list_of_the_same_framework(bupa, hillingdon):
    round_with_decisions([bupa])
    with pytest.raises(ValidationError, match="no such commissioner"):
        grant_early_release(admissions.framework().pk, **terms(bupa.organisation, bupa))
    foreign = live_framework("other").lists.first()
    with pytest.raises(ObjectDoesNotExist):
        grant_early_release(admissions.framework().pk, **terms(hillingdon, bupa, framework_list=foreign.pk))


def test_a_release_is_for_a_buyer_that_may_buy_under_the_framework_by_its_class_or_by_name(bupa, hillingdon, browse):
    round_with_decisions([bupa])
    framework, board = admissions.framework(), organisation(Organisation.Kind.COMMISSIONER, "Surrey Board", body_class="ICB")
    with pytest.raises(ValidationError, match=r"Surrey Board may not buy under .*: Primary care trust\. Choose one of these\.") as wrong:
        grant_early_release(framework.pk, **terms(board, bupa))
    assert list(wrong.value.message_dict) == ["buyer"]
    assert not EarlyRelease.objects.exists()
    page = reverse("framework:grant_early_release", args=[framework.pk])
    assert set(browse(admissions.curator()).get(page).context_data["form"].fields["buyer"].queryset) == {hillingdon}
    framework.named_buyers = [str(board.pk)]
    framework.save()
    content = published_version(framework, at=DECIDED_AT).content
    assert set(Organisation.objects.filter(entitled(content))) == {each for each in Organisation.objects.all() if entitles(content, each)}
    assert grant_early_release(framework.pk, **terms(board, bupa)).buyer == board


def test_only_a_curator_grants_a_release(bupa, hillingdon, officer):
    round_with_decisions([bupa])
    for stranger in (officer, bids(bupa), hillingdon.people().first()):
        with pytest.raises(PermissionDenied):
            grant_early_release(admissions.framework().pk, **terms(hillingdon, bupa, by=stranger))


def test_a_release_is_seen_by_its_buyer_and_the_authority_and_by_no_supplier(bupa, hillingdon, curator):
    round_with_decisions([bupa])
    release = grant_early_release(admissions.framework().pk, **terms(hillingdon, bupa))
    seen = EarlyRelease.objects.visible_to
    assert release in seen(hillingdon.people().first())
    assert release in seen(curator)
    assert release not in seen(bids(bupa))
    assert release not in seen(person(commissioner("Northamptonshire PCT"), Role.PROCUREMENT_LEAD))


@pytest.mark.parametrize("at", [DECIDED_AT - A_MOMENT, DECIDED_AT, DECIDED_AT + WEEK - A_MOMENT, DECIDED_AT + WEEK])
def test_whether_a_release_holds_is_the_same_by_its_row_and_by_query(bupa, hillingdon, at):
    round_with_decisions([bupa])
    release = grant_early_release(admissions.framework().pk, **terms(hillingdon, bupa))
    assert release.is_in_force(at) == EarlyRelease.objects.in_force(at).exists() == (DECIDED_AT <= at < DECIDED_AT + WEEK)


def test_a_suspended_supplier_returns_by_itself_at_the_instant_its_suspension_ends(listing, hillingdon, curator, told):
    suspend_listing(listing.pk, ends_at=PUBLISHED_AT + WEEK, reason="Looked into.", by=curator, at=PUBLISHED_AT)
    assert asked(hillingdon, PUBLISHED_AT) == []
    assert asked(hillingdon, PUBLISHED_AT + WEEK - A_MOMENT) == []
    assert asked(hillingdon, PUBLISHED_AT + WEEK) == ["bupa"]
    assert told("listing_suspended") == ["bids@bupa.example"]


def test_a_lifted_suspension_lets_the_supplier_be_asked_from_that_moment(listing, hillingdon, curator, told):
    suspend_listing(listing.pk, ends_at=PUBLISHED_AT + WEEK, reason="Looked into.", by=curator, at=PUBLISHED_AT)
    lifted_at = PUBLISHED_AT + timedelta(days=1)
    reinstate_listing(listing.pk, reason="Cleared.", by=curator, at=lifted_at)
    assert asked(hillingdon, lifted_at - A_MOMENT) == []
    assert asked(hillingdon, lifted_at) == ["bupa"]
    assert told("listing_reinstated") == ["bids@bupa.example"]


def test_a_supplier_suspended_twice_is_told_twice(listing, curator, told):
    for start in (PUBLISHED_AT, PUBLISHED_AT + WEEK):
        suspend_listing(listing.pk, ends_at=start + A_MOMENT, reason="Looked into.", by=curator, at=start)
    assert told("listing_suspended") == ["bids@bupa.example"] * 2


def test_a_running_suspension_is_not_doubled_and_none_is_lifted_where_there_is_none(listing, curator):
    with pytest.raises(Refused, match="not suspended"):
        reinstate_listing(listing.pk, reason="Cleared.", by=curator, at=PUBLISHED_AT)
    suspend_listing(listing.pk, ends_at=PUBLISHED_AT + WEEK, reason="Looked into.", by=curator, at=PUBLISHED_AT)
    with pytest.raises(Refused, match="suspended already"):
        suspend_listing(listing.pk, ends_at=PUBLISHED_AT + WEEK, reason="More.", by=curator, at=PUBLISHED_AT)


def test_a_suspension_gives_a_reason_and_ends_in_the_future(listing, curator):
    with pytest.raises(ValidationError, match="Say why"):
        suspend_listing(listing.pk, ends_at=PUBLISHED_AT + WEEK, reason=" ", by=curator, at=PUBLISHED_AT)
    with pytest.raises(ValidationError, match="ended already"):
        suspend_listing(listing.pk, ends_at=PUBLISHED_AT, reason="Looked into.", by=curator, at=PUBLISHED_AT)


def test_an_ended_listing_is_asked_no_more_and_cannot_be_changed(listing, hillingdon, curator, told):
    end_listing(listing.pk, reason="It left the market.", by=curator, at=PUBLISHED_AT + WEEK)
    assert asked(hillingdon, PUBLISHED_AT + WEEK - A_MOMENT) == ["bupa"]
    assert asked(hillingdon, PUBLISHED_AT + WEEK) == []
    assert told("listing_ended") == ["bids@bupa.example"]
    for act, more in ((end_listing, {}), (reinstate_listing, {}), (suspend_listing, {"ends_at": PUBLISHED_AT + 3 * WEEK})):
        with pytest.raises(Refused, match="cannot be changed any more"):
            act(listing.pk, reason="Again.", by=curator, at=PUBLISHED_AT + 2 * WEEK, **more)


def test_only_a_curator_of_the_framework_changes_a_listing(listing, bupa, officer):
    for stranger in (officer, bids(bupa)):
        with pytest.raises(PermissionDenied):
            end_listing(listing.pk, reason="No.", by=stranger, at=PUBLISHED_AT)


def test_nobody_is_asked_once_the_framework_has_ended_and_those_listed_are_told(listing, hillingdon, curator, told):
    end_framework(admissions.framework().pk, reason="It has served.", by=curator, at=PUBLISHED_AT + WEEK)
    assert asked(hillingdon, PUBLISHED_AT + WEEK) == []
    assert told("framework_ended") == ["bids@bupa.example"]
