"""Who stands on a list is accepted there once more, in a later round: whose listing has the services, and from when."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from commissioning.actions.organisations import succeed_organisation
from commissioning.models import Letter, Organisation
from commissioning.refusals import Refused
from suppliers.actions.admissions import decide_place, send_decisions
from suppliers.actions.appeal_decisions import list_appellant, send_fresh_decision
from suppliers.actions.applications import apply, save_application, submit_application
from suppliers.actions.listings import end_listing
from suppliers.actions.publications import publish_lists
from suppliers.actions.successions import pass_to_successor
from suppliers.models import Listing, ListPublication, Service
from suppliers.models.appeals import Remedy
from tests.factories import admissions, frameworks
from tests.factories.admissions import A_PLACE, DECIDED_AT, PUBLISHED_AT, announced_round, bids, curator, decided, wanted
from tests.factories.appeals import CARRIED_OUT_AT, another_curator, assessed_anew, heard_appeal, remitted_appeal, upheld_appeal, uphold
from tests.factories.frameworks import supplier
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# The days before decisions are sent, and before the lists are published.
BEFORE_DECISIONS, BEFORE_PUBLICATION = date(2026, 3, 29), date(2026, 4, 1)


@pytest.fixture
def bupa():
    return supplier("BUPA Ltd", "bupa")


@pytest.fixture
def heir():
    return supplier("The Heir Ltd", "heir")


@pytest.fixture
def audit():
    """A second service of the area."""
    area = admissions.framework().areas.get(code="performance")
    return Service.objects.create(area=area, code="audit", name="Audit of invoices", order=1, created_at=NOON)


@pytest.fixture
def review(audit):
    return audit.area.services.get(code="performance-review")


@pytest.fixture
def listing(bupa, review):
    """BUPA's published listing, for the review alone."""
    made = frameworks.listed(bupa, admissions.framework().lists.get(code="micro"), review.area)
    made.services.set([review])
    return made


def place_for(firm, *services):
    """What the supplier asks for in the later round, with these services."""
    draft = apply(announced_round().pk, supplier=firm.pk, by=bids(firm), at=NOON)
    named = [{**wanted(A_PLACE)[0], "services": [service.pk for service in services]}]
    save_application(draft.pk, statement="We can.", places=named, by=bids(firm), at=NOON)
    return submit_application(draft.pk, by=bids(firm), at=NOON).places.get()


def succeeded(firm, last_day, *successors):
    succeed_organisation(firm.organisation_id, successors=[each.organisation_id for each in successors], last_day=last_day, by=curator(), at=NOON)


def passed(listing, heir, at):
    pass_to_successor(listing.pk, successor=heir.pk, reason="They merged.", by=curator(), at=at)
    return Listing.objects.get(succeeds=listing)


def send(place):
    return send_decisions(place.application.round_id, by=curator(), at=DECIDED_AT)


def publish(place):
    publish_lists(place.application.round_id, by=curator(), at=PUBLISHED_AT)


def standing():
    return list(Listing.objects.filter(ended_at=None))


def test_what_is_accepted_after_the_place_has_passed_is_the_successors_from_the_publication(bupa, heir, listing, audit, review):
    place = place_for(bupa, audit)
    succeeded(bupa, BEFORE_DECISIONS, heir)
    begun = passed(listing, heir, DECIDED_AT - HOUR)
    decided(place)
    send(place)
    assert standing() == [begun]
    assert list(begun.services.all()) == [review]
    publish(place)
    assert list(begun.services.all()) == [review, audit]
    assert [entry["name"] for entry in ListPublication.objects.first().entries] == ["The Heir Ltd"]


def test_what_is_accepted_before_the_place_passes_is_the_successors_too_and_its_successors(bupa, heir, listing, audit, review):
    second = supplier("The Second Ltd", "second")
    place = decided(place_for(bupa, audit))
    send(place)
    succeeded(bupa, BEFORE_PUBLICATION, heir)
    succeeded(heir, BEFORE_PUBLICATION + timedelta(days=5), second)
    begun = passed(passed(listing, heir, PUBLISHED_AT - timedelta(days=8)), second, PUBLISHED_AT - HOUR)
    publish(place)
    assert standing() == [begun]
    assert list(begun.services.all()) == [review, audit]
    assert list(listing.services.all()) == [review]


def test_nobody_is_accepted_whose_last_day_is_over_and_whose_place_has_not_passed(bupa, audit):
    place = place_for(bupa, audit)
    Organisation.objects.filter(pk=bupa.organisation_id).update(valid_to=BEFORE_DECISIONS)
    with pytest.raises(ValidationError, match="The last day of BUPA Ltd was 29 March 2026"):
        decided(place)
    decided(place, "refused")
    send(place)
    assert standing() == []


