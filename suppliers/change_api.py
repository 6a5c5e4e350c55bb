"""Changes of suppliers in the API: for the supplier that tells of them, and the authority that acts on them."""

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

from commissioning import intake
from commissioning.api import RecordViewSet
from commissioning.api_files import A_DOCUMENT, UploadBody, uploaded
from suppliers.actions import changes
from suppliers.appeal_serializers import EvidenceSerializer
from suppliers.filters import SupplierChangeFilters
from suppliers.models import SupplierChange


class SupplierChangeSerializer(serializers.ModelSerializer):
    """A change of a supplier's name or control, with the files that it attached."""

    files = serializers.SerializerMethodField()

    class Meta:
        model = SupplierChange
        fields: tuple[str, ...] = (
            "id",
            "created_at",
            "supplier",
            "authority",
            "kind",
            "status",
            "effective_on",
            "account",
            "old_name",
            "new_name",
            "outcome",
            "suspended_until",
            "reasons",
            "decided_at",
            "files",
        )
        read_only_fields = fields

    @extend_schema_field(EvidenceSerializer(many=True))
    def get_files(self, change: SupplierChange) -> Any:
        """The files that are attached."""
        return EvidenceSerializer(change.files(), many=True).data


class ListedChangeSerializer(SupplierChangeSerializer):
    """A change of a supplier, without its files."""

    class Meta(SupplierChangeSerializer.Meta):
        fields = SupplierChangeSerializer.Meta.fields[:-1]
        read_only_fields = fields

    files = None  # type: ignore[assignment]


class SupplierChangeViewSet(RecordViewSet):
    """Changes of name or control: those that the caller's supplier told of, and those that the caller's authority was told of."""

    model = SupplierChange
    serializer_class = SupplierChangeSerializer
    filterset_class = SupplierChangeFilters
    acts = (changes.record_new_name, changes.refuse_new_name, changes.decide_change_of_control)

    def get_serializer_class(self) -> Any:
        """In a list, without the files."""
        return ListedChangeSerializer if self.action == "list" else SupplierChangeSerializer

    @extend_schema(request={"multipart/form-data": UploadBody}, responses=SupplierChangeSerializer)
    @action(detail=True, methods=["post"], url_path="attach-to-change", parser_classes=[MultiPartParser], filter_backends=[])
    def attach_to_change(self, request: Request, pk: UUID) -> Response:
        """Attach a file that shows the change, until the authority has acted on it."""
        record = self.record_to(changes.attach_to_change)
        changes.attach_to_change(record.pk, **uploaded(request), by=request.user)  # type: ignore[arg-type]
        return self.answer(record)

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], url_path=f"files/{A_DOCUMENT}")
    def file(self, request: Request, pk: UUID, document: str) -> FileResponse:
        """One file, as a download."""
        return intake.serve(get_object_or_404(self.record_or_404().files(), pk=document))
