"""The ground's part of the administration."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from commissioning import admin_sheets as sheets
from commissioning.actions.reference_data import change_reference_data, remove_reference_data, why_it_stays
from commissioning.curating import ActResource, CuratorAdmin, OwnPages, SheetResource
from commissioning.models import (
    ClosedDay,
    CommissioningFunction,
    Docket,
    Identifier,
    Letter,
    Membership,
    Organisation,
    OrganisationClass,
    PeriodRule,
    PersonalInvitation,
    Record,
    Regime,
    TrailEntry,
    User,
)
from commissioning.pages import signed_in
from commissioning.reading_trail import readable_dockets

__all__ = ["ActResource", "CuratorAdmin", "ReferenceAdmin", "SheetResource"]


class LookedAt(OwnPages, admin.TabularInline):
    """Rows beside a record, to look at."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For curators."""
        return bool(request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never here."""
        return False


class IdentifierInline(LookedAt):
    """What registers call the organisation."""

    model = Identifier
    fields = ("scheme", "value")


class MembershipInline(LookedAt):
    """Who does what for whom."""

    model = Membership
    fields = readonly_fields = ("user", "organisation", "role", "created_at", "ended_at")


@admin.register(Organisation)
class OrganisationAdmin(CuratorAdmin):
    """The authority, commissioners and suppliers."""

    acts = ("invite_person", "describe_organisation", "succeed_organisation")
    beginnings = ("register_organisation",)
    resource_classes = (sheets.OrganisationResource,)
    fields = ("kind", "name", "body_class", "address", "valid_from", "valid_to", "successors", "created_at")
    inlines = (IdentifierInline, MembershipInline)
    list_display = ("name", "kind", "body_class", "valid_from", "valid_to")
    list_select_related = ("body_class",)
    list_filter = ("kind", "body_class", ("valid_to", admin.EmptyFieldListFilter))
    search_fields = ("name", "identifiers__value")
    ordering = ("name", "id")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With identifiers, for the sheets."""
        return super().get_queryset(request).prefetch_related("identifiers")


@admin.register(User)
class UserAdmin(CuratorAdmin):
    """People; they are invited on their organisation's page. When they signed in is not shown: near a deadline it would tell who bids."""

    acts = ("rename_person", "deactivate_person", "reactivate_person")
    resource_classes = (sheets.PersonResource,)
    fields = ("email", "name", "is_active", "created_at")
    inlines = (MembershipInline,)
    list_display = ("email", "name", "is_active")
    list_filter = ("is_active", "memberships__role", "memberships__organisation__kind")
    search_fields = ("email", "name", "memberships__organisation__name")
    ordering = ("email",)


@admin.register(PersonalInvitation)
class PersonalInvitationAdmin(CuratorAdmin):
    """Who was invited, and what became of it."""

    acts = ("withdraw_invitation",)
    list_display = ("email", "organisation", "role", "created_at", "expires_at", "accepted_at", "withdrawn_at")
    list_filter = ("role", ("accepted_at", admin.EmptyFieldListFilter))
    search_fields = ("email", "name", "organisation__name")
    list_select_related = ("organisation",)
    ordering = ("-created_at", "-id")


class ReferenceForm(forms.ModelForm):
    """A row of reference data, which stays in its boxes when it may not change."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if why := why_it_stays(self.instance):
            self.add_error(None, why)


class ReferenceAdmin(CuratorAdmin):
    """Reference data: typed over by curators, each change on the authority's trail."""

    form = ReferenceForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that can be edited."""
        return [field.name for field in self.model._meta.fields if field.editable and not field.primary_key]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """For curators."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For curators."""
        return self.has_view_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the act."""
        change_reference_data(obj, by=signed_in(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Through the act."""
        remove_reference_data(obj, by=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Through the act, row by row."""
        for row in queryset:
            remove_reference_data(row, by=signed_in(request))


Purpose = PeriodRule.Purpose


@admin.register(PeriodRule)
class PeriodRuleAdmin(ReferenceAdmin):
    """How legal periods are counted; what is not verified says so."""

    resource_classes = (sheets.PeriodRuleResource,)
    list_display = ("code", "title", "purpose", "regime", "length", "unit", "first_day", "rolls_forward", "end", "calendar", "confidence")
    list_filter = ("purpose", "regime", "unit", "calendar", "confidence")
    search_fields = ("code", "title", "trigger", "source")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code of a rule is what frameworks know it by."""
        return ("code",) if obj else ()


@admin.register(Regime)
class RegimeAdmin(ReferenceAdmin):
    """Regimes of procurement law; what is not verified says so."""

    list_display = ("name", "code", "longest_term_years", "open_frameworks", "standstill_rule", "fee", "confidence")
    list_filter = ("open_frameworks", "fee", "confidence")
    search_fields = ("code", "name", "source")
    list_select_related = ("standstill_rule",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A choice of rules by their titles: those for that purpose, of this law or of the service."""
        purpose = {"appeal_rule": Purpose.APPEAL, "standstill_rule": Purpose.STANDSTILL, "tender_rule": Purpose.TENDER}[db_field.name]
        law = self.get_object(request, request.resolver_match.kwargs.get("object_id", "")) if request.resolver_match else None
        code, chosen = (law.code, getattr(law, db_field.attname) or "") if law else ("", "")
        kwargs["queryset"] = PeriodRule.objects.fitting(purpose, code, chosen)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code of a regime is what frameworks know it by."""
        return ("code",) if obj else ()


@admin.register(OrganisationClass)
class OrganisationClassAdmin(ReferenceAdmin):
    """Classes of public bodies, by which a framework says who may buy."""

    list_display = ("name", "code", "order")
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code of a class is what organisations and frameworks know it by."""
        return ("code",) if obj else ()


@admin.register(ClosedDay)
class ClosedDayAdmin(ReferenceAdmin):
    """One-off days that are not working days; one that was entered by mistake can be taken out."""

    resource_classes = (sheets.ClosedDayResource,)
    list_display = ("on", "calendar", "reason")
    list_filter = ("calendar",)
    search_fields = ("reason",)
    date_hierarchy = "on"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For curators."""
        return self.has_view_permission(request)


@admin.register(CommissioningFunction)
class CommissioningFunctionAdmin(ReferenceAdmin):
    """What a commissioner does, and what it always keeps."""

    resource_classes = (sheets.FunctionResource,)
    list_display = ("name", "code", "always_retained", "order")
    list_filter = ("always_retained",)
    search_fields = ("name", "code")


@admin.register(TrailEntry)
class TrailEntryAdmin(CuratorAdmin):
    """What happened, in the dockets that the curator may read: what suppliers do to a tender is on none of them."""

    list_display = ("at", "docket", "number", "verb", "outcome", "actor_name", "job")
    list_filter = ("docket__kind", "outcome")
    search_fields = ("verb", "docket__title", "actor_name", "actor__email", "subject_id")
    list_select_related = ("docket",)
    ordering = ("-recorded_at", "docket", "-number")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Of those dockets."""
        return super().get_queryset(request).filter(docket__in=Docket.objects.filter(readable_dockets(request.user)))


@admin.register(Letter)
class LetterAdmin(CuratorAdmin):
    """That letters were written and sent about what the curator may see; what is in them is between the service and their recipient.

    A letter about a sealed bid would tell that there is one, were it only by its name; when one was read, who is at work near a deadline.
    """

    fields = ("created_at", "recipient", "template", "subject_type", "subject_id", "claimed_at", "attempts", "next_try_at", "sent_at")
    list_display = ("created_at", "recipient", "template", "attempts", "sent_at")
    list_filter = ("template", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("recipient__email", "template")
    list_select_related = ("recipient",)
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the texts."""
        seen = Q(pk__in=[])
        for model in apps.get_models():
            if issubclass(model, Record) and not model._meta.proxy:
                subjects = model._default_manager.visible_to(request.user).order_by().values("pk")
                seen |= Q(subject_type=model._meta.label_lower, subject_id__in=subjects)
        return super().get_queryset(request).filter(seen).defer("body", "title")
