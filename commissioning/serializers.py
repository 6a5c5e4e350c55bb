"""The ground's records as the API shows them."""

from typing import TypedDict
from uuid import UUID

from rest_framework import serializers

from commissioning.models import Docket, Document, Identifier, Letter, Membership, Organisation, PersonalInvitation, Question, TrailEntry, User


class IdentifierSerializer(serializers.ModelSerializer):
    """What a register calls an organisation."""

    class Meta:
        model = Identifier
        fields = ("scheme", "value")
        read_only_fields = fields


class OrganisationSerializer(serializers.ModelSerializer):
    """A legal person that takes part."""

    body_class = serializers.CharField(source="body_class_id", allow_null=True, read_only=True, help_text="The code of a class of public bodies.")
    identifiers = IdentifierSerializer(many=True, read_only=True)
    successors: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Organisation
        fields = ("id", "created_at", "kind", "name", "body_class", "address", "identifiers", "valid_from", "valid_to", "successors")
        read_only_fields = fields


class PersonSerializer(serializers.ModelSerializer):
    """Somebody, by name."""

    class Meta:
        model = User
        fields = ("id", "name")
        read_only_fields = fields


class MembershipSerializer(serializers.ModelSerializer):
    """Somebody's role for an organisation."""

    user = PersonSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "created_at", "user", "organisation", "role", "ended_at")
        read_only_fields = fields


class PersonalInvitationSerializer(serializers.ModelSerializer):
    """An invitation to act for an organisation; never its link."""

    class Meta:
        model = PersonalInvitation
        fields = ("id", "created_at", "organisation", "email", "name", "role", "expires_at", "accepted_at", "withdrawn_at")
        read_only_fields = fields


class LetterSerializer(serializers.ModelSerializer):
    """A letter to the caller."""

    class Meta:
        model = Letter
        fields = ("id", "created_at", "title", "body", "link", "subject_type", "subject_id", "sent_at", "read_at")
        read_only_fields = fields


class DocketSerializer(serializers.ModelSerializer):
    """A chain of the trail."""

    class Meta:
        model = Docket
        fields = ("id", "kind", "title")
        read_only_fields = fields


class WhoActed(TypedDict):
    """Somebody, by the name that they had then."""

    id: UUID
    name: str


class EventSerializer(serializers.ModelSerializer):
    """An entry of the trail: who did what to what, when, and how it ended; `number` counts within its docket."""

    docket = DocketSerializer(read_only=True)
    actor = serializers.SerializerMethodField()
    facts = serializers.DictField(read_only=True, help_text="What the act noted; its names depend on the verb.")

    class Meta:
        model = TrailEntry
        fields = (
            "id",
            "docket",
            "number",
            "at",
            "recorded_at",
            "actor",
            "job",
            "verb",
            "outcome",
            "subject_type",
            "subject_id",
            "facts",
            "previous_hash",
            "hash",
        )
        read_only_fields = fields

    def get_actor(self, entry: TrailEntry) -> WhoActed | None:
        """Who acted; nobody where it was a job."""
        return WhoActed(id=entry.actor_id, name=entry.actor_name) if entry.actor_id else None


class HeldRole(TypedDict):
    """A role that the caller holds, and for whom."""

    organisation: UUID
    organisation_name: str
    role: str


class MeSerializer(serializers.ModelSerializer):
    """Who the caller is, and what they may act as."""

    memberships = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("id", "email", "name", "memberships")
        read_only_fields = fields

    def get_memberships(self, person: User) -> list[HeldRole]:
        """The roles that they hold now."""
        current = person.memberships.filter(ended_at__isnull=True).select_related("organisation")
        return [{"organisation": one.organisation_id, "organisation_name": one.organisation.name, "role": one.role} for one in current]


class FileSerializer(serializers.ModelSerializer[Document]):
    """A file, without its bytes."""

    class Meta:
        model = Document
        fields: tuple[str, ...] = ("id", "name", "media_type", "size", "sha256", "created_at")
        read_only_fields = fields


class DocumentSerializer(FileSerializer):
    """A file, without its bytes; also the question that it answers, if any."""

    class Meta(FileSerializer.Meta):
        fields = (*FileSerializer.Meta.fields, "question")
        read_only_fields = fields


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """A question, and all that defines it."""

    class Meta:
        model = Question
        fields = ["id", *Question.defining_fields()]
        read_only_fields = fields
