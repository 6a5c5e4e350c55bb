"""Every component and layout in a real browser: nothing that axe objects to, nothing that runs out of the window."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.chromium import take_picture
from tests.look.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.first_home, pytest.mark.django_db(transaction=True)]
PICTURES = ROOT / "artefacts" / "look"
WIDTHS = [320, 768, 1280]
LISTS = ["list/", "list/?none", "list/?since=never"]
PAGES = ["components/", "act/", *LISTS, "workspace/", "letter/", "done/", "errors/404/", "errors/409/", "errors/500/"]


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page, and find nothing wrong with it."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    take_picture(page, PICTURES / f"{name}-{width}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the window"


def name_of(address: str) -> str:
    return address.strip("/").replace("/", "-").replace("?", "-").replace("=", "-").replace("--", "-")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_whole_and_accessible(live_server, client, page, lead, width):
    client.force_login(lead)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        page.goto(f"{live_server.url}/gallery/{address}")
        look_at(page, name_of(address))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_form_with_errors_is_whole_and_accessible(live_server, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    for address, button in [("act/", "Extend the deadline"), ("act/?refuse", "Extend the deadline"), ("components/", "Save the prices")]:
        page.goto(f"{live_server.url}/gallery/{address}")
        page.get_by_role("button", name=button).click()
        look_at(page, f"{name_of(address)}-sent")


def test_a_reader_lands_on_what_is_wrong_and_each_line_leads_to_its_box(live_server, page):
    page.goto(f"{live_server.url}/gallery/act/")
    page.get_by_label("Title").fill("Acute contracts")
    page.get_by_role("group", name="Closing date and time").get_by_label("Day").fill("31")
    page.get_by_role("button", name="Extend the deadline").click()
    assert page.title() == "Error: Extend the deadline – Framework procurement"
    assert "nhsuk-error-summary" in page.evaluate("document.activeElement.className")
    page.get_by_role("link", name="Closing date and time: enter the month").click()
    assert page.evaluate("document.activeElement.id") == "id_closes_at-month"
    assert page.get_by_label("Title").input_value() == "Acute contracts"
    assert page.get_by_role("group", name="Closing date and time").get_by_label("Day").input_value() == "31"


# The texts of charts that cover one another.
COVERED = """[...document.querySelectorAll("svg.app-chart")].flatMap(chart => {
    const boxes = [...chart.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
    return boxes.flatMap(([text, a], place) => boxes.slice(place + 1)
        .filter(([_, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map(([other]) => `${text} / ${other}`));
})"""


def test_a_long_name_in_a_chart_does_not_cover_its_number(live_server, page):
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{live_server.url}/gallery/components/")
    assert page.evaluate(COVERED) == []


def test_the_keyboard_skips_to_the_content(live_server, page):
    page.goto(f"{live_server.url}/gallery/list/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "maincontent"


def test_a_person_signs_out_from_any_page(live_server, client, page, lead):
    client.force_login(lead)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.goto(f"{live_server.url}/gallery/workspace/")
    assert page.get_by_role("link", name="Letters (3) not read").is_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/gallery/workspace/")
    assert page.get_by_role("link", name="Sign in").is_visible()


def test_print_keeps_the_text_and_drops_the_buttons(live_server, page):
    page.goto(f"{live_server.url}/gallery/workspace/")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Answer a clarification").is_visible()
    assert page.get_by_text("Key facts").is_visible()
    assert not page.get_by_role("navigation", name="Menu").is_visible()
    take_picture(page, PICTURES / "workspace-print.png")


def test_no_page_asks_another_machine_for_anything(live_server, page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/gallery/components/")
    assert asked
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
