"""This floor's records as the API shows them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissioning.serializers import QuestionSerializer
from suppliers.models import (
    AdmissionRound,
    ConsortiumMember,
    EarlyRelease,
    Enquiry,
    FrameworkList,
    FrameworkVersion,
    Listing,
    ListPublication,
    PlaceLimit,
    RoundAmendment,
    RoundClarification,
    Service,
    ServiceArea,
    Supplier,
    Suspension,
)


class FrameworkVersionSerializer(serializers.ModelSerializer):
    """A published version of a framework, without its content."""

    class Meta:
        model = FrameworkVersion
        fields = ("id", "created_at", "framework", "number", "published_at", "content_hash")
        read_only_fields = fields


class WholeVersionSerializer(serializers.ModelSerializer):
    """A published version of a framework, with its content as its hash covers it."""

    content = serializers.SerializerMethodField()

    class Meta:
        model = FrameworkVersion
        fields = (*FrameworkVersionSerializer.Meta.fields, "content")
        read_only_fields = fields

    @extend_schema_field(serializers.DictField())
    def get_content(self, version: FrameworkVersion) -> Any:
        """The content, exactly as it was published."""
        return version.content


class FrameworkListSerializer(serializers.ModelSerializer):
    """One of a framework's lists."""

    class Meta:
        model = FrameworkList
        fields = ("id", "created_at", "framework", "code", "name", "description", "order", "scope_kind")
        read_only_fields = fields


class ServiceSerializer(serializers.ModelSerializer):
    """A service on an area's menu."""

    class Meta:
        model = Service
        fields = ("id", "code", "name", "description", "order")
        read_only_fields = fields


class ServiceAreaSerializer(serializers.ModelSerializer):
    """One of the areas for which each list is kept, with its services."""

    services = ServiceSerializer(many=True, read_only=True)

    class Meta:
        model = ServiceArea
        fields = ("id", "created_at", "framework", "code", "name", "description", "order", "services")
        read_only_fields = fields


class ConsortiumMemberSerializer(serializers.ModelSerializer):
    """A company's place in a consortium, and its share of liability in percent: since when, and until when if it has left."""

    joined_at = serializers.DateTimeField(source="created_at", read_only=True)

    class Meta:
        model = ConsortiumMember
        fields = ("company", "leads", "liability_share", "is_illustrative", "joined_at", "left_at")
        read_only_fields = fields


class SupplierSerializer(serializers.ModelSerializer):
    """A company, or a consortium with its members now and those before them."""

    name = serializers.CharField(source="organisation.name", read_only=True)
    members = ConsortiumMemberSerializer(many=True, read_only=True, source="members_now")
    earlier_members = ConsortiumMemberSerializer(many=True, read_only=True)

    class Meta:
        model = Supplier
        fields = ("id", "created_at", "organisation", "name", "short_name", "kind", "profile", "website", "members", "earlier_members")
        read_only_fields = fields


class RoundAmendmentSerializer(serializers.ModelSerializer):
    """One change of a round's notice after it was announced."""

    class Meta:
        model = RoundAmendment
        fields = ("number", "created_at", "before", "since", "reason")
        read_only_fields = fields


class PlaceLimitSerializer(serializers.ModelSerializer):
    """What a place on a list for an area needs: a least score out of 100, or one of a number of places by rank."""

    class Meta:
        model = PlaceLimit
        fields = ("framework_list", "area", "least_score", "places")
        read_only_fields = fields


class RoundSerializer(serializers.ModelSerializer):
    """An admission round, with what it asks, what its places need and the changes of its notice."""

    limits = PlaceLimitSerializer(many=True, read_only=True)
    amendments = RoundAmendmentSerializer(many=True, read_only=True)
    questions = QuestionSerializer(many=True, read_only=True, source="questionnaire.questions")
    replaced_by = serializers.SerializerMethodField()

    class Meta:
        model = AdmissionRound
        fields = (
            "id",
            "created_at",
            "framework",
            "title",
            "notice",
            "questions",
            "limits",
            "amendments",
            "status",
            "announced_at",
            "questions_close_at",
            "answers_due_at",
            "closes_at",
            "decisions_due_at",
            "decisions_sent_at",
            "appeals_end_at",
            "published_at",
            "withdrawal_reason",
            "replaces",
            "replaced_by",
        )
        read_only_fields = fields

    def get_replaced_by(self, round_: AdmissionRound) -> UUID | None:
        """The round that came in its place, once the viewer may see it."""
        replacement = round_.replacement_shown_to(self.context["request"].user)
        return replacement.pk if replacement else None


