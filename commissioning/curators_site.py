"""The administration site: for framework curators, behind the same sign-in as everything else."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.http import urlencode

from commissioning.curating import CuratorAdmin


class CommissioningAdmin(admin.AdminSite):
    """Framework curators' administration; nothing is in it but what our own floors declare."""

    site_header = "Framework procurement administration"
    site_title = "Framework procurement"
    index_title = "Records"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in what is curated; the tables that libraries would add (tokens, second factors, groups) stay out."""
        if admin_class is not None and issubclass(admin_class, CuratorAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses, but not the one that leads on to any record of any kind by its id."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sign in where everybody does, second factor and all; who has signed in and still comes here is no curator."""
        if request.user.is_authenticated:
            raise PermissionDenied("The administration is for framework curators.")
        query = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        return redirect(f"{reverse('account_login')}?{query}")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """On the account's own page, so that the trail knows of it."""
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """On the account's own page."""
        return redirect("account")
