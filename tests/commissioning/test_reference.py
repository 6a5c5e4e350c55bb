"""The rows that the service brings with it."""

from datetime import date

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db.models import ProtectedError

from commissioning.actions.organisations import describe_organisation, register_organisation
from commissioning.models import ClockJob, CommissioningFunction, Organisation, PeriodRule, Regime
from commissioning.reference import load_reference_data

pytestmark = pytest.mark.django_db

NOBODY_EDITS = (
    "regime",
    "length",
    "unit",
    "first_day",
    "skipped_days",
    "rolls_forward",
    "least_working_days",
    "length_from_receipt",
    "calendar",
    "end",
)


def test_the_rules_are_there_as_the_law_and_the_framework_give_them() -> None:
    rules = {row[0]: row[1:] for row in PeriodRule.objects.exclude(regime="HOUSE").values_list("code", *NOBODY_EDITS)}
    assert rules == {
        "FESC_APPEAL": ("PCR2006", 10, "calendar", "day_after", 0, True, 2, None, "ENG", "midnight"),
        "PCR06_STANDSTILL_E": ("PCR2006", 10, "calendar", "day_after", 0, True, 2, None, "ENG", "midnight"),
        "PCR06_STANDSTILL_POST": ("PCR2006", 15, "calendar", "day_after", 0, True, 2, 10, "ENG", "midnight"),
        "PCR06_DEBRIEF_REQ": ("PCR2006", 2, "working", "day_after", 0, False, 0, None, "ENG", "midnight"),
        "PCR06_DEBRIEF_GIVE": ("PCR2006", -3, "working", "day_after", 0, False, 0, None, "ENG", "midnight"),
        "PCR06_AWARD_NOTICE": ("PCR2006", 48, "calendar", "day_after", 0, True, 2, None, "ENG", "midnight"),
        "PCR15_STANDSTILL_E": ("PCR2015", 10, "calendar", "day_after", 0, True, 2, None, "ENG", "midnight"),
        "PCR15_STANDSTILL_POST": ("PCR2015", 15, "calendar", "day_after", 0, True, 2, 10, "ENG", "midnight"),
        "PA_STANDSTILL": ("PA2023", 8, "working", "same_day", 0, False, 0, None, "UK", "midnight"),
        "PA_CCN_VOL": ("PA2023", 8, "working", "same_day", 0, False, 0, None, "UK", "midnight"),
        "PA_TENDER_MIN": ("PA2023", 25, "calendar", "day_after", 0, True, 0, None, "UK", "time_stated"),
        "PSR_REPS": ("PSR2023", 8, "working", "day_after", 1, False, 0, None, "ENG", "midnight"),
        "PSR_FURTHER": ("PSR2023", 5, "working", "day_after", 0, False, 0, None, "ENG", "midnight"),
    }


def test_every_rule_fits_its_fields_and_names_its_source() -> None:
    for rule in PeriodRule.objects.all():
        rule.full_clean()
        assert rule.trigger
        assert rule.source.endswith((".", "timeline proposes it."))


def test_a_choice_of_this_service_is_not_passed_off_as_law() -> None:
    of_the_house = PeriodRule.objects.filter(confidence=PeriodRule.Confidence.HOUSE)
    assert set(of_the_house.filter(regime="HOUSE")) == set(PeriodRule.objects.filter(regime="HOUSE"))
    assert set(of_the_house.exclude(regime="HOUSE").values_list("code", flat=True)) == {"FESC_APPEAL"}


def test_the_functions_that_a_trust_always_keeps() -> None:
    kept = CommissioningFunction.objects.filter(always_retained=True).values_list("name", flat=True)
    assert list(kept) == ["Patient and public involvement", "Emergency planning", "Handling of contracts"]


def test_the_functions_that_a_trust_may_have_done_for_it() -> None:
    arranged = CommissioningFunction.objects.filter(always_retained=False).values_list("name", flat=True)
    assert list(arranged) == [
        "Assessment of needs",
        "Planning of services",
        "Contracting",
        "Procurement",
        "Performance management",
        "Settlement",
        "Review of services",
        "Provision of community services",
    ]


