"""Whatever is typed into any form is kept as it is, or refused and shown again; it never breaks a page and never becomes part of one."""

import pytest
from django.conf import settings

from commissioning import letters
from commissioning.models import Letter
from tests.trust.input import strings
from tests.trust.input.conftest import undone
from tests.trust.input.doors import PAGES, named
from tests.trust.input.reading import Page

pytestmark = pytest.mark.django_db
every_page = pytest.mark.parametrize("door", PAGES, ids=named)
# What fits into a title, and into a reason.
SHORT, LONG = 190, 3500


def read(response):
    """The page; nothing on it may come from what was typed."""
    html = response.content.decode()
    page = Page(html)
    assert not [name for name in page.names if strings.MARK in name], "text became an element or attribute"
    assert not [link for link in page.links if link.strip().lower().startswith("javascript:")], "text became a link that runs"
    assert strings.PRODUCT not in html, "text was taken for a template"
    return page


def words(text):
    """The text by words: in a box of one line, any end of a line is a space."""
    return text.split()


def shown(page, name):
    control = page.main_form.controls[name]
    return words(control.values[0]) if control.values else []


def typed_into(here, text):
    """The text in every box but those for a password; of a very long text, in as many as a form may hold."""
    names = [name for name in here.form.typed() if here.form.controls[name].kind != "password"]
    return dict.fromkeys(names[: settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (len(text.encode()) + 500)], text)


def post(here, changed):
    """The page that comes of it, and the answer's status; at the end of a redirect nothing may come from what was typed either."""
    before = set(Letter.objects.values_list("pk", flat=True))
    response = here.post(**changed)
    assert response.status_code in (302, 400, 409), response.status_code
    page = read(response if response.status_code != 302 else here.client.get(response["Location"], follow=True))
    for letter in Letter.objects.exclude(pk__in=before):
        written = Page(letter.body)
        assert not [name for name in written.names if strings.MARK in name]
        message = letters._email(letter).message()
        assert (len(letter.title.splitlines()), message["Bcc"], message["To"]) == (1, None, letter.recipient.email)
    return page, response.status_code


def mended(here, page, changed):
    """What was typed, where the page found nothing wrong with it."""
    wrong = {name for name, control in page.main_form.controls.items() if control.is_wrong}
    return {name: text for name, text in changed.items() if name not in wrong}


@pytest.mark.first_home
@every_page
def test_every_form_can_be_filled_in(visit, door):
    here = visit(door)
    page, status = post(here, {})
    assert status == 302, f"{here.address}: {page.summary}"


@pytest.mark.first_home
@every_page
def test_what_is_typed_is_kept_or_shown_again_and_never_part_of_a_page(visit, door):
    here = visit(door)
    boxes = here.form.controls
    long = {boxes[name].kind == "textarea" for name in here.form.typed()} == {True}
    short = bool(here.form.typed()) and not long
    texts = [*(strings.chunks(strings.LIKELY, SHORT) if short else ()), *(strings.chunks(strings.HARMLESS, LONG) if long else ())]
    for text in texts:
        changed = typed_into(here, text)
        with undone():
            page, status = post(here, changed)
            if status != 400:
                continue
            for name in changed.keys() & page.main_form.controls.keys():
                assert shown(page, name) == words(text), name
        with undone():
            post(here, mended(here, page, changed))


@pytest.mark.first_home
@every_page
def test_what_nothing_can_hold_or_nobody_reads_is_refused_with_a_sentence(visit, door):
    here = visit(door)
    texts = (*strings.CONTROLS, *strings.EMPTY_ISH, *strings.HEADERS, *strings.VERY_LONG) if here.form.typed() else ()
    for text in texts:
        with undone():
            page, status = post(here, typed_into(here, text))
            assert status == 302 or page.summary.startswith(("There is a problem", "This was not done")), repr(text[:20])


def is_in_an_empty_row(here, name):
    """Whether it belongs to a row of a table in which nothing stands, and which is left out whatever is in this one box."""
    row = name.rpartition("-")[0]
    return name.startswith("rows-") and not any(any(here.posted.get(other, "")) for other in here.form.typed() if other.startswith(f"{row}-"))


@every_page
def test_a_zero_character_is_never_kept(visit, door):
    here = visit(door)
    changed = {name: "a\x00b" for name in typed_into(here, "") if not is_in_an_empty_row(here, name)}
    if changed:
        with undone():
            page, status = post(here, changed)
        # The boxes of a moment complain together, and the first wrong one speaks for all.
        kept = [name for name in mended(here, page, changed) if not name.endswith("_time")]
        assert (status, kept) == (400, [])
