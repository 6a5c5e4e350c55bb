"""The Chromium that tests look through, and the pictures that it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests import parts

# Nothing is asked of other machines; without a graphics process there is none to die of a full machine.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=parts.chromium(), args=FLAGS)
        yield browser
        browser.close()


def take_picture(page: Page, path: Path) -> None:
    """Keep what the window shows, to the end of the page; a browser that a busy machine kept from drawing is asked once more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        page.screenshot(path=path, full_page=True)
    except Error:
        page.screenshot(path=path, full_page=True)
