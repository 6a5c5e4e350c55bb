"""What every part of the API shares: records as the caller may see them, and acts whose bodies are the acts' own signatures."""

import inspect
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID

from django.db import models
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning.clock import from_wall
from commissioning.idempotency import once


class Moment(serializers.DateTimeField):
    """A moment; one without an offset is on a London clock, and is refused if the clocks skip it or show it twice."""

    def enforce_timezone(self, value: datetime) -> datetime:
        """The moment with its time zone."""
        if value.tzinfo is not None:
            return super().enforce_timezone(value)
        try:
            return from_wall(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


_SIMPLE: dict[type, Callable[..., serializers.Field]] = {
    str: lambda **kw: serializers.CharField(max_length=20000, **kw),
    bool: serializers.BooleanField,
    int: lambda **kw: serializers.IntegerField(min_value=-(2**31), max_value=2**31 - 1, **kw),
    Decimal: lambda **kw: serializers.DecimalField(max_digits=14, decimal_places=2, **kw),
    datetime: Moment,
    date: serializers.DateField,
    UUID: serializers.UUIDField,
}


def field_for(hint: Any, **kwargs: Any) -> serializers.Field:
    """The serializer field that reads a value of this type; TypeError for a type that no act should take."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (one,) = [argument for argument in arguments if argument is not NoneType]
        return field_for(one, allow_null=True, **kwargs)
    if origin is list:
        return serializers.ListField(child=field_for(arguments[0]), max_length=1000, **kwargs)
    if origin is dict:
        return serializers.DictField(child=field_for(arguments[1]), **kwargs)
    if is_typeddict(hint):
        return _nested(hint)(**kwargs)
    if isinstance(hint, type) and issubclass(hint, models.TextChoices | Enum):
        return serializers.ChoiceField(choices=hint.choices, **kwargs)  # type: ignore[attr-defined]
    return _SIMPLE[hint](**kwargs)


@cache
def _nested(shape: Any) -> type[serializers.Serializer]:
    required = shape.__required_keys__
    fields = {name: field_for(hint, required=name in required) for name, hint in get_type_hints(shape).items()}
    return type(f"{shape.__name__}", (serializers.Serializer,), {**fields, "__doc__": shape.__doc__})


@cache
def body_of(act: Callable[..., Any]) -> type[serializers.Serializer]:
    """A serializer of the act's own keyword arguments; who acts and when are not the caller's to say."""
    hints = get_type_hints(act)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(act).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY or name in {"by", "at"}:
            continue
        optional = parameter.default is not inspect.Parameter.empty
        blank = {"allow_blank": True} if optional and hints[name] is str else {}
        fields[name] = field_for(hints[name], required=not optional, **blank)
    title = "".join(part.title() for part in act.__name__.split("_"))
    return type(f"{title}Body", (serializers.Serializer,), fields)


KEY_HEADER = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="New for each request; repeat it to repeat one."
)


class RecordViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Records that the caller may see, and the acts that can be done to them.

    `acts` are posted to `<id>/<verb-with-hyphens>/`, `begin` to the list; those named in `once_only` need an Idempotency-Key.
    """

    model: ClassVar[Any]
    acts: ClassVar[tuple[Callable[..., Any], ...]] = ()
    begin: ClassVar[Callable[..., Any] | None] = None
    once_only: ClassVar[frozenset[str]] = frozenset()
    lookup_value_converter = "uuid"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give each act its route."""
        super().__init_subclass__(**kwargs)
        for act in cls.acts:
            setattr(cls, act.__name__, _act_route(act, act.__name__ in cls.once_only, cls))
        if cls.begin is not None:
            begin = inspect.getattr_static(cls, "begin")
            cls.create = _begin_route(getattr(begin, "__func__", begin), cls)  # type: ignore[attr-defined]

    def get_queryset(self) -> Any:
        """What the caller may see."""
        return self.narrowed(self.model.objects.visible_to(self.request.user))

    def narrowed(self, records: Any) -> Any:
        """The related rows that the serializer reads, fetched with the records."""
        return records

    def answer(self, record: Any, status: int = 200) -> Response:
        """The record as the caller may now see it; nothing if they may not any more."""
        seen = self.get_queryset().filter(pk=record.pk).first()
        return Response(self.get_serializer(seen).data if seen else None, status=status)

    def record_or_404(self) -> Any:
        """The record, if the caller may see it."""
        seen = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if seen is None:
            raise Http404
        return seen

    def carry_out(self, act: Callable[..., Any], **kwargs: Any) -> Response:
        """Read the body, call the act on the record, answer with the record."""
        record = self.record_or_404()
        body = body_of(act)(data=self.request.data or {})
        body.is_valid(raise_exception=True)
        act(record.pk, by=self.request.user, **body.validated_data, **kwargs)
        return self.answer(record)


def _act_route(act: Callable[..., Any], only_once: bool, cls: type[RecordViewSet]) -> Any:
    def carry(self: RecordViewSet, request: Request, pk: UUID) -> Response:
        return once(request, lambda: self.carry_out(act)) if only_once else self.carry_out(act)

    carry.__name__ = act.__name__
    carry.__doc__ = inspect.getdoc(act)
    schema = extend_schema(request=body_of(act), responses=getattr(cls, "serializer_class", None), parameters=[KEY_HEADER] if only_once else [])
    return schema(route(detail=True, methods=["post"], url_path=act.__name__.replace("_", "-"), filter_backends=[])(carry))


def _begin_route(act: Callable[..., Any], cls: type[RecordViewSet]) -> Any:
    def create(self: RecordViewSet, request: Request) -> Response:
        body = body_of(act)(data=request.data or {})
        body.is_valid(raise_exception=True)
        return self.answer(act(by=request.user, **body.validated_data), status=201)

    create.__doc__ = inspect.getdoc(act)
    return extend_schema(request=body_of(act), responses={201: getattr(cls, "serializer_class", None)})(create)
