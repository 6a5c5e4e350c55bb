"""A world that a factory has built once is written again from what it wrote, as long as the database is what it was then.

Only a test that has written nothing else may be given one, and only in a transaction of its own; every other builds anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Model

from commissioning.models import Organisation, TrailEntry

Given = ParamSpec("Given")
Made = TypeVar("Made")
_WRITES = ("INSERT", "UPDATE", "DELETE")
# Where each world leads from: nothing has been written, or what a factory's call left.
_UNTOUCHED = 0


@dataclass(frozen=True)
class _World:
    """The statements that built it, in order, and what the factory returned."""

    number: int
    statements: list[tuple[str, Any, bool]]
    made: Any


@dataclass
class _Watch:
    """What a test has written so far: the number of the world that this is, or None if no factory knows it."""

    is_other_code: Callable[[], bool]
    standing: int | None = _UNTOUCHED
    written: list[tuple[str, Any, bool]] = field(default_factory=list)
    rolled_back: int = 0
    looked: bool = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(_WRITES):
            self.standing = None
            self.written.append((sql, params, many))
        self.rolled_back += sql.startswith("ROLLBACK TO")
        return execute(sql, params, many, context)

    def stands_on(self) -> int | None:
        """The world that the database holds now; a test that finds records of others, or runs other code, has none."""
        if not self.looked:
            self.looked = True
            if Organisation.objects.exists() or TrailEntry.objects.exists():
                self.standing = None
        return None if self.is_other_code() else self.standing


_worlds: dict[Any, _World] = {}
_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching(is_other_code: Callable[[], bool]) -> Iterator[None]:
    """Around a test that may be given kept worlds, unless it has put other code in place of some."""
    watch = _Watch(is_other_code)
    token = _watch.set(watch)
    try:
        with connection.execute_wrapper(watch):
            yield
    finally:
        _watch.reset(token)


def kept(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """Build once for the same arguments on the same world, and write it again after that."""

    @wraps(make)
    def build(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        watch = _watch.get()
        standing = watch.stands_on() if watch else None
        if watch is None or standing is None:
            return make(*args, **kwargs)
        key = (settings._wrapped, standing, make, _named(args), _named(kwargs))
        if key in _worlds:
            return _written_again(watch, _worlds[key])
        begin, rolled_back = len(watch.written), watch.rolled_back
        made = make(*args, **kwargs)
        if watch.rolled_back == rolled_back:
            _worlds[key] = _World(len(_worlds) + 1, watch.written[begin:], _named(made))
            watch.standing = _worlds[key].number
        return made

    return build


def _written_again(watch: _Watch, world: _World) -> Any:
    with connection.cursor() as cursor:
        for sql, params, many in world.statements:
            (cursor.executemany if many else cursor.execute)(sql, params)
    watch.standing = world.number
    return _found(world.made)


def _named(value: Any) -> Any:
    """The value as what does not change: a record by its kind and key, several as a tuple."""
    if isinstance(value, Model):
        return type(value), value.pk
    if isinstance(value, dict):
        return tuple((name, _named(each)) for name, each in value.items())
    return tuple(map(_named, value)) if isinstance(value, list | tuple) else value


def _found(made: Any) -> Any:
    """The record, or a list of several, as it stands now."""
    if made and isinstance(made[0], tuple):
        return [_found(each) for each in made]
    model, key = made
    return model._base_manager.get(pk=key)
