"""What in a text cannot be seen: characters that show nothing, and those that turn its direction so that it reads as something else."""

import unicodedata

# Letters and symbols by their category, though they are drawn as nothing.
_DRAWN_AS_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_TURNS_THE_DIRECTION = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_SHOWN_BEFORE = 20


def shows_nothing(text: str) -> bool:
    """Whether nobody would see anything of it: such a text counts as empty."""
    return all(mark.isspace() or _is_invisible(mark) or _varies_another(mark) for mark in text)


def complaint(text: str, *, one_line: bool) -> str:
    """A sentence about the first character that may not stand in it and where that is; empty if there is none.

    A name, or another text of one line, has none that is invisible; a longer one none that turns the direction of what follows,
    but it keeps those that join or part letters, as some scripts need them.
    """
    if text.isascii():
        return ""
    for place, mark in enumerate(text):
        if mark in _TURNS_THE_DIRECTION or (one_line and _is_invisible(mark)):
            return f"{_named(mark)} stands {_where(text, place)}. Take it out: it {_does(mark)}."
    return ""


def _is_invisible(mark: str) -> bool:
    return unicodedata.category(mark) == "Cf" or mark in _DRAWN_AS_NOTHING


def _varies_another(mark: str) -> bool:
    """Whether it only says how the character before it is drawn."""
    return "\ufe00" <= mark <= "\ufe0f" or "\U000e0100" <= mark <= "\U000e01ef" or "\u180b" <= mark <= "\u180f"


def _named(mark: str) -> str:
    return f"The character U+{ord(mark):04X} ({unicodedata.name(mark, 'without a name').lower()})"


def _where(text: str, place: int) -> str:
    before = "".join(mark for mark in text[:place] if mark.isprintable() and not _is_invisible(mark))[-_SHOWN_BEFORE:].strip()
    return f"after “{before}”" if before else "at the beginning"


def _does(mark: str) -> str:
    return "makes what follows read in another direction" if mark in _TURNS_THE_DIRECTION else "cannot be seen"
