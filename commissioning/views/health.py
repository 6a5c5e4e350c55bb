"""Two questions that a machine asks: does the process live, and is all that it needs there."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commissioning import readiness


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part by name: `ok`, or a sentence that says what is wrong; 503 unless all are ok that requests need."""
    parts = readiness.state()
    ready = readiness.is_ready(parts)
    return JsonResponse({"status": "ready" if ready else "not ready", **parts}, status=200 if ready else 503)
