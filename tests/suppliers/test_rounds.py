"""An admission round: announced, moved later only, decided on after its deadline, and all decisions sent at one moment."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from commissioning import clock
from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from suppliers.actions.admissions import (
    amend_round,
    announce_round,
    decide_place,
    describe_round,
    extend_round,
    open_round,
    send_decisions,
    withdraw_round,
)
from suppliers.models import AdmissionRound, ConsortiumMember, Listing, Place
from suppliers.models.admissions import PHASES
from tests.factories import admissions
from tests.factories.admissions import (
    APPEALS_END_AT,
    CLOSES_AT,
    DECIDED_AT,
    announced_round,
    bids,
    decided,
    draft_round,
    place_of,
    submitted_application,
)
from tests.factories.frameworks import draft_framework, live_framework, supplier
from tests.factories.people import NOON, authority, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
Outcome = Place.Outcome


@pytest.fixture
def firms():
    return supplier("BUPA", "bupa"), supplier("Tribal", "tribal")


@pytest.fixture
def applied(firms):
    """A round in which both have applied."""
    round_ = announced_round()
    for firm in firms:
        submitted_application(round_, firm)
    return round_


def test_nobody_but_the_authority_sees_a_round_before_it_is_announced(firms, curator):
    round_ = draft_round()
    assert round_ in AdmissionRound.objects.visible_to(curator)
    assert round_ not in AdmissionRound.objects.visible_to(bids(firms[0]))


def test_announcing_tells_every_supplier(firms, curator, told):
    round_ = announce_round(draft_round().pk, by=curator, at=NOON)
    assert (round_.status, round_.announced_at) == (AdmissionRound.Status.OPEN, NOON)
    assert told("round_announced") == ["bids@bupa.example", "bids@tribal.example"]


def test_a_round_is_not_announced_without_a_notice_or_after_its_deadline(curator):
    round_ = draft_round()
    with pytest.raises(Refused, match="has passed"):
        announce_round(round_.pk, by=curator, at=CLOSES_AT)
    describe_round(round_.pk, title="Admission", closes_at=CLOSES_AT, notice=" ", by=curator, at=NOON)
    with pytest.raises(Refused, match="no notice"):
        announce_round(round_.pk, by=curator, at=NOON)


def test_a_round_gives_suppliers_the_least_time_that_its_law_demands_from_the_announcement(curator, browse, at):
    """Section 54 of the Procurement Act 2023: 25 days, of which the last is Friday 27 March."""
    at(NOON)
    framework = live_framework("today", of=admissions.framework().authority, regime="PA2023")
    earliest, notice = clock.london(2026, 3, 27, 0, 1), {"title": "Admission", "notice": "Apply."}
    round_ = open_round(framework.pk, closes_at=earliest - A_MOMENT, **notice, by=curator, at=NOON)
    told = "Under the Procurement Act 2023 a round that is announced now closes on Friday 27 March 2026, 12:01am at the earliest."
    with pytest.raises(Refused, match=re.escape(told)):
        announce_round(round_.pk, by=curator, at=NOON)
    for form in (reverse("framework:open_round", args=[framework.pk]), reverse("admissionround:describe_round", args=[round_.pk])):
        assert told in browse(curator).get(form).content.decode()
    proposed = browse(curator).get(reverse("framework:open_round", args=[framework.pk])).context_data["form"].initial["closes_at"]
    assert proposed == clock.london(2026, 3, 27, 12)
    describe_round(round_.pk, closes_at=earliest, **notice, by=curator, at=NOON)
    with pytest.raises(Refused, match="Monday 30 March 2026, 12:01am"):
        announce_round(round_.pk, by=curator, at=NOON + timedelta(days=1))
    assert announce_round(round_.pk, by=curator, at=NOON).status == AdmissionRound.Status.OPEN


def test_a_round_begins_only_under_a_framework_in_force(curator):
    with pytest.raises(Refused, match="not in force"):
        open_round(draft_framework("other").pk, title="Too early", closes_at=CLOSES_AT, by=curator, at=NOON)


def test_a_curator_of_another_authority_does_nothing_to_a_round(curator):
    round_ = draft_round()
    stranger = person(authority("Another authority"), Role.CURATOR)
    with pytest.raises(PermissionDenied):
        announce_round(round_.pk, by=stranger, at=NOON)
    with pytest.raises(PermissionDenied):
        open_round(round_.framework_id, title="Mine", closes_at=CLOSES_AT, by=stranger, at=NOON)


def test_a_deadline_moves_later_with_a_reason_and_every_supplier_is_told_each_time(applied, curator, told):
    bids(supplier("Onlooker", "onlooker"))
    for week in (1, 2):
        extend_round(applied.pk, closes_at=CLOSES_AT + timedelta(weeks=week), reason="More time was asked for.", by=curator, at=NOON)
    assert told("round_extended") == [f"bids@{firm}.example" for firm in ("bupa", "onlooker", "tribal") for _ in (1, 2)]
    assert [extension.closed_at for extension in applied.extensions.all()] == [CLOSES_AT, CLOSES_AT + timedelta(weeks=1)]


@pytest.mark.parametrize("earlier_by", [timedelta(), A_MOMENT])
def test_a_deadline_does_not_move_earlier_or_stay(applied, curator, earlier_by):
    with pytest.raises(ValidationError, match="only moves later"):
        extend_round(applied.pk, closes_at=CLOSES_AT - earlier_by, reason="Hurry.", by=curator, at=NOON)


def test_a_deadline_moves_in_the_last_microsecond_and_not_once_it_has_passed(applied, curator):
    later = CLOSES_AT + timedelta(days=1)
    with pytest.raises(Refused, match="not opened again"):
        extend_round(applied.pk, closes_at=later, reason="Too late.", by=curator, at=CLOSES_AT)
    assert extend_round(applied.pk, closes_at=later, reason="Just in time.", by=curator, at=CLOSES_AT - A_MOMENT).closes_at == later


def test_nothing_is_decided_in_the_last_microsecond_before_the_deadline(applied, firms, curator):
    place = place_of(firms[0])
    with pytest.raises(Refused, match="Applications can still change"):
        decided(place, at=CLOSES_AT - A_MOMENT)
    assert decided(place, at=CLOSES_AT).outcome == Outcome.ACCEPTED


def test_a_decision_needs_reasons_and_an_outcome(applied, firms, curator):
    for outcome, reasons, field in ((Outcome.ACCEPTED, " ", "reasons"), (Outcome.UNDECIDED, "It met them.", "outcome")):
        with pytest.raises(ValidationError) as wrong:
            decide_place(applied.pk, place=place_of(firms[0]).pk, outcome=outcome, reasons=reasons, by=curator, at=DECIDED_AT)
        assert list(wrong.value.message_dict) == [field]


def test_a_curator_who_acts_for_the_applicant_does_not_decide_on_it(applied, firms):
    both = person(applied.framework.authority, Role.CURATOR, "both@doh.example")
    person(firms[0].organisation, Role.CONTRIBUTOR, "both@doh.example")
    with pytest.raises(Refused, match="You act for this applicant"):
        decided(place_of(firms[0]), by=both)
    assert decided(place_of(firms[1]), by=both).decided_by == both


def test_a_curator_who_acts_for_a_member_of_the_consortium_does_not_decide_on_it(applied, firms):
    both = person(applied.framework.authority, Role.CURATOR, "both@doh.example")
    member = supplier("A member", "member").organisation
    person(member, Role.CONTRIBUTOR, "both@doh.example")
    ConsortiumMember.objects.create(consortium=firms[0], company=member, liability_share=50, created_at=NOON)
    with pytest.raises(Refused, match="You act for this applicant"):
        decided(place_of(firms[0]), by=both)


def test_a_draft_decision_can_be_made_anew_and_the_applicant_learns_nothing_of_it(applied, firms, curator):
    decided(place_of(firms[0]), Outcome.REFUSED)
    assert decided(place_of(firms[0]), Outcome.ACCEPTED).outcome == Outcome.ACCEPTED
    assert not Letter.objects.filter(recipient=bids(firms[0]), template__contains="decided").exists()
    application = place_of(firms[0]).application
    assert not TrailEntry.objects.filter(docket=application.docket, verb__contains="deci").exists()
    assert not applied.decisions_are_shown_to(bids(firms[0]))
    assert applied.decisions_are_shown_to(curator)


def test_decisions_are_not_sent_until_every_place_is_decided(applied, firms, curator):
    decided(place_of(firms[0]))
    with pytest.raises(Refused, match="1 place is not decided yet"):
        send_decisions(applied.pk, by=curator, at=DECIDED_AT)
    assert not Listing.objects.exists()


def test_decisions_are_not_sent_where_nobody_applied(curator):
    with pytest.raises(Refused, match="Nobody applied"):
        send_decisions(announced_round().pk, by=curator, at=DECIDED_AT)


def test_all_letters_go_at_one_moment_with_the_reasons_and_the_end_of_the_window(applied, firms, curator, told):
    decided(place_of(firms[0]), Outcome.ACCEPTED)
    decided(place_of(firms[1]), Outcome.REFUSED)
    send_decisions(applied.pk, by=curator, at=DECIDED_AT)
    letters = Letter.objects.filter(template="admission_decided")
    assert {letter.created_at for letter in letters} == {DECIDED_AT}
    accepted, refused = letters.get(recipient=bids(firms[0])).body, letters.get(recipient=bids(firms[1])).body
    assert "You are accepted" in accepted
    assert "You can appeal" not in accepted
    assert "It met each criterion." in refused
    assert "midnight at the end of Thursday 9 April 2026" in refused


def test_the_applicants_own_trail_tells_what_was_decided_on_it_alone(applied, firms, curator, last_entry):
    for firm in firms:
        decided(place_of(firm), Outcome.REFUSED)
    send_decisions(applied.pk, by=curator, at=DECIDED_AT)
    entry = last_entry(place_of(firms[0]).application)
    assert (entry.verb, len(entry.facts["decisions"])) == ("send_decisions", 1)
    assert entry.facts["decisions"][0]["outcome"] == "refused"


def test_the_window_for_appeals_is_stored_and_a_later_closed_day_does_not_move_it(applied, firms, curator):
    for firm in firms:
        decided(place_of(firm), Outcome.REFUSED)
    assert send_decisions(applied.pk, by=curator, at=DECIDED_AT).appeals_end_at == APPEALS_END_AT


def test_decisions_of_21_may_2007_can_be_appealed_against_until_midnight_at_the_end_of_31_may(firms):
    sent_at = clock.london(2007, 5, 21, 9)
    framework = admissions.framework()
    framework.starts_on = sent_at.date() - timedelta(days=100)
    framework.save()
    early = clock.london(2007, 4, 2, 12)
    round_ = open_round(framework.pk, title="FESC", closes_at=clock.london(2007, 5, 4, 12), notice="Apply.", by=admissions.curator(), at=early)
    announce_round(round_.pk, by=admissions.curator(), at=early)
    decided(submitted_application(round_, firms[0], at=early).places.get(), at=sent_at)
    assert send_decisions(round_.pk, by=admissions.curator(), at=sent_at).appeals_end_at == clock.london(2007, 6, 1)


def test_an_accepted_supplier_stands_on_the_list_unpublished_and_a_refused_one_does_not(firms):
    admissions.round_with_decisions([firms[0]], [firms[1]])
    listing = Listing.objects.get()
    assert (listing.supplier, listing.listed_at, listing.published_at) == (firms[0], DECIDED_AT, None)
    assert not Listing.objects.standing(DECIDED_AT).exists()


def test_a_supplier_that_stands_on_the_list_already_is_not_listed_twice(firms, curator):
    admissions.published_round(firms[0])
    later = open_round(admissions.framework().pk, title="Again", closes_at=CLOSES_AT, notice="Apply.", by=curator, at=NOON)
    announce_round(later.pk, by=curator, at=NOON)
    decided(submitted_application(later, firms[0]).places.get())
    send_decisions(later.pk, by=curator, at=DECIDED_AT)
    assert Listing.objects.count() == 1


def test_an_amended_notice_is_told_to_every_supplier_and_what_it_said_before_stays(applied, browse, curator, told, at, last_entry):
    bids(supplier("Onlooker", "onlooker"))
    at(CLOSES_AT - A_MOMENT)
    for number, words in enumerate(("Apply by form.", "Apply by form, in English."), start=1):
        round_ = amend_round(applied.pk, notice=words, reason=f"Reason {number}.", by=curator, at=CLOSES_AT - A_MOMENT)
    assert told("round_amended") == [f"bids@{firm}.example" for firm in ("bupa", "onlooker", "tribal") for _ in (1, 2)]
    assert last_entry(round_).facts["reason"] == "Reason 2."
    shown = browse(None).get(round_.get_absolute_url()).content.decode()
    for words in ("Apply for each list and area.", "Apply by form.", "Apply by form, in English.", "Reason 1.", "Reason 2."):
        assert words in shown
    (found,) = browse(None).get("/api/v1/rounds/").json()["results"]
    assert [each["before"] for each in found["amendments"]] == ["Apply for each list and area.", "Apply by form."]


def test_a_notice_is_amended_before_the_deadline_only_and_says_something_else(applied, curator):
    with pytest.raises(Refused, match="Its notice does not change after that"):
        amend_round(applied.pk, notice="Late.", reason="Late.", by=curator, at=CLOSES_AT)
    for words in (" ", applied.notice):
        with pytest.raises(ValidationError) as wrong:
            amend_round(applied.pk, notice=words, reason="None.", by=curator, at=NOON)
        assert list(wrong.value.message_dict) == ["notice"]
    with pytest.raises(Refused, match="while it is draft"):
        amend_round(draft_round().pk, notice="Other.", reason="None.", by=curator, at=NOON)


def test_a_round_is_amended_extended_and_withdrawn_only_with_a_reason(applied, curator):
    for act, words in (
        (amend_round, {"notice": "Other."}),
        (extend_round, {"closes_at": CLOSES_AT + timedelta(days=1)}),
        (withdraw_round, {}),
    ):
        with pytest.raises(ValidationError, match="Say why: every supplier will read it"):
            act(applied.pk, **words, reason=" \n", by=curator, at=NOON)
    applied.refresh_from_db()
    assert (applied.status, applied.closes_at) == (AdmissionRound.Status.OPEN, CLOSES_AT)


def test_a_withdrawn_round_tells_every_supplier_and_decides_nothing(applied, firms, curator, told):
    withdraw_round(applied.pk, reason="A drafting error.", by=curator, at=NOON)
    assert told("round_withdrawn") == ["bids@bupa.example", "bids@tribal.example"]
    with pytest.raises(Refused, match="while it is withdrawn"):
        decided(place_of(firms[0]))


@pytest.mark.parametrize(
    "at", [NOON, CLOSES_AT - A_MOMENT, CLOSES_AT, DECIDED_AT, APPEALS_END_AT - A_MOMENT, APPEALS_END_AT, APPEALS_END_AT + A_MOMENT]
)
def test_where_a_round_stands_is_the_same_by_its_row_and_by_query(firms, at):
    admissions.round_with_decisions([firms[0]])
    announced = announced_round()
    for round_ in (announced, AdmissionRound.objects.get(status=AdmissionRound.Status.DECIDED)):
        for asked, found in (
            (round_.is_receiving, AdmissionRound.objects.receiving),
            (round_.is_being_decided, AdmissionRound.objects.being_decided),
            (round_.hears_appeals, AdmissionRound.objects.hearing_appeals),
            (round_.is_past_appeals, AdmissionRound.objects.past_appeals),
        ):
            assert asked(at) == found(at).filter(pk=round_.pk).exists(), asked
        if round_.decisions_sent_at and at < round_.decisions_sent_at:
            continue  # no clock shows a round before what has happened to it
        standing = [called for phase, called in PHASES if AdmissionRound.objects.in_phase(phase, at).filter(pk=round_.pk).exists()]
        assert standing == [round_.phase_at(at)]
