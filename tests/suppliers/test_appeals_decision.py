"""An appeal is decided with reasons for each ground, and its remedy is carried out by an act; until then nothing is published."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.models import ClosedDay, Role
from commissioning.refusals import Refused
from suppliers.actions.appeal_decisions import (
    assess_anew,
    dismiss_appeal,
    list_appellant,
    reissue_reasons,
    remit_appeal,
    send_fresh_decision,
    uphold_appeal,
)
from suppliers.actions.appeals import draft_appeal, lodge_appeal, save_appeal
from suppliers.actions.publications import publish_lists
from suppliers.models import Appeal, AppealPoint, FreshDecision, Listing, Place
from suppliers.models.appeals import Remedy, standing_on
from tests.factories import admissions, appeals
from tests.factories.admissions import PUBLISHED_AT, bids, place_of
from tests.factories.appeals import (
    CARRIED_OUT_AT,
    NEW_WINDOW_ENDS_AT,
    RULED_AT,
    another_curator,
    assessed_anew,
    decided_anew,
    findings,
    heard_appeal,
    listed_on_appeal,
    point,
    remitted_appeal,
    upheld_appeal,
    with_reasons_anew,
)
from tests.factories.frameworks import supplier
from tests.factories.people import person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
Found = AppealPoint.Finding
Status = Appeal.Status


@pytest.fixture
def tribal():
    return supplier("Tribal", "tribal")


def publish(appeal, at=PUBLISHED_AT):
    return publish_lists(appeal.round.pk, by=admissions.curator(), at=at)


# The decision.


def test_a_decision_finds_on_each_ground_with_reasons_and_the_appellant_reads_them(tribal, officer, told):
    appeal = heard_appeal(tribal, point(), point("facts", "It is eleven."))
    first, second = appeal.points.all()
    found = [
        {"point": first.pk, "finding": Found.MADE_OUT, "reasons": "Page four was missed."},
        {"point": second.pk, "finding": Found.NOT_MADE_OUT, "reasons": "It is ten."},
    ]
    appeal = uphold_appeal(appeal.pk, findings=found, reasons="On the first ground.", remedy=Remedy.LISTED, by=officer, at=RULED_AT)
    assert (appeal.status, appeal.remedy, appeal.decided_at) == (Status.UPHELD, "listed", RULED_AT)
    kept = [(each.finding, each.finding_reasons) for each in appeal.points.all()]
    assert kept == [("made_out", "Page four was missed."), ("not_made_out", "It is ten.")]
    assert told("appeal_outcome") == ["bids@tribal.example"]
    assert told("appeal_decided") == ["curator@doh.example"]


def test_a_decision_covers_every_ground_once_with_reasons(tribal, officer):
    appeal = heard_appeal(tribal, point(), point("facts", "It is eleven."))
    whole = findings(appeal)
    for wrong, sentence in (
        (whole[:1], "each ground of the appeal"),
        ([whole[0], whole[0]], "each ground of the appeal"),
        ([whole[0], {**whole[1], "reasons": " "}], "reasons for each ground"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            uphold_appeal(appeal.pk, findings=wrong, reasons="So.", remedy=Remedy.LISTED, by=officer, at=RULED_AT)
    with pytest.raises(ValidationError, match="Give the reasons"):
        remit_appeal(appeal.pk, findings=whole, reasons=" ", by=officer, at=RULED_AT)


def test_an_appeal_is_upheld_on_one_ground_at_least_and_dismissed_on_none(tribal, officer):
    appeal = heard_appeal(tribal)
    none = findings(appeal, Found.NOT_MADE_OUT)
    with pytest.raises(Refused, match="No ground is made out"):
        uphold_appeal(appeal.pk, findings=none, reasons="So.", remedy=Remedy.LISTED, by=officer, at=RULED_AT)
    with pytest.raises(Refused, match="A ground is made out"):
        dismiss_appeal(appeal.pk, findings=findings(appeal), reasons="So.", by=officer, at=RULED_AT)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.points.get().finding) == (Status.HEARD, ""), "nothing of a refused decision stays"


def test_a_dismissed_appeal_leaves_the_refusal_and_blocks_nothing(tribal):
    appeal = appeals.dismiss(heard_appeal(tribal))
    assert appeal.status == Status.DISMISSED
    assert publish(appeal).published_at == PUBLISHED_AT
    assert not Listing.objects.exists()


# Listed.


def test_an_upheld_appeal_blocks_publication_until_the_listing_is_made(tribal, curator):
    appeal = upheld_appeal(tribal)
    assert not Listing.objects.exists(), "the decision is carried out by an act of its own"
    with pytest.raises(Refused, match="1 decision on an appeal is not carried out yet"):
        publish(appeal)
    appeal = list_appellant(appeal.pk, by=curator, at=CARRIED_OUT_AT)
    assert (appeal.status, appeal.carried_out_at, appeal.phase_at(CARRIED_OUT_AT)) == (Status.CARRIED_OUT, CARRIED_OUT_AT, "Upheld, carried out")
    listing = Listing.objects.get(supplier=tribal)
    assert (listing.place, listing.listed_at, listing.published_at) == (appeal.place, CARRIED_OUT_AT, None)
    publish(appeal)
    assert [entry["short_name"] for entry in appeal.round.publications.get().entries] == ["tribal"]


def test_carrying_out_stands_on_the_trail_and_the_first_decision_stays_as_it_was(tribal, last_entry, told):
    appeal = listed_on_appeal(tribal)
    entry = last_entry(appeal)
    assert (entry.verb, entry.facts["carried_out"], entry.facts["to"]) == ("list_appellant", "listed", "carried_out")
    assert place_of(tribal).outcome == Place.Outcome.REFUSED
    assert told("appellant_listed") == ["bids@tribal.example"]


@pytest.mark.parametrize("remedy", Remedy)
def test_no_other_remedy_is_carried_out_than_the_one_that_was_decided(tribal, remedy, curator):
    appeal = upheld_appeal(tribal, remedy)
    tries = {
        Remedy.LISTED: lambda: list_appellant(appeal.pk, by=curator, at=CARRIED_OUT_AT),
        Remedy.REASONS_REISSUED: lambda: reissue_reasons(appeal.pk, reasons="In full.", by=curator, at=CARRIED_OUT_AT),
        Remedy.RE_ASSESSED: lambda: assessed_anew(appeal),
    }
    for other in tries.keys() - {remedy}:
        with pytest.raises(Refused, match="The remedy of this appeal is another"):
            tries[other]()
    assert tries[remedy]().remedy == remedy


def test_officers_and_appellants_carry_nothing_out(tribal, officer):
    appeal = upheld_appeal(tribal)
    for person_ in (officer, bids(tribal)):
        with pytest.raises(PermissionDenied):
            list_appellant(appeal.pk, by=person_, at=CARRIED_OUT_AT)


# Reasons given anew.


def test_reasons_given_anew_open_a_window_of_their_own_whose_end_is_stored(tribal, told):
    appeal = with_reasons_anew(tribal)
    fresh = appeal.fresh_decision
    assert (appeal.status, fresh.outcome, fresh.sent_at, fresh.appeals_end_at) == (
        Status.CARRIED_OUT,
        "refused",
        CARRIED_OUT_AT,
        NEW_WINDOW_ENDS_AT,
    )
    ClosedDay.objects.create(on="2026-04-13", calendar="ENG", reason="A strike.")
    fresh.refresh_from_db()
    assert fresh.appeals_end_at == NEW_WINDOW_ENDS_AT
    assert told("reasons_reissued") == ["bids@tribal.example"]
    assert standing_on(appeal.place).reasons == "In full."


def test_the_new_window_is_half_open_and_blocks_publication(tribal):
    appeal = with_reasons_anew(tribal)
    with pytest.raises(Refused, match="made anew can be appealed against until midnight at the end of Monday 13 April 2026"):
        publish(appeal, at=NEW_WINDOW_ENDS_AT - A_MOMENT)
    assert publish(appeal, at=NEW_WINDOW_ENDS_AT).published_at == NEW_WINDOW_ENDS_AT


def second_appeal(firm, at):
    draft = draft_appeal(place_of(firm).pk, by=bids(firm), at=CARRIED_OUT_AT)
    save_appeal(draft.pk, points=[point("reasons", "Still not.")], by=bids(firm), at=CARRIED_OUT_AT)
    return lodge_appeal(draft.pk, by=bids(firm), at=at)


def test_the_decision_made_anew_is_appealed_against_on_the_last_instant_of_its_own_window(tribal):
    first = with_reasons_anew(tribal)
    appeal = second_appeal(tribal, NEW_WINDOW_ENDS_AT - A_MOMENT)
    assert (appeal.against, appeal.refusal.ends_at) == (first.fresh_decision, NEW_WINDOW_ENDS_AT)
    with pytest.raises(Refused, match="1 appeal is open"):
        publish(appeal, at=NEW_WINDOW_ENDS_AT)


@pytest.mark.parametrize("late_by", [0 * A_MOMENT, A_MOMENT])
def test_a_second_appeal_after_its_own_window_is_late(tribal, late_by, last_entry):
    first = with_reasons_anew(tribal)
    with pytest.raises(Refused, match=r"due before Tuesday 14 April 2026, 00:00:00.000000 BST"):
        second_appeal(tribal, NEW_WINDOW_ENDS_AT + late_by)
    second = first.fresh_decision.contested_by
    assert (last_entry(second).verb, last_entry(second).outcome) == ("lodge_appeal", "refused")


def test_whoever_gave_the_reasons_anew_does_not_hear_the_second_appeal(tribal, officer):
    appeal = upheld_appeal(tribal, Remedy.REASONS_REISSUED)
    writer = another_curator()
    person(appeal.round.framework.authority, Role.APPEALS_OFFICER, writer.email)
    writer = type(writer).objects.get(pk=writer.pk)
    assert writer in appeal.officers()
    reissue_reasons(appeal.pk, reasons="In full.", by=writer, at=CARRIED_OUT_AT)
    second = second_appeal(tribal, CARRIED_OUT_AT)
    assert list(second.officers()) == [officer]
    assert not writer.has_perm("suppliers.acknowledge_appeal", second)


# Assessed anew.


@pytest.mark.parametrize("bring", [remitted_appeal, lambda firm: upheld_appeal(firm, Remedy.RE_ASSESSED)])
def test_a_place_is_assessed_anew_by_somebody_who_took_no_part_and_listed_if_accepted(tribal, bring, curator, told):
    appeal = bring(tribal)
    with pytest.raises(PermissionDenied):
        assess_anew(appeal.pk, outcome=Place.Outcome.ACCEPTED, reasons="We were right.", by=curator, at=CARRIED_OUT_AT)
    appeal = decided_anew(appeal, Place.Outcome.ACCEPTED)
    assert appeal.status == Status.CARRIED_OUT
    assert (appeal.fresh_decision.outcome, appeal.fresh_decision.appeals_end_at) == ("accepted", None)
    assert Listing.objects.get().supplier == tribal
    assert told("fresh_decision") == ["bids@tribal.example"]
    assert publish(appeal).published_at == PUBLISHED_AT


def test_an_appeals_officer_does_not_assess_what_that_officer_remitted(tribal, officer):
    appeal = remitted_appeal(tribal)
    person(appeal.round.framework.authority, Role.CURATOR, officer.email)
    both = type(officer).objects.get(pk=officer.pk)
    with pytest.raises(PermissionDenied):
        assess_anew(appeal.pk, outcome=Place.Outcome.ACCEPTED, reasons="I said so.", by=both, at=CARRIED_OUT_AT)


def test_publication_waits_for_the_assessment_its_letter_and_its_window(tribal):
    appeal = remitted_appeal(tribal)
    for step in (lambda: None, lambda: assessed_anew(appeal)):
        step()
        with pytest.raises(Refused, match="not carried out yet"):
            publish(appeal)
    send_fresh_decision(appeal.pk, by=another_curator(), at=CARRIED_OUT_AT)
    with pytest.raises(Refused, match="can be appealed against until"):
        publish(appeal)
    assert publish(appeal, at=NEW_WINDOW_ENDS_AT).published_at == NEW_WINDOW_ENDS_AT


def test_a_decision_made_anew_is_a_draft_until_it_is_sent_and_the_appellant_cannot_tell_which_way_it_goes(tribal, curator):
    appeal = assessed_anew(remitted_appeal(tribal))
    fresh = FreshDecision.objects.get()
    assert (fresh.sent_at, fresh.is_shown_to(bids(tribal)), fresh.is_shown_to(curator)) == (None, False, True)
    assert standing_on(appeal.place).fresh is None
    entry = appeal.docket.entries.get(verb="assess_anew")
    assert entry.facts == {}
    assessed_anew(appeal, Place.Outcome.ACCEPTED)
    assert FreshDecision.objects.get().outcome == "accepted"


def test_nothing_is_sent_before_it_is_assessed_and_an_assessment_decides_with_reasons(tribal):
    appeal = remitted_appeal(tribal)
    with pytest.raises(Refused, match="has not been assessed anew"):
        send_fresh_decision(appeal.pk, by=another_curator(), at=CARRIED_OUT_AT)
    for given, sentence in (
        ({"outcome": "undecided", "reasons": "x"}, "Choose whether"),
        ({"outcome": "accepted", "reasons": " "}, "Give the reasons"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            assess_anew(appeal.pk, **given, by=another_curator(), at=CARRIED_OUT_AT)


def test_the_states_of_an_appeal_are_the_table_and_nothing_leaves_its_ends():
    ends = {Status.DISMISSED, Status.WITHDRAWN, Status.CARRIED_OUT}
    leaving = {status for status in Status for arrow in Appeal.MOVES.values() if status in arrow.sources}
    assert leaving == set(Status) - ends
    reached = {arrow.target for arrow in Appeal.MOVES.values() if arrow.target}
    assert reached == set(Status) - {Status.DRAFT}
