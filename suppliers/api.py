"""The API of this floor."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import Serializer

from commissioning.api import RecordViewSet, body_of
from suppliers import filters, serializers
from suppliers.actions import admissions, appeals, applications, firms, frameworks, listings, publications
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


class MakingViewSet(RecordViewSet):
    """Records some of whose acts bring another record about: `makes` names these acts, and how the new record, the answer, is shown."""

    makes: ClassVar[dict[str, type[Serializer]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Say in the schema what each of these acts answers with."""
        super().__init_subclass__(**kwargs)
        for verb, serializer in cls.makes.items():
            body = body_of(next(act for act in cls.acts if act.__name__ == verb))
            setattr(cls, verb, extend_schema(request=body, responses={201: serializer})(getattr(cls, verb)))

    def carry_out(self, act: Callable[..., Any], **kwargs: Any) -> Response:
        """As with any act; but the answer is what was made."""
        if act.__name__ not in self.makes:
            return super().carry_out(act, **kwargs)
        record = self.record_or_404()
        body = body_of(act)(data=self.request.data or {})
        body.is_valid(raise_exception=True)
        made = act(record.pk, by=self.request.user, **body.validated_data, **kwargs)
        shown = self.makes[act.__name__](made, context=self.get_serializer_context())
        return Response(shown.data, status=201)


class FrameworkViewSet(MakingViewSet):
    """Framework agreements; those in force and those that have ended are public."""

    model = Framework
    serializer_class = serializers.FrameworkSerializer
    filterset_class = filters.FrameworkFilters
    begin = frameworks.draft_framework
    acts = (
        frameworks.describe_framework,
        frameworks.add_list,
        frameworks.add_area,
        frameworks.add_service,
        frameworks.establish_framework,
        frameworks.end_framework,
        admissions.open_round,
        listings.grant_early_release,
    )
    makes: ClassVar = {
        "add_list": serializers.FrameworkListSerializer,
        "add_area": serializers.ServiceAreaSerializer,
        "add_service": serializers.ServiceSerializer,
        "open_round": serializers.RoundSerializer,
        "grant_early_release": serializers.EarlyReleaseSerializer,
    }


class FrameworkListViewSet(RecordViewSet):
    """The lists of frameworks."""

    model = FrameworkList
    serializer_class = serializers.FrameworkListSerializer
    filterset_class = filters.FrameworkListFilters


class ServiceAreaViewSet(RecordViewSet):
    """The areas of frameworks, with their services."""

    model = ServiceArea
    serializer_class = serializers.ServiceAreaSerializer
    filterset_class = filters.ServiceAreaFilters

    def narrowed(self, records: Any) -> Any:
        """With the services."""
        return records.prefetch_related("services")


class SupplierViewSet(RecordViewSet):
    """Companies and consortia."""

    model = Supplier
    serializer_class = serializers.SupplierSerializer
    filterset_class = filters.SupplierFilters
    begin = firms.register_supplier
    acts = (firms.describe_supplier,)

    def narrowed(self, records: Any) -> Any:
        """With the organisation and the members."""
        return records.select_related("organisation").prefetch_related("members")

    @extend_schema(request=body_of(firms.register_consortium), responses={201: serializers.SupplierSerializer})
    @action(detail=False, methods=["post"], url_path="register-consortium", filter_backends=[])
    def register_consortium(self, request: Request) -> Response:
        """Enter a consortium of at least two companies, one of which leads, whose shares of liability add up to 100.00 percent."""
        body = body_of(firms.register_consortium)(data=request.data or {})
        body.is_valid(raise_exception=True)
        caller: Any = request.user
        return self.answer(firms.register_consortium(by=caller, **body.validated_data), status=201)


