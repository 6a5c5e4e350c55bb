"""Keep out of the log what would let its reader in, and what would tell its reader who bids: the trail is the record of who did what.

A request is logged by its method and its kind of address, with neither person, browser, question nor id. Addresses that a floor
has sealed are not told apart at all: a supplier that reads looks like one that submits a bid.
"""

import re
from typing import Any

_SECRET = re.compile(r"(/accept/|/account/password/reset/key/|/calendar/)[^/\s'\"]+")
_ID = re.compile(r"(?<=[/=])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_QUESTION = re.compile(r"\?.*", re.DOTALL)
_TELLS_WHO = ("user_id", "user_agent", "ip")
_sealed: set[str] = set()


def seal(*plurals: str) -> None:
    """Tell no address under these names, of pages or API, from another."""
    _sealed.update(plurals)


def without_secrets(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The line as it may be written; a structlog processor."""
    kept = {key: _hidden(value) if isinstance(value, str) else value for key, value in event.items() if key not in _TELLS_WHO}
    if isinstance(asked := kept.get("request"), str):
        kept["request"] = _QUESTION.sub("", asked)
    return kept


def _hidden(text: str) -> str:
    if _sealed:
        text = re.sub(rf"(?:/api/v1)?/(?:{'|'.join(sorted(_sealed))})/[^\s'\"]*", "[sealed]", text)
    return _ID.sub("[id]", _SECRET.sub(r"\1[hidden]", text))
