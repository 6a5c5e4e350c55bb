"""On PostgreSQL, tenders are found by words within their names without reading them all; on SQLite nothing is done."""

from typing import Any

from django.db import migrations

from commissioning import finding

COLUMNS = {
    "procurement_tender": ("title", "reference"),
}


def install(apps: Any, schema_editor: Any) -> None:
    """Make the indexes."""
    for table, columns in COLUMNS.items():
        finding.index_words(schema_editor.connection, table, *columns)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    for table, columns in COLUMNS.items():
        finding.drop_words(schema_editor.connection, table, *columns)


class Migration(migrations.Migration):
    """Indexes of words."""

    dependencies = [("procurement", "0002_unchanging_bids")]
    operations = [migrations.RunPython(install, remove)]
