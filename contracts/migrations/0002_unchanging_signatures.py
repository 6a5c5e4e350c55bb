"""The database itself refuses to change or remove a signature."""

from typing import Any

from django.db import migrations

from contracts import triggers


def install(apps: Any, schema_editor: Any) -> None:
    """Install the triggers."""
    triggers.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Triggers on signatures."""

    dependencies = [("contracts", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
