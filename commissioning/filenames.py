"""Names of files, made safe to show, to keep and to hand out again, whoever chose them."""

import re
import unicodedata

LONGEST_NAME = 150
# What Windows keeps for itself, with or without an extension.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
_NOT_FOR_NAMES = re.compile(r'[<>:"|?*]')
_LONGEST_EXTENSION = 10


def safe_name(name: str, *, otherwise: str = "unnamed") -> str:
    """The last part of a path as a name of at most 150 characters, with its extension, that no system reads as anything but a name.

    Characters that do not show or turn the direction of reading are taken out, so that the extension that people see is
    the one that there is; look-alikes of full width become the plain characters.
    """
    plain = unicodedata.normalize("NFKC", name)
    last = re.split(r"[/\\]", plain)[-1]
    shown = "".join(" " if mark.isspace() else mark for mark in last if mark.isspace() or unicodedata.category(mark)[0] != "C")
    tidy = " ".join(_NOT_FOR_NAMES.sub("-", shown).split()).strip(". ")
    if _DEVICES.match(tidy):
        tidy = f"_{tidy}"
    return _shortened(tidy) or otherwise


def extension(name: str) -> str:
    """What follows the last full stop, in lower case; empty where nothing stands on both sides of one."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if stem and dot else ""


def inner_extensions(name: str) -> list[str]:
    """What stands between the full stops before the last one, in lower case: `a.exe.pdf` has `exe`."""
    return name.lower().split(".")[1:-1]


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, last = name.rpartition(".")
    if not stem or len(last) > _LONGEST_EXTENSION:
        return name[:LONGEST_NAME].strip()
    return f"{stem[: LONGEST_NAME - len(last) - 1].strip()}{dot}{last}"
