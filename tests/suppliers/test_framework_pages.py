"""Pages of a framework: tasks and check for those who curate it, every version and what it changed for everybody."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.canon import digest
from commissioning.models import Regime
from suppliers.actions.framework_versions import publish_framework
from suppliers.actions.frameworks import describe_framework
from suppliers.actions.terms import set_buyers, set_periods
from suppliers.models import Framework, Service
from tests.factories import admissions
from tests.factories.admissions import bids
from tests.factories.frameworks import draft_framework, published_version, supplier
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def framework(curator):
    return admissions.framework()


def text(answer):
    return " ".join(answer.content.decode().split())


def test_a_draft_shows_its_tasks_with_what_each_lacks(browse, curator, framework):
    draft = draft_framework("second", regime="PA2023")
    shown = text(browse(curator).get(draft.get_absolute_url()))
    assert "Before version 1 can be published, 7 things are missing" in shown
    assert "Publish the framework" not in shown
    for verb in ("describe_framework", "set_term", "set_buyers", "set_award_criteria", "set_price_and_fee", "set_reopening", "set_letters"):
        assert f'href="{reverse(f"framework:{verb}", args=[draft.pk])}"' in shown, verb


def test_the_law_is_shown_by_its_name_and_never_by_its_code(browse, curator, framework):
    draft = draft_framework("second", regime="PSR2023")
    for page in (draft.get_absolute_url(), reverse("framework:check", args=[draft.pk])):
        shown = text(browse(curator).get(page))
        assert "Provider Selection Regime 2023" in shown
        assert "PSR2023" not in shown
    shown = text(browse(None).get(framework.get_absolute_url()))
    assert "Public Contracts Regulations 2006" in shown
    assert "PCR2006" not in shown


def test_the_check_page_links_each_lack_to_where_it_is_put_right(browse, curator, framework):
    draft = draft_framework("second", regime="PA2023")
    shown = text(browse(curator).get(reverse("framework:check", args=[draft.pk])))
    assert "State the estimated value, above £0." in shown
    assert f'<a href="{reverse("framework:set_price_and_fee", args=[draft.pk])}">Put it right</a>' in shown
    assert "Publish the framework" not in shown
    assert "Partly read, or a secondary source" in shown


def test_the_check_page_is_for_those_who_may_publish(browse, officer, framework):
    page = reverse("framework:check", args=[framework.pk])
    assert browse(officer).get(page).status_code == 403
    assert browse(bids(supplier())).get(page).status_code == 403
    assert browse(None).get(page).status_code == 302
    assert browse(officer).get(reverse("framework:check", args=[draft_framework("second", of=framework.authority).pk])).status_code == 403


def test_what_waits_for_the_next_version_is_seen_by_those_who_curate_it_alone(browse, curator, framework):
    describe_framework(framework.pk, title="A better title", regime="PCR2006", description="Other.", by=curator, at=NOON)
    page = framework.get_absolute_url()
    assert "Version 2 is being drafted. It changes 2 things" in text(browse(curator).get(page))
    assert "A better title" in text(browse(curator).get(reverse("framework:check", args=[framework.pk])))
    form = text(browse(curator).get(reverse("framework:describe_framework", args=[framework.pk])))
    assert 'value="A better title"' in form, "one goes on where one left off"
    for viewer in (None, bids(supplier())):
        shown = text(browse(viewer).get(page))
        assert "A better title" not in shown
        assert "being drafted" not in shown


def test_each_version_has_a_page_with_what_it_changed_and_a_file(browse, curator, framework):
    set_buyers(framework.pk, classes=["PCT", "SHA"], by=curator, at=NOON)
    publish_framework(framework.pk, by=curator, at=NOON + timedelta(minutes=1))
    second = text(browse(None).get(reverse("framework:version", args=[framework.pk, 2])))
    assert "What changed since version 1" in second
    assert "Buyer: Strategic health authority" in second
    first = text(browse(None).get(reverse("framework:version", args=[framework.pk, 1])))
    assert "This is an earlier version" in first
    assert "Strategic health authority" not in first
    history = text(browse(None).get(reverse("framework:history", args=[framework.pk])))
    assert history.index("Version 2") < history.index("Version 1")
    answer = browse(None).get(reverse("framework:version_download", args=[framework.pk, 2]))
    told = answer.json()
    assert answer["Content-Disposition"] == 'attachment; filename="fesc-version-2.json"'
    assert digest(told["content"]) == told["content_hash"]
    assert browse(None).get(reverse("framework:version", args=[framework.pk, 3])).status_code == 404
    assert browse(None).get(f"{framework.get_absolute_url()}versions/{10**30}/").status_code == 404


def test_a_wrong_tree_of_criteria_keeps_what_was_typed(browse, curator, framework):
    draft = draft_framework("second")
    typed = {"rows-TOTAL_FORMS": 1, "rows-INITIAL_FORMS": 0, "rows-0-title": "Quality", "rows-0-code": "quality", "rows-0-weight": "90"}
    page = reverse("framework:set_award_criteria", args=[draft.pk])
    answer = browse(curator).post(page, typed)
    assert answer.status_code == 400
    assert "sum to 90" in text(answer)
    assert 'value="90"' in text(answer)
    assert 'name="rows-3-title"' in text(browse(curator).post(page, {**typed, "more": "rows"}))
    set_back = text(browse(curator).get(page))
    assert 'value="60.00"' in set_back


def test_wrong_paragraphs_are_named_beside_their_letter(browse, curator, framework):
    page = reverse("framework:set_letters", args=[framework.pk])
    answer = browse(curator).post(page, {"award_notice": "Ask {password}.", "invitation_to_tender": "{supplier}, welcome."})
    assert answer.status_code == 400
    assert 'href="#id_award_notice"' in text(answer)
    assert "{supplier}, welcome." in text(answer)
    assert browse(curator).post(page, {"invitation_to_tender": "{supplier}, welcome."}).status_code == 302
    assert Framework.objects.get(pk=framework.pk).changes == {"letters": {"invitation_to_tender": "{supplier}, welcome."}}


def test_pages_of_a_framework_cost_the_same_for_few_parts_and_for_many(browse, curator, framework):
    set_buyers(framework.pk, classes=["PCT", "SHA"], by=curator, at=NOON)
    pages = [framework.get_absolute_url(), *(reverse(f"framework:{name}", args=[framework.pk]) for name in ("check", "history"))]
    pages += [reverse("framework:version", args=[framework.pk, 1])]
    measured = {}
    for page in pages:
        browse(curator).get(page)
    for size in (10, 200):
        area = framework.areas.first()
        for number in range(Service.objects.filter(area=area).count(), size):
            Service.objects.create(area=area, code=f"service{number}", name="Service", created_at=NOON)
        for number in range(framework.versions.count(), size):
            published_version(framework, at=NOON + timedelta(minutes=number))
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert browse(curator).get(page).status_code == 200
            measured.setdefault(page, []).append(len(queries))
    assert {page: numbers for page, numbers in measured.items() if numbers[0] != numbers[1]} == {}
    assert max(most for _, most in measured.values()) <= 45


def test_a_regime_is_changed_in_the_administration_on_the_authoritys_trail(browse, curator, last_entry):
    law = Regime.objects.get(code="PA2023")
    desk = browse(curator)
    page = reverse("admin:commissioning_regime_change", args=[law.pk])
    form = desk.get(page).context_data["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value is None else value for name, value in typed.items() if value is not False}
    assert desk.post(page, {**typed, "longest_term_years": 5}).status_code == 302
    law.refresh_from_db()
    assert law.longest_term_years == 5
    assert law.demands == form["demands"].initial, "what was not touched stays"
    entry = last_entry(admissions.curator().memberships.get().organisation)
    assert (entry.verb, entry.facts["after"]) == ("change_reference_data", {"longest_term_years": 5})


def test_a_rule_is_chosen_by_its_title_from_those_for_that_purpose_and_law(browse, curator):
    draft = draft_framework("second", regime="PCR2006")
    page = browse(curator).get(reverse("framework:set_periods", args=[draft.pk]))
    fields = page.context_data["form"].fields
    assert dict(fields["appeal_rule"].choices) == {
        "": "Choose one",
        "FESC_APPEAL": "Appeals under the framework of 2007: 10 calendar days",
        "ADMISSION_APPEAL": "Appeals where the law gives no time: 10 working days",
    }
    assert {code for code, _ in fields["standstill_rule"].choices} == {"", "PCR06_STANDSTILL_E", "PCR06_STANDSTILL_POST"}
    assert dict(fields["tender_rule"].choices) == {"": "None is set", "CALL_OFF_LEAST_TIME": "Least time to tender in a call-off: 10 working days"}
    Framework.objects.filter(pk=draft.pk).update(standstill_rule="PSR_REPS")
    fields = browse(curator).get(page.request["PATH_INFO"]).context_data["form"].fields
    assert "PSR_REPS" in dict(fields["standstill_rule"].choices), "what is chosen already can be kept"
    with pytest.raises(ValidationError, match="The rule “PCR06_AWARD_NOTICE” is for something else"):
        set_periods(draft.pk, appeal_rule="PCR06_AWARD_NOTICE", standstill_rule="PCR06_STANDSTILL_E", by=curator, at=NOON)


def test_a_curator_chooses_a_regimes_rules_by_title_and_purpose(client, curator):
    client.force_login(curator)
    law = Regime.objects.get(code="PA2023")
    shown = client.get(reverse("admin:commissioning_regime_change", args=[law.pk])).context_data["adminform"].form.fields
    titles = {"Least time to tender (Procurement Act 2023)", "Least time to tender in a call-off"}
    assert {label for _, label in list(shown["tender_rule"].choices)[1:]} == titles
    assert {rule.code for rule in shown["standstill_rule"].queryset} == {"PA_STANDSTILL"}
    added = client.get(reverse("admin:commissioning_regime_add")).context_data["adminform"].form.fields
    assert {rule.purpose for rule in added["appeal_rule"].queryset} == {"appeal"}
