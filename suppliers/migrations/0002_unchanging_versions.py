"""The database itself refuses to change or remove a published version of the lists."""

from typing import Any

from django.db import migrations

from suppliers import triggers


def install(apps: Any, schema_editor: Any) -> None:
    """Install the triggers."""
    triggers.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Triggers on published versions of the lists."""

    dependencies = [("suppliers", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
