"""The database itself refuses to change what was submitted, or a receipt."""

from typing import Any

from django.db import migrations

from procurement import triggers


def install(apps: Any, schema_editor: Any) -> None:
    """Install the triggers."""
    triggers.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Triggers on submissions and receipts."""

    dependencies = [("procurement", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
