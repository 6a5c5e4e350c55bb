"""Applications in the API: for their writers, and for the authority that received them."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning import intake
from commissioning.api import RecordViewSet
from commissioning.api_files import A_DOCUMENT, AnswerUploadBody, uploaded
from suppliers import filters
from suppliers.actions import application_files, applications, confirmations
from suppliers.application_serializers import (
    ApplicationInFullSerializer,
    ApplicationSerializer,
    MemberConfirmationInFullSerializer,
    MemberConfirmationSerializer,
)
from suppliers.assessment_serializers import AssessmentSerializer
from suppliers.assessment_state import assessment_shown
from suppliers.models import Application, MemberConfirmation


class ApplicationViewSet(RecordViewSet):
    """Applications: the caller's own, and for the authority those that it received."""

    model = Application
    serializer_class = ApplicationInFullSerializer
    filterset_class = filters.ApplicationFilters
    acts = (
        applications.save_application,
        application_files.remove_from_application,
        confirmations.ask_members,
        applications.submit_application,
        applications.withdraw_application,
    )

    def get_serializer_class(self) -> Any:
        """A list leaves out what is worked out for each draft."""
        return ApplicationSerializer if self.action == "list" else ApplicationInFullSerializer

    def narrowed(self, records: Any) -> Any:
        """With the versions, the places with what came of them, and for one of them what it is asked."""
        related = (
            "places__services",
            "places__appeals",
            "places__listing",
            "places__application__round__framework",
            "places__application__supplier",
            "versions",
        )
        asked = () if self.action == "list" else ("round__questionnaire__questions",)
        return records.select_related("supplier", "round__framework").prefetch_related(*related, *asked)

    @extend_schema(request={"multipart/form-data": AnswerUploadBody}, responses=ApplicationInFullSerializer)
    @action(detail=True, methods=["post"], url_path="attach-to-application", parser_classes=[MultiPartParser], filter_backends=[])
    def attach_to_application(self, request: Request, pk: UUID) -> Response:
        """Attach a file to an application, as the answer to a question if one is named; it is submitted with the application, not before."""
        record = self.record_to(application_files.attach_to_application)
        application_files.attach_to_application(record.pk, by=request.user, **uploaded(request, AnswerUploadBody))  # type: ignore[arg-type]
        return self.answer(record)

    @extend_schema(responses=AssessmentSerializer)
    @action(detail=True, filter_backends=[], pagination_class=None)
    def assessment(self, request: Request, pk: UUID) -> Response:
        """How it was assessed: to its applicant once decisions are sent; to the authority before, with what each assessor found. 404 until then."""
        found = assessment_shown(self.record_or_404(), request.user)
        if found is None:
            raise Http404
        return Response(AssessmentSerializer(found).data)

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], url_path=f"files/{A_DOCUMENT}")
    def file(self, request: Request, pk: UUID, document: str) -> FileResponse:
        """One file, as a download: of one's own application any, of another those that came with the version that counts."""
        application = self.record_or_404()
        return intake.serve(get_object_or_404(application.files_shown_to(request.user), pk=document))


class MemberConfirmationViewSet(RecordViewSet):
    """What members of consortia are asked to confirm: for the member’s own people, and the consortium’s."""

    model = MemberConfirmation
    serializer_class = MemberConfirmationInFullSerializer
    filterset_class = filters.MemberConfirmationFilters
    acts = (confirmations.confirm_application, confirmations.decline_application)

    def get_serializer_class(self) -> Any:
        """A list leaves out what is to be confirmed."""
        return MemberConfirmationSerializer if self.action == "list" else MemberConfirmationInFullSerializer

    def narrowed(self, records: Any) -> Any:
        """With what is to be confirmed, but in a list."""
        found = records.select_related("request")
        return found.defer("request__content") if self.action == "list" else found

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], url_path=f"files/{A_DOCUMENT}")
    def file(self, request: Request, pk: UUID, document: str) -> FileResponse:
        """One file of what is to be confirmed, as a download."""
        return intake.serve(get_object_or_404(self.record_or_404().documents(), pk=document))
