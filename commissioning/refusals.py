"""Why something was not done, as a sentence for a person."""

import re

from django.apps import apps
from django.db import IntegrityError, models


class Refused(Exception):
    """The rules do not allow this now. The message says what is wrong and what to do."""


class Improper(Refused):
    """What must not be so at any time: to have tried to begin it is on the trail of what it was to be within."""


class Gone(Refused):
    """What was to be changed has been changed by somebody else since it was read."""


def broken_rule(error: IntegrityError) -> str:
    """The database's refusal as a sentence: its constraints are named as sentences."""
    text = f"{error}"
    named = re.search(r'constraint "(\w+)"|constraint failed: (?:index \'(\w+)\'|(\w+)$)', text)
    if named and (name := next(filter(None, named.groups()))) in _constraints():
        return _sentence(name)
    columns = re.search(r"Key \(([^)]+)\)=|UNIQUE constraint failed: (.+)", text)
    return _about_columns(next(filter(None, columns.groups()))) if columns else "This does not fit with what is already stored."


def _sentence(name: str) -> str:
    return f"{name.replace('_', ' ').capitalize()}."


def _constraints() -> dict[str, models.BaseConstraint]:
    return {constraint.name: constraint for model in apps.get_models() for constraint in model._meta.constraints}


def _about_columns(columns: str) -> str:
    """The sentence of the key over these columns; SQLite gives no key's name, only `table.column` for each."""
    plain = {column.split(".")[-1].strip().removesuffix("_id") for column in columns.split(",")}
    for name, constraint in _constraints().items():
        if isinstance(constraint, models.UniqueConstraint) and set(constraint.fields) == plain:
            return _sentence(name)
    return f"Another one has this {' and '.join(sorted(plain)).replace('_', ' ')} already."
