"""Pages of forms of several rows."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from commissioning.pages import ActPage


class RowsPage(ActPage):
    """A form of several rows, to which more can be added before it is saved."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """More rows, or the act."""
        if "more" in request.POST:
            return self.again(self.bound_form(), status=200)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, for the summary of what is wrong."""
        context = super().get_context_data(**kwargs)
        return {**context, "formset": context["form"].formset}
