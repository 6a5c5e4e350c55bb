"""Puts framework curators' administration in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class CommissioningAdminConfig(AdminConfig):
    """The application; its site is loaded once every model is."""

    default_site = "commissioning.curators_site.CommissioningAdmin"
