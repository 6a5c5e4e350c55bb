"""The database itself refuses to change or remove entries of the trail."""

from typing import Any

from django.db import migrations

from commissioning import triggers


def install(apps: Any, schema_editor: Any) -> None:
    """Install the triggers."""
    triggers.install(schema_editor.connection)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Triggers on the trail and its checkpoints."""

    dependencies = [("commissioning", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
