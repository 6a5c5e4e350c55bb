"""The API of this floor."""

from typing import Any, ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from commissioning import clock
from commissioning.answer_schema import schema_of
from commissioning.api import RecordViewSet, body_for, body_of, require_beginner
from suppliers import agreement_api, appeal_api, application_api, change_api, filters, import_api, offer_api, publishing, serializers
from suppliers.actions import (
    admissions,
    appeal_grounds,
    appeals,
    applications,
    assessments,
    assessors,
    changes,
    decisions,
    enquiries,
    firms,
    framework_versions,
    frameworks,
    listings,
    new_members,
    offers,
    publications,
    round_questions,
    successions,
    terms,
    variations,
)
from suppliers.api_making import MakingViewSet
from suppliers.appeal_serializers import AppealGroundSerializer, WholeAppealSerializer
from suppliers.application_serializers import ApplicationInFullSerializer, PlaceSerializer
from suppliers.configuration import content_of, differences
from suppliers.demands import demands
from suppliers.framework_serializers import CheckSerializer, FrameworkSerializer
from suppliers.list_serializers import AsAtQuery, ListChangeSerializer, SinceQuery
from suppliers.models import (
    AdmissionRound,
    EarlyRelease,
    Enquiry,
    Framework,
    FrameworkList,
    FrameworkVersion,
    Listing,
    ListPublication,
    Place,
    RoundClarification,
    ServiceArea,
    Supplier,
)


class FrameworkViewSet(MakingViewSet):
    """Framework agreements; those in force and those that have ended are public."""

    model = Framework
    serializer_class = FrameworkSerializer
    filterset_class = filters.FrameworkFilters
    begin = frameworks.draft_framework
    acts = (
        frameworks.describe_framework,
        frameworks.add_list,
        frameworks.add_area,
        frameworks.add_service,
        frameworks.remove_part,
        terms.set_term,
        terms.set_periods,
        terms.set_timing,
        terms.set_buyers,
        terms.set_award_criteria,
        terms.set_price_and_fee,
        terms.describe_selection,
        terms.set_reopening,
        terms.set_agreement_terms,
        terms.set_letters,
        framework_versions.publish_framework,
        framework_versions.discard_changes,
        appeal_grounds.add_appeal_ground,
        frameworks.end_framework,
        admissions.open_round,
        listings.grant_early_release,
        variations.issue_variation,
    )
    makes: ClassVar = {
        "add_list": serializers.FrameworkListSerializer,
        "add_area": serializers.ServiceAreaSerializer,
        "add_service": serializers.ServiceSerializer,
        "add_appeal_ground": AppealGroundSerializer,
        "open_round": serializers.RoundSerializer,
        "issue_variation": agreement_api.FrameworkVariationSerializer,
        "grant_early_release": serializers.EarlyReleaseSerializer,
    }

    def narrowed(self, records: Any) -> Any:
        """With what was published of their lists."""
        return records.with_publications()

    @extend_schema(responses=CheckSerializer)
    @action(detail=True, filter_backends=[], pagination_class=None)
    def check(self, request: Request, pk: UUID) -> Response:
        """What the law asks of the framework's next version, what of it is missing, and what it would change; for those who curate it."""
        framework = self.record_or_404()
        if not request.user.has_perm("suppliers.publish_framework", framework):
            self.permission_denied(request)
        latest = framework.versions.first()
        changes = differences(latest.content, content_of(framework.drafted())) if latest else []
        return Response(CheckSerializer({"demands": demands(framework), "changes": changes}).data)

    @extend_schema(parameters=[AsAtQuery], responses=serializers.WholePublicationSerializer)
    @action(detail=True, filter_backends=[], pagination_class=None, url_path="published-lists")
    def published_lists(self, request: Request, pk: UUID) -> Response:
        """The lists as they were published by the end of a day in London; without one, the latest. 404 if nothing had been."""
        query, at = AsAtQuery(data=request.query_params.dict(), context={"at": clock.now()}), clock.now()
        query.is_valid(raise_exception=True)
        day = query.validated_data.get("as_at")
        published = ListPublication.objects.visible_to(request.user).filter(framework=self.record_or_404())
        found = get_object_or_404(published.as_at(publishing.end_of(day, at) if day else at)[:1])
        return Response(serializers.WholePublicationSerializer(found).data)


