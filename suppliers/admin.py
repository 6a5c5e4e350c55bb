"""This floor's part of the administration."""

from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, Value
from django.http import HttpRequest

from commissioning import clock
from commissioning.curating import VisibleAdmin, of_those_shown
from suppliers import admin_sheets as sheets
from suppliers.models import (
    AdmissionRound,
    Appeal,
    AppealGround,
    ConsortiumMember,
    EarlyRelease,
    Framework,
    FrameworkAgreement,
    FrameworkList,
    FrameworkVersion,
    FurtherInformation,
    Hearing,
    Listing,
    OrganisationImport,
    Service,
    ServiceArea,
    Supplier,
)
from suppliers.models.admissions import PHASES


@admin.register(Framework)
class FrameworkAdmin(VisibleAdmin):
    """Framework agreements."""

    acts = (
        "describe_framework",
        "set_term",
        "set_periods",
        "set_timing",
        "set_buyers",
        "set_award_criteria",
        "set_price_and_fee",
        "describe_selection",
        "set_reopening",
        "set_agreement_terms",
        "set_letters",
        "add_list",
        "add_area",
        "add_service",
        "remove_part",
        "publish_framework",
        "discard_changes",
        "add_appeal_ground",
        "open_round",
        "grant_early_release",
        "end_framework",
    )
    beginnings = ("draft_framework",)
    resource_classes = (sheets.FrameworkResource,)
    list_display = ("reference", "title", "authority", "regime", "status", "starts_on", "ends_on")
    list_filter = ("status", "regime", *of_those_shown("authority"))
    search_fields = ("reference", "title")
    list_select_related = ("authority", "regime")
    ordering = ("reference",)


