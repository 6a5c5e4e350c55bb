"""Framework agreements in the API: for the supplier that signs and the authority that countersigns."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissioning.api import RecordViewSet
from suppliers.actions import agreements, variations
from suppliers.agreement_texts import hash_to_sign, text_of
from suppliers.filters import FrameworkAgreementFilters, FrameworkVariationFilters, VariationAnswerFilters
from suppliers.models import FrameworkAgreement, FrameworkVariation, VariationAnswer


class ListedAgreementSerializer(serializers.ModelSerializer):
    """An agreement of a supplier with the authority, without its text."""

    class Meta:
        model = FrameworkAgreement
        fields: tuple[str, ...] = (
            "id",
            "created_at",
            "framework",
            "supplier",
            "status",
            "signatory",
            "position",
            "text_hash",
            "signed_at",
            "reason",
            "countersigned_at",
        )
        read_only_fields = fields


class FrameworkAgreementSerializer(ListedAgreementSerializer):
    """An agreement of a supplier with the authority: `text` is what is signed or, before that, to be signed, and `text_hash` its hash."""

    text = serializers.SerializerMethodField()
    text_hash = serializers.SerializerMethodField()

    class Meta(ListedAgreementSerializer.Meta):
        fields = (*ListedAgreementSerializer.Meta.fields, "text")
        read_only_fields = fields

    @extend_schema_field(serializers.DictField())
    def get_text(self, agreement: FrameworkAgreement) -> Any:
        """The very text."""
        return text_of(agreement)

    def get_text_hash(self, agreement: FrameworkAgreement) -> str:
        """SHA-256 of the text, as signing takes it."""
        return agreement.text_hash or hash_to_sign(agreement)


class FrameworkAgreementViewSet(RecordViewSet):
    """Agreements of the caller's own suppliers, and those of the caller's authority."""

    model = FrameworkAgreement
    serializer_class = FrameworkAgreementSerializer
    filterset_class = FrameworkAgreementFilters
    acts = (
        agreements.sign_agreement,
        agreements.countersign_agreement,
        agreements.put_agreement_on_hold,
        agreements.return_agreement,
        agreements.reopen_countersigning,
    )

    def narrowed(self, records: Any) -> Any:
        """With framework, authority and supplier."""
        return records.select_related("framework__authority", "supplier__organisation")

    def get_serializer_class(self) -> Any:
        """In a list, without the text."""
        return ListedAgreementSerializer if self.action == "list" else FrameworkAgreementSerializer


class FrameworkVariationSerializer(serializers.ModelSerializer):
    """A variation of a framework's terms."""

    class Meta:
        model = FrameworkVariation
        fields = (
            "id",
            "created_at",
            "framework",
            "number",
            "title",
            "text",
            "text_hash",
            "reason",
            "status",
            "answers_end_at",
            "withdrawn_at",
            "withdrawal_reason",
        )
        read_only_fields = fields


class VariationAnswerSerializer(serializers.ModelSerializer):
    """What a supplier says to a variation."""

    supplier = serializers.UUIDField(source="agreement.supplier_id", read_only=True)

    class Meta:
        model = VariationAnswer
        fields = ("id", "created_at", "variation", "agreement", "supplier", "status", "reason", "answered_at")
        read_only_fields = fields


class FrameworkVariationViewSet(RecordViewSet):
    """Variations of the caller's authority, and those that the caller's supplier was asked about."""

    model = FrameworkVariation
    serializer_class = FrameworkVariationSerializer
    filterset_class = FrameworkVariationFilters
    acts = (variations.withdraw_variation,)


class VariationAnswerViewSet(RecordViewSet):
    """Answers of the caller's supplier, and those to the caller's authority."""

    model = VariationAnswer
    serializer_class = VariationAnswerSerializer
    filterset_class = VariationAnswerFilters
    acts = (variations.accept_variation, variations.decline_variation)

    def narrowed(self, records: Any) -> Any:
        """With the agreements."""
        return records.select_related("agreement")
