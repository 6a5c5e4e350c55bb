"""The administration in a real browser: no page of it needs what our policy forbids, and none needs a script to do its work."""

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect

from commissioning.actions.organisations import register_organisation
from commissioning.actions.people import invite_person
from commissioning.actions.reference_data import change_reference_data
from commissioning.models import ClockJob, ClosedDay, CommissioningFunction, Role
from tests.look.conftest import chromium, page  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.first_home, pytest.mark.django_db(transaction=True)]
JOB = ClockJob("test")
OURS = ["commissioning", "suppliers", "procurement", "contracts"]


@pytest.fixture
def hillingdon(curator):
    given = [{"scheme": "GB-NHS", "value": "5AT"}]
    made = register_organisation(kind="commissioner", name="Hillingdon PCT", identifiers=given, by=JOB)
    invite_person(made.pk, email="x@hillingdon.example", name="X", role=Role.OPENER, by=JOB)
    change_reference_data(ClosedDay(on="2026-06-15", calendar="ENG", reason="A royal occasion"), by=curator)
    return made


def sign_in(client, context, live_server, user):
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def addresses():
    """Every page of the administration: lists, searches, sheets out and in, and of one record of each kind all that there is."""
    yield from (reverse("admin:index"), *(reverse("admin:app_list", args=[label]) for label in OURS))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{name}_changelist")
        yield from (listed, f"{listed}?q=hillingdon")
        yield from (reverse(f"{name}_{what}") for what in ("export", "import", "add"))
        if (record := model._default_manager.order_by("pk").first()) is not None:
            yield from (reverse(f"{name}_{what}", args=[record.pk]) for what in ("change", "history", "delete"))


def test_no_page_of_the_administration_breaks_the_policy(live_server, client, page, curator, hillingdon):  # noqa: F811
    """The window's fixture fails on any complaint of the browser, so on any script or style that the policy stops."""
    sign_in(client, page.context, live_server, curator)
    shown = [answer.status for answer in (page.goto(f"{live_server.url}{place}") for place in addresses()) if answer]
    assert len(shown) > 100
    assert shown.count(200) > 60
    assert set(shown) == {200, 403}, "403: what a curator may not add, bring in or delete"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_sheet_goes_out_without_a_script(live_server, client, chromium, curator, hillingdon, form):  # noqa: F811
    context = chromium.new_context(java_script_enabled=False)
    sign_in(client, context, live_server, curator)
    window = context.new_page()
    window.goto(f"{live_server.url}{reverse('admin:commissioning_organisation_changelist')}")
    window.get_by_role("link", name="Export").click()
    window.get_by_label("Format").select_option(form)
    with window.expect_download() as coming:
        window.get_by_role("button", name="Submit").click()
    assert coming.value.suggested_filename.endswith(form)
    content = coming.value.path().read_bytes()
    assert content[:2] == b"PK" if form == "xlsx" else b"Hillingdon PCT" in content
    context.close()


def test_a_sheet_comes_in_without_a_script(live_server, client, chromium, curator, tmp_path):  # noqa: F811
    sheet = tmp_path / "functions.csv"
    sheet.write_text("code,name,always_retained,order\nnew,A new function,0,99\n")
    context = chromium.new_context(java_script_enabled=False)
    sign_in(client, context, live_server, curator)
    window = context.new_page()
    window.goto(f"{live_server.url}{reverse('admin:commissioning_commissioningfunction_import')}")
    window.get_by_label("File to import").set_input_files(sheet)
    window.get_by_label("Format").select_option("csv")
    window.get_by_role("button", name="Submit").click()
    window.get_by_role("button", name="Confirm import").click()
    assert CommissioningFunction.objects.get(code="new").name == "A new function"
    context.close()


def test_the_buttons_of_our_acts_are_reached_and_pressed_by_keyboard(live_server, client, page, curator, hillingdon):  # noqa: F811
    sign_in(client, page.context, live_server, curator)
    page.goto(f"{live_server.url}{reverse('admin:commissioning_organisation_change', args=[hillingdon.pk])}")
    acts = [reverse(f"organisation:{verb}", args=[hillingdon.pk]) for verb in ("invite_person", "describe_organisation", "succeed_organisation")]
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
        if reached[-1] == acts[-1]:
            break
    assert [place for place in reached if place in acts] == acts
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{acts[-1]}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
