"""A framework's own paragraphs in the letters that are sent under it: plain text with named places, and nothing that computes."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

LONGEST = 4000
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter that a framework may add to: its template, what people call it, and the places that its paragraphs may name."""

    template: str
    label: str
    places: tuple[str, ...]


# By template; each floor adds the letters that it sends.
KINDS: dict[str, LetterKind] = {}


def register(*kinds: LetterKind) -> None:
    """Let frameworks write paragraphs for these kinds of letters."""
    KINDS.update({kind.template: kind for kind in kinds})


def fault(template: str, text: str) -> str:
    """What is wrong with paragraphs for this kind of letter, as a sentence; empty if nothing is."""
    kind = KINDS.get(template)
    if kind is None:
        return f"There is no kind of letter “{template}”. The kinds are: {', '.join(KINDS)}."
    if len(text) > LONGEST:
        return f"{kind.label}: use {LONGEST:,} characters or fewer; there are {len(text):,} now."
    unknown = [place for place in _PLACE.findall(text) if place not in kind.places]
    if unknown or re.search(r"[{}]", _PLACE.sub("", text)):
        named = f"“{{{unknown[0]}}}” is no place that this letter fills." if unknown else "A brace stands only round the name of a place."
        return f"{kind.label}: {named} The places are {', '.join(f'{{{place}}}' for place in kind.places)}."
    return ""


def paragraphs(letters: Mapping[str, str], template: str, places: Callable[[], Mapping[str, object]]) -> list[str]:
    """The paragraphs for this kind of letter, each place filled once; a value that looks like a place stays as it is."""
    if not (text := letters.get(template, "").strip()):
        return []
    values = places()
    filled = _PLACE.sub(lambda found: str(values.get(found[1], "")), text)
    return _lines(filled)


def _lines(text: str) -> list[str]:
    lines: Iterable[str] = (line.strip() for line in text.splitlines())
    return [line for line in lines if line]


register(
    LetterKind("round_announced", "Admission round announced", ("framework", "authority", "round", "deadline")),
    LetterKind("admission_decided", "Decision on an application", ("framework", "authority", "round", "supplier", "appeals_end")),
    LetterKind("lists_published", "Lists published", ("framework", "authority")),
    LetterKind("early_release_granted", "Early release granted", ("framework", "authority", "buyer", "expires")),
    LetterKind("listing_suspended", "Listing suspended", ("framework", "authority", "supplier", "suspension_ends")),
    LetterKind("listing_ended", "Listing ended", ("framework", "authority", "supplier")),
    LetterKind("agreement_sent", "Framework agreement to sign", ("framework", "authority", "supplier")),
    LetterKind("framework_ends_soon", "Framework ends soon", ("framework", "authority")),
    LetterKind("framework_extended", "Framework extended", ("framework", "authority")),
    LetterKind("framework_ended", "Framework ended", ("framework", "authority")),
)
