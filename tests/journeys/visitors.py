"""People at their browsers: what they open, type and press, and what every page that they meet must be.

Scripts are off: what cannot be done without them cannot be done in a journey. Only axe, which is one, is let in to look.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Locator, Page, Response

from commissioning import clock
from tests.chromium import take_picture

PASSWORD = "correct horse battery"
PICTURES = Path(__file__).resolve().parents[2] / "artefacts" / "journey"
WIDE, NARROW, HIGH = 1280, 375, 900
# An answer's status, which is looked at for itself; and a picture that was still on its way when the next page was asked for.
HARMLESS = ("the server responded with a status of", "net::ERR_ABORTED")


@dataclass
class Album:
    """The pictures of a journey, numbered in its order."""

    folder: Path
    taken: int = 0

    def take(self, page: Page, name: str) -> None:
        """Keep what the window shows, to the end of the page."""
        self.taken += 1
        take_picture(page, self.folder / f"{self.taken:03}-{name}.png")


def kept_album() -> Album:
    """The album that is left when the journey is over, without the pictures of an earlier one."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES.glob("*.png"):
        picture.unlink()
    return Album(PICTURES)


@dataclass
class Town:
    """Where the journey happens: the service's address, a browser, and everybody who has come so far."""

    url: str
    browser: Browser
    album: Album
    visitors: "dict[str, Visitor]" = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def stranger(self) -> "Visitor":
        """Somebody at a browser of their own, who has not signed in."""
        return Visitor(self, "anybody")

    def person(self, email: str) -> "Visitor":
        """The person of this address at a browser of their own, signed in through the sign-in page."""
        if email not in self.visitors:
            visitor = self.visitors[email] = Visitor(self, email.partition(".")[0].replace("@", "-"))
            visitor.goes_to("/account/login/")
            visitor.types({"Email": email, "Password": PASSWORD})
            visitor.presses("Sign in")
            visitor.sees(visitor.page.get_by_role("button", name="Sign out"))
        return self.visitors[email]


