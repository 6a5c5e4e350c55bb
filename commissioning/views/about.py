"""What the service says of itself: accessibility, privacy, how bids are kept, and the key that checks its signatures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commissioning.api_reference import operations
from commissioning.pages import Page
from commissioning.signing import public_key_pem


class Accessibility(Page):
    """Whom the pages work for, and what does not work yet."""

    title = "Accessibility statement"
    template_name = "ground/accessibility.html"


class Privacy(Page):
    """What is kept about people, why, and who sees it."""

    title = "Privacy"
    template_name = "ground/privacy.html"


class Safety(Page):
    """How bids are kept, and what is not protected."""

    title = "How we keep bids safe"
    template_name = "ground/safety.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the key in force."""
        return {**super().get_context_data(**kwargs), "key": public_key_pem()}


class ApiDocs(Page):
    """How programs use the service: every operation of the API, from its own description."""

    title = "API documentation"
    template_name = "ground/api_docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The operations, by noun."""
        return {**super().get_context_data(**kwargs), "groups": operations()}


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key by which receipts and checkpoints are checked, as PEM."""
    disposition = 'attachment; filename="receipts.pem"'
    return HttpResponse(public_key_pem(), content_type="application/x-pem-file", headers={"Content-Disposition": disposition})
