"""People have a trail of their own, invitations name their person, entries say when they were written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from commissioning import triggers


def install_triggers(apps, schema_editor):
    # SQLite makes a table anew to change it, and drops its triggers with the old one.
    triggers.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0002_append_only")]

    operations = [
        migrations.RemoveIndex(model_name="trailentry", name="entries_in_time"),
        migrations.RemoveField(model_name="personalinvitation", name="secret_hash"),
        migrations.AddField(
            model_name="personalinvitation",
            name="user",
            field=models.ForeignKey(
                default=None, on_delete=django.db.models.deletion.PROTECT, related_name="personal_invitations", to=settings.AUTH_USER_MODEL
            ),
            preserve_default=False,
        ),
        migrations.AddField(model_name="personalinvitation", name="withdrawn_at", field=models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            model_name="trailentry",
            name="recorded_at",
            field=models.DateTimeField(
                default=timezone.now,
                editable=False,
                help_text="When the row was written: never before its transaction began.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="user",
            name="calendar_link",
            field=models.PositiveIntegerField(
                default=1, editable=False, help_text="Counts the links to their calendar: only the newest is answered."
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="docket",
            field=models.OneToOneField(
                default=None, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="%(class)s", to="commissioning.docket"
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(model_name="trailentry", index=models.Index(fields=["recorded_at", "id"], name="entries_as_recorded")),
        migrations.AddConstraint(
            model_name="personalinvitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("user", "organisation", "role"),
                name="one_invitation_at_a_time_per_person_role_and_organisation",
            ),
        ),
        migrations.RunPython(install_triggers, migrations.RunPython.noop),
    ]
