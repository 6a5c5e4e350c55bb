"""Triggers by which the database itself refuses to change or remove what must stay as it was written."""

from typing import Any

APPEND_ONLY = ("commissioning_trailentry", "commissioning_checkpoint")
_SENTENCE = "The trail is append-only."


def install(connection: Any, tables: tuple[str, ...] = APPEND_ONLY, sentence: str = _SENTENCE) -> None:
    """Refuse UPDATE and DELETE on these tables, and on PostgreSQL TRUNCATE, with this sentence, which holds no apostrophe."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor, tables, sentence):
            cursor.execute(statement)


def remove(connection: Any, tables: tuple[str, ...] = APPEND_ONLY) -> None:
    """Allow them again: for a test database that is being emptied, and for nothing else."""
    with connection.cursor() as cursor:
        for table in tables:
            for verb in _verbs(connection.vendor):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{verb}{on}")


def _statements(vendor: str, tables: tuple[str, ...], sentence: str) -> list[str]:
    write = _postgresql if vendor == "postgresql" else _sqlite
    triggers = [write(table, verb, sentence) for table in tables for verb in _verbs(vendor)]
    return [_REFUSAL_FUNCTION, *triggers] if vendor == "postgresql" else triggers


def _verbs(vendor: str) -> tuple[str, ...]:
    """What a table can lose or change rows by."""
    return ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")


_REFUSAL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$
"""


def _postgresql(table: str, verb: str, sentence: str) -> str:
    when = f"BEFORE {verb.upper()} ON {table} FOR EACH {'STATEMENT' if verb == 'truncate' else 'ROW'}"
    return f"CREATE OR REPLACE TRIGGER {table}_refuses_{verb} {when} EXECUTE FUNCTION refuse_to_rewrite('{sentence}')"


def _sqlite(table: str, verb: str, sentence: str) -> str:
    return f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_{verb} BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
