"""Imports of organisations in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning.api import Body, RecordViewSet, require_beginner
from commissioning.api_pages import Pages
from suppliers import filters
from suppliers.actions import imports
from suppliers.models import ImportedRow, OrganisationImport


class ImportBody(Body):
    """A sheet, what it is a sheet of, and the class of a new commissioner whose row names none."""

    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in imports.KINDS])
    body_class = serializers.CharField(max_length=20, required=False, allow_blank=True)
    file = serializers.FileField(use_url=False)


class OrganisationImportSerializer(serializers.ModelSerializer):
    """A sheet of organisations, and what it would change."""

    class Meta:
        model = OrganisationImport
        fields = (
            "id",
            "created_at",
            "authority",
            "kind",
            "body_class",
            "status",
            "file_name",
            "sha256",
            "previewed_at",
            "preview_hash",
            "new",
            "changed",
            "closed",
            "unchanged",
            "unused_columns",
            "applied_at",
        )
        read_only_fields = fields


class ImportedRowSerializer(serializers.ModelSerializer):
    """One organisation that an import would begin or change: `changes` are the field, what it says before, and after."""

    changes = serializers.ListField(child=serializers.ListField(child=serializers.CharField()), read_only=True)

    class Meta:
        model = ImportedRow
        fields = ("number", "what", "organisation", "known_as", "changes")
        read_only_fields = fields


class RowPages(Pages):
    """Rows in the order of the sheet."""

    ordering = ("place",)


class OrganisationImportViewSet(RecordViewSet):
    """Sheets of organisations: previewed, and carried out exactly as previewed. For curators."""

    model = OrganisationImport
    serializer_class = OrganisationImportSerializer
    filterset_class = filters.OrganisationImportFilters
    acts = (imports.apply_import, imports.preview_again, imports.discard_import)

    def get_parsers(self) -> list[Any]:
        """A new one is a file with fields; acts on one are JSON, as everywhere."""
        return super().get_parsers() if self.detail else [MultiPartParser()]

    @extend_schema(request={"multipart/form-data": ImportBody}, responses={201: OrganisationImportSerializer})
    def create(self, request: Request) -> Response:
        """Keep a sheet of organisations, and what it would change of the register; nothing of the register changes."""
        caller: Any = request.user
        require_beginner(OrganisationImport, imports.preview_import, caller)
        body = ImportBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.answer(imports.preview_import(by=caller, **body.validated_data), status=201)

    @extend_schema(responses=ImportedRowSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=RowPages)
    def rows(self, request: Request, pk: Any) -> Response:
        """What it would change, row by row."""
        page = self.paginate_queryset(self.record_or_404().rows.all())
        return self.get_paginated_response(ImportedRowSerializer(page, many=True).data)
