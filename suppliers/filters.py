"""How lists of this floor are narrowed, on pages and in the API alike."""

from typing import Any

import django_filters

from suppliers.models import (
    AdmissionRound,
    Appeal,
    Application,
    EarlyRelease,
    Framework,
    FrameworkList,
    Listing,
    ListPublication,
    Place,
    ServiceArea,
    Supplier,
)


class _Related(django_filters.ModelChoiceFilter):
    """A record of another kind, of those that the viewer may see; anything else finds nothing."""

    def __init__(self, model: Any, **options: Any) -> None:
        super().__init__(queryset=lambda request: model.objects.visible_to(request.user), empty_label="Any", **options)


class FrameworkFilters(django_filters.FilterSet):
    """Frameworks by status and regime."""

    class Meta:
        model = Framework
        fields = ["status", "regime"]


class FrameworkListFilters(django_filters.FilterSet):
    """Lists by framework."""

    framework = _Related(Framework)

    class Meta:
        model = FrameworkList
        fields = ["framework", "scope_kind"]


class ServiceAreaFilters(django_filters.FilterSet):
    """Areas by framework."""

    framework = _Related(Framework)

    class Meta:
        model = ServiceArea
        fields = ["framework"]


class SupplierFilters(django_filters.FilterSet):
    """Suppliers by name and kind."""

    name = django_filters.CharFilter("organisation__name", lookup_expr="icontains", label="Name contains")

    class Meta:
        model = Supplier
        fields = ["name", "kind"]


class RoundFilters(django_filters.FilterSet):
    """Rounds by framework and status."""

    framework = _Related(Framework)

    class Meta:
        model = AdmissionRound
        fields = ["framework", "status"]


class ApplicationFilters(django_filters.FilterSet):
    """Applications by round, status and supplier."""

    round = _Related(AdmissionRound)
    supplier = django_filters.CharFilter("supplier__organisation__name", lookup_expr="icontains", label="Supplier’s name contains")

    class Meta:
        model = Application
        fields = ["round", "status", "supplier"]


class PlaceFilters(django_filters.FilterSet):
    """Places by application, list and area; not by outcome, which is a secret until decisions are sent."""

    application = _Related(Application)
    framework_list = _Related(FrameworkList)
    area = _Related(ServiceArea)

    class Meta:
        model = Place
        fields = ["application", "framework_list", "area"]


class AppealFilters(django_filters.FilterSet):
    """Appeals by round and status."""

    round = _Related(AdmissionRound, field_name="place__application__round", label="Round")

    class Meta:
        model = Appeal
        fields = ["round", "status"]


class ListingFilters(django_filters.FilterSet):
    """Listings by framework, list, area and supplier."""

    framework = _Related(Framework, field_name="framework_list__framework", label="Framework")
    framework_list = _Related(FrameworkList)
    area = _Related(ServiceArea)
    supplier = _Related(Supplier)

    class Meta:
        model = Listing
        fields = ["framework", "framework_list", "area", "supplier"]


class PublicationFilters(django_filters.FilterSet):
    """Published versions by framework and moment."""

    framework = _Related(Framework)
    published_by = django_filters.IsoDateTimeFilter("published_at", lookup_expr="lte", label="Published by")

    class Meta:
        model = ListPublication
        fields = ["framework", "version"]


class EarlyReleaseFilters(django_filters.FilterSet):
    """Early releases by framework."""

    framework = _Related(Framework)

    class Meta:
        model = EarlyRelease
        fields = ["framework", "framework_list", "area"]
