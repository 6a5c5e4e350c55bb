"""Frameworks as the API shows them, and what is asked of their next version."""

from typing import Any

from django.db.models import Max, Min
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from suppliers.models import Framework


class AwardCriterionSerializer(serializers.Serializer):
    """A criterion of a framework, with its weight out of 100 among its siblings."""

    code = serializers.CharField()
    title = serializers.CharField()
    weight = serializers.CharField()
    within = serializers.CharField(required=False)
    description = serializers.CharField(required=False)


class LatestListsSerializer(serializers.Serializer):
    """The latest version of a framework's published lists: its number, since when the lists are so, and when lists first came out."""

    version = serializers.IntegerField(source="lists_version")
    published_at = serializers.DateTimeField(source="lists_published_at")
    first_published_at = serializers.DateTimeField()


class FrameworkSerializer(serializers.ModelSerializer):
    """A framework agreement as it is in force; its law is the code of a regime, its rules are codes of period rules.

    `lists` is the latest version of its published lists (`/publications/` has its entries); null before the first.
    `changes` is what waits for its next version, to its own authority alone.
    """

    regime = serializers.CharField(source="regime_id", read_only=True)
    appeal_rule = serializers.CharField(source="appeal_rule_id", read_only=True)
    standstill_rule = serializers.CharField(source="standstill_rule_id", read_only=True)
    tender_rule = serializers.CharField(source="tender_rule_id", read_only=True, allow_null=True)
    timing = serializers.DictField(child=serializers.CharField(), read_only=True)
    buyer_classes = serializers.ListField(child=serializers.CharField(), read_only=True)
    named_buyers = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    criteria = AwardCriterionSerializer(many=True, read_only=True)
    letters = serializers.DictField(child=serializers.CharField(), read_only=True)
    lists = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()

    class Meta:
        model = Framework
        fields = (
            "id",
            "created_at",
            "authority",
            "reference",
            "title",
            "description",
            "regime",
            "starts_on",
            "ends_on",
            "status",
            "appeal_rule",
            "standstill_rule",
            "tender_rule",
            "timing",
            "longest_ends_on",
            "term_ground",
            "buyer_classes",
            "named_buyers",
            "criteria",
            "price_mechanism",
            "estimated_value",
            "fee_percent",
            "selection_process",
            "asks_at_most",
            "reopens",
            "reopening",
            "agreement_terms",
            "letters",
            "lists",
            "changes",
        )
        read_only_fields = fields

    @extend_schema_field(LatestListsSerializer(allow_null=True))
    def get_lists(self, framework: Framework) -> dict[str, Any] | None:
        """The latest version; read for each one alone where a list has not read it for all."""
        names = ("lists_version", "lists_published_at", "first_published_at")
        if hasattr(framework, names[0]):
            shown = {name: getattr(framework, name) for name in names}
        else:
            moments = Max("published_at"), Min("published_at")
            shown = framework.publications.aggregate(**dict(zip(names, (Max("version"), *moments), strict=True)))
        return LatestListsSerializer(shown).data if shown["lists_version"] else None

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_changes(self, framework: Framework) -> dict[str, Any] | None:
        """What waits for the next version."""
        return framework.changes if framework.authority_id in getattr(self.context["request"].user, "organisations", ()) else None


class DemandSerializer(serializers.Serializer):
    """Something that is asked of a framework, the act by which it is stated, and what is missing of it (empty: nothing)."""

    code = serializers.CharField()
    title = serializers.CharField()
    verb = serializers.CharField()
    missing = serializers.CharField()


class DifferenceSerializer(serializers.Serializer):
    """One thing that two versions say otherwise."""

    what = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class CheckSerializer(serializers.Serializer):
    """What is asked of a framework's next version, and what that version would change."""

    demands = DemandSerializer(many=True)
    changes = DifferenceSerializer(many=True)
