"""Reports of breaches in the API: for the commissioner, the supplier and the curators."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning import clock, intake
from commissioning.api import RecordViewSet
from commissioning.api_files import A_DOCUMENT, UploadBody, uploaded
from commissioning.serializers import FileSerializer
from contracts.actions import breach_files, breaches
from contracts.breach_waiting import waits_for
from contracts.filters import BreachReportsOfContracts
from contracts.models import BreachReport
from contracts.models.breaches import BreachOutcome
from suppliers.appeal_serializers import WaitingSerializer


class BreachFileSerializer(FileSerializer):
    """A file of a report (`breach_report`) or of a reply (`breach_reply`), without its bytes."""

    class Meta(FileSerializer.Meta):
        fields = (*FileSerializer.Meta.fields, "purpose")
        read_only_fields = fields


class BreachReportSerializer(serializers.ModelSerializer[BreachReport]):
    """A report of a breach, without its files."""

    outcome = serializers.ChoiceField(choices=BreachOutcome.choices, allow_blank=True, read_only=True)
    phase = serializers.SerializerMethodField()
    waits_for = serializers.SerializerMethodField()

    class Meta:
        model = BreachReport
        fields: tuple[str, ...] = (
            "id",
            "created_at",
            "contract",
            "listing",
            "status",
            "phase",
            "ground",
            "account",
            "reported_at",
            "reply_ends_at",
            "reply",
            "replied_at",
            "withdrawn_at",
            "withdrawal_reason",
            "outcome",
            "reasons",
            "suspended_until",
            "decided_at",
            "waits_for",
        )
        read_only_fields = fields

    def get_phase(self, report: BreachReport) -> str:
        """What to call where it stands."""
        return report.phase_at(self.context["at"])

    @extend_schema_field(WaitingSerializer(allow_null=True))
    def get_waits_for(self, report: BreachReport) -> Any:
        """Whose step is next."""
        waiting = waits_for(report, self.context["at"])
        return WaitingSerializer(waiting).data if waiting else None


class WholeBreachReportSerializer(BreachReportSerializer):
    """A report of a breach with the files that the caller may read."""

    files = serializers.SerializerMethodField()

    class Meta:
        model = BreachReport
        fields = (*BreachReportSerializer.Meta.fields, "files")
        read_only_fields = fields

    @extend_schema_field(BreachFileSerializer(many=True))
    def get_files(self, report: BreachReport) -> Any:
        """Those of the report; and those of the reply, to others once it is sent."""
        return BreachFileSerializer(report.files_shown_to(self.context["request"].user), many=True).data


class BreachReportViewSet(RecordViewSet):
    """Reports of breaches: the caller's own, and once reported those about the caller's supplier or under its frameworks."""

    model = BreachReport
    serializer_class = WholeBreachReportSerializer
    filterset_class = BreachReportsOfContracts
    acts = (
        breaches.write_breach_report,
        breach_files.remove_from_breach_report,
        breaches.report_breach,
        breach_files.remove_from_breach_reply,
        breaches.reply_to_breach_report,
        breaches.decide_breach_report,
        breaches.withdraw_breach_report,
    )

    def get_serializer_class(self) -> Any:
        """In a list, without the files."""
        return BreachReportSerializer if self.action == "list" else WholeBreachReportSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        """With the moment at which they are shown."""
        return {**super().get_serializer_context(), "at": clock.now()}

    def narrowed(self, records: Any) -> Any:
        """With the parties."""
        return records.with_parties()

    @extend_schema(request={"multipart/form-data": UploadBody}, responses=WholeBreachReportSerializer)
    @action(detail=True, methods=["post"], url_path="attach-to-breach-report", parser_classes=[MultiPartParser], filter_backends=[])
    def attach_to_breach_report(self, request: Request, pk: UUID) -> Response:
        """Attach a file to the draft of a report, as the commissioner."""
        return self._attach(breach_files.attach_to_breach_report, request)

    @extend_schema(request={"multipart/form-data": UploadBody}, responses=WholeBreachReportSerializer)
    @action(detail=True, methods=["post"], url_path="attach-to-breach-reply", parser_classes=[MultiPartParser], filter_backends=[])
    def attach_to_breach_reply(self, request: Request, pk: UUID) -> Response:
        """Attach a file to the reply that is being written, as the supplier and in time."""
        return self._attach(breach_files.attach_to_breach_reply, request)

    def _attach(self, act: Any, request: Request) -> Response:
        record = self.record_to(act)
        act(record.pk, **uploaded(request), by=request.user)
        return self.answer(record)

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], url_path=f"files/{A_DOCUMENT}")
    def file(self, request: Request, pk: UUID, document: str) -> FileResponse:
        """One file, as a download."""
        return intake.serve(get_object_or_404(self.record_or_404().files_shown_to(request.user), pk=document))
