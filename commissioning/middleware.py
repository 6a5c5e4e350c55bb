"""What every answer needs: no copies of people's pages, nothing too big read, fresh sessions, a second factor for staff, refusals as pages."""

from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from commissioning.refusals import Gone, Refused
from commissioning.second_factor import CODE, SECOND_FACTOR, lacks_it
from commissioning.views.errors import no_length, too_big_to_read

log = structlog.get_logger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]


class NoStoreForPeople:
    """Pages of a signed-in person are kept by no cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class NothingTooBigIsRead:
    """What says that it is too big, or does not say how big it is, is refused before a byte of it is read or lies on a disk.

    Whoever is not signed in sends no files. A token is known only later, and what comes with a false one is not read either.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "Transfer-Encoding" in request.headers:
            return no_length(request)
        most = self._most(request)
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            return too_big_to_read(request, most)
        return self.get_response(request)

    def _most(self, request: HttpRequest) -> int:
        by_token = request.path.startswith("/api/") and "Authorization" in request.headers
        if by_token or request.user.is_authenticated:
            return settings.DOCUMENT_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # one file, and the form around it
        return min(settings.STRANGERS_MAX_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class FreshSessionAfterProof:
    """Whoever proves again who they are goes on in a session with a new name, so that one that leaked before is worth nothing.

    Signing in makes a new session by itself; this is for the password asked for once more.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name, proofs = request.session.session_key, self._proofs(request)
        response = self.get_response(request)
        if name and name == request.session.session_key and self._proofs(request) > proofs:
            request.session.cycle_key()
        return response

    def _proofs(self, request: HttpRequest) -> int:
        return len(get_authentication_records(request, request.user)) if request.user.is_authenticated else 0


class SecondFactorForStaff:
    """Those who act for a public body set up a second factor before they do anything else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """To the page that sets one up; a program is told so. Tokens sign in later, and ask by themselves."""
        if view.__module__.startswith("allauth.") or not lacks_it(request.user):
            return None
        if request.path.startswith("/api/"):
            error = {"code": CODE, "detail": SECOND_FACTOR, "attr": None}
            return JsonResponse({"type": "client_error", "errors": [error]}, status=403)
        messages.warning(request, SECOND_FACTOR)
        return redirect("mfa_activate_totp")


class RefusalsAsPages:
    """An act that was refused outside a form still answers with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refused is 409, a stale copy 412, a record that is not there 404, which the log tells too: it may be a fault of ours."""
        if isinstance(exception, ObjectDoesNotExist):
            log.warning("a row that was asked for is not there", missing=type(exception).__qualname__, where=_where(exception))
            raise Http404
        if isinstance(exception, Refused):
            status = 412 if isinstance(exception, Gone) else 409
            return render(request, f"errors/{status}.html", {"refusal": str(exception)}, status=status)
        return None


def _where(exception: Exception) -> str:
    """The last line of our own that the exception came through."""
    frames = extract_tb(exception.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(settings.BASE_DIR) and "site-packages" not in frame.filename]
    return f"{Path(ours[-1].filename).relative_to(settings.BASE_DIR)}:{ours[-1].lineno}" if ours else "elsewhere"