class FrameworkVersionViewSet(RecordViewSet):
    """Published versions of frameworks; one of them shows its content."""

    model = FrameworkVersion
    serializer_class = serializers.WholeVersionSerializer
    filterset_class = filters.FrameworkVersionFilters

    def narrowed(self, records: Any) -> Any:
        """In a list, without the content."""
        return records.defer("content") if self.action == "list" else records

    def get_serializer_class(self) -> Any:
        """In a list, without the content."""
        return serializers.FrameworkVersionSerializer if self.action == "list" else serializers.WholeVersionSerializer


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


class SupplierViewSet(MakingViewSet):
    """Companies and consortia."""

    model = Supplier
    serializer_class = serializers.SupplierSerializer
    filterset_class = filters.SupplierFilters
    begin = firms.register_supplier
    acts = (firms.describe_supplier, changes.tell_of_change, new_members.tell_of_new_members)
    makes: ClassVar = dict.fromkeys(("tell_of_change", "tell_of_new_members"), change_api.SupplierChangeSerializer)

    def narrowed(self, records: Any) -> Any:
        """With the organisation and the members."""
        return records.select_related("organisation").prefetch_related("all_members")

    @extend_schema(request=body_of(firms.register_consortium), responses={201: serializers.SupplierSerializer})
    @action(detail=False, methods=["post"], url_path="register-consortium", filter_backends=[])
    def register_consortium(self, request: Request) -> Response:
        """Enter a consortium of at least two companies, one of which leads, whose shares of liability add up to 100.00 percent."""
        caller: Any = request.user
        require_beginner(Supplier, firms.register_consortium, caller)
        return self.answer(firms.register_consortium(by=caller, **body_for(firms.register_consortium, request.data)), status=201)


class RoundViewSet(MakingViewSet):
    """Admission rounds; those that were announced are public."""

    model = AdmissionRound
    serializer_class = serializers.RoundSerializer
    filterset_class = filters.RoundFilters
    acts = (
        admissions.describe_round,
        round_questions.set_round_questions,
        round_questions.copy_round_questions,
        admissions.announce_round,
        admissions.amend_round,
        admissions.extend_round,
        admissions.withdraw_round,
        admissions.reissue_round,
        assessors.set_limits,
        assessors.name_assessors,
        assessors.declare_conflicts,
        assessments.save_assessment,
        assessments.lock_assessment,
        assessments.moderate_application,
        decisions.draft_decisions,
        admissions.decide_place,
        admissions.send_decisions,
        publications.publish_some_lists,
        publications.publish_lists,
        applications.apply,
        enquiries.enquire,
    )
    makes: ClassVar = {
        "reissue_round": serializers.RoundSerializer,
        "apply": ApplicationInFullSerializer,
        "enquire": serializers.EnquirySerializer,
    }

    def narrowed(self, records: Any) -> Any:
        """With what they ask, what their places need, the changes of their notices, and what came in the place of one that was withdrawn."""
        return records.select_related("framework", "replaced_by", "questionnaire").prefetch_related(
            "amendments", "limits", "questionnaire__questions"
        )

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, filter_backends=[], url_path="answer-schema")
    def answer_schema(self, request: Request, pk: UUID) -> Response:
        """The JSON Schema of complete answers to the round's questions, by question id: what an application has to fit."""
        round_ = self.record_or_404()
        return Response(schema_of(round_.questionnaire.questions.all(), title=str(round_)))


class EnquiryViewSet(MakingViewSet):
    """Enquiries of the caller's own suppliers about rounds."""

    model = Enquiry
    serializer_class = serializers.EnquirySerializer
    filterset_class = filters.EnquiryFilters
    acts = (enquiries.enquire_further,)
    makes: ClassVar = {"enquire_further": serializers.RoundClarificationSerializer}


class RoundClarificationViewSet(RecordViewSet):
    """Questions about rounds and their answers."""

    model = RoundClarification
    serializer_class = serializers.RoundClarificationSerializer
    filterset_class = filters.RoundClarificationFilters
    acts = (enquiries.answer_enquiry,)

    def narrowed(self, records: Any) -> Any:
        """The round."""
        return records.select_related("about__admissionround")


