"""Quality and price come together by the published formula; hurdles before prices, ties settled by people, low prices shown."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.models import Criterion, Letter, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import awards, evaluations
from procurement.models import Consensus, Lot, Result, SettledTie, Submission
from procurement.standings import standings
from tests.factories.bids import submitted_bid
from tests.factories.evaluations import (
    EVALUATED_AT,
    LOCKED_AT,
    agree,
    agreed_on,
    agreed_tender,
    bids_of,
    complete,
    confirm_changes,
    criteria_of,
    evaluated_tender,
    locked_tender,
    result_of,
    tender_in_standstill,
)
from tests.factories.tenders import issued_tender, who

pytestmark = pytest.mark.django_db


def tender_with(prices, values, *, least_score=None):
    """Agreed scores and unit prices by bidder, in the order of their names, the same for both lots."""
    tender = issued_tender(suppliers=len(prices))
    for price, invitation in zip(prices, tender.invitations.order_by("supplier__organisation__name"), strict=True):
        for lot in tender.lots.all():
            submitted_bid(invitation, lot, unit_price=Decimal(price))
    if least_score is not None:
        Criterion.objects.filter(criteria_set__lot__tender=tender, number=1).update(least_score=least_score)
    return agreed_on(tender, values)


def test_points_are_those_of_the_published_formula():
    tender = tender_with([500, 625, 1000], [4, 5, 2])
    complete(tender)
    first, second, third = (result_of(tender, name) for name in ("drfoster", "bupa", "tribal"))
    assert (first.rank, first.quality_points, first.price_points, first.total_points) == (1, Decimal(60), Decimal(32), Decimal(92))
    assert (second.rank, second.quality_points, second.price_points, second.total_points) == (2, Decimal(48), Decimal(40), Decimal(88))
    assert (third.rank, third.quality_points, third.price_points, third.total_points) == (3, Decimal(24), Decimal(20), Decimal(44))


def test_a_result_keeps_every_criterion_with_its_score_points_and_reason():
    tender = evaluated_tender(bids=1)
    method, team, price = result_of(tender, "bupa").breakdown
    assert (method["title"], method["score"], method["points"], method["reason"]) == ("Method", 5, "40.00", "The panel agrees on 5.")
    assert (team["weight"], team["points"]) == ("20.00", "20.00")
    assert (price["kind"], price["score"], price["points"]) == ("price", None, "40.00")


def test_a_bid_below_a_hurdle_is_out_before_prices_are_looked_at():
    tender = tender_with([500, 625, 100], [4, 5, 2], least_score=3)
    complete(tender)
    out = result_of(tender, "tribal")
    assert (out.rank, out.price_points, out.total_points) == (None, None, None)
    assert out.excluded_reason == "It scored 2 for “Method”, where at least 3 is needed."
    # Had its price of 100 been compared, BUPA would have 8 points for price and not the whole 40.
    assert result_of(tender, "bupa").price_points == Decimal(40)


@pytest.mark.parametrize(("value", "excluded"), [(2, True), (3, False), (4, False)])
def test_a_hurdle_is_missed_only_below_it(value, excluded):
    tender = tender_with([500], [value], least_score=3)
    complete(tender)
    assert bool(result_of(tender, "bupa").excluded_reason) is excluded


def test_an_abnormally_low_price_is_shown_and_never_rejected_by_that_alone():
    tender = tender_with([500, 520, 399], [4, 4, 4])
    complete(tender)
    low = result_of(tender, "tribal")
    assert low.is_abnormally_low
    assert low.rank == 1
    assert not result_of(tender, "bupa").is_abnormally_low


def test_a_tie_that_the_declared_order_does_not_part_stops_the_evaluation():
    tender = tender_with([500, 500], [4, 4])
    evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    with pytest.raises(Refused, match="bids come out equal"):
        evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)
    assert not Result.objects.exists()


def test_what_the_ranking_refuses_leaves_prices_known_and_names_no_bidder_on_the_trail():
    tender = tender_with([500, 500], [4, 4])
    for act in (evaluations.complete_evaluation, settle_first):
        with pytest.raises(Refused, match="Bring in the prices first"):
            act(tender.pk, by=who("chair"), at=EVALUATED_AT)
    evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    with pytest.raises(Refused, match="come out equal"):
        evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)
    tender.refresh_from_db()
    assert tender.prices_known_at == EVALUATED_AT
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 5, discussion="Annex B was overlooked.")
    assert Consensus.objects.get(submission=bids_of(tender)[0], criterion=criteria_of(tender)[0]).value == 4
    confirm_changes(tender)
    settle_first(tender.pk, lot=2, by=who("chair"), at=EVALUATED_AT)
    told = TrailEntry.objects.filter(docket=tender.docket_id)
    facts = " ".join(str(entry.facts) for entry in told.filter(verb__in=["bring_in_prices", "complete_evaluation", "settle_tie"]))
    assert not [bid for bid in bids_of(tender) if str(bid.pk) in facts or str(bid.bid.invitation.supplier) in facts]


def settle_first(tender_id, *, lot=1, by, at):
    lot = Lot.objects.get(tender=tender_id, number=lot)
    order = [bid.pk for bid in bids_of(lot.tender, lot=lot.number)]
    return evaluations.settle_tie(tender_id, lot_id=lot.pk, order=order, reason="Dr Foster’s is lower.", by=by, at=at)


def test_prices_are_brought_in_once_and_only_when_everything_is_agreed():
    tender = locked_tender(bids=1)
    with pytest.raises(Refused, match="No score is agreed for BUPA"):
        evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    tender = agreed_tender(bids=2)
    evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    with pytest.raises(Refused, match="brought in already"):
        evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    entry = TrailEntry.objects.get(docket=tender.docket_id, verb="bring_in_prices", outcome=TrailEntry.Outcome.DONE)
    assert (entry.actor, entry.facts["agreed"]) == (who("chair"), 8)


def test_a_tie_is_settled_by_the_chair_with_a_reason_lot_by_lot():
    tender = tender_with([500, 500], [4, 4])
    evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    bupa, drfoster = (bid.pk for bid in bids_of(tender))
    lot = tender.lots.get(number=1)
    evaluations.settle_tie(
        tender.pk, lot_id=lot.pk, order=[drfoster, bupa], reason="Fresh written best prices: Dr Foster’s is lower.", by=who("chair")
    )
    with pytest.raises(Refused, match="Lot 2"):
        evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)
    second = [bid.pk for bid in bids_of(tender, lot=2)]
    evaluations.settle_tie(tender.pk, lot_id=tender.lots.get(number=2).pk, order=second, reason="Likewise.", by=who("chair"))
    evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)
    assert (result_of(tender, "drfoster").rank, result_of(tender, "bupa").rank) == (1, 2)
    assert (result_of(tender, "drfoster", lot=2).rank, result_of(tender, "bupa", lot=2).rank) == (2, 1)
    assert SettledTie.objects.count() == 2


def test_a_tie_needs_a_reason_and_each_of_its_bids_once():
    tender = tender_with([500, 500], [4, 4])
    evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    bids = [bid.pk for bid in bids_of(tender)]
    lot = tender.lots.get(number=1)
    for order in ([], bids[:1], [*bids, bids[0]], [bids[0], bids[0]]):
        with pytest.raises(ValidationError, match="Name each of the tied bids once"):
            evaluations.settle_tie(tender.pk, lot_id=lot.pk, order=order, reason="Because.", by=who("chair"))
    with pytest.raises(ValidationError, match="Give the reason"):
        evaluations.settle_tie(tender.pk, lot_id=lot.pk, order=bids, reason=" ", by=who("chair"))


def test_where_there_is_no_tie_there_is_nothing_to_settle():
    tender = agreed_tender(bids=2)
    evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    with pytest.raises(Refused, match="There is no tie to settle in Lot 1"):
        evaluations.settle_tie(tender.pk, lot_id=tender.lots.get(number=1).pk, order=[], reason="x", by=who("chair"))


def test_a_settled_order_does_not_outlive_the_tie():
    tender = tender_with([500, 500], [4, 4])
    evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
    for lot in tender.lots.all():
        bids = [bid.pk for bid in bids_of(tender, lot=lot.number)]
        evaluations.settle_tie(tender.pk, lot_id=lot.pk, order=bids[::-1], reason="By lot, as declared.", by=who("chair"))
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 5, discussion="Annex B was overlooked.")
    confirm_changes(tender)
    evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)
    assert result_of(tender, "bupa").rank == 1
    assert result_of(tender, "bupa", lot=2).rank == 2


def test_only_the_chair_completes():
    tender = agreed_tender(bids=1)
    for name in ("lead", "evaluator1"):
        with pytest.raises(PermissionDenied):
            evaluations.complete_evaluation(tender.pk, by=who(name), at=EVALUATED_AT)


def test_completing_tells_the_lead_and_leaves_no_price_on_the_trail():
    tender = evaluated_tender()
    assert Letter.objects.filter(recipient=who("lead"), template__startswith="evaluation_complete").count() == 1
    entry = TrailEntry.objects.get(docket=tender.docket_id, verb="complete_evaluation")
    assert set(entry.facts) == {"from", "to", "bids", "excluded", "sha256"}


def test_prices_are_shown_only_when_the_evaluation_is_complete(client):
    tender = agreed_tender(bids=1)
    bid = bids_of(tender)[0]
    client.force_login(who("evaluator1"), backend="commissioning.accounts.ByEmail")
    page, api = f"/tenders/{tender.pk}/bids/{bid.pk}/", f"/api/v1/opened-bids/{bid.pk}/"
    total = f"{bid.total_price:,.2f}"
    assert total not in client.get(page).text
    assert client.get(api).json()["total_price"] is client.get(api).json()["prices"] is None
    complete(tender)
    assert total in client.get(page).text
    assert client.get(api).json()["total_price"] == str(bid.total_price)


def test_an_evaluation_that_is_opened_again_keeps_the_scores_and_is_ranked_anew():
    tender = evaluated_tender()
    awards.reopen_evaluation(tender.pk, reason="Annex B was overlooked.", by=who("lead"), at=EVALUATED_AT)
    assert not Result.objects.filter(lot__tender=tender).exists()
    tender.refresh_from_db()
    assert tender.scores_locked_at == LOCKED_AT
    entry = TrailEntry.objects.get(docket=tender.docket_id, verb="reopen_evaluation")
    assert len(entry.facts["results"]) == 6
    tribal = bids_of(tender)[2]
    for criterion in criteria_of(tender):
        agree(tender, tribal, criterion, 5, reason="With annex B.", discussion="Annex B.")
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 1, reason="Without annex B.", discussion="Annex B.")
    confirm_changes(tender)
    complete(tender)
    assert result_of(tender, "tribal").rank == 1


def test_a_bidder_sees_its_own_result_once_the_award_is_announced_and_no_rank():
    tender = evaluated_tender(suppliers=2)
    own = tender.invitations.get(supplier__short_name="bupa").people().get()
    assert not Result.objects.visible_to(own).exists()
    tender = tender_in_standstill(suppliers=2)
    visible = Result.objects.visible_to(own)
    assert {result.submission.bid.invitation.supplier.short_name for result in visible} == {"bupa"}


def test_the_standing_of_bids_is_worked_out_in_a_constant_number_of_queries(django_assert_max_num_queries):
    tender = agreed_tender(suppliers=2)
    with django_assert_max_num_queries(9):
        assert len(standings(tender)) == 2
    assert Submission.objects.count() == 4
