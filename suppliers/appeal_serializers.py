"""Appeals as the API shows them: all the papers that the caller may read."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissioning.serializers import FileSerializer
from suppliers.models import Appeal, AppealGround, AppealPoint, FreshDecision, FurtherInformation, Hearing, OfficerChange
from suppliers.waiting import waits_for


class AppealGroundSerializer(serializers.ModelSerializer):
    """A ground on which a refusal under a framework can be appealed against."""

    class Meta:
        model = AppealGround
        fields = ("id", "created_at", "framework", "code", "name", "description", "order")
        read_only_fields = fields


class AppealPointSerializer(serializers.ModelSerializer):
    """One ground of an appeal, and what the officer found on it."""

    class Meta:
        model = AppealPoint
        fields = ("id", "number", "ground", "argument", "remedy", "finding", "finding_reasons")
        read_only_fields = fields


class FurtherInformationSerializer(serializers.ModelSerializer):
    """A question of the officer, the end of the time for an answer, and the answer."""

    class Meta:
        model = FurtherInformation
        fields = ("id", "appeal", "number", "asked_of", "question", "asked_at", "ends_at", "answer", "answered_at")
        read_only_fields = fields


class HearingSerializer(serializers.ModelSerializer):
    """A hearing, with its minutes and what the appellant says of them."""

    class Meta:
        model = Hearing
        fields = (
            "number",
            "form",
            "starts_at",
            "where",
            "arranged_at",
            "adjourned_at",
            "adjournment_reason",
            "held_at",
            "attended",
            "minutes",
            "comments_end_at",
            "comments",
            "commented_at",
        )
        read_only_fields = fields


class OfficerChangeSerializer(serializers.ModelSerializer):
    """An appeal that went from one officer to another."""

    class Meta:
        model = OfficerChange
        fields = ("created_at", "before", "after", "cause", "reason")
        read_only_fields = fields


class FreshDecisionSerializer(serializers.ModelSerializer):
    """A decision that was made, or reasoned, anew."""

    class Meta:
        model = FreshDecision
        fields = ("id", "outcome", "reasons", "sent_at", "appeals_end_at")
        read_only_fields = fields


class WaitingSerializer(serializers.Serializer):
    """Whose step is next, what it is, and by when (null: there is no clock)."""

    who = serializers.CharField()
    what = serializers.CharField()
    by = serializers.DateTimeField(allow_null=True)


class AppealSerializer(serializers.ModelSerializer):
    """An appeal against a refused place, without its papers."""

    lodge_by = serializers.SerializerMethodField()
    has_lapsed = serializers.SerializerMethodField()
    waits_for = serializers.SerializerMethodField()

    class Meta:
        model = Appeal
        fields = (
            "id",
            "created_at",
            "place",
            "against",
            "status",
            "has_lapsed",
            "revision",
            "lodge_by",
            "lodged_at",
            "officer",
            "acknowledged_at",
            "decided_at",
            "reasons",
            "remedy",
            "carried_out_at",
            "waits_for",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_lodge_by(self, appeal: Appeal) -> Any:
        """The first moment at which lodging it is late."""
        ends_at = appeal.refusal.ends_at
        return serializers.DateTimeField().to_representation(ends_at) if ends_at else None

    def get_has_lapsed(self, appeal: Appeal) -> bool:
        """Whether it is a draft that was not lodged in time."""
        return appeal.has_lapsed(self.context["at"])

    @extend_schema_field(WaitingSerializer(allow_null=True))
    def get_waits_for(self, appeal: Appeal) -> Any:
        """Whose step is next."""
        waiting = waits_for(appeal, self.context["at"])
        return WaitingSerializer(waiting).data if waiting else None


class WholeAppealSerializer(AppealSerializer):
    """An appeal with its grounds, evidence, questions, hearings, changes of officer, and the decision made anew."""

    points = AppealPointSerializer(many=True, read_only=True)
    evidence = serializers.SerializerMethodField()
    information = FurtherInformationSerializer(many=True, read_only=True)
    hearings = HearingSerializer(many=True, read_only=True)
    officer_changes = OfficerChangeSerializer(many=True, read_only=True)
    fresh_decision = serializers.SerializerMethodField()
    listing = serializers.SerializerMethodField()

    class Meta:
        model = Appeal
        fields = (
            *AppealSerializer.Meta.fields,
            "points",
            "evidence",
            "information",
            "hearings",
            "officer_changes",
            "fresh_decision",
            "listing",
        )
        read_only_fields = fields

    @extend_schema_field(FileSerializer(many=True))
    def get_evidence(self, appeal: Appeal) -> Any:
        """The files that are attached."""
        return FileSerializer(appeal.evidence(), many=True).data

    @extend_schema_field(FreshDecisionSerializer(allow_null=True))
    def get_fresh_decision(self, appeal: Appeal) -> Any:
        """The decision made anew, if there is one that the caller may read."""
        fresh = getattr(appeal, "fresh_decision", None)
        shown = fresh is not None and fresh.is_shown_to(self.context["request"].user)
        return FreshDecisionSerializer(fresh).data if shown else None

    def get_listing(self, appeal: Appeal) -> UUID | None:
        """The listing that came of it, if there is one."""
        return appeal.place.listing.pk if hasattr(appeal.place, "listing") else None
