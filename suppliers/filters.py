"""How lists of this floor are narrowed, on pages and in the API alike."""

from typing import Any

import django_filters

from commissioning.filters import MomentFilter, Unanswered, of_visible
from commissioning.models import Regime
from suppliers.assessment_state import STANDS, those_that_stand
from suppliers.models import (
    AdmissionRound,
    Appeal,
    AppealGround,
    Application,
    EarlyRelease,
    Enquiry,
    Framework,
    FrameworkAgreement,
    FrameworkList,
    FrameworkVariation,
    FrameworkVersion,
    FurtherInformation,
    Listing,
    ListPublication,
    MemberConfirmation,
    Offer,
    OrganisationImport,
    Place,
    RoundClarification,
    Service,
    ServiceArea,
    ShareConfirmation,
    Supplier,
    SupplierChange,
    VariationAnswer,
)


class FrameworkFilters(django_filters.FilterSet):
    """Frameworks by status and law, and those with or without published lists."""

    lists = django_filters.TypedChoiceFilter(
        "publications",
        lookup_expr="isnull",
        exclude=True,
        distinct=True,
        choices=[("", "Any"), ("true", "Yes"), ("false", "No")],
        coerce=lambda word: word == "true",
        label="Its lists are published",
    )
    regime = django_filters.ModelChoiceFilter(queryset=Regime.objects.all(), to_field_name="code", label="Law", empty_label="Any")

    class Meta:
        model = Framework
        fields = ["status", "regime"]


class FrameworkVersionFilters(django_filters.FilterSet):
    """Versions by framework and number."""

    framework = of_visible(Framework)

    class Meta:
        model = FrameworkVersion
        fields = ["framework", "number"]


class FrameworkListFilters(django_filters.FilterSet):
    """Lists by framework."""

    framework = of_visible(Framework)

    class Meta:
        model = FrameworkList
        fields = ["framework", "scope_kind"]


class ServiceAreaFilters(django_filters.FilterSet):
    """Areas by framework."""

    framework = of_visible(Framework)

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

    framework = of_visible(Framework)

    class Meta:
        model = AdmissionRound
        fields = ["framework", "status"]


class RoundClarificationFilters(Unanswered):
    """Questions about rounds, by round, and those that wait for an answer."""

    round = of_visible(AdmissionRound, field_name="about__admissionround", label="Round")

    class Meta:
        model = RoundClarification
        fields: list[str] = []


class OwnRoundClarificationFilters(RoundClarificationFilters):
    """Those of one round that wait for an answer."""

    round = None


class EnquiryFilters(django_filters.FilterSet):
    """A supplier's enquiries by round."""

    round = of_visible(AdmissionRound)

    class Meta:
        model = Enquiry
        fields = ["round"]


class ApplicationFilters(django_filters.FilterSet):
    """Applications by round, status and supplier."""

    round = of_visible(AdmissionRound)
    supplier = django_filters.CharFilter("supplier__organisation__name", lookup_expr="icontains", label="Supplier’s name contains")

    class Meta:
        model = Application
        fields = ["round", "status", "supplier"]


class MemberConfirmationFilters(django_filters.FilterSet):
    """Confirmations by application and answer."""

    application = of_visible(Application, field_name="request__application", label="Application")

    class Meta:
        model = MemberConfirmation
        fields = ["application", "status"]


class PlaceFilters(django_filters.FilterSet):
    """Places by application, list and area; not by outcome, which is a secret until decisions are sent."""

    application = of_visible(Application)
    framework_list = of_visible(FrameworkList)
    area = of_visible(ServiceArea)

    class Meta:
        model = Place
        fields = ["application", "framework_list", "area"]


class AssessmentFilters(django_filters.FilterSet):
    """A round's applications by the applicant's name, and by how far their assessment is."""

    name = django_filters.CharFilter(field_name="supplier__organisation__name", lookup_expr="icontains", label="Applicant")
    stands = django_filters.ChoiceFilter(choices=STANDS, label="Where it stands", method="that_stand")

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(self, *args: Any, round_: AdmissionRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_

    def that_stand(self, applications: Any, name: str, where: str) -> Any:
        """Those that stand there, as the viewer may know."""
        return those_that_stand(self.round, applications, where, self.request.user)


class AppealFilters(django_filters.FilterSet):
    """Appeals by round and status."""

    round = of_visible(AdmissionRound, field_name="place__application__round", label="Round")

    class Meta:
        model = Appeal
        fields = ["round", "status"]


class AppealGroundFilters(django_filters.FilterSet):
    """Grounds of appeal by framework."""

    framework = of_visible(Framework)

    class Meta:
        model = AppealGround
        fields = ["framework"]


class FurtherInformationFilters(django_filters.FilterSet):
    """Officers' questions by appeal, and by whom they ask."""

    appeal = of_visible(Appeal)

    class Meta:
        model = FurtherInformation
        fields = ["appeal", "asked_of"]


class ListingFilters(django_filters.FilterSet):
    """Listings by framework, list, area, service and supplier."""

    framework = of_visible(Framework, field_name="framework_list__framework", label="Framework")
    framework_list = of_visible(FrameworkList)
    area = of_visible(ServiceArea)
    service = of_visible(Service, field_name="services", label="Service")
    supplier = of_visible(Supplier)

    class Meta:
        model = Listing
        fields = ["framework", "framework_list", "area", "service", "supplier"]


class OfferFilters(django_filters.FilterSet):
    """Offers by listing and where they stand."""

    listing = of_visible(Listing)

    class Meta:
        model = Offer
        fields = ["listing", "status"]


class PublicationFilters(django_filters.FilterSet):
    """Published versions by framework and moment."""

    framework = of_visible(Framework)
    published_by = MomentFilter("published_at", lookup_expr="lte", label="Published by")

    class Meta:
        model = ListPublication
        fields = ["framework", "version"]


class EarlyReleaseFilters(django_filters.FilterSet):
    """Early releases by framework."""

    framework = of_visible(Framework)

    class Meta:
        model = EarlyRelease
        fields = ["framework", "framework_list", "area"]


class OrganisationImportFilters(django_filters.FilterSet):
    """Imports by what became of them, and what they are of."""

    class Meta:
        model = OrganisationImport
        fields = ["status", "kind"]


class ShareConfirmationFilters(django_filters.FilterSet):
    """Shares by change and answer."""

    change = of_visible(SupplierChange)

    class Meta:
        model = ShareConfirmation
        fields = ["change", "status"]


class SupplierChangeFilters(django_filters.FilterSet):
    """Changes of suppliers by what changes and where they stand."""

    supplier = django_filters.CharFilter("supplier__organisation__name", lookup_expr="icontains", label="Supplier’s name contains", max_length=200)

    class Meta:
        model = SupplierChange
        fields = ["supplier", "kind", "status"]


class FrameworkAgreementFilters(django_filters.FilterSet):
    """Agreements by framework and where they stand."""

    framework = of_visible(Framework)
    supplier = django_filters.CharFilter("supplier__organisation__name", lookup_expr="icontains", label="Supplier’s name contains", max_length=200)

    class Meta:
        model = FrameworkAgreement
        fields = ["framework", "supplier", "status"]


class FrameworkVariationFilters(django_filters.FilterSet):
    """Variations by framework and where they stand."""

    framework = of_visible(Framework)

    class Meta:
        model = FrameworkVariation
        fields = ["framework", "status"]


class VariationAnswerFilters(django_filters.FilterSet):
    """Answers by variation and by what they say."""

    variation = of_visible(FrameworkVariation)

    class Meta:
        model = VariationAnswer
        fields = ["variation", "status"]