class Visitor:
    """Somebody at a window; each page that they come to is looked at: `looks_around` says for what."""

    def __init__(self, town: Town, name: str) -> None:
        self.town, self.name = town, name
        self.page = town.browser.new_context(base_url=town.url, viewport={"width": WIDE, "height": HIGH}, locale="en-GB").new_page()
        self.page.set_default_timeout(60_000)
        self.statuses: list[int] = []
        self.complaints: list[str] = []
        self.page.on("response", self._note_status)
        self.page.on("console", lambda message: self._complain(message.text) if message.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("requestfailed", lambda request: self._complain(f"{request.failure}: {request.url}"))
        self.devtools: CDPSession = self.page.context.new_cdp_session(self.page)
        self._let_scripts_run(False)

    # Going about

    def goes_to(self, address: str, *, status: int = 200) -> None:
        """Open a page by its address."""
        with self._comes_to_a_page(status):
            self.page.goto(address)

    def follows(self, link: str, *, within: Locator | None = None, status: int = 200) -> None:
        """Follow a link by its whole text, whether it looks like one or like a button."""
        with self._comes_to_a_page(status):
            self._link(link, within).click()

    def presses(self, button: str, *, within: Locator | None = None, status: int = 200) -> None:
        """Press a button of the page's own content by its whole text."""
        with self._comes_to_a_page(status):
            (within or self.page.get_by_role("main")).get_by_role("button", name=button, exact=True).click()

    def _link(self, link: str, within: Locator | None = None) -> Locator:
        place = within or self.page
        return place.get_by_role("link", name=link, exact=True).or_(place.get_by_role("button", name=link, exact=True)).first

    def begins_act(self, title: str) -> None:
        """Choose one of the acts that the record's page offers."""
        self.follows(title, within=self.page.get_by_role("region", name="What you can do now"))

    def acts(self, title: str, words: dict[str, str] | None = None, *, choices: Sequence[str] = (), button: str = "", status: int = 200) -> None:
        """Choose one of the acts that the record's page offers, fill its form in and send it."""
        self.begins_act(title)
        self.types(words or {})
        self.chooses(*choices)
        self.presses(button or title, status=status)

    # Filling forms in

    def group(self, legend: str) -> Locator:
        """The part of the form under this legend."""
        return self.page.get_by_role("main").get_by_role("group", name=_whole(legend))

    def types(self, words: dict[str, str], *, among: str = "") -> None:
        """Fill in boxes by their labels, within the group of that legend if one is named."""
        place = self.group(among) if among else self.page.get_by_role("main")
        for label, text in words.items():
            place.get_by_label(_whole(label)).fill(text)

    def types_moment(self, legend: str, at: datetime) -> None:
        """Fill in day, month, year and time of a moment."""
        local = clock.in_london(at)
        self.types({"Day": str(local.day), "Month": str(local.month), "Year": str(local.year), "Time": f"{local:%H:%M}"}, among=legend)

    def types_day(self, legend: str, day: date) -> None:
        """Fill in day, month and year of a day."""
        self.types({"Day": str(day.day), "Month": str(day.month), "Year": str(day.year)}, among=legend)

    def chooses(self, *options: str, among: str = "") -> None:
        """Mark radio buttons or boxes by their labels, within the group of that legend if one is named."""
        place = self.group(among) if among else self.page.get_by_role("main")
        for option in options:
            place.get_by_label(_whole(option)).check()

    def opens(self, summary: str) -> None:
        """Open the part of the page under this heading, if it is closed."""
        part = self.page.get_by_role("main").locator("details").filter(has=self.page.locator("summary", has_text=summary)).first
        if part.get_attribute("open") is None:
            part.locator("summary").click()

    def selects(self, label: str, option: str, *, among: str = "") -> None:
        """Take the first option of a list that has these words in it."""
        place = self.group(among) if among else self.page.get_by_role("main")
        box = place.get_by_label(_whole(label))
        box.select_option(value=box.locator("option").filter(has_text=option).first.get_attribute("value"))

    def hands_over(self, label: str, name: str, content: bytes) -> None:
        """Choose a file; its type is what its content says."""
        self.page.get_by_role("main").get_by_label(_whole(label)).set_input_files({"name": name, "mimeType": "", "buffer": content})

    def downloads(self, link: str) -> bytes:
        """The bytes behind a link that is a download."""
        with self.page.expect_download() as download:
            self._link(link).click()
        return Path(download.value.path()).read_bytes()

    # What must be on the page

    def sees(self, what: str | Locator) -> None:
        """Find this text in the page's content, or this part of the page."""
        found = self.page.get_by_role("main").get_by_text(what) if isinstance(what, str) else what
        assert found.count(), f"“{what}” is not on {self.page.url}: {self._says()}"

    def does_not_see(self, text: str) -> None:
        """Find this text nowhere on the page."""
        assert text not in self.page.content(), f"“{text}” is on {self.page.url}"

    def _says(self) -> str:
        return self.page.get_by_role("main").inner_text()[:2000]

    # What every page must be

    @contextmanager
    def _comes_to_a_page(self, status: int) -> Iterator[None]:
        self.statuses.clear()
        with self.page.expect_navigation():
            yield
        assert self.statuses[-1:] == [status], f"{self.page.url} answered {self.statuses}: {self._says()}"
        self.looks_around()

    def looks_around(self) -> None:
        """The browser complains of nothing; and of a page whose like has not been seen, what axe says, its width, and a picture."""
        assert self.complaints == [], f"the browser complains about {self.page.url}"
        like = likeness(self.page.content())
        if like not in self.town.seen:
            self.town.seen.add(like)
            self._examine()

    def _examine(self) -> None:
        name = re.sub(r"[^a-z0-9]+", "-", self.page.title().partition(" – ")[0].lower()).strip("-")
        self.town.album.take(self.page, f"{self.name}-{name[:60]}")
        for width in (NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": HIGH})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{self.page.url} is wider than {width} points"
        self._let_scripts_run(True)
        found = Axe().run(self.page)
        self._let_scripts_run(False)
        assert found.violations_count == 0, f"{self.page.url}: {found.generate_report()}"

    def looks_by_phone(self) -> None:
        """Keep a picture of the page as a phone shows it."""
        self.page.set_viewport_size({"width": NARROW, "height": HIGH})
        self.town.album.take(self.page, f"{self.name}-phone")
        self.page.set_viewport_size({"width": WIDE, "height": HIGH})

    def _let_scripts_run(self, may: bool) -> None:
        self.devtools.send("Emulation.setScriptExecutionDisabled", {"value": not may})

    def _note_status(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.statuses.append(response.status)

    def _complain(self, text: str) -> None:
        if not any(harmless in text for harmless in HARMLESS):
            self.complaints.append(text)


def _whole(label: str) -> re.Pattern[str]:
    """A label to its end, whether it may be left empty or not."""
    return re.compile(rf"^\s*{re.escape(label)}( \(optional\))?\s*$")


def likeness(html: str) -> str:
    """What two pages have in common that differ in words, names, and how often a row comes: axe and the eye have the same to say of both."""
    tags = re.findall(r"<[^>]*>|[^<\s]", re.sub(r">[^<]*[^<\s][^<]*<", ">w<", html))
    kept = [re.sub(r'\s(?!class|type|role)[a-z-]+(="[^"]*")?', "", tag) for tag in tags]
    return sha256(repr(sorted(set(pairwise(kept)))).encode()).hexdigest()
