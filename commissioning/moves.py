"""The one door through which every record begins and changes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from commissioning import clock, trail
from commissioning.letters import Letterhead, write_letters
from commissioning.models import Docket, DocketedRecord, Record, TrailEntry, User
from commissioning.models.people import Actor, ClockJob
from commissioning.refusals import Improper, Refused, broken_rule

R = TypeVar("R", bound=Record)
W = TypeVar("W", bound=Record)
D = TypeVar("D", bound=DocketedRecord)
# How many rows one statement brings in.
_AT_ONCE = 500
# What was refused within somebody else's transaction, which may yet be rolled back.
_refused: ContextVar[Any] = ContextVar("_refused", default=None)


@dataclass
class Step(Generic[R]):
    """An act under way: the locked record, who acts, and the one moment at which it happens."""

    verb: str
    record: R
    by: Actor
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    letterheads: list[Letterhead] = field(default_factory=list)
    within: Record | None = None
    following: list[Callable[[], Any]] = field(default_factory=list)
    begins: bool = False

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

    def within_a(self, model: type[W]) -> W:
        """The locked record that the new one begins within, which is one of this model."""
        assert isinstance(self.within, model)
        return self.within

    @property
    def person(self) -> User:
        """Who acts, where only a person may."""
        if not isinstance(self.by, User):
            raise PermissionDenied("Only a person may do this.")
        return self.by


@contextmanager
def moving(model: type[R], pk: UUID, verb: str, *, by: Actor, at: datetime | None = None) -> Iterator[Step[R]]:
    """Lock, look, let the caller act; then save, append to the trail and write the letters: all of it, or nothing.

    The root record (`model.ROOT`) is locked before the record, so that two acts on one tender wait for each other, and before
    both what the move comes `after`; the moment is read after the lock. Raises Refused (wrong moment), PermissionDenied (wrong
    person), ValidationError (wrong values) and DoesNotExist; the first two go on the trail.
    """
    with _attempt() as attempt:
        _hold_what_comes_before(model, pk, verb)
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
    """Bring a new record into being through the same door; the permission is asked of `within` or, without one, of the record.

    `within` is locked, and `step.within` is that record as it is then; what the caller read before may be out of date.
    """
    with _attempt() as attempt:
        inside = within and _locked(type(within), within.pk)
        step = attempt.step = Step(verb, record, by, at or clock.now(), within=inside, begins=True)
        record.created_at = step.at
        _check_may(step)
        if isinstance(record, DocketedRecord):
            record.docket = trail.open_docket(record, str(record))
        yield step
        record.save()
        _conclude(step, None)


def begin_many(records: Sequence[D], verb: str, *, by: Actor, at: datetime, facts: Sequence[dict[str, Any]]) -> None:
    """Bring many records of one model into being at one moment, in a few statements: each is asked for, and has a trail of its own.

    For what nothing else has to be done with; `beginning` is for one, and for all that follows from it. All of them begin, or none.
    """
    with _broken_rules_refuse(), transaction.atomic():
        for record in records:
            if not by.has_perm(f"{record._meta.app_label}.{verb}", record):
                raise PermissionDenied("You may not do this.")
            record.created_at = at
            record.check_fields()
        entries = trail.first_entries(records, at=at, by=by, verb=verb, facts=facts)
        Docket.objects.bulk_create([record.docket for record in records], batch_size=_AT_ONCE)
        if records:
            type(records[0])._default_manager.bulk_create(records, batch_size=_AT_ONCE)
        TrailEntry.objects.bulk_create(entries, batch_size=_AT_ONCE)


def ask_whether_may(record: Record, verb: str, *, by: Actor) -> None:
    """Ask the door's own question before an act's arguments are read, so that whoever may not act learns nothing of them.

    The answer no is PermissionDenied, and on the trail as at the door.
    """
    with _attempt() as attempt:
        attempt.step = Step(verb, record if verb in record.MOVES else record.docket_keeper(), by, clock.now())
        _check_may(attempt.step)


@contextmanager
def refusals_outlast() -> Iterator[None]:
    """Around somebody else's transaction: what is refused within it stays on the trail, though all of it be rolled back."""
    refused: list[tuple[TrailEntry, Step[Any], Exception]] = []
    outside = _refused.set(refused)
    try:
        yield
    finally:
        _refused.reset(outside)
        for entry, step, refusal in refused:
            is_lost = not TrailEntry.objects.filter(pk=entry.pk).exists()
            if is_lost and Docket.objects.filter(pk=entry.docket_id).exists():
                _record_refusal(step, refusal)


