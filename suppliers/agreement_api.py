"""Framework agreements in the API: for the supplier that signs and the authority that countersigns."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissioning.api import RecordViewSet
from suppliers.actions import agreements, variations
from suppliers.agreement_texts import hash_to_sign, since_signed, text_of
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


class AcceptedSinceSerializer(serializers.ModelSerializer):
    """A variation that was accepted after the terms were signed."""

    number = serializers.IntegerField(source="variation.number")
    title = serializers.CharField(source="variation.title")
    text = serializers.CharField(source="variation.text")
    text_hash = serializers.CharField(source="variation.text_hash")
    accepted_at = serializers.DateTimeField(source="answered_at")
    withdrawn_at = serializers.DateTimeField(source="variation.withdrawn_at", allow_null=True)

    class Meta:
        model = VariationAnswer
        fields = ("variation", "number", "title", "text", "text_hash", "accepted_at", "withdrawn_at")


class FrameworkAgreementSerializer(ListedAgreementSerializer):
    """An agreement of a supplier with the authority: `text` is what is signed or, before that, to be signed, and `text_hash` its hash.

    `accepted_since` are the variations that were accepted after it was signed, `withdrawn` the numbers of those in `text` that bind nobody any more.
    """

    accepted_since = serializers.SerializerMethodField()
    withdrawn = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    text_hash = serializers.SerializerMethodField()

    class Meta(ListedAgreementSerializer.Meta):
        fields = (*ListedAgreementSerializer.Meta.fields, "text", "accepted_since", "withdrawn")
        read_only_fields = fields

    @extend_schema_field(serializers.DictField())
    def get_text(self, agreement: FrameworkAgreement) -> Any:
        """The very text."""
        return text_of(agreement)

    @extend_schema_field(AcceptedSinceSerializer(many=True))
    def get_accepted_since(self, agreement: FrameworkAgreement) -> Any:
        """With their texts."""
        return AcceptedSinceSerializer(since_signed(agreement).accepted, many=True).data

    def get_withdrawn(self, agreement: FrameworkAgreement) -> list[int]:
        """Their numbers."""
        return sorted(since_signed(agreement).withdrawn)

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
