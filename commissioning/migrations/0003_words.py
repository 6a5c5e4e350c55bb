"""On PostgreSQL, organisations and identifiers are found by words within their names without reading them all; on SQLite nothing is done."""

from django.db import migrations

from commissioning.finding import word_indexes

COLUMNS = {
    "commissioning_organisation": ("name",),
    "commissioning_identifier": ("value",),
}


class Migration(migrations.Migration):
    """Indexes of words."""

    dependencies = [("commissioning", "0002_append_only")]
    operations = [word_indexes(COLUMNS)]
