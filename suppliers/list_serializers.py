"""What the API takes and shows of published lists beside the versions themselves."""

from datetime import date
from typing import Any

from rest_framework import serializers

from commissioning.api import Body, Day, Whole
from suppliers.publishing import Kind, is_to_come


class AsAtQuery(Body):
    """The day as at which the lists are asked for."""

    as_at = Day(required=False, help_text="A day in London that has begun; the lists are shown as they stood at its end.")

    def validate_as_at(self, day: date) -> date:
        """A day that has begun."""
        if is_to_come(day, self.context["at"]):
            raise serializers.ValidationError("That day is still to come. Choose today, or a day before it.")
        return day


class SinceQuery(Body):
    """The version with which another is compared."""

    since = Whole(required=False, min_value=0, max_value=2**31 - 1, help_text="The number of an earlier version; 0 is the time before the first.")


class ListChangeSerializer(serializers.Serializer):
    """What became of one supplier on one list for one area between two versions: lists and areas by code."""

    kind: Any = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    list = serializers.CharField()
    area = serializers.CharField()
    supplier = serializers.UUIDField()
    short_name = serializers.CharField()
    name = serializers.CharField()
    words = serializers.CharField()
