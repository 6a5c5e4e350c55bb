"""When two names are the same to whoever reads them: a key that they share."""

import unicodedata

LONGEST_KEY = 200
# Letters, small ones, that are drawn like a Latin letter, small or capital (Unicode's confusables, the commonest of Cyrillic and Greek).
_LIKE_LATIN = str.maketrans(
    dict(zip("авеһнкмоѕтрсухіјԁӏ", "abehhkmostpcyxijdl", strict=True))
    | dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True))
    | {"ı": "i", "\u0307": ""}
)


def key_of(name: str) -> str:
    """What stays the same of a name however it is spaced, punctuated, put in capitals or written in letters that look alike."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).translate(_LIKE_LATIN)
    kept = "".join(mark for mark in folded if unicodedata.category(mark)[0] not in "ZPC")
    return (kept or folded)[:LONGEST_KEY]


def not_told_from(other: str) -> str:
    """Why a name cannot be taken, by the name of the organisation that has it."""
    return f"This name cannot be told from that of another organisation here, {other}. Give a name that differs in more than how it is written."
