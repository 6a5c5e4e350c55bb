"""What every answer needs: no copies of people's pages, a second factor for staff, refusals as pages."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from commissioning.refusals import Gone, Refused

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


class SecondFactorForStaff:
    """Those who act for a public body set up a second factor before they do anything else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_ENFORCED and self._lacks_it(request):
            messages.warning(request, "Set up a second factor first: everyone who acts for a public body needs one.")
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _lacks_it(self, request: HttpRequest) -> bool:
        if not request.user.is_authenticated or request.path.startswith(("/account/", "/static/", "/api/")):
            return False
        return request.user.works_for_a_public_body and not is_mfa_enabled(request.user)


class RefusalsAsPages:
    """An act that was refused outside a form still answers with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refused is 409, a stale copy 412, a record that is not there 404."""
        if isinstance(exception, ObjectDoesNotExist):
            raise Http404
        if isinstance(exception, Refused):
            status = 412 if isinstance(exception, Gone) else 409
            return render(request, f"errors/{status}.html", {"refusal": str(exception)}, status=status)
        return None
