"""What the API's lists may be asked: what they offer, and nothing else."""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from commissioning.wording import printable

_NAMED_AT_MOST = 20


class OnlyWhatIsOffered(DjangoFilterBackend):
    """Narrows a list by its filters. Whoever asks by another name would take what is not narrowed for the answer, and is told."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """The rows that were asked for; a 400 names each parameter that the list does not take, and those that it does."""
        if view.action == "list":
            _refuse_unknown(request, self._offered(queryset, view))
        return super().filter_queryset(request, queryset, view)

    def _offered(self, queryset: Any, view: Any) -> list[str]:
        filters = self.get_filterset_class(view, queryset)
        narrowing = filters.base_filters if filters else {}
        paging = [parameter["name"] for parameter in view.paginator.get_schema_operation_parameters(view)]
        return sorted({*narrowing, *paging, api_settings.URL_FORMAT_OVERRIDE})


def _refuse_unknown(request: Request, offered: list[str]) -> None:
    unknown = [name for name in request.query_params if name not in offered]
    if unknown:
        why = f"This list takes no such parameter, so it was not read. Leave it out, or use one of these: {', '.join(offered)}."
        raise ValidationError({printable(name): [why] for name in unknown[:_NAMED_AT_MOST]})
