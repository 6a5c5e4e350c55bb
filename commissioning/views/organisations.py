"""Organisations: the public directory, each one's page, and the people who act for it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import path
from django.utils.functional import cached_property

from commissioning.actions import organisations, people
from commissioning.filters import Organisations
from commissioning.forms import DescribeOrganisation, EndMembership, InvitePerson, RegisterOrganisation, SucceedOrganisation
from commissioning.models import Membership, Organisation, PersonalInvitation
from commissioning.pages import Act, BeginPage, ListPage, OwnPage, RecordPage, act_paths, find_visible, offered

REGISTER = Act(organisations.register_organisation, "Register an organisation", form=RegisterOrganisation, done="The organisation is registered.")
ACTS = (
    Act(
        people.invite_person,
        "Invite somebody",
        "They get a link by e-mail that works once, for 14 days.",
        form=InvitePerson,
        done="The invitation is sent.",
    ),
    Act(organisations.describe_organisation, "Correct its details", form=DescribeOrganisation, done="The details are corrected.", primary=False),
    Act(
        organisations.succeed_organisation,
        "Name its successors",
        "Its contracts keep the party of their day.",
        form=SucceedOrganisation,
        done="The successors are named.",
        primary=False,
    ),
)
MEMBERSHIP_ACTS = (Act(people.end_membership, "End this role", form=EndMembership, done="The role has ended."),)
INVITATION_ACTS = (Act(people.withdraw_invitation, "Take the invitation back", "Its link works no more.", done="The invitation is taken back."),)


class Directory(ListPage):
    """Every organisation that takes part, by name."""

    title = "Organisations"
    model = Organisation
    columns = ("Name", "What it is", "Identifiers", "Until")
    empty = "No organisation is registered under this name."
    filter_class = Organisations
    order = "name"
    ascending = True
    template_name = "ground/organisations.html"

    def get_queryset(self) -> Any:
        """With their identifiers, in one query more."""
        return super().get_queryset().prefetch_related("identifiers")

    def row(self, record: Any) -> Any:
        """Name, kind, identifiers, last day."""
        known_as = ", ".join(f"{identifier.get_scheme_display()} {identifier.value}" for identifier in record.identifiers.all())
        return {"text": record.name, "href": record.get_absolute_url()}, record.get_kind_display(), known_as, record.valid_to

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the viewer may register one."""
        return {**super().get_context_data(**kwargs), "may_register": self.request.user.has_perm("commissioning.register_organisation")}


class OrganisationPage(RecordPage):
    """What is public of an organisation; to its own people its trail as well."""

    model = Organisation
    acts = ACTS
    related = ("body_class",)
    template_name = "ground/organisation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its identifiers, those before and after it, and whether the viewer may see its people."""
        return {
            **super().get_context_data(**kwargs),
            "identifiers": list(self.record.identifiers.all()),
            "successors": list(self.record.successors.all()),
            "predecessors": list(self.record.predecessors.all()),
            "shows_people": Organisation.objects.trail_readable_by(self.request.user).filter(pk=self.record.pk).exists(),
        }


class PeoplePage(OwnPage):
    """Who acts for an organisation, and who is invited to: for its own people and framework curators."""

    template_name = "ground/people.html"

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation; a stranger to it gets the same 404 as for nothing."""
        organisation = find_visible(Organisation, self.request.user, self.kwargs["pk"])
        if not Organisation.objects.trail_readable_by(self.request.user).filter(pk=organisation.pk).exists():
            raise Http404
        return organisation

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Members and open invitations, each with what the viewer can do to it."""
        return {
            **super().get_context_data(**kwargs),
            "title": f"People of {self.organisation}",
            "organisation": self.organisation,
            "acts": [act for act in offered(ACTS, self.organisation, self.request.user, self.at) if act["verb"] == "invite_person"],
            "members": [(member, offered(MEMBERSHIP_ACTS, member, self.request.user, self.at)) for member in self._members()],
            "invitations": [(waiting, offered(INVITATION_ACTS, waiting, self.request.user, self.at)) for waiting in self._invitations()],
        }

    def _members(self) -> QuerySet[Membership]:
        members = Membership.objects.visible_to(self.request.user).filter(organisation=self.organisation, ended_at__isnull=True)
        return members.select_related("user", "organisation").order_by("role", "user__name")[:500]

    def _invitations(self) -> QuerySet[PersonalInvitation]:
        waiting = Q(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=self.at)
        invitations = PersonalInvitation.objects.visible_to(self.request.user).filter(waiting, organisation=self.organisation)
        return invitations.select_related("organisation")[:500]


class RegisterPage(BeginPage):
    """A form for a new organisation."""

    model = Organisation
    act = REGISTER
    cancel = "organisation:directory"


urlpatterns = [
    path("", Directory.as_view(), name="directory"),
    path("register/", RegisterPage.as_view(), name="register_organisation"),
    path("<uuid:pk>/", OrganisationPage.as_view(), name="workspace"),
    path("<uuid:pk>/people/", PeoplePage.as_view(), name="people"),
    *act_paths(Organisation, ACTS),
]
membership_urlpatterns = act_paths(Membership, MEMBERSHIP_ACTS)
invitation_urlpatterns = act_paths(PersonalInvitation, INVITATION_ACTS)