@dataclass
class _Attempt:
    """What was tried, for the trail if it is refused."""

    step: Step[Any] | None = None


@contextmanager
def _attempt() -> Iterator[_Attempt]:
    attempt = _Attempt()
    try:
        with _broken_rules_refuse(), transaction.atomic():
            yield attempt
    except (Refused, PermissionDenied) as refusal:
        _record_refusal(attempt.step, refusal)
        raise


@contextmanager
def _broken_rules_refuse() -> Iterator[None]:
    """What the database does not let pass is refused with its rule's sentence, like what an act refuses."""
    try:
        yield
    except IntegrityError as error:
        raise Refused(broken_rule(error)) from error


def _locked(model: type[R], pk: UUID) -> R:
    """The record, as it is now that nobody else can change it."""
    records: Any = model._default_manager.all()
    if model.ROOT:
        root_id = records.values_list(model.ROOT, flat=True).get(pk=pk)
        _at_the_end_of(model, model.ROOT)._default_manager.select_for_update().get(pk=root_id)
        records = records.select_related(model.ROOT)
    locked: R = records.select_for_update(of=("self",)).get(pk=pk)
    return locked


def _hold_what_comes_before(model: type[Record], pk: UUID, verb: str) -> None:
    """Lock the older record that the act looks at, if its move names one: always before the younger, or two acts wait for each other for ever."""
    if verb in model.MOVES and (path := model.MOVES[verb].after):
        _locked(_at_the_end_of(model, path), model._default_manager.values_list(path, flat=True).get(pk=pk))


def hold(model: type[Record], pk: UUID, verb: str = "") -> None:
    """Let nobody else change the record until the caller's transaction ends; an act of the caller's own may follow: `verb`, if it is known."""
    _hold_what_comes_before(model, pk, verb)
    _locked(model, pk)


def _at_the_end_of(model: Any, path: str) -> Any:
    """The model that a path of relations leads to."""
    for part in path.split("__"):
        model = model._meta.get_field(part).related_model
    return model


def _check_may(step: Step[Any]) -> None:
    permission = f"{step.record._meta.app_label}.{step.verb}"
    if not step.by.has_perm(permission, step.within or step.record):
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
    """A refused attempt is part of what happened.

    But one that is `untold` is not on the trail.
    A record that never came to be has no trail; that somebody may not begin one, or must not, goes on the trail of what it was to be within.
    What a job that comes again is refused goes on the trail once, and not again at each tick for the same reason.
    """
    subject = _subject(step, refusal) if step is not None else None
    if step is None or subject is None or _is_untold(step, subject):
        return
    with transaction.atomic():
        keeper, facts = subject.docket_keeper(), {"reason": str(refusal)}
        if isinstance(step.by, ClockJob) and step.by.comes_again:
            facts |= {"announced": step.facts["announced"]} if "announced" in step.facts else {}
            if _is_noted(step, subject, keeper.docket_id, facts):
                return
        entry = trail.append(
            keeper.docket_id,
            at=step.at,
            by=step.by,
            verb=step.verb,
            subject=subject,
            facts=facts,
            outcome=TrailEntry.Outcome.REFUSED,
        )
    if (refused := _refused.get()) is not None:
        refused.append((entry, step, refusal))


def _is_untold(step: Step[Any], subject: Record) -> bool:
    """Whether those who read the trail would learn by the attempt itself who is about what is sealed to them."""
    arrow = subject.MOVES.get(step.verb)
    return arrow is not None and arrow.untold


def _is_noted(step: Step[Any], subject: Record, docket_id: Any, facts: dict[str, Any]) -> bool:
    """Whether the trail, held still from here on, tells already that the job was refused this for this reason."""
    Docket.objects.select_for_update().get(pk=docket_id)
    refused = TrailEntry.objects.filter(subject_id=subject.pk, verb=step.verb, outcome=TrailEntry.Outcome.REFUSED, actor=None)
    return facts in refused.values_list("facts", flat=True)


def _subject(step: Step[Any], refusal: Exception) -> Record | None:
    if step.begins or step.record._state.adding:
        return step.within if isinstance(refusal, PermissionDenied | Improper) else None
    record: Record = step.record
    return record
