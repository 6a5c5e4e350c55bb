"""Appeals in the API: for the appellant, the officers and the curators."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning import clock, intake
from commissioning.api import RecordViewSet
from commissioning.api_files import A_DOCUMENT, UploadBody, uploaded
from suppliers import filters
from suppliers.actions import appeal_decisions as decisions
from suppliers.actions import appeals, evidence, hearings
from suppliers.api_making import MakingViewSet
from suppliers.appeal_serializers import AppealGroundSerializer, AppealSerializer, FurtherInformationSerializer, WholeAppealSerializer
from suppliers.models import Appeal, AppealGround, FurtherInformation
from suppliers.waiting import with_papers


class AppealViewSet(MakingViewSet):
    """Appeals: the caller's own, and for the authority those lodged against its decisions; one of them shows its papers."""

    model = Appeal
    serializer_class = WholeAppealSerializer
    filterset_class = filters.AppealFilters
    acts = (
        appeals.save_appeal,
        evidence.remove_evidence,
        appeals.lodge_appeal,
        appeals.withdraw_appeal,
        hearings.comment_on_minutes,
        appeals.acknowledge_appeal,
        appeals.give_appeal,
        hearings.ask_for_information,
        hearings.arrange_hearing,
        hearings.adjourn_hearing,
        hearings.hear_appeal,
        decisions.uphold_appeal,
        decisions.dismiss_appeal,
        decisions.remit_appeal,
        decisions.list_appellant,
        decisions.reissue_reasons,
        decisions.assess_anew,
        decisions.send_fresh_decision,
    )
    makes: ClassVar = {"ask_for_information": FurtherInformationSerializer}

    def get_serializer_class(self) -> Any:
        """In a list, without the papers."""
        return AppealSerializer if self.action == "list" else WholeAppealSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        """With the moment at which they are shown."""
        return {**super().get_serializer_context(), "at": clock.now()}

    def narrowed(self, records: Any) -> Any:
        """With all that says what each waits for, and one of them with its papers."""
        found = with_papers(records)
        return found if self.action == "list" else found.select_related("place__listing").prefetch_related("points", "officer_changes")

    @extend_schema(request={"multipart/form-data": UploadBody}, responses=WholeAppealSerializer)
    @action(detail=True, methods=["post"], url_path="attach-evidence", parser_classes=[MultiPartParser], filter_backends=[])
    def attach_evidence(self, request: Request, pk: UUID) -> Response:
        """Attach a file to one's own appeal: to its draft, or while the officer waits for information from the appellant."""
        record = self.record_to(evidence.attach_evidence)
        evidence.attach_evidence(record.pk, **uploaded(request), by=request.user)  # type: ignore[arg-type]
        return self.answer(record)

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], url_path=f"files/{A_DOCUMENT}")
    def file(self, request: Request, pk: UUID, document: str) -> FileResponse:
        """One file, as a download."""
        return intake.serve(get_object_or_404(self.record_or_404().evidence(), pk=document))


class AppealGroundViewSet(RecordViewSet):
    """The grounds on which refusals under frameworks can be appealed against."""

    model = AppealGround
    serializer_class = AppealGroundSerializer
    filterset_class = filters.AppealGroundFilters


class FurtherInformationViewSet(RecordViewSet):
    """What officers asked in the appeals that the caller may see."""

    model = FurtherInformation
    serializer_class = FurtherInformationSerializer
    filterset_class = filters.FurtherInformationFilters
    acts = (hearings.give_information,)
