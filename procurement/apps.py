"""The application's configuration, and what it adds to the pages that gather from all floors."""

from importlib import import_module

from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    """The procurement floor."""

    name = "procurement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the rules known, listen to the floor below, and add what this floor tells the gathering pages and the clock."""
        import_module("procurement.rules")
        import_module("procurement.receivers")
        import_module("procurement.providers").register()
        import_module("procurement.oversight").register()
        import_module("commissioning.registry").demos.append("procurement.demo.build")
