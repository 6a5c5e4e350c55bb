"""Whom to write to about a tender: the people of many bidders at once, in one query, for it is done under the tender's lock."""

from collections.abc import Iterable, Mapping

from commissioning.models import Record
from commissioning.moves import Step
from procurement.models import Invitation, Tender
from suppliers.recipients import who_bid


def tell_invited(step: Step[Tender], invitations: Iterable[Invitation], template: str, *, again: object = "", **words: object) -> None:
    """Write to each of these bidders about its own invitation."""
    tell_bidders(step, {invitation: invitation for invitation in invitations}, template, again=again, **words)


def tell_bidders(step: Step[Tender], letters: Mapping[Invitation, Record], template: str, *, again: object = "", **words: object) -> None:
    """Write to each of these bidders about the record that stands beside its invitation."""
    people = who_bid(invitation.supplier for invitation in letters)
    for invitation, about in letters.items():
        invitation.tender = step.record  # one for all, so that a letter asks the database for none
        step.tell(people[invitation.supplier.organisation_id], template, about=about, again=again, invitation=invitation, **words)
