"""Error pages, and for the API the same in its own shape."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from commissioning.wording import megabytes

# allauth's own limits are per minute.
RETRY_AFTER = 60
_SENTENCES = {
    400: ("invalid", "The request could not be read. Check it and send it again."),
    403: ("permission_denied", "You may not do this."),
    404: ("not_found", "There is nothing at this address."),
    411: ("length_required", "Say in Content-Length how long this is: a body that does not was not read."),
    413: ("too_big", "This is larger than this service accepts, so none of it was kept. Send less at once."),
    429: ("throttled", "You have sent too many requests. Wait a minute and try again."),
    500: ("error", "Something went wrong on our side. It has been recorded; try again later."),
}


def _answer(request: HttpRequest, status: int, why: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        code, sentence = _SENTENCES[status]
        sentence = why or sentence
        kind = "server_error" if status == 500 else "client_error"
        return JsonResponse({"type": kind, "errors": [{"code": code, "detail": sentence, "attr": None}]}, status=status)
    if status == 500:
        # Without the request: what the frame would ask of the database may be the very thing that is broken.
        return HttpResponse(render_to_string("errors/500.html"), status=500)
    return render(request, f"errors/{status}.html", {"why": why}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400, or 413 for what is too big to be read."""
    return _answer(request, 413 if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent) else 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, the same for what does not exist and for what the viewer may not know of."""
    return _answer(request, 404)


def no_length(request: HttpRequest) -> HttpResponse:
    """411, for a body of which nobody can tell before its end how long it is."""
    return _answer(request, 411)


def too_big_to_read(request: HttpRequest, most: int) -> HttpResponse:
    """413, before anything is read, with the bytes that this visitor may send at once."""
    if request.user.is_authenticated or request.path.startswith("/api/"):
        why = f"This is larger than {megabytes(most)}, the most that is taken at once, so none of it was kept. Send less: one file after another."
    else:
        why = f"This is larger than {megabytes(most)}, the most that is taken without signing in, so none of it was kept. Sign in and send it again."
    return _answer(request, 413, why)


def too_many(request: HttpRequest, exception: Any = None, *, wait: int = RETRY_AFTER, why: str = "") -> HttpResponse:
    """429, with the seconds after which one more try is answered."""
    response = _answer(request, 429, why)
    response["Retry-After"] = str(wait)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _answer(request, 500)
