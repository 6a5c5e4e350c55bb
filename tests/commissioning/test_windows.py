"""The legal windows: what each rule of the database makes of a day, and of a moment."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commissioning.clock import london
from commissioning.models import ClosedDay, PeriodRule, Regime
from commissioning.refusals import Refused
from commissioning.windows import UnknownRule, count, standstill_after_debrief, standstill_ends_at, window_ends_at

pytestmark = pytest.mark.django_db

A_MOMENT = timedelta(microseconds=1)


# The appeal against a decision on the framework


def test_a_firm_told_on_21_may_2007_may_appeal_until_the_end_of_31_may_and_the_list_stands_from_1_june() -> None:
    counted = count("FESC_APPEAL", date(2007, 5, 21))
    assert counted.last == date(2007, 5, 31)
    assert counted.ends == london(2007, 6, 1)
    assert date(2007, 5, 28) in [day.on for day in counted.days if day.counted]


def test_the_hour_at_which_a_firm_is_told_does_not_move_the_end_of_its_window() -> None:
    assert window_ends_at("FESC_APPEAL", london(2007, 5, 21)) == london(2007, 6, 1)
    assert window_ends_at("FESC_APPEAL", london(2007, 5, 22) - A_MOMENT) == london(2007, 6, 1)


def test_a_firm_told_at_midnight_is_told_on_the_day_that_begins() -> None:
    assert window_ends_at("FESC_APPEAL", london(2007, 5, 22)) == london(2007, 6, 2)


def test_the_day_on_which_a_firm_is_told_is_the_day_in_london_not_in_utc() -> None:
    assert window_ends_at("FESC_APPEAL", datetime(2007, 5, 21, 22, 59, tzinfo=UTC)) == london(2007, 6, 1)
    assert window_ends_at("FESC_APPEAL", datetime(2007, 5, 21, 23, 0, tzinfo=UTC)) == london(2007, 6, 2)


def test_an_appeal_window_that_would_end_on_a_substitute_bank_holiday_ends_on_the_working_day_after() -> None:
    assert count("FESC_APPEAL", date(2010, 12, 16)).last == date(2010, 12, 29)
    assert count("FESC_APPEAL", date(2010, 12, 24)).last == date(2011, 1, 4)
    assert count("FESC_APPEAL", date(2010, 12, 25)).last == date(2011, 1, 4)
    assert count("FESC_APPEAL", date(2010, 12, 26)).last == date(2011, 1, 5)


def test_an_appeal_window_may_end_on_a_leap_day() -> None:
    assert window_ends_at("FESC_APPEAL", london(2008, 2, 19, 12)) == london(2008, 3, 1)


# Public Contracts Regulations 2006


def test_notices_emailed_on_23_march_2010_hold_the_contract_back_until_7_april() -> None:
    counted = count("PCR06_STANDSTILL_E", date(2010, 3, 23))
    assert [day.on for day in counted.days if day.counted][-1] == date(2010, 4, 2)
    assert counted.last == date(2010, 4, 6)
    assert counted.ends == datetime(2010, 4, 6, 23, 0, tzinfo=UTC)
    assert counted.days[-1].why == "the period runs on to a working day, for its last day is Good Friday"


def test_notices_sent_on_22_november_2010_hold_the_contract_back_until_3_december() -> None:
    assert window_ends_at("PCR06_STANDSTILL_E", london(2010, 11, 22, 17)) == datetime(2010, 12, 3, 0, 0, tzinfo=UTC)


def test_a_posted_notice_that_arrives_on_the_day_ends_ten_days_on_and_one_of_unknown_arrival_fifteen() -> None:
    assert count("PCR06_STANDSTILL_POST", date(2010, 11, 22), received=date(2010, 11, 22)).last == date(2010, 12, 2)
    assert count("PCR06_STANDSTILL_POST", date(2010, 11, 22)).last == date(2010, 12, 7)


def test_a_posted_notice_that_arrives_late_ends_fifteen_days_after_sending() -> None:
    assert count("PCR06_STANDSTILL_POST", date(2010, 11, 22), received=date(2010, 11, 26)).last == date(2010, 12, 6)
    assert count("PCR06_STANDSTILL_POST", date(2010, 11, 22), received=date(2010, 11, 27)).last == date(2010, 12, 7)
    assert count("PCR06_STANDSTILL_POST", date(2010, 11, 22), received=london(2010, 11, 29, 9)).last == date(2010, 12, 7)


def test_notices_sent_by_mixed_means_end_the_standstill_on_the_later_of_the_two_days() -> None:
    emailed, posted = london(2010, 11, 22, 12), london(2010, 11, 22, 12)
    assert standstill_ends_at(sent_electronically=emailed) == london(2010, 12, 3)
    assert standstill_ends_at(sent_electronically=None, sent_otherwise=posted) == london(2010, 12, 8)
    assert standstill_ends_at(sent_electronically=emailed, sent_otherwise=posted) == london(2010, 12, 8)
    assert standstill_ends_at(sent_electronically=emailed, sent_otherwise=posted, received=posted) == london(2010, 12, 3)
    assert standstill_ends_at(sent_electronically=london(2010, 11, 30, 12), sent_otherwise=posted) == london(2010, 12, 11)


def test_the_regulations_of_2015_count_the_same_days() -> None:
    assert count("PCR15_STANDSTILL_E", date(2015, 12, 14)).last == date(2015, 12, 24)
    ends_at = standstill_ends_at(
        sent_electronically=london(2015, 12, 14, 12),
        sent_otherwise=london(2015, 12, 14, 12),
        electronic_rule="PCR15_STANDSTILL_E",
        other_rule="PCR15_STANDSTILL_POST",
    )
    assert ends_at == london(2015, 12, 30)


def test_no_standstill_runs_before_a_notice_is_sent() -> None:
    with pytest.raises(Refused, match="No notice has been sent"):
        standstill_ends_at(sent_electronically=None)


def test_a_debrief_may_be_asked_for_until_midnight_of_the_second_working_day() -> None:
    assert window_ends_at("PCR06_DEBRIEF_REQ", london(2010, 3, 23, 12)) == london(2010, 3, 26)
    assert window_ends_at("PCR06_DEBRIEF_REQ", london(2007, 12, 21, 12)) == london(2007, 12, 28)


def test_reasons_are_due_so_that_three_working_days_of_the_standstill_remain() -> None:
    assert count("PCR06_DEBRIEF_GIVE", date(2010, 4, 6)).last == date(2010, 3, 30)
    assert window_ends_at("PCR06_DEBRIEF_GIVE", london(2010, 4, 7)) == london(2010, 3, 31)


def test_the_exclusive_end_of_a_standstill_belongs_to_the_day_before_it() -> None:
    assert count("PCR06_DEBRIEF_GIVE", london(2010, 4, 7) - A_MOMENT).last == date(2010, 3, 30)
    assert count("PCR06_DEBRIEF_GIVE", london(2010, 4, 7)).last == date(2010, 3, 30)
    assert count("PCR06_DEBRIEF_GIVE", london(2010, 4, 7) + A_MOMENT).last == date(2010, 3, 31)


def test_reasons_given_too_late_move_the_end_of_the_standstill_so_that_three_working_days_remain() -> None:
    ends_at = window_ends_at("PCR06_STANDSTILL_E", london(2010, 3, 23, 12))
    assert standstill_after_debrief(ends_at, london(2010, 3, 24, 12)) == london(2010, 4, 7)
    assert standstill_after_debrief(ends_at, london(2010, 3, 31) - A_MOMENT) == london(2010, 4, 7)
    assert standstill_after_debrief(ends_at, london(2010, 3, 31)) == london(2010, 4, 8)
    assert standstill_after_debrief(ends_at, london(2010, 4, 6, 23, 59)) == london(2010, 4, 10)


def test_the_award_is_to_be_notified_to_the_official_journal_within_48_days() -> None:
    assert count("PCR06_AWARD_NOTICE", date(2008, 2, 1)).last == date(2008, 3, 20)
    assert count("PCR06_AWARD_NOTICE", date(2008, 2, 2)).last == date(2008, 3, 25)


# Procurement Act 2023


def test_an_award_published_on_18_december_2025_stands_still_until_the_end_of_31_december() -> None:
    counted = count("PA_STANDSTILL", date(2025, 12, 18))
    assert counted.first == date(2025, 12, 18)
    assert counted.days[0].counted
    assert counted.ends == london(2026, 1, 1)


def test_an_award_published_on_24_december_2024_stands_still_until_8_january_by_the_holidays_of_any_part() -> None:
    assert count("PA_STANDSTILL", date(2024, 12, 24)).last == date(2025, 1, 8)


def test_an_award_published_on_24_december_2024_stands_still_until_7_january_by_the_holidays_of_england_and_wales() -> None:
    PeriodRule.objects.filter(code="PA_STANDSTILL").update(calendar=PeriodRule.Calendar.ENGLAND_AND_WALES)
    assert count("PA_STANDSTILL", date(2024, 12, 24)).last == date(2025, 1, 7)


def test_an_award_published_on_a_saturday_counts_from_the_monday() -> None:
    assert count("PA_STANDSTILL", date(2025, 11, 14)).last == date(2025, 11, 25)
    assert count("PA_STANDSTILL", date(2025, 11, 15)).last == date(2025, 11, 26)
    assert count("PA_STANDSTILL", date(2025, 11, 17)).last == date(2025, 11, 26)


def test_a_voluntary_standstill_before_a_change_counts_like_one_before_an_award() -> None:
    assert count("PA_CCN_VOL", date(2025, 12, 18)).last == date(2025, 12, 31)


def test_tenders_may_be_due_on_the_twenty_fifth_day_after_the_tender_notice() -> None:
    counted = count("PA_TENDER_MIN", date(2025, 6, 2))
    assert counted.last == date(2025, 6, 27)
    assert counted.rule.end == PeriodRule.End.TIME_STATED
    assert count("PA_TENDER_MIN", date(2025, 6, 3)).last == date(2025, 6, 30)


# Provider Selection Regime


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (date(2025, 9, 25), date(2025, 10, 8)),
        (date(2025, 12, 1), date(2025, 12, 12)),
        (date(2026, 2, 5), date(2026, 2, 18)),
    ],
    ids=str,
)
def test_representations_may_be_made_until_the_eighth_working_day_after_the_standstill_begins(published: date, last: date) -> None:
    counted = count("PSR_REPS", published)
    assert counted.first == published + timedelta(days=1)
    assert counted.last == last


def test_a_standstill_that_begins_on_a_saturday_is_counted_from_the_monday_after() -> None:
    counted = count("PSR_REPS", date(2025, 9, 26))
    assert counted.first == date(2025, 9, 27)
    assert counted.last == date(2025, 10, 8)


def test_a_further_decision_is_followed_by_five_working_days() -> None:
    assert count("PSR_FURTHER", date(2025, 12, 18)).last == date(2025, 12, 29)


# What holds for every rule


def test_a_closed_day_that_the_authority_adds_lengthens_a_window_that_opens_afterwards() -> None:
    assert count("FESC_APPEAL", date(2007, 5, 21)).last == date(2007, 5, 31)
    ClosedDay.objects.create(on=date(2007, 5, 31), calendar=PeriodRule.Calendar.ENGLAND_AND_WALES, reason="Offices closed by flood")
    counted = count("FESC_APPEAL", date(2007, 5, 21))
    assert counted.last == date(2007, 6, 1)
    assert counted.days[-1].why == "the period runs on to a working day, for its last day is Offices closed by flood"


def test_a_rule_that_the_authority_changes_counts_as_changed() -> None:
    PeriodRule.objects.filter(code="FESC_APPEAL").update(length=15)
    assert count("FESC_APPEAL", date(2007, 5, 21)).last == date(2007, 6, 5)


def test_an_unknown_rule_is_refused_with_a_sentence_that_names_the_rules() -> None:
    with pytest.raises(UnknownRule, match=r"There is no period rule “FESC_APEAL”. The rules are: .*FESC_APPEAL, .*PSR_REPS."):
        count("FESC_APEAL", date(2007, 5, 21))


def test_an_unknown_rule_is_refused_with_a_sentence_where_no_rule_has_been_loaded() -> None:
    Regime.objects.all().delete()
    PeriodRule.objects.all().delete()
    with pytest.raises(UnknownRule, match="None has been loaded yet"):
        count("FESC_APPEAL", date(2007, 5, 21))


def test_a_date_that_the_calendar_does_not_know_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="The bank holidays of 2101 are not known"):
        window_ends_at("FESC_APPEAL", london(2100, 12, 28))


def test_a_receipt_before_the_sending_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="cannot have been received on 21 November 2010"):
        count("PCR06_STANDSTILL_POST", date(2010, 11, 22), received=date(2010, 11, 21))


def test_a_moment_without_a_time_zone_opens_no_window() -> None:
    with pytest.raises(TypeError, match="aware moment"):
        window_ends_at("FESC_APPEAL", london(2007, 5, 21).replace(tzinfo=None))


def test_a_window_costs_two_queries_however_many_closed_days_there_are(django_assert_num_queries) -> None:
    for number in range(20):
        ClosedDay.objects.create(on=date(2007, 6, 1) + timedelta(days=number), calendar=PeriodRule.Calendar.ANY_UK, reason="Closed")
    with django_assert_num_queries(2):
        window_ends_at("FESC_APPEAL", london(2007, 5, 21, 12))
