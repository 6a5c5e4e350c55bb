"""How the API reads what it is sent."""

import json
import re
from math import isinf
from typing import IO, Any

from django.conf import settings
from django.utils.http import parse_header_parameters
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant

from commissioning.wording import printable

# A character beyond the first 65,536 is written as two halves; one alone is nothing that could be kept or sent on.
_PAIR = re.compile(rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_LONE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


class TooBig(APIException):
    """More than anybody means to send."""

    status_code = 413
    default_code = "too_big"
    default_detail = "This is larger than this service accepts, so none of it was kept. Send less at once."


class PlainJson(JSONParser):
    """JSON in UTF-8, refused with a sentence where it is too big, too deep, or says one thing twice."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value that was sent."""
        charset = parse_header_parameters(media_type or "")[1].get("charset", "utf-8").lower()
        if charset not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType(media_type or "", detail="Send JSON in UTF-8.")
        sent = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(sent) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooBig
        if b"\\u" in sent.lower() and _LONE.search(_PAIR.sub(b"", sent)):
            raise ParseError("This JSON holds half of a character. Send text that can be printed.")
        try:
            return json.loads(sent.decode("utf-8-sig"), parse_constant=strict_constant, parse_float=_finite, object_pairs_hook=_each_once)
        except RecursionError as error:
            raise ParseError("This JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"This is not JSON that can be read: {printable(str(error), 200)}.") from error


def _finite(text: str) -> float:
    """A number; ValueError for one so large that nothing can hold it."""
    if isinf(number := float(text)):
        raise ValueError(f"{text[:40]} is too large a number")
    return number


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; ValueError if it has a name twice, for nobody could say which value is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)} is there twice")
    return found
