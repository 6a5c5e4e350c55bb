"""What differs between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\s]+")
# Beyond so many words a comparison would keep a page waiting: the texts are shown as wholly replaced.
MOST_WORDS = 2000


@dataclass(frozen=True)
class Piece:
    """A run of words, and what became of it: `same`, `added` or `removed`."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces of both texts in order: what they share, what the first had, and what the second has."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return [Piece("removed", before), Piece("added", after)]
    found: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(old[i:j])))
        else:
            found += [Piece(kind, text) for kind, text in (("removed", "".join(old[i:j])), ("added", "".join(new[k:m]))) if text]
    return found
