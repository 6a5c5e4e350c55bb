"""The one door through which every record begins and changes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from commissioning import clock, trail
from commissioning.letters import Letterhead, write_letters
from commissioning.models import DocketedRecord, Record, TrailEntry, User
from commissioning.models.people import Actor
from commissioning.refusals import Refused, broken_rule

R = TypeVar("R", bound=Record)


@dataclass
class Step(Generic[R]):
    """An act under way: the locked record, who acts, and the one moment at which it happens."""

    verb: str
    record: R
    by: Actor
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    letterheads: list[Letterhead] = field(default_factory=list)
    following: list[Callable[[], Any]] = field(default_factory=list)

    def require(self, truth: object, otherwise: str) -> None:
        """Go on only if it is so; else refuse with a sentence for the person who acts."""
        if not truth:
            raise Refused(otherwise)

    def tell(self, people: Iterable[User], template: str, about: Record | None = None, again: object = "", **words: Any) -> None:
        """Write to each of these people once the act is done: a letter from `templates/letters/<template>.html`.

        The same letter about the same record is written once, unless `again` says which time it is.
        """
        self.letterheads.append(Letterhead(list(people), template, about or self.record, words, str(again)))

    def then(self, act: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Carry out another act in the same transaction, once this one is saved and on the trail; both are done, or neither."""
        self.following.append(partial(act, *args, **{"by": self.by, "at": self.at, **kwargs}))

    @property
    def person(self) -> User:
        """Who acts, where only a person may."""
        if not isinstance(self.by, User):
            raise PermissionDenied("Only a person may do this.")
        return self.by


@contextmanager
def moving(model: type[R], pk: UUID, verb: str, *, by: Actor, at: datetime | None = None) -> Iterator[Step[R]]:
    """Lock, look, let the caller act; then save, append to the trail and write the letters: all of it, or nothing.

    The root record (`model.ROOT`) is locked before the record, so that two acts on one tender wait for each other, and
    the moment is read after the lock. Raises Refused (wrong moment), PermissionDenied (wrong person), ValidationError
    (wrong values) and DoesNotExist; the first two go on the trail.
    """
    with _attempt() as attempt:
        record = _locked(model, pk)
        step = attempt.step = Step(verb, record, by, at or clock.now())
        before = getattr(record, "status", None)
        _check_may(step)
        arrow = model.MOVES[verb]
        step.require(arrow.may_start_from(before), _not_from(record, verb))
        yield step
        if arrow.target is not None:
            record.status = arrow.target  # type: ignore[attr-defined]
        record.save()
        _conclude(step, before)


@contextmanager
def beginning(record: R, verb: str, *, by: Actor, at: datetime | None = None, within: Record | None = None) -> Iterator[Step[R]]:
    """Bring a new record into being through the same door; the permission is asked of `within` or, without one, of the record."""
    with _attempt() as attempt:
        if within is not None:
            _locked(type(within), within.pk)
        step = attempt.step = Step(verb, record, by, at or clock.now())
        record.created_at = step.at
        _check_may(step, within)
        if isinstance(record, DocketedRecord):
            record.docket = trail.open_docket(record, str(record))
        yield step
        record.save()
        _conclude(step, None)


@dataclass
class _Attempt:
    """What was tried, for the trail if it is refused."""

    step: Step[Any] | None = None


@contextmanager
def _attempt() -> Iterator[_Attempt]:
    attempt = _Attempt()
    try:
        with transaction.atomic():
            yield attempt
    except IntegrityError as error:
        raise Refused(broken_rule(error)) from error
    except (Refused, PermissionDenied) as refusal:
        _record_refusal(attempt.step, refusal)
        raise


def _locked(model: type[R], pk: UUID) -> R:
    """The record, as it is now that nobody else can change it."""
    records: Any = model._default_manager.all()
    if model.ROOT:
        root_id = records.values_list(model.ROOT, flat=True).get(pk=pk)
        _at_the_end_of(model, model.ROOT)._default_manager.select_for_update().get(pk=root_id)
        records = records.select_related(model.ROOT)
    locked: R = records.select_for_update(of=("self",)).get(pk=pk)
    return locked


def _at_the_end_of(model: Any, path: str) -> Any:
    """The model that a path of relations leads to."""
    for part in path.split("__"):
        model = model._meta.get_field(part).related_model
    return model


def _check_may(step: Step[Any], asked_of: Record | None = None) -> None:
    permission = f"{step.record._meta.app_label}.{step.verb}"
    if not step.by.has_perm(permission, asked_of or step.record):
        raise PermissionDenied("You may not do this.")


def _not_from(record: Any, verb: str) -> str:
    status = record.get_status_display().lower() if hasattr(record, "get_status_display") else "as it is"
    return f"You cannot {verb.replace('_', ' ')} while it is {status}."


def _conclude(step: Step[Any], before: str | None) -> None:
    after = getattr(step.record, "status", None)
    change = {} if before == after else {"from": before, "to": after}
    keeper = step.record.docket_keeper()
    trail.append(keeper.docket_id, at=step.at, by=step.by, verb=step.verb, subject=step.record, facts={**change, **step.facts})
    write_letters(step.letterheads, at=step.at)
    for act in step.following:
        act()


def _record_refusal(step: Step[Any] | None, refusal: Exception) -> None:
    """A refused attempt is part of what happened; one on a record that never came to be has no trail to go on."""
    if step is None or step.record._state.adding:
        return
    with transaction.atomic():
        keeper = step.record.docket_keeper()
        trail.append(
            keeper.docket_id,
            at=step.at,
            by=step.by,
            verb=step.verb,
            subject=step.record,
            facts={"reason": str(refusal)},
            outcome=TrailEntry.Outcome.REFUSED,
        )
