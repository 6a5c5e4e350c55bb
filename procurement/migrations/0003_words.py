"""On PostgreSQL, tenders are found by words within their names without reading them all; on SQLite nothing is done."""

from django.db import migrations

from commissioning.finding import word_indexes

COLUMNS = {
    "procurement_tender": ("title", "reference"),
}


class Migration(migrations.Migration):
    """Indexes of words."""

    dependencies = [("procurement", "0002_unchanging_bids")]
    operations = [word_indexes(COLUMNS)]
