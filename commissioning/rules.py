"""Who may do what on the ground; every application has such a file, and nothing else decides it."""

from typing import Any

import rules
from django.conf import settings

from commissioning.models import Membership, Organisation, PersonalInvitation, Role, User
from commissioning.models.people import LEAD_OF


def holds(role: str) -> rules.Predicate:
    """Whether the person holds the role for any organisation."""

    @rules.predicate(f"holds {role}")
    def is_holder(user: Any) -> bool:
        return user.is_authenticated and user.holds(role)

    return is_holder


@rules.predicate
def is_signed_in(user: Any) -> bool:
    """Whether we know who it is."""
    return user.is_authenticated


@rules.predicate
def leads_the_organisation(user: Any, record: Organisation | Membership | PersonalInvitation | None) -> bool:
    """Whether the person answers for the organisation's people: its procurement lead, bid manager, or for the authority its curator."""
    if record is None or not user.is_authenticated:
        return False
    organisation = record.docket_keeper()
    return user.holds(LEAD_OF[organisation.kind], organisation.pk)


@rules.predicate
def lacks_a_lead(user: Any, organisation: Organisation | None) -> bool:
    """Whether nobody with an open account answers for the organisation's people."""
    return organisation is not None and not organisation.people(LEAD_OF[organisation.kind]).exists()


@rules.predicate
def is_the_member(user: Any, membership: Membership | None) -> bool:
    """Whether it is the person's own membership."""
    return membership is not None and membership.user_id == user.pk


@rules.predicate
def is_the_invited(user: Any, invitation: PersonalInvitation | None) -> bool:
    """Whether the invitation is addressed to this person."""
    return invitation is not None and invitation.user_id == user.pk


@rules.predicate
def is_oneself(user: Any, person: User | None) -> bool:
    """Whether it is the person's own account."""
    return person is not None and person.pk == user.pk


@rules.predicate
def plays_the_demo(user: Any) -> bool:
    """Whether this is the embedded demo; no other home has a clock to move."""
    return settings.DEMO


is_curator = holds(Role.CURATOR)

rules.add_perm("commissioning.register_organisation", is_curator)
rules.add_perm("commissioning.describe_organisation", leads_the_organisation | is_curator)
rules.add_perm("commissioning.succeed_organisation", is_curator)
rules.add_perm("commissioning.change_reference_data", is_curator)
rules.add_perm("commissioning.remove_reference_data", is_curator)

rules.add_perm("commissioning.invite_person", leads_the_organisation | (is_curator & lacks_a_lead))
rules.add_perm("commissioning.withdraw_invitation", leads_the_organisation | is_curator)
rules.add_perm("commissioning.accept_invitation", is_the_invited)
rules.add_perm("commissioning.end_membership", leads_the_organisation | is_the_member | is_curator)

rules.add_perm("commissioning.create_api_token", is_oneself)
rules.add_perm("commissioning.revoke_api_token", is_oneself | is_curator)
rules.add_perm("commissioning.renew_calendar_link", is_oneself)
rules.add_perm("commissioning.set_password", is_oneself)
rules.add_perm("commissioning.rename_person", is_oneself | is_curator)
rules.add_perm("commissioning.deactivate_person", is_curator & ~is_oneself)
rules.add_perm("commissioning.reactivate_person", is_curator)

rules.add_perm("commissioning.move_demo_clock", is_signed_in & plays_the_demo)
