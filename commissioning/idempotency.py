"""A call of the API that is repeated with the same Idempotency-Key is carried out once."""

from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from rest_framework.exceptions import APIException
from rest_framework.exceptions import ValidationError as InvalidBody
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning import clock
from commissioning.api_tags import read_whole
from commissioning.canon import digest, plain
from commissioning.models import ApiCall
from commissioning.refusals import Refused

KEPT_FOR = timedelta(hours=48)


class KeyUsedForAnotherBody(APIException):
    """The key has been used, and for something else."""

    status_code = 422
    default_detail = "This Idempotency-Key was used with another request. Use a new key for a new request."
    default_code = "key_used_for_another_request"


def once(request: Request, act: Callable[[], Response], again: Callable[[int], Response]) -> Response:
    """Carry the act out; if that was done under this key in the last 48 hours, `again` answers with the same status. A refusal uses up no key."""
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 100:
        raise InvalidBody({"Idempotency-Key": "Send an Idempotency-Key header of 8 to 100 characters, new for each request."})
    request_hash = digest([request.method, request.path, plain(read_whole(request))])
    failure: Exception | None = None
    with transaction.atomic():
        now = clock.now()
        row = {"request_hash": request_hash, "at": now}
        ApiCall.objects.filter(at__lte=now - KEPT_FOR).delete()
        call, is_new = ApiCall.objects.select_for_update().get_or_create(caller_id=request.user.pk, key=key, defaults=row)
        if not is_new:
            if call.request_hash != request_hash:
                raise KeyUsedForAnotherBody
            return again(call.status)
        try:
            response = act()
        except (Refused, PermissionDenied, ValidationError, InvalidBody) as refusal:
            call.delete()
            failure = refusal
        else:
            ApiCall.objects.filter(pk=call.pk).update(status=response.status_code)
    if failure:
        raise failure
    return response
