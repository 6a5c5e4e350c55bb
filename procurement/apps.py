"""The application's configuration, and what it adds to the pages that gather from all floors."""

from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    """The procurement floor."""

    name = "procurement"
    default_auto_field = "django.db.models.BigAutoField"
