"""Pages as a browser reads them: their forms with what stands in each control, and every element and attribute by name."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

TYPED = frozenset({"text", "textarea", "email", "url", "search", "tel", "password", "number"})


@dataclass
class Control:
    """An input, a textarea or a select: what it is called, what stands in it, and what can be chosen."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    is_wrong: bool = False
    is_decimal: bool = False

    @property
    def is_typed(self) -> bool:
        """Whether people type into it."""
        return self.kind in TYPED


@dataclass
class Form:
    """A form and its controls by name."""

    method: str
    css: str
    controls: dict[str, Control] = field(default_factory=dict)

    def typed(self) -> list[str]:
        """The names of what people type into."""
        return [name for name, control in self.controls.items() if control.is_typed]


class Page(HTMLParser):
    """A page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.names: set[str] = set()
        self.links: list[str] = []
        self.text: list[str] = []
        self._open: Form | None = None
        self._control: Control | None = None
        self._skips_newline = False
        self.feed(html)
        self.close()

    @property
    def main_form(self) -> Form:
        """The form that the page is there for."""
        posted = [form for form in self.forms if form.method == "post" and "header" not in form.css]
        return max(posted, key=lambda form: len(form.controls))

    @property
    def summary(self) -> str:
        """What the page says is wrong."""
        text = " ".join(" ".join(self.text).split())
        starts = [text.find(words) for words in ("There is a problem", "This was not done") if words in text]
        return text[min(starts) :][:400] if starts else text[-400:]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        self.names |= {tag, *words}
        self.links += [words[name] for name in ("href", "src", "action", "formaction") if name in words]
        if tag == "form":
            self._open = Form(words.get("method", "get").lower(), words.get("class", ""))
            self.forms.append(self._open)
        elif self._open is not None and words.get("name"):
            self._enter(tag, words)
        elif tag == "option" and self._control is not None:
            self._choose(words.get("value", ""), "selected" in words)

    def _enter(self, tag: str, words: dict[str, str]) -> None:
        assert self._open is not None
        kind = words.get("type", "text").lower() if tag == "input" else tag
        control = self._open.controls.setdefault(words["name"], Control(words["name"], kind))
        control.is_wrong = "--error" in words.get("class", "")
        control.is_decimal = words.get("inputmode") in ("decimal", "numeric") and not words["name"].endswith(("_day", "_month", "_year"))
        if kind in ("radio", "checkbox"):
            self._control = control
            self._choose(words.get("value", "on"), "checked" in words)
            self._control = None
        elif tag == "input":
            control.values = [words.get("value", "")]
        elif tag in ("textarea", "select"):
            control.values, self._control = [""] if tag == "textarea" else [], control
            self._skips_newline = tag == "textarea"

    def _choose(self, value: str, chosen: bool) -> None:
        assert self._control is not None
        self._control.choices.append(value)
        if chosen:
            self._control.values.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag in ("textarea", "select"):
            self._control = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._control is not None and self._control.kind == "textarea":
            self._control.values[0] += data.removeprefix("\n") if self._skips_newline else data
            self._skips_newline = False


def filled(form: Form, given: dict[str, Any]) -> dict[str, Any]:
    """What a person might post: what stands there, the first of what is to be chosen, plausible words; and what is `given`."""
    posted = {name: _plausible(control) for name, control in form.controls.items() if control.kind not in ("submit", "button", "file")}
    return {name: value for name, value in {**posted, **given}.items() if value not in (None, [])}


def _plausible(control: Control) -> Any:
    if control.kind in ("radio", "select", "checkbox"):
        return control.values if any(control.values) else [next((choice for choice in control.choices if choice), "")]
    if any(control.values) or control.kind == "hidden" or control.name.startswith("rows-"):
        return control.values
    return next((text for end, text in _BY_NAME.items() if control.name.endswith(end)), _BY_KIND.get(control.kind, "12"))


_BY_NAME = {"_day": "12", "_month": "6", "_year": "2026", "_time": "12:00"}
_BY_KIND = {"email": "new@example.com", "url": "https://example.com"}
