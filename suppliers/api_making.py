"""Endpoints whose acts bring other records about."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from commissioning.api import RecordViewSet, body_for, body_of


class MakingViewSet(RecordViewSet):
    """Records some of whose acts bring another record about: `makes` names these acts, and how the new record, the answer, is shown."""

    makes: ClassVar[dict[str, type[Serializer]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Say in the schema what each of these acts answers with."""
        super().__init_subclass__(**kwargs)
        for verb, serializer in cls.makes.items():
            body = body_of(next(act for act in cls.acts if act.__name__ == verb))
            setattr(cls, verb, extend_schema(request=body, responses={201: serializer})(getattr(cls, verb)))

    def carry_out(self, act: Callable[..., Any], record: Any) -> Response:
        """As with any act; but the answer is what was made."""
        if act.__name__ not in self.makes:
            return super().carry_out(act, record)
        made = act(record.pk, by=self.request.user, **body_for(act, self.request.data))
        shown = self.makes[act.__name__](made, context=self.get_serializer_context())
        return Response(shown.data, status=201)
