"""Find records by words within their names: what to ask, and the indexes by which PostgreSQL answers."""

from typing import Any

from django.db import migrations, models

EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"


def found_by(records: models.QuerySet[Any], text: str, *lookups: str) -> models.QuerySet[Any]:
    """Those of the records that one of the look-ups, such as `title__icontains`, finds with this text.

    Each is a query of its own: with an OR across tables PostgreSQL would read every row of all of them.
    """
    every = records.model._base_manager.order_by()
    first, *others = (every.filter(**{lookup: text}).values("pk") for lookup in lookups)
    return records.filter(pk__in=first.union(*others) if others else first)


def word_indexes(columns: dict[str, tuple[str, ...]]) -> migrations.RunPython:
    """A migration's step that makes the indexes of these tables' columns, and takes them away when it is undone."""

    def install(apps: Any, schema_editor: Any) -> None:
        for table, names in columns.items():
            index_words(schema_editor.connection, table, *names)

    def remove(apps: Any, schema_editor: Any) -> None:
        for table, names in columns.items():
            drop_words(schema_editor.connection, table, *names)

    return migrations.RunPython(install, remove)


def index_words(connection: Any, table: str, *columns: str) -> None:
    """Index the letters of these columns by threes, as `icontains` and `iexact` compare them; SQLite, which has no such index, reads the rows.

    A database's owner may install the extension, which PostgreSQL trusts.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(EXTENSION)
        for column in columns:
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {_name(table, column)} ON {table} USING gin (UPPER({column}) gin_trgm_ops)")


def drop_words(connection: Any, table: str, *columns: str) -> None:
    """Take these indexes away again; the extension stays, for others may use it."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(f"DROP INDEX IF EXISTS {_name(table, column)}")


def _name(table: str, column: str) -> str:
    return f"{table}_{column}_words"
