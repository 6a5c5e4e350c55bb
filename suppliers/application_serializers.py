"""Applications as the API shows them: the draft to its own people, what was received, and the places with their decisions."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissioning import answers
from commissioning.answering import said_by
from commissioning.api import AnswerField
from commissioning.serializers import DocumentSerializer
from suppliers.applying import faults_of, has_unsent_changes
from suppliers.models import Application, ApplicationVersion, MemberConfirmation, Place


class PlaceSerializer(serializers.ModelSerializer):
    """A list and area that a received application asks for, with services. The applicant is not shown the decision before it is sent."""

    services: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    left_out = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    reasons = serializers.SerializerMethodField()
    appeals = serializers.SerializerMethodField()
    listing = serializers.SerializerMethodField()

    class Meta:
        model = Place
        fields = ("id", "application", "framework_list", "area", "services", "outcome", "left_out", "reasons", "appeals", "listing")
        read_only_fields = fields

    def _is_shown(self, place: Place) -> bool:
        return place.application.round.decisions_are_shown_to(self.context["request"].user)

    @extend_schema_field(serializers.ChoiceField(choices=Place.Outcome.choices, allow_null=True))
    def get_outcome(self, place: Place) -> str | None:
        """The outcome, if the viewer may read it."""
        return place.outcome if self._is_shown(place) else None

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField(), allow_null=True))
    def get_left_out(self, place: Place) -> list[str] | None:
        """The services for which it is not accepted, though for others, if the viewer may read the decision."""
        return place.left_out if self._is_shown(place) else None

    def get_reasons(self, place: Place) -> str | None:
        """The reasons, if the viewer may read them."""
        return place.reasons if self._is_shown(place) else None

    def get_appeals(self, place: Place) -> list[UUID]:
        """The appeals against it that the viewer may see, the first one first; what came of one is with it."""
        is_own = place.application.supplier.organisation_id in self.context["request"].user.organisations
        shown = [appeal for appeal in place.appeals.all() if is_own or appeal.lodged_at is not None]
        return [appeal.pk for appeal in sorted(shown, key=lambda appeal: appeal.created_at)]

    def get_listing(self, place: Place) -> UUID | None:
        """The listing that came of it, if there is one."""
        return place.listing.pk if hasattr(place, "listing") else None


class ApplicationVersionSerializer(serializers.ModelSerializer):
    """What was received, with its signed receipt; one that was withdrawn has no content any more."""

    class Meta:
        model = ApplicationVersion
        fields = ("number", "received_at", "withdrawn_at", "content", "content_hash", "receipt", "signature")
        read_only_fields = fields


class DraftedPlaceSerializer(serializers.Serializer):
    """A list and area that a draft asks for, with the services of its menu."""

    framework_list = serializers.UUIDField()
    area = serializers.UUIDField()
    services = serializers.ListField(child=serializers.UUIDField())


class ApplicationDraftSerializer(serializers.ModelSerializer):
    """What an application's writers have saved; `answers` go by question id, as they were typed.

    `to_confirm` are the questions whose answers were carried over from the last application, and wait to be confirmed.
    """

    places = DraftedPlaceSerializer(source="wanted", many=True, read_only=True)
    answers = serializers.DictField(child=AnswerField(), read_only=True)
    to_confirm = serializers.ListField(child=serializers.UUIDField(), read_only=True)

    class Meta:
        model = Application
        fields: tuple[str, ...] = ("revision", "saved_at", "statement", "places", "answers", "to_confirm")
        read_only_fields = fields


class ApplicationDraftInFullSerializer(ApplicationDraftSerializer):
    """The draft with its files, what it is asked, and what keeps it from being submitted."""

    asked = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField()
    has_unsubmitted_changes = serializers.SerializerMethodField()

    class Meta(ApplicationDraftSerializer.Meta):
        fields = (*ApplicationDraftSerializer.Meta.fields, "asked", "files", "faults", "has_unsubmitted_changes")
        read_only_fields = fields

    def get_asked(self, application: Application) -> list[UUID]:
        """The questions that are asked, after the answers given so far."""
        return [question.pk for question in answers.asked(application.questions(), said_by(application))]

    @extend_schema_field(DocumentSerializer(many=True))
    def get_files(self, application: Application) -> list[dict[str, Any]]:
        """The files attached now."""
        return list(DocumentSerializer(application.attached(), many=True).data)

    def get_faults(self, application: Application) -> list[str]:
        """A sentence for each."""
        return faults_of(application)

    def get_has_unsubmitted_changes(self, application: Application) -> bool:
        """Whether the draft differs from what was received, which stays as it is until the application is submitted again."""
        return has_unsent_changes(application)


class ApplicationSerializer(serializers.ModelSerializer):
    """An application; its draft only to the supplier's own people."""

    shows_draft: ClassVar[type[ApplicationDraftSerializer]] = ApplicationDraftSerializer
    draft = serializers.SerializerMethodField()
    places = PlaceSerializer(many=True, read_only=True)
    versions = ApplicationVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Application
        fields = ("id", "created_at", "round", "supplier", "status", "submitted_at", "draft", "places", "versions")
        read_only_fields = fields

    @extend_schema_field(ApplicationDraftSerializer(allow_null=True))
    def get_draft(self, application: Application) -> dict[str, Any] | None:
        """The draft, to its own people."""
        is_own = application.supplier.organisation_id in self.context["request"].user.organisations
        return self.shows_draft(application).data if is_own else None


class ApplicationInFullSerializer(ApplicationSerializer):
    """An application, with all of its draft."""

    shows_draft = ApplicationDraftInFullSerializer

    @extend_schema_field(ApplicationDraftInFullSerializer(allow_null=True))
    def get_draft(self, application: Application) -> dict[str, Any] | None:
        """The draft in full, to its own people."""
        return super().get_draft(application)


class MemberConfirmationSerializer(serializers.ModelSerializer):
    """What a member says of what it is asked to confirm, known by its hash."""

    application = serializers.UUIDField(source="request.application_id", read_only=True)
    number = serializers.IntegerField(source="request.number", read_only=True)
    content_hash = serializers.CharField(source="request.content_hash", read_only=True)

    class Meta:
        model = MemberConfirmation
        fields: tuple[str, ...] = ("id", "created_at", "application", "number", "company", "content_hash", "status", "reason", "answered_at")
        read_only_fields = fields


class MemberConfirmationInFullSerializer(MemberConfirmationSerializer):
    """What a member says, with what it is asked to confirm: `content` is what a version of the application would keep."""

    content = serializers.JSONField(source="request.content", read_only=True, allow_null=True)

    class Meta(MemberConfirmationSerializer.Meta):
        fields = (*MemberConfirmationSerializer.Meta.fields, "content")
        read_only_fields = fields
