"""How people come in: the first curator by the link of the founding command, the others by invitation."""

from io import StringIO

from django.core.management import call_command

from commissioning.actions.people import accept_invitation, invite_person
from commissioning.invitations import invitation_of
from commissioning.models import Organisation, Role, User

PASSWORD = "correct horse battery"
DOH, HILLINGDON = "Department of Health", "Hillingdon PCT"
THE_TRUSTS_TEAM = {
    "opener1": Role.OPENER,
    "opener2": Role.OPENER,
    "chair": Role.PANEL_CHAIR,
    "evaluator1": Role.EVALUATOR,
    "evaluator2": Role.EVALUATOR,
    "contracts": Role.CONTRACT_MANAGER,
}


def first_curator_comes_in() -> None:
    """The founding command prints a link, which is for one invitation."""
    printed = StringIO()
    call_command("found_authority", DOH, "curator@doh.example", stdout=printed)
    invitation = invitation_of(printed.getvalue().strip().rstrip("/").rpartition("/")[2])
    assert invitation
    accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user)


def are_brought_in(organisation: str, people: dict[str, tuple[str, Role]], *, by: str) -> None:
    """Addresses with names and roles: each is invited, and accepts."""
    where, host = Organisation.objects.get(name=organisation), User.objects.get(email=by)
    for email, (name, role) in people.items():
        invitation = invite_person(where.pk, email=email, name=name, role=role, by=host)
        accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user)
