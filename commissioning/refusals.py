"""Why something was not done, as a sentence for a person."""

import re

from django.db import IntegrityError, models


class Refused(Exception):
    """The rules do not allow this now. The message says what is wrong and what to do."""


class Gone(Refused):
    """What was to be changed has been changed by somebody else since it was read."""


def broken_rule(error: IntegrityError) -> str:
    """The database's refusal as a sentence: its constraints are named as sentences."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or _sqlite_constraint(str(error))
    return f"{name.replace('_', ' ').capitalize()}." if name else "This does not fit with what is already stored."


def _sqlite_constraint(message: str) -> str | None:
    """The constraint's name, which SQLite gives for checks, and for unique keys only as their columns."""
    if check := re.match(r"CHECK constraint failed: (\w+)", message):
        return check[1]
    if index := re.match(r"UNIQUE constraint failed: index '(\w+)'", message):
        return index[1]
    if unique := re.match(r"UNIQUE constraint failed: (.+)", message):
        return _unique_by_columns({tuple(column.split(".")) for column in unique[1].split(", ")})
    return None


def _unique_by_columns(columns: set[tuple[str, ...]]) -> str | None:
    from django.apps import apps  # the registry is not ready when this module is first imported

    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
                if {(model._meta.db_table, model._meta.get_field(field).column) for field in constraint.fields} == columns:
                    return constraint.name
    return None
