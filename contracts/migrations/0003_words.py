"""On PostgreSQL, contracts are found by words within their names without reading them all; on SQLite nothing is done."""

from django.db import migrations

from commissioning.finding import word_indexes

COLUMNS = {
    "contracts_contract": ("title", "reference"),
}


class Migration(migrations.Migration):
    """Indexes of words."""

    dependencies = [("contracts", "0002_unchanging_signatures")]
    operations = [word_indexes(COLUMNS)]
