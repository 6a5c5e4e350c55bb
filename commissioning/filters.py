"""What the ground's lists can be narrowed by, on pages and in the API alike."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField

from commissioning.clock import in_our_years
from commissioning.models import Letter, Membership, Organisation, TrailEntry


def of_visible(model: Any, **options: Any) -> django_filters.ModelChoiceFilter:
    """A record of another kind, of those that the viewer may see; anything else finds nothing."""
    return django_filters.ModelChoiceFilter(queryset=lambda request: model.objects.visible_to(request.user), empty_label="Any", **options)


def commissioner(**options: Any) -> django_filters.ModelChoiceFilter:
    """A commissioner, by name; anything else finds nothing."""
    commissioners = {"kind": Organisation.Kind.COMMISSIONER}
    return django_filters.ModelChoiceFilter(
        label="Commissioner",
        queryset=lambda request: Organisation.objects.visible_to(request.user).filter(**commissioners).order_by("name"),
        empty_label="Any",
        **options,
    )


class Moment(IsoDateTimeField):
    """A moment that the database can compare."""

    def to_python(self, value: Any) -> Any:
        """The moment; ValidationError for what is none."""
        try:
            return in_our_years(super().to_python(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Before or after a moment."""

    field_class = Moment


class Organisations(django_filters.FilterSet):
    """By name and kind."""

    name = django_filters.CharFilter(lookup_expr="icontains", label="Name contains", max_length=200)
    kind = django_filters.ChoiceFilter(choices=Organisation.Kind.choices, label="What it is", empty_label="Any", widget=forms.Select)

    class Meta:
        model = Organisation
        fields = ("name", "kind")


class Memberships(django_filters.FilterSet):
    """By organisation and role, with or without those that have ended."""

    organisation = django_filters.UUIDFilter(field_name="organisation_id", label="For whom")
    ended = django_filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull", exclude=True, label="Has ended")

    class Meta:
        model = Membership
        fields = ("role",)


class Letters(django_filters.FilterSet):
    """By what they are about, read or not."""

    read = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", exclude=True, label="Has been read")

    class Meta:
        model = Letter
        fields = ("subject_id",)


class Events(django_filters.FilterSet):
    """By docket, subject, verb and outcome, and since when they were recorded."""

    docket = django_filters.UUIDFilter(field_name="docket_id", label="The chain that it is in")
    since = MomentFilter(field_name="recorded_at", lookup_expr="gte", label="Recorded at or after")

    class Meta:
        model = TrailEntry
        fields = ("subject_id", "verb", "outcome")


class Unanswered(django_filters.FilterSet):
    """Questions that wait for an answer."""

    unanswered = django_filters.BooleanFilter(field_name="answered_at", lookup_expr="isnull", label="Waits for an answer")
