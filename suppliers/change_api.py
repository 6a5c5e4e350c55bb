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
from commissioning.serializers import FileSerializer
from suppliers.actions import changes, new_members
from suppliers.filters import ShareConfirmationFilters, SupplierChangeFilters
from suppliers.models import ShareConfirmation, SupplierChange


class MemberThenSerializer(serializers.Serializer):
    """A member before the change, with its share of liability in percent."""

    company = serializers.UUIDField()
    leads = serializers.BooleanField()
    liability_share = serializers.CharField()


class ShareSerializer(serializers.ModelSerializer):
    """What a company is to bear in a consortium, in percent, and whether it agrees."""

    class Meta:
        model = ShareConfirmation
        fields: tuple[str, ...] = ("id", "company", "leads", "liability_share", "status", "answered_at")
        read_only_fields = fields


class ShareConfirmationSerializer(ShareSerializer):
    """What a company is to bear in a consortium, for its own people and the consortium's: with what is told of the change, and its files."""

    account = serializers.CharField(source="change.account", read_only=True)
    effective_on = serializers.DateField(source="change.effective_on", read_only=True)
    shares = ShareSerializer(source="change.shares", many=True, read_only=True)
    files = serializers.SerializerMethodField()

    class Meta(ShareSerializer.Meta):
        fields = (*ShareSerializer.Meta.fields, "created_at", "change", "reason", "account", "effective_on", "shares", "files")
        read_only_fields = fields

    @extend_schema_field(FileSerializer(many=True))
    def get_files(self, share: ShareConfirmation) -> Any:
        """The files that the consortium attached."""
        return FileSerializer(share.change.files(), many=True).data


class ListedShareSerializer(ShareConfirmationSerializer):
    """What a company is to bear, without what the others are to and without files."""

    class Meta(ShareConfirmationSerializer.Meta):
        fields = ShareConfirmationSerializer.Meta.fields[:-2]
        read_only_fields = fields

    shares = files = None  # type: ignore[assignment]


class SupplierChangeSerializer(serializers.ModelSerializer):
    """A change of a supplier's name, control or members, with the files that it attached; of new members, each with its share."""

    old_members = MemberThenSerializer(many=True, read_only=True)
    shares = ShareSerializer(many=True, read_only=True)
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
            "old_members",
            "shares",
            "outcome",
            "suspended_until",
            "reasons",
            "decided_at",
            "withdrawn_at",
            "withdrawal_reason",
            "files",
        )
        read_only_fields = fields

    @extend_schema_field(FileSerializer(many=True))
    def get_files(self, change: SupplierChange) -> Any:
        """The files that are attached."""
        return FileSerializer(change.files(), many=True).data


class ListedChangeSerializer(SupplierChangeSerializer):
    """A change of a supplier, without its files."""

    class Meta(SupplierChangeSerializer.Meta):
        fields = SupplierChangeSerializer.Meta.fields[:-1]
        read_only_fields = fields

    files = None  # type: ignore[assignment]


class SupplierChangeViewSet(RecordViewSet):
    """Changes of name, control or members: those that the caller's supplier told of, and those that the caller's authority was told of."""

    model = SupplierChange
    serializer_class = SupplierChangeSerializer
    filterset_class = SupplierChangeFilters
    acts = (
        changes.remove_from_change,
        changes.withdraw_change,
        changes.record_new_name,
        changes.refuse_new_name,
        changes.decide_change_of_control,
        new_members.record_new_members,
        new_members.refuse_new_members,
    )

    def narrowed(self, records: Any) -> Any:
        """With the shares of new members."""
        return records.prefetch_related("shares")

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


class ShareConfirmationViewSet(RecordViewSet):
    """What companies are to bear in consortia with new members: for the company's own people, and the consortium's."""

    model = ShareConfirmation
    serializer_class = ShareConfirmationSerializer
    filterset_class = ShareConfirmationFilters
    acts = (new_members.confirm_share, new_members.decline_share)

    def get_serializer_class(self) -> Any:
        """In a list, without the others' shares and without files."""
        return ListedShareSerializer if self.action == "list" else ShareConfirmationSerializer

    def narrowed(self, records: Any) -> Any:
        """With the change, and but in a list with what the others are to bear."""
        found = records.select_related("change")
        return found if self.action == "list" else found.prefetch_related("change__shares")

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], url_path=f"files/{A_DOCUMENT}")
    def file(self, request: Request, pk: UUID, document: str) -> FileResponse:
        """One file of what the consortium told, as a download."""
        return intake.serve(get_object_or_404(self.record_or_404().change.files(), pk=document))
