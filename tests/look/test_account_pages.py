"""Signing in, the second factor, and a new password: each page through its real flow, and each with axe."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.test import Client
from playwright.sync_api import Page

PASSWORD = "correct horse battery"  # of the factory's people


def code_for(secret: str) -> str:
    """The code that an authenticator app shows now, and for some seconds more."""
    while time.time() % 30 > 25:
        time.sleep(0.5)
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def accessible(page: Page, heading: str) -> None:
    assert page.get_by_role("heading", level=1).inner_text() == heading
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.mark.first_home
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_person_sets_up_a_second_factor_signs_in_with_it_and_takes_it_away(live_server, page, lead):
    page.goto(f"{live_server.url}/account/login/")
    accessible(page, "Sign in")
    sign_in(page, live_server.url, lead.email)

    page.goto(f"{live_server.url}/account/2fa/")
    accessible(page, "How you sign in")
    page.get_by_role("button", name="Set up an authenticator app").click()
    accessible(page, "Confirm that it is you")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Confirm").click()
    assert page.title().startswith("Error: Confirm that it is you")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    accessible(page, "Set up an authenticator app")
    picture = page.get_by_alt_text("A square code for your authenticator app")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0"), "the CSP let the picture through"
    secret = page.locator("code").inner_text()
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    assert page.title().startswith("Error: Set up an authenticator app")
    assert page.locator("code").inner_text() == secret, "the same secret after a wrong code"
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Switch it on").click()
    accessible(page, "Your recovery codes")
    recovery_codes = iter(page.locator(".app-codes code").all_inner_texts())

    page.get_by_role("button", name="Make new codes").click()
    accessible(page, "Make new recovery codes")
    page.get_by_role("link", name="Cancel").click()
    accessible(page, "How you sign in")
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, live_server.url, lead.email)
    accessible(page, "Enter your code")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    assert page.title().startswith("Error: Enter your code")
    page.get_by_label("Code").fill(next(recovery_codes))
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()

    page.goto(f"{live_server.url}/account/2fa/totp/deactivate/")
    accessible(page, "Confirm that it is you")
    page.get_by_role("link", name="Use authenticator app or code").click()
    accessible(page, "Confirm that it is you")
    page.get_by_label("Code").fill(next(recovery_codes))
    page.get_by_role("button", name="Confirm").click()
    accessible(page, "Remove the authenticator app")
    page.get_by_role("button", name="Remove it").click()
    accessible(page, "How you sign in")
    assert not Authenticator.objects.filter(user=lead).exists()


@pytest.mark.first_home
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_forgotten_password_is_replaced_by_the_link_in_the_e_mail(live_server, page, lead):
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_role("link", name="I have forgotten my password").click()
    accessible(page, "Reset your password")
    page.get_by_label("Email").fill(lead.email)
    page.get_by_role("button", name="Send the link").click()
    accessible(page, "Check your e-mail")
    (letter,) = mail.outbox
    assert "Choose a new password" in letter.subject
    (link,) = re.findall(r"http://\S+", str(letter.body))
    page.goto(link)
    accessible(page, "Choose a new password")
    page.get_by_label("New Password", exact=True).fill("short")
    page.get_by_label("New Password (again)").fill("short")
    page.get_by_role("button", name="Save the new password").click()
    assert page.title().startswith("Error: Choose a new password")
    for box in ("New Password", "New Password (again)"):
        page.get_by_label(box, exact=True).fill("staple battery horse correct")
    page.get_by_role("button", name="Save the new password").click()
    accessible(page, "Your password is changed")
    page.goto(link)
    accessible(page, "This link no longer works")


@pytest.mark.first_home
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_other_pages_of_an_account_are_accessible(live_server, page, lead):
    sign_in(page, live_server.url, lead.email)
    for address, heading in [("password/change", "Change your password"), ("logout", "Sign out")]:
        page.goto(f"{live_server.url}/account/{address}/")
        accessible(page, heading)
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    for address, heading in [("signup", "By invitation only"), ("inactive", "You can no longer sign in")]:
        page.goto(f"{live_server.url}/account/{address}/")
        accessible(page, heading)


@pytest.mark.django_db
def test_a_wrong_password_says_so_keeps_the_address_and_shows_no_password(client: Client, lead):
    answer = client.post("/account/login/", {"login": lead.email, "password": "wrong horse"})
    page = answer.content.decode()
    assert "<title>Error: Sign in" in page
    assert f'value="{lead.email}"' in page
    assert "wrong horse" not in page


@pytest.mark.django_db
def test_a_stranger_learns_nothing_from_asking_for_a_new_password(client: Client, lead):
    known = client.post("/account/password/reset/", {"email": lead.email}, follow=True)
    unknown = client.post("/account/password/reset/", {"email": "nobody@nowhere.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert "Nobody signs in with this e-mail address" in mail.outbox[1].subject


@pytest.mark.django_db
def test_every_page_of_the_account_is_one_of_ours(client: Client, lead):
    """A page that only the library has would be drawn by the other engine, without our frame."""
    client.force_login(lead)
    strays = []
    for address in ["login", "logout", "signup", "inactive", "password/change", "password/set", "password/reset", "password/reset/done", "2fa"]:
        answer = client.get(f"/account/{address}/")
        if answer.status_code == 200 and b"nhsuk-header" not in answer.content:
            strays.append(address)
    assert strays == []
