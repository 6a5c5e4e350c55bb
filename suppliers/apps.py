"""The application's configuration, and what it adds to the pages that gather from all floors."""

from importlib import import_module

from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    """The suppliers floor."""

    name = "suppliers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the rules known, and add what this floor tells the desk, the calendar, the search, the navigation and the clock."""
        import_module("suppliers.rules")
        import_module("suppliers.providers").register()
        import_module("suppliers.oversight").register()
        import_module("commissioning.registry").demos.append("suppliers.demo.build")