class EnquirySerializer(serializers.ModelSerializer):
    """A supplier's questions about a round, to its own people; the questions themselves are clarifications of the round."""

    class Meta:
        model = Enquiry
        fields = ("id", "created_at", "round", "supplier")
        read_only_fields = fields


class RoundClarificationSerializer(serializers.ModelSerializer):
    """A question about a round and its answer; not who asked."""

    round = serializers.UUIDField(source="about.admissionround.pk", read_only=True)

    class Meta:
        model = RoundClarification
        fields = ("id", "round", "number", "question", "answer", "answered_at", "created_at")
        read_only_fields = fields


class SuspensionSerializer(serializers.ModelSerializer):
    """A time during which a listed supplier is not asked; why, only the supplier and the authority read."""

    reason = serializers.SerializerMethodField()
    lift_reason = serializers.SerializerMethodField()

    class Meta:
        model = Suspension
        fields = ("id", "began_at", "ends_at", "reason", "lifted_at", "lift_reason")
        read_only_fields = fields

    def get_reason(self, suspension: Suspension) -> str | None:
        """Why it began."""
        return suspension.reason if suspension.listing.shows_reasons_to(self.context["request"].user) else None

    def get_lift_reason(self, suspension: Suspension) -> str | None:
        """Why it was lifted."""
        return suspension.lift_reason if suspension.listing.shows_reasons_to(self.context["request"].user) else None


class ListingSerializer(serializers.ModelSerializer):
    """A supplier's place on a list for an area, and for which of its services; why it ended, only the supplier and the authority read."""

    services: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    suspensions = SuspensionSerializer(many=True, read_only=True)
    end_cause = serializers.CharField(read_only=True, help_text="`removed`, `left` or `succeeded`; empty while it stands.")
    end_reason = serializers.SerializerMethodField()
    awaits_agreement = serializers.BooleanField(
        read_only=True, help_text="Whether the supplier is not asked until its agreement to the framework’s terms is countersigned."
    )

    class Meta:
        model = Listing
        fields = (
            "id",
            "created_at",
            "supplier",
            "framework_list",
            "area",
            "services",
            "is_illustrative",
            "listed_at",
            "published_at",
            "ended_at",
            "end_cause",
            "end_reason",
            "succeeds",
            "awaits_agreement",
            "suspensions",
        )
        read_only_fields = fields

    def get_end_reason(self, listing: Listing) -> str | None:
        """Why it ended."""
        return listing.end_reason if listing.shows_reasons_to(self.context["request"].user) else None


class PublicationSerializer(serializers.ModelSerializer):
    """A version of the published lists, without its entries."""

    class Meta:
        model = ListPublication
        fields = ("id", "created_at", "framework", "round", "version", "published_at", "entries_hash")
        read_only_fields = fields


class EntryServiceSerializer(serializers.Serializer):
    """A service as the lists named it."""

    code = serializers.CharField()
    name = serializers.CharField()


class EntrySerializer(serializers.Serializer):
    """A supplier on a list for an area, with the services there, as published: lists and areas by code."""

    listing = serializers.UUIDField()
    list = serializers.CharField()
    area = serializers.CharField()
    supplier = serializers.UUIDField()
    short_name = serializers.CharField()
    name = serializers.CharField()
    listed_at = serializers.DateTimeField()
    suspended_until = serializers.DateTimeField(allow_null=True)
    awaits_agreement = serializers.BooleanField(required=False)
    is_illustrative = serializers.BooleanField()
    took_over_from = serializers.CharField(required=False, allow_null=True)
    services = EntryServiceSerializer(many=True, required=False)


class WholePublicationSerializer(serializers.ModelSerializer):
    """A version of the published lists, with its entries as their hash covers them."""

    entries = serializers.SerializerMethodField()

    class Meta:
        model = ListPublication
        fields = (*PublicationSerializer.Meta.fields, "entries")
        read_only_fields = fields

    @extend_schema_field(EntrySerializer(many=True))
    def get_entries(self, publication: ListPublication) -> Any:
        """The entries, exactly as they were published."""
        return publication.entries


class EarlyReleaseSerializer(serializers.ModelSerializer):
    """Leave for one buyer to ask named suppliers before publication."""

    suppliers: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = EarlyRelease
        fields = ("id", "created_at", "framework", "buyer", "framework_list", "area", "suppliers", "reason", "granted_at", "expires_at")
        read_only_fields = fields