def test_what_was_decided_before_the_last_day_is_not_sent_after_it(bupa, audit):
    place = decided(place_for(bupa, audit), at=admissions.CLOSES_AT)
    Organisation.objects.filter(pk=bupa.organisation_id).update(valid_to=DECIDED_AT.date())
    send_on = {"by": curator(), "at": DECIDED_AT + timedelta(days=1)}
    with pytest.raises(Refused, match="Decide anew not to accept it"):
        send_decisions(place.application.round_id, **send_on)
    decide_place(place.application.round_id, place=place.pk, outcome="refused", reasons="It is no more.", **send_on)
    assert send_decisions(place.application.round_id, **send_on).decisions_sent_at


def test_a_successor_whose_own_last_day_is_over_takes_nothing_over(bupa, heir, listing):
    succeeded(bupa, BEFORE_DECISIONS, heir)
    Organisation.objects.filter(pk=heir.organisation_id).update(valid_to=BEFORE_DECISIONS)
    with pytest.raises(Refused, match="The last day of The Heir Ltd is over"):
        passed(listing, heir, DECIDED_AT)


@pytest.fixture
def contested(bupa, listing, audit, review):
    """BUPA's place in the later round, accepted without the audit, in decisions that went out."""
    place = place_for(bupa, audit, review)
    words = {"outcome": "accepted", "reasons": "Nobody audits.", "left_out": [audit.pk]}
    decide_place(place.application.round_id, place=place.pk, **words, by=curator(), at=DECIDED_AT)
    send(place)
    place.refresh_from_db()
    return place


def test_what_an_appeal_brings_a_listing_that_is_published_comes_with_the_rounds_publication(contested, listing, audit, review):
    list_appellant(uphold(heard_appeal(contested)).pk, by=curator(), at=CARRIED_OUT_AT)
    assert list(listing.services.all()) == [review]
    assert "stands on the list already" in Letter.objects.get(template="appellant_listed").body
    publish(contested)
    assert list(listing.services.all()) == [review, audit]
    assert len(ListPublication.objects.first().entries[0]["services"]) == 2


def test_what_an_appeal_brings_is_the_successors_once_the_place_has_passed(contested, listing, heir, audit, review):
    appeal = uphold(heard_appeal(contested))
    succeeded(contested.application.supplier, BEFORE_PUBLICATION, heir)
    begun = passed(listing, heir, CARRIED_OUT_AT)
    list_appellant(appeal.pk, by=curator(), at=CARRIED_OUT_AT)
    assert "has passed to The Heir Ltd" in Letter.objects.get(template="appellant_listed").body
    assert list(begun.services.all()) == [review]
    publish(contested)
    assert standing() == [begun]
    assert list(begun.services.all()) == [review, audit]


def gone(firm):
    Organisation.objects.filter(pk=firm.organisation_id).update(valid_to=BEFORE_PUBLICATION)


def test_an_appellant_whose_last_day_is_over_is_not_listed_and_the_lists_go_on(bupa, last_entry):
    appeal = upheld_appeal(bupa, Remedy.LISTED)
    gone(bupa)
    list_appellant(appeal.pk, by=curator(), at=CARRIED_OUT_AT)
    assert standing() == []
    assert last_entry(appeal).facts["listing"] is None
    letter = Letter.objects.get(template="appellant_listed")
    assert "nobody is put on it" in letter.body
    assert "You are listed" not in letter.title
    publish(appeal.place)
    assert ListPublication.objects.first().entries == []


def test_an_officer_gives_no_listing_to_a_company_whose_last_day_is_over(bupa):
    appeal = heard_appeal(bupa)
    gone(bupa)
    with pytest.raises(ValidationError, match=r"The last day of BUPA Ltd was 1 April 2026.*Choose another remedy"):
        uphold(appeal)
    assert uphold(appeal, Remedy.REASONS_REISSUED).remedy == Remedy.REASONS_REISSUED


def test_a_place_that_is_assessed_anew_is_not_accepted_after_the_last_day(bupa):
    appeal = assessed_anew(remitted_appeal(bupa), "accepted")
    gone(bupa)
    with pytest.raises(Refused, match="Assess it anew not to accept it"):
        send_fresh_decision(appeal.pk, by=another_curator(), at=CARRIED_OUT_AT)
    with pytest.raises(ValidationError, match="Do not accept it"):
        assessed_anew(appeal, "accepted")


def test_a_listing_that_passed_and_whose_heir_was_removed_brings_nobody_back(bupa, heir, listing, audit):
    place = place_for(bupa, audit)
    succeeded(bupa, BEFORE_DECISIONS, heir)
    end_listing(passed(listing, heir, DECIDED_AT - HOUR).pk, reason="Bad.", by=curator(), at=DECIDED_AT - HOUR)
    with pytest.raises(ValidationError, match="The last day of BUPA Ltd"):
        decided(place)
