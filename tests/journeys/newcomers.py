"""How people come in: the first curator by the founding command, the others by invitation."""

import re
from io import StringIO

from django.core import mail
from django.core.management import call_command

from commissioning.actions.people import accept_invitation, invite_person
from commissioning.invitations import invitation_of
from commissioning.models import Organisation, Role, User
from tests.journeys.visitors import PASSWORD, Town, Visitor

DOH, HILLINGDON = "Department of Health", "Hillingdon PCT"
THE_TRUSTS_TEAM = {
    "opener1": Role.OPENER,
    "opener2": Role.OPENER,
    "chair": Role.PANEL_CHAIR,
    "evaluator1": Role.EVALUATOR,
    "evaluator2": Role.EVALUATOR,
    "contracts": Role.CONTRACT_MANAGER,
}


def the_authority_is_founded(town: Town) -> Visitor:
    """The command prints the link by which the first curator comes in and chooses a password."""
    _comes_in(town, _founded(), DOH)
    curator = town.person("curator@doh.example")
    curator.sees("Your desk")
    return curator


def first_curator_comes_in() -> None:
    """The same without the pages."""
    invitation = invitation_of(_founded().rstrip("/").rpartition("/")[2])
    assert invitation
    accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user)


def _founded() -> str:
    printed = StringIO()
    call_command("found_authority", DOH, "curator@doh.example", stdout=printed)
    return printed.getvalue().strip()


def invites(town: Town, host: Visitor, organisation: str, email: str, name: str, role: Role) -> Visitor:
    """Somebody who answers for an organisation invites a person on its page; the person comes in by the link in the e-mail."""
    host.goes_to(Organisation.objects.get(name=organisation).get_absolute_url())
    host.follows(f"People of {organisation}")
    host.follows("Invite somebody")
    host.types({"E-mail address": email, "Name": name})
    host.chooses(Role(role).label)
    host.presses("Invite somebody")
    host.sees("The invitation is sent.")
    _comes_in(town, _link_in_letter_to(email), organisation)
    return town.person(email)


def are_brought_in(organisation: str, people: dict[str, tuple[str, Role]], *, by: str) -> None:
    """The same without the pages, for those who come in as others did: addresses with names and roles."""
    where, host = Organisation.objects.get(name=organisation), User.objects.get(email=by)
    for email, (name, role) in people.items():
        invited = where.personal_invitations.filter(email=email, role=role, accepted_at__isnull=True).first()
        invitation = invited or invite_person(where.pk, email=email, name=name, role=role, by=host)
        accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user)


def _comes_in(town: Town, link: str, organisation: str) -> None:
    newcomer = town.stranger()
    newcomer.goes_to(link)
    newcomer.sees(f"{organisation} invites you")
    newcomer.types({"Choose a password": "short"})
    newcomer.presses("Accept", status=400)
    newcomer.types({"Choose a password": PASSWORD})
    newcomer.presses("Accept")
    newcomer.page.context.close()


def _link_in_letter_to(email: str) -> str:
    letter = next(letter for letter in reversed(mail.outbox) if letter.to == [email])
    (link,) = re.findall(r"http://\S+/accept/\S+", str(letter.body))
    return link
