"""People are invited to act for an organisation, come in, and leave."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from commissioning.invitations import LIFETIME, link_of
from commissioning.models import Membership, Organisation, PersonalInvitation, Role, TrailEntry, User
from commissioning.models.people import CONTROL, LEAD_OF, ROLES_OF, Actor, Kind
from commissioning.moves import Step, beginning, moving
from commissioning.refusals import Improper
from commissioning.rules import may_bring_in, put_somebody_out
from commissioning.signals import membership_ended
from commissioning.wording import ending_text

# One letter a day to the same person about the same role is enough, whoever sends it.
BETWEEN_INVITATIONS = timedelta(days=1)
# One sentence for all reasons that lie with somebody else: an address must not tell who has it.
_NOT_HERE = "Nobody can be invited here by this address. Use another one, or ask a framework curator."


def invite_person(organisation_id: UUID, *, email: str, name: str, role: Role, by: Actor, at: datetime | None = None) -> PersonalInvitation:
    """Ask somebody by e-mail to act for an organisation; an earlier invitation to the same role ends.

    Whoever holds a lead to account is not brought in by that lead, but for the first; nor anybody by whoever made room for them.
    """
    organisation = Organisation.objects.visible_to(by).get(pk=organisation_id)
    record = PersonalInvitation(organisation=organisation, email=email.strip().lower(), name=name.strip(), role=role)
    with beginning(record, "invite_person", by=by, at=at, within=organisation) as step:
        if role not in ROLES_OF[organisation.kind]:
            raise ValidationError({"role": f"{Role(role).label} is not a role of {_article(organisation)}. Choose another."})
        _check_may_bring_in(step, organisation)
        record.expires_at = step.at + LIFETIME
        record.clean_fields(exclude={"organisation", "user"})
        record.user = _person(record, at=step.at)
        _check_address(record, inviter=by)
        step.require(not _holds(record), f"{record.name} is {record.get_role_display().lower()} already.")
        step.require(
            not _was_just_invited(record), f"{record.name} was invited to this within the last day. Wait a day before you send another letter."
        )
        _open_invitations(record).update(withdrawn_at=step.at)
        step.facts |= {"email": record.email, "role": role}
        step.tell([record.user], "person_invited", link=link_of(record))
        if _is_outside(by, organisation):
            step.tell(_concerned(organisation).exclude(pk__in=[step.person.pk, record.user.pk]), "person_asked", by=by)
    return record


def withdraw_invitation(invitation_id: UUID, *, by: Actor, at: datetime | None = None) -> PersonalInvitation:
    """Take an invitation back; its link works no more."""
    with moving(PersonalInvitation, invitation_id, "withdraw_invitation", by=by, at=at) as step:
        _check_open(step)
        step.record.withdrawn_at = step.at
        step.facts |= {"email": step.record.email, "role": step.record.role}
    return step.record


def accept_invitation(invitation_id: UUID, *, password: str = "", by: Actor, at: datetime | None = None) -> Membership:
    """Come in: choose a password if there is none yet, and hold the role from now on."""
    with moving(PersonalInvitation, invitation_id, "accept_invitation", by=by, at=at) as step:
        invitation = step.record
        _check_open(step)
        step.require(
            step.at < invitation.expires_at,
            f"This invitation ended {ending_text(invitation.expires_at)}. Ask {invitation.organisation} for a new one.",
        )
        inviter = _inviter(invitation)
        _check_inviter(step, inviter)
        _take_password(invitation.user_id, password)
        if _is_on_the_other_side(invitation):
            raise Improper("Your other roles do not allow this one: nobody acts for a supplier and for a public body at once.")
        is_watched = _is_outside(inviter, invitation.organisation) or _is_the_first_of_control(invitation)
        membership = Membership(user_id=invitation.user_id, organisation=invitation.organisation, role=invitation.role, created_at=step.at)
        membership.save()
        invitation.accepted_at = step.at
        step.facts |= {"membership": membership.pk, "role": invitation.role}
        watching = invitation.organisation.people(LEAD_OF[invitation.organisation.kind], *CONTROL)
        told = _concerned(invitation.organisation) if is_watched else watching
        step.tell(told.exclude(pk=invitation.user_id), "person_came_in")
    return membership


def end_membership(membership_id: UUID, *, reason: str = "", by: Actor, at: datetime | None = None) -> Membership:
    """Let somebody act for the organisation no longer; whoever answers for its people last stays."""
    with moving(Membership, membership_id, "end_membership", by=by, at=at) as step:
        membership = step.record
        step.require(membership.ended_at is None, "This has ended already.")
        step.require(
            not _is_last_lead(membership),
            f"{membership.user} is the last {membership.get_role_display().lower()} of {membership.organisation}. Invite another one first.",
        )
        membership.ended_at = step.at
        step.facts |= {"person": membership.user_id, "role": membership.role, "reason": reason}
        step.tell([membership.user], "membership_ended", reason=reason)
        step.then(membership_ended.send, sender=Membership, membership=membership)
        if membership.role in CONTROL or _is_outside(by, membership.organisation):
            others = _concerned(membership.organisation).exclude(pk__in=[one.pk for one in (membership.user, by) if isinstance(one, User)])
            step.tell(others, "person_left", reason=reason, by=by)
    return membership


def _article(organisation: Organisation) -> str:
    return f"a {organisation.get_kind_display().lower()}"


def _person(invitation: PersonalInvitation, *, at: datetime) -> User:
    """Who has this address; a new person has no password yet, so that nobody can sign in as them."""
    known = User.objects.filter(email__iexact=invitation.email).first()
    return known or User.objects.create_user(invitation.email, invitation.name, created_at=at)


def _check_may_bring_in(step: Step[PersonalInvitation], organisation: Organisation) -> None:
    """Improper, with the sentence that says who may, unless whoever invites may bring somebody in to this role."""
    if may_bring_in(step.by, organisation, step.record.role):
        return
    if _is_outside(step.by, organisation) and put_somebody_out(step.by, organisation):
        raise Improper(f"You closed an account or ended a role at {organisation}. Another framework curator must bring somebody in there.")
    if step.record.role in CONTROL:
        raise Improper(
            "An approver or a board secretary is brought in by one of them who is not a lead as well, or by a framework curator. Ask them."
        )
    raise Improper(f"Only the {LEAD_OF[organisation.kind].label.lower()} of {organisation} brings somebody in to this role. Ask them.")


def _check_inviter(step: Step[PersonalInvitation], inviter: User | None) -> None:
    """Refused if what let somebody bring in a person to control a lead, or from outside, has ended since they invited."""
    invitation = step.record
    if inviter and (invitation.role in CONTROL or _is_outside(inviter, invitation.organisation)):
        may_still = may_bring_in(inviter, invitation.organisation, invitation.role)
        step.require(may_still, f"Whoever invited you may not bring you in any more. Ask {invitation.organisation} for a new invitation.")


def _check_address(invitation: PersonalInvitation, inviter: Actor) -> None:
    """Improper if people invite themselves, or somebody who cannot come in; it tells nothing of whose address it is."""
    if invitation.user == inviter:
        raise Improper("You cannot invite yourself. Ask somebody else who answers for the organisation's people.")
    if not invitation.user.is_active or _is_on_the_other_side(invitation):
        raise Improper(_NOT_HERE)


def _is_on_the_other_side(invitation: PersonalInvitation) -> bool:
    """Whether the person would act for a supplier and for those who buy from suppliers at once."""
    for_suppliers = Q(organisation__kind=Kind.SUPPLIER)
    other = ~for_suppliers if invitation.organisation.kind == Kind.SUPPLIER else for_suppliers
    return Membership.objects.filter(other, user=invitation.user, ended_at__isnull=True).exists()


def _inviter(invitation: PersonalInvitation) -> User | None:
    """Who invited them, as the trail tells; None if it was a job."""
    return TrailEntry.objects.select_related("actor").get(subject_id=invitation.pk, verb="invite_person").actor


def _is_the_first_of_control(invitation: PersonalInvitation) -> bool:
    return invitation.role in CONTROL and not Membership.objects.filter(organisation=invitation.organisation, role__in=CONTROL).exists()


def _is_outside(actor: Actor | None, organisation: Organisation) -> bool:
    """Whether it is a person who does not act for the organisation: a curator who steps in."""
    return isinstance(actor, User) and organisation.pk not in actor.organisations


def _concerned(organisation: Organisation) -> QuerySet[User]:
    """Everybody of the organisation, and the framework curators."""
    return (User.objects.acting_for([organisation]) | User.objects.curators()).distinct()


def _was_just_invited(invitation: PersonalInvitation) -> bool:
    before = PersonalInvitation.objects.filter(user=invitation.user, organisation=invitation.organisation, role=invitation.role)
    return before.filter(accepted_at__isnull=True, created_at__gt=invitation.created_at - BETWEEN_INVITATIONS).exists()


def _holds(invitation: PersonalInvitation) -> bool:
    return Membership.objects.filter(user=invitation.user, organisation=invitation.organisation, role=invitation.role, ended_at__isnull=True).exists()


def _open_invitations(invitation: PersonalInvitation) -> QuerySet[PersonalInvitation]:
    """Those to the same person and role that were neither accepted nor taken back."""
    return PersonalInvitation.objects.filter(
        user=invitation.user, organisation=invitation.organisation, role=invitation.role, accepted_at__isnull=True, withdrawn_at__isnull=True
    )


def _check_open(step: Step[PersonalInvitation]) -> None:
    step.require(step.record.accepted_at is None, "This invitation was accepted already. Sign in with your e-mail address.")
    step.require(step.record.withdrawn_at is None, f"This invitation was taken back. Ask {step.record.organisation} for a new one.")


def _take_password(user_id: UUID, password: str) -> None:
    """Set the first password; ValidationError if it is weak. A person who has one keeps it."""
    user = User.objects.select_for_update().get(pk=user_id)
    if user.has_usable_password():
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)
    user.save()


def _is_last_lead(membership: Membership) -> bool:
    organisation = membership.organisation
    if membership.role != LEAD_OF[organisation.kind]:
        return False
    return not organisation.people(membership.role).exclude(pk=membership.user_id).exists()
