"""The application's configuration, and what it adds to the pages that gather from all floors."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """The contracts floor."""

    name = "contracts"
    default_auto_field = "django.db.models.BigAutoField"