def test_loading_again_adds_nothing() -> None:
    before = PeriodRule.objects.count(), CommissioningFunction.objects.count()
    assert load_reference_data() == 0
    assert (PeriodRule.objects.count(), CommissioningFunction.objects.count()) == before


def test_what_an_administrator_changed_stays_as_changed() -> None:
    PeriodRule.objects.filter(code="PA_STANDSTILL").update(calendar="ENG", source="Counsel's advice.")
    CommissioningFunction.objects.filter(code="settlement").update(name="Settlement of accounts")
    load_reference_data()
    assert PeriodRule.objects.get(code="PA_STANDSTILL").calendar == "ENG"
    assert PeriodRule.objects.get(code="PA_STANDSTILL").source == "Counsel's advice."
    assert CommissioningFunction.objects.get(code="settlement").name == "Settlement of accounts"


def test_a_missing_row_is_brought_back() -> None:
    Regime.objects.filter(code="PSR2023").delete()
    PeriodRule.objects.filter(code="PSR_REPS").delete()
    assert load_reference_data() == 2
    assert PeriodRule.objects.get(code="PSR_REPS").skipped_days == 1
    assert Regime.objects.get(code="PSR2023").standstill_rule_id == "PSR_REPS"


def test_a_period_rule_that_a_regime_rests_on_is_not_taken_away() -> None:
    with pytest.raises(ProtectedError):
        PeriodRule.objects.filter(code="PA_STANDSTILL").delete()


@pytest.mark.parametrize(
    ("code", "years", "open_years", "under"),
    [("PCR2006", 4, None, False), ("PCR2015", 4, None, False), ("PA2023", 4, 8, True), ("PSR2023", 4, None, False)],
)
def test_the_regimes_are_there_each_with_its_source_and_how_far_it_was_read(code: str, years: int, open_years: int | None, under: bool) -> None:
    law = Regime.objects.get(code=code)
    assert (law.longest_term_years, law.open_scheme_years, law.criteria_lie_under) == (years, open_years, under)
    assert law.source.endswith(".")
    assert law.confidence in {PeriodRule.Confidence.PARTLY, PeriodRule.Confidence.UNVERIFIED}


@pytest.mark.parametrize(
    ("starts", "last"), [(date(2007, 5, 21), date(2011, 5, 20)), (date(2024, 2, 29), date(2028, 2, 28)), (date(2023, 3, 1), date(2027, 2, 28))]
)
def test_four_years_end_the_day_before_their_fourth_anniversary(starts: date, last: date) -> None:
    assert Regime.objects.get(code="PCR2006").longest_end(starts, is_open=False) == last


def test_a_commissioner_is_of_a_class_that_is_there_and_a_supplier_of_none() -> None:
    job = ClockJob("test")
    given = {"name": "Hillingdon PCT", "by": job}
    trust = register_organisation(kind=Organisation.Kind.COMMISSIONER, body_class="PCT", **given)
    assert trust.body_class.name == "Primary care trust"
    for kind, body_class in ((Organisation.Kind.COMMISSIONER, "PRISON"), (Organisation.Kind.SUPPLIER, "PCT")):
        with pytest.raises(ValidationError) as wrong:
            register_organisation(kind=kind, body_class=body_class, **given)
        assert list(wrong.value.message_dict) == ["body_class"]
    described = describe_organisation(trust.pk, name="Hillingdon PCT", body_class="CARE_TRUST", by=job)
    assert described.body_class_id == "CARE_TRUST"
    assert describe_organisation(trust.pk, name="Hillingdon", by=job).body_class_id == "CARE_TRUST", "left out, it stays"
    assert describe_organisation(trust.pk, name="Hillingdon", body_class="", by=job).body_class_id is None


def test_before_its_tables_exist_there_is_nothing_to_load() -> None:
    assert load_reference_data(apps=Apps([])) == 0


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_emptied_gets_its_rules_back() -> None:
    Regime.objects.all().delete()
    PeriodRule.objects.all().delete()
    call_command("flush", interactive=False, verbosity=0)
    assert PeriodRule.objects.filter(code="FESC_APPEAL", length=10).exists()
    assert Regime.objects.filter(code="PA2023", standstill_rule="PA_STANDSTILL").exists()
    assert CommissioningFunction.objects.filter(code="emergency-planning", always_retained=True).exists()
