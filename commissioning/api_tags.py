"""Nobody overwrites what they have not read: a record's tag, and acts that are carried out only if it is still the same."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from rest_framework.exceptions import ValidationError as InvalidBody
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning.canon import digest, plain
from commissioning.moves import hold
from commissioning.refusals import Gone, Refused

CHANGED = "This has changed since you read it. Read it again, compare, and send what you still want."


def tag_of(shown: Any) -> str:
    """A record as it was shown, as an ETag."""
    return f'"{digest(plain(shown))[:32]}"'


def read_whole(request: Request) -> Any:
    """The body of a call, to its last byte: to be had before anything is locked. A 400 if it cannot be read."""
    return request.data


def if_unchanged(view: Any, verb: str, act: Callable[[], Response]) -> Response:
    """Carry the act out, if the record is as the caller's If-Match says that they read it (RFC 9110, 13.1.1). Raises Gone if it is not.

    The record is held from the look to the end of the act; the body is read before that, or whoever sends it slowly would hold
    everybody else up. What refuses the act is raised after the transaction, so that the trail keeps it.
    """
    wanted = [tag.strip() for tag in view.request.headers.get("If-Match", "*").split(",")]
    if "*" in wanted:
        return act()
    read_whole(view.request)
    failure: Exception | None = None
    with transaction.atomic():
        hold(view.model, view.kwargs["pk"], verb)
        if view.tag(view.get_serializer(view.record_or_404()).data) not in wanted:
            raise Gone(CHANGED)
        try:
            return act()
        except (Refused, PermissionDenied, ValidationError, InvalidBody) as refusal:
            failure = refusal
    raise failure