@admin.register(FrameworkVersion)
class FrameworkVersionAdmin(VisibleAdmin):
    """Published versions of frameworks."""

    list_display = ("framework", "number", "published_at", "content_hash")
    list_filter = of_those_shown("framework")
    search_fields = ("framework__reference", "framework__title")
    list_select_related = ("framework",)
    ordering = ("-published_at", "-id")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without their content, which is long."""
        return super().get_queryset(request).defer("content")


@admin.register(FrameworkList)
class FrameworkListAdmin(VisibleAdmin):
    """The lists of frameworks."""

    resource_classes = (sheets.FrameworkListResource,)
    list_display = ("name", "code", "framework", "scope_kind", "order")
    list_filter = (*of_those_shown("framework"), "scope_kind")
    search_fields = ("name", "code")
    list_select_related = ("framework",)


@admin.register(ServiceArea)
class ServiceAreaAdmin(VisibleAdmin):
    """The areas of frameworks."""

    resource_classes = (sheets.ServiceAreaResource,)
    list_display = ("name", "code", "framework", "order")
    list_filter = of_those_shown("framework")
    search_fields = ("name", "code")
    list_select_related = ("framework",)


@admin.register(Service)
class ServiceAdmin(VisibleAdmin):
    """The menu of services of each area."""

    resource_classes = (sheets.ServiceResource,)
    list_display = ("name", "code", "area", "order")
    list_filter = of_those_shown("area__framework", "area")
    search_fields = ("name", "code")
    list_select_related = ("area__framework",)


@admin.register(Supplier)
class SupplierAdmin(VisibleAdmin):
    """Companies and consortia."""

    acts = ("describe_supplier",)
    beginnings = ("register_supplier", "register_consortium")
    resource_classes = (sheets.SupplierResource,)
    list_display = ("organisation", "short_name", "kind", "website")
    list_filter = ("kind",)
    search_fields = ("organisation__name", "short_name", "organisation__identifiers__value")
    list_select_related = ("organisation",)
    ordering = ("short_name",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """With organisation and identifiers, for the sheets."""
        return super().get_queryset(request).select_related("organisation").prefetch_related("organisation__identifiers")


@admin.register(OrganisationImport)
class OrganisationImportAdmin(VisibleAdmin):
    """Sheets of organisations, and what became of each."""

    acts = ("apply_import", "preview_again", "discard_import")
    beginnings = ("preview_import",)
    list_display = ("file_name", "kind", "status", "created_at", "new", "changed", "closed", "unchanged")
    list_filter = ("status", "kind")
    search_fields = ("file_name", "sha256")
    ordering = ("-created_at", "-id")


@admin.register(ConsortiumMember)
class ConsortiumMemberAdmin(VisibleAdmin):
    """Who belongs to which consortium, with what share of liability."""

    resource_classes = (sheets.ConsortiumMemberResource,)
    list_display = ("company", "consortium", "leads", "liability_share", "is_illustrative", "left_at")
    list_filter = ("leads", "is_illustrative", ("left_at", admin.EmptyFieldListFilter))
    search_fields = ("company__name", "consortium__organisation__name", "consortium__short_name")
    list_select_related = ("company", "consortium__organisation")


@admin.register(Listing)
class ListingAdmin(VisibleAdmin):
    """Who stands on which list, for which area."""

    acts = ("suspend_listing", "reinstate_listing", "end_listing", "pass_to_successor")
    resource_classes = (sheets.ListingResource,)
    list_display = ("supplier", "framework_list", "area", "listed_at", "published_at", "ended_at", "is_illustrative")
    list_filter = (
        *of_those_shown("framework_list__framework", "framework_list", "area"),
        ("published_at", admin.EmptyFieldListFilter),
        ("ended_at", admin.EmptyFieldListFilter),
        "is_illustrative",
    )
    search_fields = ("supplier__organisation__name", "supplier__short_name")
    list_select_related = ("supplier__organisation", "framework_list__framework", "area")


class PhaseFilter(admin.SimpleListFilter):
    """Where a round stands at this moment, which its deadline and its window for appeals tell and its status alone does not."""

    title = "where it stands"
    parameter_name = "phase"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every phase, in the order of a round's life."""
        return list(PHASES)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those in the phase that was chosen."""
        return queryset.in_phase(self.value(), clock.now()) if self.value() in dict(PHASES) else queryset


@admin.register(AdmissionRound)
class AdmissionRoundAdmin(VisibleAdmin):
    """Admission rounds."""

    acts = (
        "describe_round",
        "announce_round",
        "amend_round",
        "extend_round",
        "set_limits",
        "name_assessors",
        "draft_decisions",
        "send_decisions",
        "publish_some_lists",
        "publish_lists",
        "withdraw_round",
        "reissue_round",
    )
    list_display = ("title", "framework", "phase", "closes_at", "decisions_sent_at", "appeals_end_at", "published_at")
    list_filter = (*of_those_shown("framework"), PhaseFilter)
    search_fields = ("title",)
    list_select_related = ("framework",)
    ordering = ("-created_at", "-id")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the one moment at which all of them are shown."""
        return super().get_queryset(request).annotate(shown_at=Value(clock.now(), DateTimeField()))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Where it stands, in place of the status that is stored."""
        return ["phase" if name == "status" else name for name in super().get_fields(request, obj)]

    @admin.display(description="Where it stands")
    def phase(self, record: Any) -> str:
        """Where it stands at the moment at which it is shown."""
        return str(record.phase_at(record.shown_at))


@admin.register(Appeal)
class AppealAdmin(VisibleAdmin):
    """Appeals, which their officers decide; curators carry the decisions out."""

    acts = ("list_appellant", "reissue_reasons", "assess_anew", "send_fresh_decision")
    resource_classes = (sheets.AppealResource,)
    list_display = ("place", "status", "lodged_at", "officer", "acknowledged_at", "decided_at", "remedy", "carried_out_at")
    list_filter = ("status", "remedy", *of_those_shown("place__application__round"))
    search_fields = ("place__application__supplier__organisation__name",)
    list_select_related = ("officer", "place__framework_list", "place__area")
    ordering = ("-lodged_at", "-id")


@admin.register(AppealGround)
class AppealGroundAdmin(VisibleAdmin):
    """The grounds on which refusals under each framework can be appealed against."""

    list_display = ("name", "code", "framework", "order")
    list_filter = of_those_shown("framework")
    search_fields = ("name", "code")
    list_select_related = ("framework",)


@admin.register(FurtherInformation)
class FurtherInformationAdmin(VisibleAdmin):
    """What officers asked, and when an answer was due and came."""

    acts = ("give_information",)
    list_display = ("appeal", "number", "asked_of", "asked_at", "ends_at", "answered_at")
    list_filter = ("asked_of",)
    list_select_related = ("appeal__place__framework_list", "appeal__place__area")
    ordering = ("-asked_at", "-id")


@admin.register(Hearing)
class HearingAdmin(VisibleAdmin):
    """Hearings of appeals."""

    list_display = ("appeal", "number", "form", "starts_at", "adjourned_at", "held_at", "comments_end_at", "commented_at")
    list_filter = ("form",)
    list_select_related = ("appeal__place__framework_list", "appeal__place__area")
    ordering = ("-starts_at", "-id")


@admin.register(FrameworkAgreement)
class FrameworkAgreementAdmin(VisibleAdmin):
    """What suppliers have signed of each framework, and what is countersigned."""

    acts = ("countersign_agreement", "put_agreement_on_hold", "return_agreement", "reopen_countersigning")
    list_display = ("supplier", "framework", "status", "signatory", "signed_at", "countersigned_at")
    list_filter = (*of_those_shown("framework"), "status")
    search_fields = ("supplier__organisation__name", "supplier__short_name", "signatory")
    list_select_related = ("supplier__organisation", "framework")
    ordering = ("-created_at", "-id")


@admin.register(EarlyRelease)
class EarlyReleaseAdmin(VisibleAdmin):
    """Early releases."""

    list_display = ("buyer", "framework_list", "area", "granted_at", "expires_at", "granted_by")
    list_filter = of_those_shown("framework", "framework_list", "area")
    search_fields = ("buyer__name", "reason")
    list_select_related = ("buyer", "framework_list", "area", "granted_by")
    ordering = ("-granted_at", "-id")
