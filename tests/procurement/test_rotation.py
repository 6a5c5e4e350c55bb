"""Where a framework says that a call-off invites some, those come first that were asked longest ago; nobody is passed over for ever."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commissioning.models import Letter, TrailEntry
from procurement.actions import tenders
from procurement.inviting import turn_of
from procurement.rotation import Candidate, in_turn
from suppliers.models import Framework, Listing
from tests.factories.frameworks import published_version
from tests.factories.people import NOON
from tests.factories.tenders import approved_tender, listed_suppliers, who

DAYS = st.integers(0, 5).map(lambda days: NOON + timedelta(days=days))
CANDIDATES = st.lists(
    st.builds(Candidate, st.integers(1, 10**6).map(lambda number: UUID(int=number)), st.sampled_from("ABC"), DAYS, st.none() | DAYS),
    unique_by=lambda each: each.supplier,
    max_size=12,
)


@given(CANDIDATES, st.integers(1, 6))
def test_as_many_are_asked_as_may_be_and_nobody_twice_or_forgotten(candidates, at_most):
    asked, passed_over = in_turn(candidates, at_most)
    assert len(asked) == min(at_most, len(candidates))
    assert sorted([*asked, *passed_over], key=Candidate.turn) == sorted(candidates, key=Candidate.turn)


@given(CANDIDATES, st.integers(1, 6))
def test_nobody_who_is_passed_over_was_asked_longer_ago_than_somebody_who_is_asked(candidates, at_most):
    asked, passed_over = in_turn(candidates, at_most)
    for one in passed_over:
        for other in asked:
            assert other.asked_at is None or (one.asked_at is not None and other.asked_at <= one.asked_at)


@given(CANDIDATES, st.integers(1, 6), st.randoms())
def test_the_order_in_which_they_come_decides_nothing(candidates, at_most, chance):
    mixed = list(candidates)
    chance.shuffle(mixed)
    assert in_turn(mixed, at_most) == in_turn(candidates, at_most)


@given(CANDIDATES)
def test_without_a_limit_it_is_everybodys_turn(candidates):
    asked, passed_over = in_turn(candidates, None)
    assert (len(asked), passed_over) == (len(candidates), [])


@given(CANDIDATES.filter(bool), st.integers(1, 4))
def test_whoever_is_passed_over_is_asked_before_anybody_is_asked_again(candidates, at_most):
    at, waiting = NOON + timedelta(days=100), {each.supplier for each in candidates}
    while waiting:
        asked, _ = in_turn(candidates, at_most)
        new = {each.supplier for each in asked}
        assert len(new & waiting) == min(at_most, len(waiting))
        waiting -= new
        at += timedelta(days=1)
        candidates = [Candidate(each.supplier, each.name, each.listed_at, at if each.supplier in new else each.asked_at) for each in candidates]


# As tenders are issued.


def issued(title, at):
    tender = approved_tender(title=title, at=NOON)
    return tenders.issue_tender(tender.pk, by=who("lead"), at=at)


def invited(tender):
    return sorted(each.supplier.short_name for each in tender.invitations.select_related("supplier"))


@pytest.fixture
def three(db):
    found = listed_suppliers(3)
    for days, supplier in enumerate(found):
        Listing.objects.filter(supplier=supplier).update(listed_at=NOON - timedelta(days=30 - days))
    framework = Framework.objects.get(reference="fesc")
    Framework.objects.filter(pk=framework.pk).update(asks_at_most=2)
    framework.refresh_from_db()
    published_version(framework)
    return [supplier.short_name for supplier in found]


def test_each_is_invited_in_its_turn_and_the_trail_says_who_was_passed_over_and_why(three):
    first, second, third = three
    one = issued("One", NOON)
    assert invited(one) == sorted([first, second])
    two = issued("Two", NOON + timedelta(days=1))
    assert invited(two) == sorted([third, first])
    assert invited(issued("Three", NOON + timedelta(days=2))) == sorted([second, first])
    facts = TrailEntry.objects.get(docket_id=two.docket_id, verb="issue_tender").facts
    assert (facts["asks_at_most"], len(facts["passed_over"])) == (2, 1)
    assert facts["passed_over"][0]["last_asked_at"].startswith(NOON.isoformat()[:16])


def test_the_page_shows_beforehand_who_is_passed_over(three, client, monkeypatch):
    monkeypatch.setattr("commissioning.clock.now", lambda: NOON)
    tender = approved_tender(title="One", at=NOON)
    client.force_login(who("lead"), backend="commissioning.accounts.ByEmail")
    page = " ".join(client.get(tender.get_absolute_url()).text.split())
    assert "2 suppliers would be invited" in page
    assert "invites at most 2 suppliers" in page
    assert "Who would be passed over" in page
    assert [each.short_name for each in turn_of(tender, NOON).passed_over] == [three[2]]


def test_no_page_or_letter_promises_that_everybody_is_invited(three, client, monkeypatch):
    monkeypatch.setattr("commissioning.clock.now", lambda: NOON)
    tender = approved_tender(title="One", at=NOON)
    assert "at most 2 suppliers on the list are invited, in turn." in Letter.objects.get(template__startswith="tender_approved").body
    client.force_login(who("lead"), backend="commissioning.accounts.ByEmail")
    act = client.get(reverse("tender:issue_tender", args=[tender.pk])).text
    begin = client.get(reverse("tender:draft_tender")).text
    for page in (act, begin):
        assert "in turn as the framework says" in " ".join(page.split())
    done = client.post(reverse("tender:issue_tender", args=[tender.pk]), follow=True).text
    assert "the suppliers are invited" in done
    assert not any("very supplier" in page and "list" in page.split("very supplier", 1)[1][:60] for page in (act, begin, done))


def test_a_framework_that_sets_no_limit_invites_everyone_and_passes_nobody_over(db):
    listed_suppliers(3)
    tender = issued("One", NOON)
    assert len(invited(tender)) == 3
    assert "passed_over" not in TrailEntry.objects.get(docket_id=tender.docket_id, verb="issue_tender").facts
