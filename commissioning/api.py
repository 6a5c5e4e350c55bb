"""What every part of the API shares: records as the caller may see them, and acts whose bodies are the acts' own signatures."""

import inspect
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints, is_typeddict
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action as route
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning.answering import Typed
from commissioning.api_tags import if_unchanged, tag_of
from commissioning.clock import from_wall
from commissioning.idempotency import once
from commissioning.moves import ask_whether_may
from commissioning.unseen import complaint, shows_nothing
from commissioning.wording import printable

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def _in_plain_digits(text: Any) -> None:
    """Refuse what Python would read as a number and a person might read as another: digits of other scripts, 1_000, 1e3."""
    if isinstance(text, str) and not _NUMBER.fullmatch(text):
        raise serializers.ValidationError("Write a number in ordinary digits, like 12.5.")


def _in_plain_letters(text: Any) -> None:
    if isinstance(text, str) and not text.isascii():
        raise serializers.ValidationError("Write it in ordinary digits, like 2027-03-27.")


class Whole(serializers.IntegerField):
    """A whole number in ordinary digits."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        _in_plain_digits(data)
        return super().to_internal_value(data)


class Number(serializers.DecimalField):
    """A number in ordinary digits."""

    def to_internal_value(self, data: Any) -> Decimal:
        """The number."""
        _in_plain_digits(data)
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day, in ordinary digits."""

    def to_internal_value(self, value: Any) -> date:
        """The day."""
        _in_plain_letters(value)
        return super().to_internal_value(value)


class Moment(serializers.DateTimeField):
    """A moment; one without an offset is on a London clock, and is refused if the clocks skip it or show it twice."""

    def to_internal_value(self, value: Any) -> datetime:
        """The moment."""
        _in_plain_letters(value)
        return super().to_internal_value(value)

    def enforce_timezone(self, value: datetime) -> datetime:
        """The moment with its time zone."""
        if value.tzinfo is not None:
            return super().enforce_timezone(value)
        try:
            return from_wall(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


@extend_schema_field(
    {
        "nullable": True,
        "description": "An answer: as text, number or true; for a choice of several its options; for a table its rows, by column title.",
        "oneOf": [
            {"type": "string"},
            {"type": "number"},
            {"type": "boolean"},
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}},
        ],
    }
)
class AnswerField(serializers.JSONField):
    """An answer to a question of whatever kind; whether it fits, the questionnaire's own schema and check say."""


class Words(serializers.CharField):
    """A text; one that shows nothing is an empty one."""

    def run_validation(self, data: Any = empty) -> Any:
        """The text. Raises ValidationError if it is empty and must not be, or turns the direction in which it is read."""
        text = super().run_validation("" if isinstance(data, str) and shows_nothing(data) else data)
        if isinstance(text, str) and (wrong := complaint(text, one_line=False)):
            raise serializers.ValidationError(wrong)
        return text


_SIMPLE: dict[type, Callable[..., serializers.Field]] = {
    str: lambda **kw: Words(max_length=20000, **kw),
    bool: serializers.BooleanField,
    int: lambda **kw: Whole(min_value=-(2**31), max_value=2**31 - 1, **kw),
    Decimal: lambda **kw: Number(max_digits=14, decimal_places=2, **kw),
    datetime: Moment,
    date: Day,
    UUID: serializers.UUIDField,
}


def field_for(hint: Any, **kwargs: Any) -> serializers.Field:
    """The serializer field that reads a value of this type; TypeError for a type that no act should take."""
    if hint == Typed:
        return AnswerField(allow_null=True, **kwargs)
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


class Body(serializers.Serializer):
    """What an act takes, and nothing else: whoever sends a field that it does not take means something that would not happen."""

    def to_internal_value(self, data: Any) -> Any:
        """The values. Raises ValidationError, which names each field that is wrong or not asked for."""
        names = data if isinstance(data, Mapping) else ()
        found: dict[str, Any] = {printable(name): ["This is not asked for here. Leave it out."] for name in names if name not in self.fields}
        values: Any = None
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            found |= error.detail  # type: ignore[arg-type]  # a serializer's errors are by field
        if found:
            raise serializers.ValidationError(found)
        return values


