"""What every record has in common."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models

from commissioning import clock
from commissioning.models.trail import Docket
from commissioning.unseen import complaint, shows_nothing

_no_nulls = ProhibitNullCharactersValidator()


class Move:
    """One arrow of a record's life: from any of `sources` (none named: from any status) to `target` (None: it stays).

    `after` is the path to an older record that the act looks at, and that is locked before this one and its root. What is `untold` if
    refused would tell those who read the record's trail, by the trying alone, what they are not to know.
    """

    def __init__(self, *sources: str, to: str | None = None, after: str | None = None, untold: bool = False) -> None:
        self.sources, self.target, self.after, self.untold = frozenset(sources), to, after, untold

    def may_start_from(self, status: str | None) -> bool:
        """Whether the arrow leaves this status."""
        return not self.sources or status in self.sources


def move(*sources: str, to: str | None = None, after: str | None = None, untold: bool = False) -> Move:
    """An arrow for a model's MOVES table."""
    return Move(*sources, to=to, after=after, untold=untold)


class MomentOfCreation(models.DateTimeField):
    """When a row was made: now, unless its maker said when. No default, for Django's checks would call it before there is a clock."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Read the clock for a row that has no moment yet."""
        if add and getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, clock.now())
        return super().pre_save(model_instance, add)


class RecordQuerySet(models.QuerySet[Any]):
    """Records as their viewers see them: nothing, until a model says otherwise."""

    def visible_to(self, user: Any) -> Self:
        """Those that this person may know of."""
        return self.none()

    def trail_readable_by(self, user: Any) -> Self:
        """Those whose trail this person may read."""
        return self.none()


class Record(models.Model):
    """A row that people refer to: known by a UUID, checked whenever it is saved, changed only by acts.

    `MOVES` draws its life. `ROOT` is the path to the older record that is locked before it (None: itself).
    """

    MOVES: ClassVar[dict[str, Move]] = {}
    ROOT: ClassVar[str | None] = None

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at = MomentOfCreation(editable=False, db_index=True)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, after refusing values that do not fit their fields (ValidationError names each)."""
        self.check_fields()
        super().save(*args, **kwargs)

    def check_fields(self) -> None:
        """Refuse values that do not fit their fields; relations are the database's to check."""
        self.clean_fields(exclude={"created_at", *(field.name for field in self._meta.fields if field.is_relation or field.primary_key)})
        for field in self._meta.fields:
            if isinstance(value := getattr(self, field.attname), str):
                _no_nulls(value)
                check_it_is_seen(field, value)

    def get_absolute_url(self) -> str:
        """Its page, where it has one."""
        return ""

    def own_words(self, template: str) -> list[str]:
        """The paragraphs, plain text, that whatever it stands under puts into a letter of this kind about it."""
        return []

    def docket_keeper(self) -> "DocketedRecord":
        """The record whose trail tells what happens to this one."""
        raise LookupError(f"{type(self).__name__} says no docket_keeper.")


def check_it_is_seen(field: Any, value: str) -> None:
    """ValidationError beside the field for a text that shows nothing, or that holds what may not stand in it; spaces alone are an empty text."""
    if value.strip() and shows_nothing(value):
        raise ValidationError({field.name: "Nothing of this can be seen. Write it in letters that show."})
    if wrong := complaint(value, one_line=not isinstance(field, models.TextField)):
        raise ValidationError({field.name: wrong})


class DocketedRecord(Record):
    """A record with a trail of its own."""

    docket = models.OneToOneField(Docket, on_delete=models.PROTECT, editable=False, related_name="%(class)s")

    class Meta:
        abstract = True

    def docket_keeper(self) -> Self:
        """Itself."""
        return self
