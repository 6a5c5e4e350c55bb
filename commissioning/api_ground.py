"""The ground's part of the API: organisations, people's roles, letters, the trail as events."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from commissioning import filters, serializers
from commissioning.actions import letters, organisations, people
from commissioning.api import RecordViewSet
from commissioning.api_pages import FeedPages
from commissioning.feed import events
from commissioning.models import Letter, Membership, Organisation, PersonalInvitation, TrailEntry


class OrganisationViewSet(RecordViewSet):
    """Organisations that take part; everybody may read them."""

    model = Organisation
    serializer_class = serializers.OrganisationSerializer
    filterset_class = filters.Organisations
    acts = (organisations.describe_organisation, organisations.succeed_organisation, people.invite_person)
    begin = organisations.register_organisation

    def narrowed(self, records: Any) -> Any:
        """With identifiers and successors."""
        return records.prefetch_related("identifiers", "successors")


class MembershipViewSet(RecordViewSet):
    """Who holds which role, for one's own organisations."""

    model = Membership
    serializer_class = serializers.MembershipSerializer
    filterset_class = filters.Memberships
    acts = (people.end_membership,)

    def narrowed(self, records: Any) -> Any:
        """With the person."""
        return records.select_related("user")


class PersonalInvitationViewSet(RecordViewSet):
    """Who was invited to act for one's own organisations."""

    model = PersonalInvitation
    serializer_class = serializers.PersonalInvitationSerializer
    acts = (people.withdraw_invitation,)


class LetterViewSet(RecordViewSet):
    """Letters to the caller."""

    model = Letter
    serializer_class = serializers.LetterSerializer
    filterset_class = filters.Letters
    acts = (letters.mark_read,)

    def ask_whether_may(self, record: Any, verb: str) -> None:
        """A letter is its recipient's to open, and nobody else finds it."""


class EventViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """What happened, in every docket whose trail the caller may read, in the order in which it was recorded: none is missed.

    Poll `next`: it stays where you are until there is more. No id, number or cursor counts what you may not read.
    """

    queryset = TrailEntry.objects.none()
    serializer_class = serializers.EventSerializer
    filterset_class = filters.Events
    pagination_class = FeedPages
    permission_classes = (IsAuthenticated,)

    def get_queryset(self) -> Any:
        """What the caller may read."""
        return events(self.request.user).select_related("docket")


class Me(APIView):
    """Who the caller is."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=serializers.MeSerializer)
    def get(self, request: Request) -> Response:
        """Who the caller is, and the roles that they hold."""
        return Response(serializers.MeSerializer(request.user).data)


router = SimpleRouter()
router.register("organisations", OrganisationViewSet, basename="api-organisation")
router.register("memberships", MembershipViewSet, basename="api-membership")
router.register("personal-invitations", PersonalInvitationViewSet, basename="api-personal-invitation")
router.register("letters", LetterViewSet, basename="api-letter")
router.register("events", EventViewSet, basename="api-event")