@cache
def _nested(shape: Any) -> type[serializers.Serializer]:
    required = shape.__required_keys__
    fields = {name: field_for(hint, required=name in required) for name, hint in get_type_hints(shape).items()}
    return type(f"{shape.__name__}", (Body,), {**fields, "__doc__": shape.__doc__})


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
    return type(f"{title}Body", (Body,), fields)


def body_for(act: Callable[..., Any], data: Any) -> dict[str, Any]:
    """The act's keyword arguments, read from what was sent; a 400 names each that does not fit."""
    body = body_of(act)(data={} if data is None else data)
    body.is_valid(raise_exception=True)
    read: dict[str, Any] = body.validated_data
    return read


def require_beginner(model: Any, act: Callable[..., Any], caller: Any) -> None:
    """PermissionDenied unless the caller may begin such a record at all, before anything of the body is read."""
    if not caller.has_perm(f"{model._meta.app_label}.{act.__name__}"):
        raise PermissionDenied("You may not do this.")


KEY_HEADER = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="New for each request; repeat it to repeat one."
)


IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the record as it was read: if it has changed since, nothing is done (412)."
)


def _key(only_once: bool) -> list[OpenApiParameter]:
    return [KEY_HEADER] if only_once else []


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
        """The record as the caller may now see it, with its tag; nothing if they may not any more."""
        seen = self.get_queryset().filter(pk=record.pk).first()
        return self.tagged(Response(self.get_serializer(seen).data if seen else None, status=status))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The record, with its tag."""
        return self.tagged(super().retrieve(request, *args, **kwargs))

    def tag(self, shown: Any) -> str:
        """What the record, as it is shown to the caller, is known by: it changes with whatever they see of it."""
        return tag_of(shown)

    def tagged(self, response: Response) -> Response:
        """The answer, with the tag of the record that it shows."""
        if isinstance(response.data, dict):
            response["ETag"] = self.tag(response.data)
        return response

    def record_or_404(self) -> Any:
        """The record, if the caller may see it."""
        seen = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if seen is None:
            raise Http404
        return seen

    def record_to(self, act: Callable[..., Any]) -> Any:
        """The record, if the caller may see it (else 404) and may do this to it (else 403); asked before anything of the body is read."""
        record = self.record_or_404()
        self.ask_whether_may(record, act.__name__)
        return record

    def ask_whether_may(self, record: Any, verb: str) -> None:
        """The door's question."""
        ask_whether_may(record, verb, by=self.request.user)  # type: ignore[arg-type]

    def carry_out(self, act: Callable[..., Any], record: Any) -> Response:
        """Read the body, call the act on the record, answer with the record."""
        act(record.pk, by=self.request.user, **body_for(act, self.request.data))
        return self.answer(record)


def _act_route(act: Callable[..., Any], only_once: bool, cls: type[RecordViewSet]) -> Any:
    def carry(self: RecordViewSet, request: Request, pk: UUID) -> Response:
        record = self.record_to(act)

        def carried_out() -> Response:
            return if_unchanged(self, act.__name__, lambda: self.carry_out(act, record))

        return once(request, carried_out, lambda status: self.answer(record, status)) if only_once else carried_out()

    carry.__name__ = act.__name__
    carry.__doc__ = inspect.getdoc(act)
    schema = extend_schema(request=body_of(act), responses=getattr(cls, "serializer_class", None), parameters=[IF_MATCH, *_key(only_once)])
    return schema(route(detail=True, methods=["post"], url_path=act.__name__.replace("_", "-"), filter_backends=[])(carry))


def _begin_route(act: Callable[..., Any], cls: type[RecordViewSet]) -> Any:
    def create(self: RecordViewSet, request: Request) -> Response:
        require_beginner(cls.model, act, request.user)
        return self.answer(act(by=request.user, **body_for(act, request.data)), status=201)

    create.__doc__ = inspect.getdoc(act)
    return extend_schema(request=body_of(act), responses={201: getattr(cls, "serializer_class", None)})(create)
