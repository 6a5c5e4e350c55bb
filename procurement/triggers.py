"""Triggers by which the database itself refuses to change what was submitted, or a receipt."""

from typing import Any

_SENTENCE = "What was submitted does not change."
_NAMES = {"procurement_submission": "a_submission_does_not_change", "procurement_receipt": "a_receipt_does_not_change"}


def install(connection: Any) -> None:
    """Refuse to change a submission, but for what becomes of it, and a receipt altogether. A withdrawn one loses its content."""
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    fixed = ("bid_id", "version", "received_at", "submitted_by_id", "content_hash")
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in fixed)
    emptied = "NEW.withdrawn_at IS NOT NULL AND NEW.content IS NULL AND NEW.total_price IS NULL"
    rewritten = f"(OLD.content {differs} NEW.content OR OLD.total_price {differs} NEW.total_price) AND NOT ({emptied})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        cursor.execute(_trigger(connection.vendor, "procurement_submission", f"{changed} OR ({rewritten})"))
        cursor.execute(
            _trigger(connection.vendor, "procurement_receipt", f"OLD.content {differs} NEW.content OR OLD.signature {differs} NEW.signature")
        )


def remove(connection: Any) -> None:
    """Allow it again."""
    with connection.cursor() as cursor:
        for table, name in _NAMES.items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_to_change_a_bid() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$
"""


def _trigger(vendor: str, table: str, when: str) -> str:
    name = _NAMES[table]
    if vendor == "postgresql":
        return f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_to_change_a_bid()"
    return f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
