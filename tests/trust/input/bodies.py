"""A body that an act of the API would take, made from the fields that it asks for; each text, number and moment in it by its path."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from rest_framework import serializers

# Where a field is, from the body inwards: names, and the first of a list.
Path = tuple[str | int, ...]


def body_for(fields: dict[str, serializers.Field]) -> dict[str, Any]:
    """Something plausible in every field."""
    return {name: _value(field) for name, field in fields.items()}


def _value(field: Any) -> Any:
    if isinstance(field, serializers.Serializer):
        return body_for(field.fields)
    if isinstance(field, serializers.ListField):
        return [_value(field.child)]
    if isinstance(field, serializers.DictField):
        return {"00000000-0000-4000-8000-000000000001": _value(field.child)}
    if isinstance(field, serializers.ChoiceField):
        return next(iter(field.choices))
    return next(value for kind, value in _VALUES if isinstance(field, kind))


_VALUES: tuple[tuple[Any, Any], ...] = (
    (serializers.BooleanField, False),
    (serializers.IntegerField, 1),
    (serializers.DecimalField, "1.00"),
    (serializers.DateTimeField, "2026-06-11T12:00:00"),
    (serializers.DateField, "2026-06-11"),
    (serializers.UUIDField, "00000000-0000-4000-8000-000000000001"),
    (serializers.CharField, "Words"),
    (serializers.JSONField, "Words"),
)


def places(fields: dict[str, serializers.Field], *kinds: Any) -> Iterator[Path]:
    """The path of every field of these kinds."""
    for name, field in fields.items():
        yield from ((name, *rest) for rest in _within(field, kinds))


def _within(field: Any, kinds: tuple[Any, ...]) -> Iterator[Path]:
    if isinstance(field, serializers.Serializer):
        yield from places(field.fields, *kinds)
    elif isinstance(field, serializers.ListField):
        yield from ((0, *rest) for rest in _within(field.child, kinds))
    elif isinstance(field, serializers.DictField):
        yield from (("00000000-0000-4000-8000-000000000001", *rest) for rest in _within(field.child, kinds))
    elif isinstance(field, kinds) and not isinstance(field, serializers.ChoiceField):
        yield ()


def changed(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The body with another value at the path."""
    copy: Any = deepcopy(body)
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy  # type: ignore[no-any-return]


def dotted(path: Path) -> str:
    """The path as the API's complaints name it."""
    return ".".join(map(str, path))