class RoundViewSet(MakingViewSet):
    """Admission rounds; those that were announced are public."""

    model = AdmissionRound
    serializer_class = serializers.RoundSerializer
    filterset_class = filters.RoundFilters
    acts = (
        admissions.describe_round,
        admissions.announce_round,
        admissions.extend_round,
        admissions.withdraw_round,
        admissions.decide_place,
        admissions.send_decisions,
        publications.publish_lists,
        applications.apply,
    )
    makes: ClassVar = {"apply": serializers.ApplicationSerializer}


class ApplicationViewSet(RecordViewSet):
    """Applications: the caller's own, and for the authority those that it received."""

    model = Application
    serializer_class = serializers.ApplicationSerializer
    filterset_class = filters.ApplicationFilters
    acts = (applications.save_application, applications.submit_application, applications.withdraw_application)

    def narrowed(self, records: Any) -> Any:
        """With the versions, and the places with what came of them."""
        related = ("places__appeal", "places__listing", "places__application__round__framework", "versions")
        return records.select_related("supplier", "round__framework").prefetch_related(*related)


class PlaceViewSet(MakingViewSet):
    """The lists and areas that applications ask for."""

    model = Place
    serializer_class = serializers.PlaceSerializer
    filterset_class = filters.PlaceFilters
    acts = (appeals.lodge_appeal,)
    makes: ClassVar = {"lodge_appeal": serializers.AppealSerializer}

    def narrowed(self, records: Any) -> Any:
        """With the round, and what came of the decision."""
        return records.select_related("application__round__framework", "appeal", "listing")


class AppealViewSet(RecordViewSet):
    """Appeals: the caller's own, and for the authority those against its decisions."""

    model = Appeal
    serializer_class = serializers.AppealSerializer
    filterset_class = filters.AppealFilters
    acts = (appeals.acknowledge_appeal, appeals.hear_appeal, appeals.uphold_appeal, appeals.dismiss_appeal, appeals.withdraw_appeal)


class ListingViewSet(RecordViewSet):
    """Listings: those published, and to the supplier and the authority those to come."""

    model = Listing
    serializer_class = serializers.ListingSerializer
    filterset_class = filters.ListingFilters
    acts = (listings.suspend_listing, listings.reinstate_listing, listings.end_listing)

    def narrowed(self, records: Any) -> Any:
        """With the suspensions, the supplier and the framework."""
        return records.select_related("supplier", "framework_list__framework").prefetch_related("suspensions")


class PublicationViewSet(RecordViewSet):
    """Versions of the published lists; one of them shows its entries."""

    model = ListPublication
    serializer_class = serializers.WholePublicationSerializer
    filterset_class = filters.PublicationFilters

    def narrowed(self, records: Any) -> Any:
        """In a list, without the entries."""
        return records.defer("entries") if self.action == "list" else records

    def get_serializer_class(self) -> Any:
        """In a list, without the entries."""
        return serializers.PublicationSerializer if self.action == "list" else serializers.WholePublicationSerializer


class EarlyReleaseViewSet(RecordViewSet):
    """Early releases that the caller's commissioner has, or the caller's authority granted."""

    model = EarlyRelease
    serializer_class = serializers.EarlyReleaseSerializer
    filterset_class = filters.EarlyReleaseFilters

    def narrowed(self, records: Any) -> Any:
        """With the suppliers."""
        return records.prefetch_related("suppliers")


router = SimpleRouter()
router.register("frameworks", FrameworkViewSet, basename="api-framework")
router.register("lists", FrameworkListViewSet, basename="api-list")
router.register("areas", ServiceAreaViewSet, basename="api-area")
router.register("suppliers", SupplierViewSet, basename="api-supplier")
router.register("rounds", RoundViewSet, basename="api-round")
router.register("applications", ApplicationViewSet, basename="api-application")
router.register("places", PlaceViewSet, basename="api-place")
router.register("appeals", AppealViewSet, basename="api-appeal")
router.register("listings", ListingViewSet, basename="api-listing")
router.register("publications", PublicationViewSet, basename="api-publication")
router.register("early-releases", EarlyReleaseViewSet, basename="api-early-release")
urlpatterns = router.urls
