"""The ground, as an application."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from commissioning.reference import load_after_migration


class CommissioningConfig(AppConfig):
    """Organisations and people, the calendar, the trail; it brings its reference data with it."""

    name = "commissioning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the reference data after each migration and each flush of a test database; fill the ground's part of the registry; listen."""
        post_migrate.connect(load_after_migration, sender=self)
        # Providers read models, which are not there yet when this file is.
        import_module("commissioning.providers").register()
        import_module("commissioning.receivers")
