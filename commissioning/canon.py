"""One way to write a thing down as bytes, so that its hash and signature can be checked by anyone."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class _Exact(DjangoJSONEncoder):
    """Moments in UTC to the microsecond, where Django's encoder would cut them to the millisecond."""

    def default(self, o: Any) -> Any:
        return utc_text(o) if isinstance(o, datetime) else super().default(o)


def utc_text(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC with six decimals, such as `2007-05-31T23:00:00.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(content: Any) -> Any:
    """The content as JSON gives it back: moments, decimals and UUIDs as text."""
    return json.loads(canonical(content))


def canonical(content: Any) -> bytes:
    """JSON in UTF-8 with sorted keys and no spaces."""
    return json.dumps(content, cls=_Exact, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(content: Any) -> str:
    """SHA-256 of the canonical bytes, in lower-case hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()
