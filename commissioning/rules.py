"""Who may do what on the ground; every application has such a file, and roles are asked about nowhere else."""

from typing import Any

import rules

from commissioning.models import Organisation, Role


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
def leads_the_organisation(user: Any, organisation: Organisation | None) -> bool:
    """Whether the person answers for the organisation's people: its procurement lead, bid manager, or for the authority its curator."""
    if organisation is None:
        return False
    return any(user.holds(role, organisation.pk) for role in (Role.PROCUREMENT_LEAD, Role.BID_MANAGER, Role.CURATOR))


is_curator = holds(Role.CURATOR)

rules.add_perm("commissioning.curate", is_curator)
rules.add_perm("commissioning.register_organisation", is_curator)
rules.add_perm("commissioning.describe_organisation", leads_the_organisation | is_curator)
rules.add_perm("commissioning.succeed_organisation", is_curator)
rules.add_perm("commissioning.invite_person", leads_the_organisation | is_curator)
rules.add_perm("commissioning.end_membership", leads_the_organisation | is_curator)
rules.add_perm("commissioning.accept_invitation", rules.always_allow)
rules.add_perm("commissioning.move_demo_clock", is_signed_in)
