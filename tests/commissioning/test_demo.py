"""The demo world: built through the acts, in an empty embedded home alone, with a tender in every phase; and its calendar."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test.utils import override_settings
from hypothesis import given
from hypothesis import strategies as st

from commissioning import clock, trail
from commissioning.demo import Calendar, Minutes, texts
from commissioning.demo_password import demo_password
from commissioning.models import Docket, Letter, Membership, Organisation, Record, Regime, TrailEntry, User
from commissioning.registry import demos
from commissioning.working_days import WorkingDays
from contracts.models import Contract, Scope
from procurement.bidding import faults_of
from procurement.models import Bid, Invitation, Score, Tender, TenderClarification
from suppliers.actions.listings import suppliers_to_ask
from suppliers.assessment_state import states
from suppliers.models import (
    AdmissionRound,
    Appeal,
    ConsortiumMember,
    EarlyRelease,
    Framework,
    FrameworkVersion,
    Listing,
    ListPublication,
    Supplier,
    SupplierChange,
)
from suppliers.notice_period import why_too_soon

# A Sunday between two holidays, just after midnight: nothing of the world may depend on its being built in office hours.
BUILT_AT = clock.london(2026, 12, 27, 0, 5)
STAFF = {
    "doh": "curator appeals escrow adviser assessor1 assessor2",
    "hillingdon": "lead approver opener1 opener2 chair evaluator1 evaluator2 contracts board",
    "northamptonshire": "lead",
}
BIDDERS = "bupa drfoster tribal unitedhealth healthdialog partners chks aetna axappp humana kpmg mckesson mckinsey navigant wg"
E_MAILS = {f"{name}@{where}.example" for where, names in STAFF.items() for name in names.split()} | {
    f"bids@{name}.example" for name in BIDDERS.split()
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """The demo as it is built once for all these tests, in a transaction that is undone; what the command said."""
    said, folder = StringIO(), tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(clock, "now", lambda: BUILT_AT)
        with override_settings(DEMO=True, VAR=folder, MEDIA_ROOT=folder / "files"):
            call_command("build_demo", stdout=said)
            yield said.getvalue()
        transaction.set_rollback(True)


def tender(title: str) -> Tender:
    return Tender.objects.get(title__startswith=title)


def person(email: str) -> User:
    return User.objects.get(email=email)


# Where it may be built


@pytest.mark.django_db
def test_outside_the_embedded_demo_no_demo_world_is_built():
    with pytest.raises(CommandError, match="RUN_MODE=embedded"):
        call_command("build_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_no_demo_world_is_built_among_people(settings, tmp_path):
    settings.DEMO, settings.VAR = True, tmp_path
    User.objects.create_user("somebody@trust.example", "Somebody")
    with pytest.raises(CommandError, match="empty home"):
        call_command("build_demo")
    assert not Organisation.objects.exists()


def test_each_floor_builds_its_part_in_the_order_of_the_floors():
    assert demos == ["suppliers.demo.build", "procurement.demo.build", "contracts.demo.build"]


# Who plays in it


def test_the_people_are_roles_with_the_e_mails_that_the_readme_names(world):
    assert set(User.objects.values_list("email", flat=True)) >= E_MAILS
    assert person("lead@hillingdon.example").name == "Procurement lead, Hillingdon PCT"
    assert not User.objects.exclude(email__endswith=".example").exists()


def test_everybody_signs_in_with_the_one_password_of_the_demo(world):
    assert all(user.check_password(demo_password()) for user in User.objects.all())


def test_everybody_came_in_by_an_invitation_that_they_accepted(world):
    accepted = TrailEntry.objects.filter(verb="accept_invitation", actor__isnull=False)
    assert accepted.count() == Membership.objects.count() == User.objects.count()


# The trail of all this


def test_every_chain_of_the_demo_holds(world):
    assert list(trail.breaks()) == []
    assert TrailEntry.objects.count() > 1000


def test_nothing_in_the_demo_happens_before_what_led_to_it_or_after_it_is_built(world):
    for docket in Docket.objects.all():
        moments = list(TrailEntry.objects.filter(docket=docket).order_by("number").values_list("at", flat=True))
        assert moments == sorted(moments), docket
        assert all(moment < BUILT_AT for moment in moments), docket


def test_no_act_of_the_demo_was_refused(world):
    assert not TrailEntry.objects.exclude(outcome=TrailEntry.Outcome.DONE).exists()


def test_every_row_of_the_demo_was_made_when_it_is_to_have_happened(world):
    records = [model for model in apps.get_models() if issubclass(model, Record)]
    late = [model for model in records if model._default_manager.filter(created_at__gte=BUILT_AT).exists()]
    assert late == []


def test_letters_older_than_a_week_have_been_read_and_newer_ones_wait(world):
    unread = Letter.objects.filter(read_at__isnull=True)
    assert unread.exists()
    assert min(unread.values_list("created_at", flat=True)) > clock.london(2026, 12, 19)


# The archive of 2007


def test_the_decisions_of_2007_went_out_on_21_may_and_could_be_appealed_against_to_the_end_of_31_may(world):
    then = AdmissionRound.objects.get(framework__reference="fesc")
    assert clock.in_london(then.decisions_sent_at).date() == date(2007, 5, 21)
    assert then.appeals_end_at == clock.london(2007, 6, 1)
    assert clock.in_london(then.published_at).date() == date(2007, 10, 5)


def test_fourteen_suppliers_were_published_in_2007_and_one_of_them_is_a_consortium_led_by_chks(world):
    publication = ListPublication.objects.get(framework__reference="fesc")
    assert len({entry["supplier"] for entry in publication.entries}) == 14
    consortium = Supplier.objects.get(kind=Supplier.Kind.CONSORTIUM)
    assert [str(member.company) for member in consortium.all_members.filter(leads=True)] == ["CHKS"]


def test_the_one_listing_on_record_is_not_marked_illustrative_and_every_other_is(world):
    on_record = Listing.objects.filter(is_illustrative=False)
    assert [(str(listing.supplier), listing.framework_list.code) for listing in on_record] == [("Partners In Commissioning", "micro")]
    assert "On record" in on_record.get().place.reasons


def test_members_of_the_consortium_that_are_not_on_record_are_marked_illustrative(world):
    assert [str(member.company) for member in ConsortiumMember.objects.filter(is_illustrative=False)] == ["CHKS"]


def test_the_only_firm_that_is_refused_is_nobody_and_its_appeal_was_heard_by_another_officer(world):
    appeal = Appeal.objects.get(place__application__round__framework__reference="fesc")
    assert "illustrative" in str(appeal.place.application.supplier)
    assert (appeal.status, appeal.officer.email) == ("dismissed", "appeals@doh.example")
    assert Supplier.objects.filter(applications__places__outcome="refused").distinct().count() == 1


def test_hillingdon_asked_the_eight_that_its_early_release_names_a_week_before_the_lists_were_expected(world):
    release, asked = EarlyRelease.objects.get(), tender("Acute trust contracts")
    assert clock.in_london(asked.issued_at).date() == date(2007, 5, 25)
    assert set(asked.invitations.values_list("supplier", flat=True)) == set(release.suppliers.values_list("pk", flat=True))
    assert release.suppliers.count() == 8
    ask = (asked.framework_list, asked.area, clock.london(2007, 5, 25, 11))
    assert suppliers_to_ask(asked.buyer, *ask).count() == 8
    assert suppliers_to_ask(Organisation.objects.get(name="Northamptonshire PCT"), *ask).count() == 0


def test_bupa_has_a_contract_of_2008_for_three_years_and_the_second_winner_is_marked_illustrative(world):
    first, second = Contract.objects.filter(award__lot__tender=tender("Acute trust contracts")).order_by("award__lot__number")
    assert (str(first.supplier), first.status) == ("BUPA Membership Commissioning Ltd", "signed")
    assert (first.starts_on, first.ends_on) == (date(2008, 3, 1), date(2011, 2, 28))
    assert clock.in_london(tender("Acute trust contracts").awarded_at).date().replace(day=1) == date(2008, 2, 1)
    assert "illustrative" in second.title
    assert "not on record" in second.award.reasons


def test_what_is_not_on_record_says_so_where_it_is_shown(world):
    asked = tender("Acute trust contracts")
    assert all("llustrative" in lot.awards.get().reasons for lot in asked.lots.all())
    assert all("Illustrative" in answer for bid in Bid.objects.filter(lot__tender=asked) for answer in bid.answers.values() if len(answer) > 60)
    assert all("(Illustrative score.)" in reason for reason in Score.objects.values_list("reason", flat=True))
    assert all("illustrative" in each.title for each in Tender.objects.exclude(pk=asked.pk))
    assert all("illustrative" in each.title for each in Contract.objects.all())


# The present day


PHASES = {
    "Demand and capacity": "Draft",
    "Survey of people": "Waiting for approval",
    "Monthly validation": "Open for bids",
    "Settlement and review": "Open for bids",
    "Measuring patients": "Closed, bids sealed",
    "Reconciliation": "In evaluation",
    "Specification and tendering": "In standstill",
    "Needs assessment": "Awarded",
    "Validation and settlement": "Awarded",
    "Assessment of needs": "Awarded",
}


@pytest.mark.parametrize(("title", "phase"), PHASES.items())
def test_there_is_a_tender_in_every_phase(world, title, phase):
    assert tender(title).phase_at(BUILT_AT) == phase


def test_two_frameworks_are_in_force_today_and_that_of_2007_is_not(world):
    in_force = {framework.reference for framework in Framework.objects.all() if framework.is_in_force(BUILT_AT)}
    assert in_force == {"fesc-today", "commissioning-support-2026"}


def test_a_framework_of_today_is_in_its_second_version_and_a_board_calls_off_from_another(world):
    assert list(FrameworkVersion.objects.filter(framework__reference="fesc-today").values_list("number", flat=True)) == [2, 1]
    call_off = tender("Validation of activity and invoices")
    assert (call_off.buyer.body_class.name, call_off.framework_version.standstill_rule_id) == ("Integrated care board", "PA_STANDSTILL")
    letters = Letter.objects.filter(template="invitation_to_tender", subject_id__in=call_off.invitations.values("pk"))
    assert letters.count() == 4
    assert all("a framework under the Procurement Act 2023" in letter.body for letter in letters)


def test_a_round_is_being_assessed_with_applications_in_every_state(world):
    round_ = AdmissionRound.objects.get(title__startswith="Second admission, commissioning support")
    assert round_.is_being_decided(BUILT_AT)
    found = states(round_, list(round_.applications.select_related("supplier__organisation")))
    by_firm = {one.supplier.short_name: found[one.pk].status for one in round_.applications.select_related("supplier")}
    assert by_firm == {"mckesson": "moderated", "humana": "locked", "navigant": "open", "wg": "refused"}


def test_a_change_of_name_waits_for_the_curators(world):
    change = SupplierChange.objects.get()
    assert (change.status, change.supplier.organisation.name) == ("told", "Tribal Consulting Ltd")


def test_the_tender_that_is_open_closes_in_two_working_days_with_bids_in_every_state(world):
    closing = tender("Monthly validation")
    assert closing.closes_at == clock.london(2026, 12, 30, 12)  # the 28th is a bank holiday, the 29th the first working day
    states = {(bid.invitation.supplier.short_name, bid.lot.number): (bid.status, bid.versions) for bid in Bid.objects.filter(lot__tender=closing)}
    assert states["bupa", 1] == ("submitted", 1)
    assert states["unitedhealth", 1] == ("submitted", 2)
    assert states["drfoster", 1] == ("draft", 0)
    assert states["tribal", 2] == ("withdrawn", 1)
    assert set(closing.invitations.values_list("intention", flat=True)) == set(Invitation.Intention.values)


def test_the_draft_bid_of_the_tour_lacks_nothing_for_one_lot_and_much_for_the_other(world):
    full, begun = Bid.objects.filter(lot__tender=tender("Monthly validation"), invitation__supplier__short_name="drfoster").order_by("lot__number")
    assert faults_of(full) == []
    assert len(faults_of(begun)) > 3


def test_questions_wait_for_answers_at_both_trusts(world):
    waiting = TenderClarification.objects.unanswered()
    assert {str(question.tender.buyer) for question in waiting} == {"Hillingdon PCT", "Northamptonshire PCT"}


def test_in_evaluation_one_evaluator_has_scored_all_and_the_other_some(world):
    judged = Score.objects.filter(submission__bid__lot__tender=tender("Reconciliation"))
    assert [judged.filter(evaluator=person(f"evaluator{n}@hillingdon.example")).count() for n in (1, 2)] == [16, 8]


def test_the_standstill_of_today_is_counted_by_the_rule_of_today_and_still_runs(world):
    standing = tender("Specification and tendering")
    assert clock.in_london(standing.award_announced_at).date() == date(2026, 12, 22)
    # 22, 23, 24 December are days 1 to 3; then come Christmas and a weekend with its substitute day; 29, 30, 31; New Year; 4 and 5 January
    # would be days 7 and 8, but for the bank holiday in Scotland on 4 January.
    assert standing.standstill_ends_at == clock.london(2027, 1, 7)


def test_contracts_run_today_at_both_trusts_and_one_waits_for_a_signature(world):
    on = clock.in_london(BUILT_AT).date()
    assert {str(contract.buyer) for contract in Contract.objects.running(on)} == {"Hillingdon PCT", "Northamptonshire PCT"}
    waiting = Contract.objects.get(status="offered")
    assert [str(signature.organisation) for signature in waiting.signatures.all()] == ["Hillingdon PCT"]
    assert str(waiting.supplier) == "Dr Foster Intelligence"


def test_every_contract_names_what_is_taken_over_and_the_three_functions_that_are_kept(world):
    for contract in Contract.objects.all():
        kept = set(contract.scope.filter(arrangement=Scope.Arrangement.RETAINED).values_list("function__code", flat=True))
        assert kept == {"patient-and-public-involvement", "emergency-planning", "handling-of-contracts"}
        assert contract.scope.filter(arrangement=Scope.Arrangement.TAKEN_OVER).exists()
        assert "remains the statutory body" in contract.statement


def test_the_authority_has_an_appeal_to_hear_and_a_round_that_is_open(world):
    assert Appeal.objects.undecided().get().round.hears_appeals(BUILT_AT)
    assert AdmissionRound.objects.receiving(BUILT_AT).count() == 1


def test_the_command_says_what_it_builds(world):
    assert "Hillingdon PCT: 9 people." in world
    assert "in standstill" in world


# Its calendar


SATURDAY = clock.london(2026, 3, 7, 23, 59)


def calendar(at: datetime) -> Calendar:
    return Calendar(at, WorkingDays("UK"))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2007-05-21 11:00", clock.london(2007, 5, 21, 11)),
        ("-1 12:00", clock.london(2026, 3, 6, 12)),
        ("-5 09:30", clock.london(2026, 3, 2, 9, 30)),
        ("+1 12:00", clock.london(2026, 3, 9, 12)),
        ("+6 12:00", clock.london(2026, 3, 16, 12)),
        ("+7 12:00", clock.london(2026, 3, 18, 12)),  # after St Patrick's Day, closed in Northern Ireland
        ("+15 12:00", clock.london(2026, 3, 30, 12)),
    ],
)
def test_a_moment_of_the_demo_is_a_date_or_so_many_working_days_away(text, moment):
    assert calendar(SATURDAY).moment(text) == moment


def test_the_day_of_building_is_neither_past_nor_to_come():
    with pytest.raises(ValueError, match="neither past nor to come"):
        calendar(SATURDAY).moment("-0 12:00")


@given(st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2040-01-01")), st.integers(1, 300))
def test_what_is_behind_is_past_and_what_is_ahead_is_to_come_whenever_the_demo_is_built(wall, days):
    built_at = wall.replace(tzinfo=clock.LONDON)
    assert calendar(built_at).moment(f"-{days} 16:00") < built_at < calendar(built_at).moment(f"+{days} 09:00")


@pytest.mark.django_db
def test_the_rounds_of_today_give_as_long_as_the_law_asks_whenever_the_demo_is_built():
    """Working days are fewer where holidays are, and the law counts calendar days: the plan has to hold for each day of three years."""
    law, said = Regime.objects.get(code="PA2023"), texts("suppliers")
    plans = [*(framework["round"] for framework in said["frameworks"] if framework["drafted"][0] == "-"), said["second_round"], said["third_round"]]
    plans.append(texts("suppliers", "demo_assessment")["round"])
    assert len(plans) == 5
    for built_at in (clock.london(2026, 1, 1, 9) + timedelta(days=day) for day in range(0, 3 * 366, 4)):
        for plan in plans:
            announced_at, closes_at = (calendar(built_at).moment(plan[name]) for name in ("announced", "closes"))
            assert why_too_soon(law, closes_at, announced_at) == "", built_at


def test_minutes_follow_each_other_from_the_first():
    minutes = Minutes(SATURDAY)
    assert [next(minutes) - SATURDAY for _ in range(3)] == [minutes.pace * count for count in range(3)]


@pytest.mark.parametrize(
    ("floor", "name"),
    [("suppliers", "demo"), ("suppliers", "demo_assessment"), ("procurement", "demo"), ("procurement", "demo_bids"), ("contracts", "demo")],
)
def test_the_texts_of_the_demo_carry_no_mark_of_an_unfinished_template(floor, name):
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (text for part in value.values() for text in strings(part))
        elif isinstance(value, list):
            yield from (text for part in value for text in strings(part))
        else:
            yield str(value)

    assert [text for text in strings(texts(floor, name)) if "TODO" in text or "lorem" in text.lower() or "  " in text.strip()] == []
