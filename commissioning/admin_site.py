"""The administration site: for framework curators, behind the same sign-in as everything else."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


class CommissioningAdminConfig(AdminConfig):
    """Puts our site in the place of Django's."""

    default_site = "commissioning.admin_site.CommissioningAdmin"


class CommissioningAdmin(admin.AdminSite):
    """Framework curators' administration."""

    site_header = "Framework procurement administration"
    site_title = "Framework procurement"
    index_title = "Records"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in where everybody does, second factor and all; who has signed in and still comes here is no curator."""
        if request.user.is_authenticated:
            raise PermissionDenied("The administration is for framework curators.")
        query = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        return redirect(f"{reverse('account_login')}?{query}")
