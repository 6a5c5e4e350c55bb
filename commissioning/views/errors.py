"""Error pages, and for the API the same in its own shape."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

# Every limit of the sign-in pages is per minute.
RETRY_AFTER = 60
_SENTENCES = {
    400: ("invalid", "The request could not be read. Check it and send it again."),
    403: ("permission_denied", "You may not do this."),
    404: ("not_found", "There is nothing at this address."),
    413: ("too_big", "This is larger than this service accepts, so none of it was kept. Send less at once."),
    429: ("throttled", "You have sent too many requests. Wait a minute and try again."),
    500: ("error", "Something went wrong on our side. It has been recorded; try again later."),
}


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        code, sentence = _SENTENCES[status]
        kind = "server_error" if status == 500 else "client_error"
        return JsonResponse({"type": kind, "errors": [{"code": code, "detail": sentence, "attr": None}]}, status=status)
    if status == 500:
        # Without the request: what the frame would ask of the database may be the very thing that is broken.
        return HttpResponse(render_to_string("errors/500.html"), status=500)
    return render(request, f"errors/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400, or 413 for what is too big to be read."""
    return _answer(request, 413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent) else 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, the same for what does not exist and for what the viewer may not know of."""
    return _answer(request, 404)


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """429, with the seconds after which one more try is answered."""
    response = _answer(request, 429)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _answer(request, 500)