class PlaceViewSet(MakingViewSet):
    """The lists and areas that applications ask for."""

    model = Place
    serializer_class = PlaceSerializer
    filterset_class = filters.PlaceFilters
    acts = (appeals.draft_appeal,)
    makes: ClassVar = {"draft_appeal": WholeAppealSerializer}

    def get_serializer_context(self) -> dict[str, Any]:
        """With the moment at which an appeal is shown."""
        return {**super().get_serializer_context(), "at": clock.now()}

    def narrowed(self, records: Any) -> Any:
        """With the round, and what came of the decision."""
        return records.select_related("application__round__framework", "application__supplier", "listing").prefetch_related("services", "appeals")


class ListingViewSet(MakingViewSet):
    """Listings: those published, and to the supplier and the authority those to come."""

    model = Listing
    serializer_class = serializers.ListingSerializer
    filterset_class = filters.ListingFilters
    acts = (
        listings.suspend_listing,
        listings.reinstate_listing,
        listings.end_listing,
        listings.leave_list,
        successions.pass_to_successor,
        offers.propose_offer,
    )
    makes: ClassVar = {"propose_offer": offer_api.OfferSerializer}

    def narrowed(self, records: Any) -> Any:
        """With the services, the suspensions, the agreements, the supplier and the framework."""
        related = ("supplier", "framework_list__framework")
        return records.with_agreements().select_related(*related).prefetch_related("services", "suspensions")


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

    @extend_schema(parameters=[SinceQuery], responses=ListChangeSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=None)
    def changes(self, request: Request, pk: UUID) -> Response:
        """What this version says otherwise than an earlier one: that before it, unless `since` names another; 0 is the time before the first."""
        publication: ListPublication = self.record_or_404()
        query = SinceQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        since = query.validated_data.get("since", publication.version - 1)
        if since >= publication.version:
            raise ValidationError({"since": f"Choose a version before {publication.version}."})
        earlier = ListPublication.objects.visible_to(request.user).filter(framework=publication.framework_id, version=since).first()
        found = publishing.changes(earlier.entries if earlier else [], publication.entries)
        return Response(ListChangeSerializer(found, many=True).data)


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
router.register("framework-versions", FrameworkVersionViewSet, basename="api-framework-version")
router.register("lists", FrameworkListViewSet, basename="api-list")
router.register("areas", ServiceAreaViewSet, basename="api-area")
router.register("suppliers", SupplierViewSet, basename="api-supplier")
router.register("organisation-imports", import_api.OrganisationImportViewSet, basename="api-organisation-import")
router.register("rounds", RoundViewSet, basename="api-round")
router.register("enquiries", EnquiryViewSet, basename="api-enquiry")
router.register("round-clarifications", RoundClarificationViewSet, basename="api-round-clarification")
router.register("applications", application_api.ApplicationViewSet, basename="api-application")
router.register("confirmations", application_api.MemberConfirmationViewSet, basename="api-confirmation")
router.register("places", PlaceViewSet, basename="api-place")
router.register("appeals", appeal_api.AppealViewSet, basename="api-appeal")
router.register("appeal-grounds", appeal_api.AppealGroundViewSet, basename="api-appeal-ground")
router.register("further-information", appeal_api.FurtherInformationViewSet, basename="api-further-information")
router.register("listings", ListingViewSet, basename="api-listing")
router.register("publications", PublicationViewSet, basename="api-publication")
router.register("offers", offer_api.OfferViewSet, basename="api-offer")
router.register("supplier-changes", change_api.SupplierChangeViewSet, basename="api-supplier-change")
router.register("shares", change_api.ShareConfirmationViewSet, basename="api-share")
router.register("agreements", agreement_api.FrameworkAgreementViewSet, basename="api-agreement")
router.register("variations", agreement_api.FrameworkVariationViewSet, basename="api-variation")
router.register("variation-answers", agreement_api.VariationAnswerViewSet, basename="api-variation-answer")
router.register("early-releases", EarlyReleaseViewSet, basename="api-early-release")
urlpatterns = router.urls

__all__ = ["MakingViewSet", "router", "urlpatterns"]
