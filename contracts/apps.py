"""The application's configuration, and what it adds to the pages that gather from all floors."""

from importlib import import_module

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """The contracts floor."""

    name = "contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the rules known, listen to the floors below, and add what this floor tells the gathering pages and the clock."""
        import_module("contracts.rules")
        import_module("contracts.receivers")
        import_module("contracts.providers").register()
        import_module("contracts.oversight").register()
        import_module("commissioning.registry").demos.append("contracts.demo.build")
