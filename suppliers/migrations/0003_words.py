"""On PostgreSQL, suppliers, frameworks and admission rounds are found by words within their names without reading them all; on SQLite nothing is done."""

from django.db import migrations

from commissioning.finding import word_indexes

COLUMNS = {
    "suppliers_supplier": ("short_name",),
    "suppliers_framework": ("title", "reference"),
    "suppliers_admissionround": ("title",),
}


class Migration(migrations.Migration):
    """Indexes of words."""

    dependencies = [("suppliers", "0002_unchanging_versions")]
    operations = [word_indexes(COLUMNS)]
