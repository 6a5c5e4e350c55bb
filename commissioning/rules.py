"""Who may do what on the ground; every application has such a file, and nothing else decides it."""

from typing import Any

import rules
from django.conf import settings
from django.db.models import Q

from commissioning.models import Membership, Organisation, PersonalInvitation, Role, TrailEntry, User
from commissioning.models.people import CONTROL, LEAD_OF, Actor, ClockJob, Kind


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
def holds_the_lead_to_account(user: Any, record: Organisation | Membership | PersonalInvitation | None) -> bool:
    """Whether the person is an approver or board secretary of the organisation, and does not answer for its people as well."""
    if record is None or not user.is_authenticated:
        return False
    organisation = record.docket_keeper()
    return any(user.holds(role, organisation.pk) for role in CONTROL) and not user.holds(LEAD_OF[organisation.kind], organisation.pk)


@rules.predicate
def is_of_control(user: Any, record: Membership | PersonalInvitation | None) -> bool:
    """Whether the role is one that holds a lead to account."""
    return record is not None and record.role in CONTROL


@rules.predicate
def never_had_control(user: Any, record: Organisation | PersonalInvitation | None) -> bool:
    """Whether nobody has ever held the organisation's lead to account."""
    return record is not None and not Membership.objects.filter(organisation=record.docket_keeper(), role__in=CONTROL).exists()


@rules.predicate
def put_somebody_out(user: Any, organisation: Organisation | None) -> bool:
    """Whether the person has ended somebody else's role for the organisation, or closed the account of somebody who has acted for it."""
    others = Membership.objects.filter(organisation=organisation).exclude(user=user)
    left = Q(verb="end_membership", subject_id__in=others.values("pk")) | Q(verb="deactivate_person", subject_id__in=others.values("user"))
    return TrailEntry.objects.filter(left, actor=user, outcome=TrailEntry.Outcome.DONE).exists()


@rules.predicate
def is_a_commissioner(user: Any, organisation: Organisation | None) -> bool:
    """Whether the organisation buys under the framework."""
    return organisation is not None and organisation.kind == Kind.COMMISSIONER


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


def oversees(user: Any) -> bool:
    """Whether the person sees how a framework's work stands and what use is made of it: its curators."""
    return bool(is_curator.test(user))


brings_in_colleagues = leads_the_organisation | (is_curator & lacks_a_lead & ~put_somebody_out)
brings_in_control = holds_the_lead_to_account | (leads_the_organisation & never_had_control) | (is_curator & ~put_somebody_out)


def may_bring_in(actor: Actor, organisation: Organisation, role: str) -> bool:
    """Whether somebody may invite people to this role: who holds a lead to account is not the lead's to choose, but for the first."""
    needed = brings_in_control if role in CONTROL else brings_in_colleagues
    return isinstance(actor, ClockJob) or (actor.is_active and needed.test(actor, organisation))


rules.add_perm("commissioning.register_organisation", is_curator)
rules.add_perm("commissioning.describe_organisation", leads_the_organisation | is_curator)
rules.add_perm("commissioning.succeed_organisation", is_curator)
rules.add_perm("commissioning.change_reference_data", is_curator)
rules.add_perm("commissioning.remove_reference_data", is_curator)

rules.add_perm("commissioning.invite_person", leads_the_organisation | holds_the_lead_to_account | (is_curator & (lacks_a_lead | is_a_commissioner)))
rules.add_perm(
    "commissioning.withdraw_invitation",
    is_curator | (leads_the_organisation & (~is_of_control | never_had_control)) | (holds_the_lead_to_account & is_of_control),
)
rules.add_perm("commissioning.accept_invitation", is_the_invited)
rules.add_perm(
    "commissioning.end_membership",
    is_the_member | is_curator | (leads_the_organisation & ~is_of_control) | (holds_the_lead_to_account & is_of_control),
)

rules.add_perm("commissioning.create_api_token", is_oneself)
rules.add_perm("commissioning.revoke_api_token", is_oneself | is_curator)
rules.add_perm("commissioning.renew_calendar_link", is_oneself)
rules.add_perm("commissioning.set_password", is_oneself)
rules.add_perm("commissioning.rename_person", is_oneself | is_curator)
rules.add_perm("commissioning.deactivate_person", is_curator & ~is_oneself)
rules.add_perm("commissioning.reactivate_person", is_curator)

rules.add_perm("commissioning.move_demo_clock", is_signed_in & plays_the_demo)
