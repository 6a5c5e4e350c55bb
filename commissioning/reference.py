"""The rows that the service cannot do without: period rules, regimes, classes of bodies and commissioning functions."""

import json
from pathlib import Path
from typing import Any

from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS

DATA = Path(__file__).parent / "data"
# In the order in which they refer to each other.
FILES = {
    "PeriodRule": "period_rules.json",
    "Regime": "regimes.json",
    "OrganisationClass": "organisation_classes.json",
    "CommissioningFunction": "functions.json",
}


def load_reference_data(*, using: str = DEFAULT_DB_ALIAS, apps: Apps = installed_apps) -> int:
    """Insert the rows whose code is missing, and leave those that are there as the administrators made them; how many were inserted.

    A model that `apps` does not have yet is passed over, as in a migration that stops half-way.
    """
    return sum(_insert_missing(model, file, using, apps) for model, file in FILES.items())


def _insert_missing(model_name: str, file: str, using: str, apps: Apps) -> int:
    try:
        rows = apps.get_model("commissioning", model_name)._default_manager.using(using)
    except LookupError:
        return 0
    there = set(rows.values_list("code", flat=True))
    missing = [rows.model(**row) for row in json.loads((DATA / file).read_text()) if row["code"] not in there]
    # Two servers may migrate at once: the row that the other one has just inserted is as good.
    rows.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def load_after_migration(*, using: str, apps: Apps = installed_apps, **_: Any) -> None:
    """Answer Django's post_migrate."""
    load_reference_data(using=using, apps=apps)
