"""A call of the API that is repeated with the same Idempotency-Key is carried out once."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from rest_framework.exceptions import APIException
from rest_framework.exceptions import ValidationError as InvalidBody
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning import clock
from commissioning.canon import digest, plain
from commissioning.models import ApiCall
from commissioning.refusals import Refused


class KeyUsedForAnotherBody(APIException):
    """The key has been used, and for something else."""

    status_code = 422
    default_detail = "This Idempotency-Key was used with another request. Use a new key for a new request."
    default_code = "key_used_for_another_request"


def once(request: Request, act: Callable[[], Response]) -> Response:
    """Carry the act out unless this key has been answered; then give that answer again. A refusal uses up no key."""
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 100:
        raise InvalidBody({"Idempotency-Key": "Send an Idempotency-Key header of 8 to 100 characters, new for each request."})
    failure: Exception | None = None
    with transaction.atomic():
        request_hash = digest([request.method, request.path, plain(request.data)])
        row = {"request_hash": request_hash, "at": clock.now()}
        call, is_new = ApiCall.objects.select_for_update().get_or_create(caller_id=request.user.pk, key=key, defaults=row)
        if not is_new:
            return _same_answer(call, request_hash)
        try:
            response = act()
        except (Refused, PermissionDenied, ValidationError, InvalidBody) as refusal:
            call.delete()
            failure = refusal
        else:
            ApiCall.objects.filter(pk=call.pk).update(status=response.status_code, answer=plain(response.data))
    if failure:
        raise failure
    return response


def _same_answer(call: ApiCall, request_hash: str) -> Response:
    if call.request_hash != request_hash:
        raise KeyUsedForAnotherBody
    return Response(call.answer, status=call.status)
