"""Clarifications of tenders; and the database itself refuses to change what was submitted or a receipt."""

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
    """A proxy for clarifications of tenders, and triggers on submissions and receipts."""

    dependencies = [("commissioning", "0001_initial"), ("procurement", "0003_what_follows_the_deadline")]

    operations = [
        migrations.CreateModel(
            name="TenderClarification",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("commissioning.clarification",),
        ),
        migrations.RunPython(install, remove),
    ]
