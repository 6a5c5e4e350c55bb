"""Challenges: a bidder contests the intended award within the standstill, and until that is decided it cannot be confirmed."""

from datetime import datetime
from uuid import UUID

from django.db import models

from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, moving
from commissioning.texts import require_text
from commissioning.wording import ending_text
from procurement.actions.awards import reopen_evaluation
from procurement.actions.tenders import cancel_tender
from procurement.models import Challenge, Invitation


class Consequence(models.TextChoices):
    """What follows from a challenge that is upheld; either way the intended awards are set aside."""

    REOPEN = "reopen", "The evaluation is opened again"
    CANCEL = "cancel", "The tender is cancelled"


def lodge_challenge(invitation_id: UUID, *, grounds: str, by: Actor, at: datetime | None = None) -> Challenge:
    """Contest the intended award before the standstill ends; a bidder has one open challenge at a time."""
    with moving(Invitation, invitation_id, "lodge_challenge", by=by, at=at) as step:
        invitation = step.record
        tender = invitation.tender
        given = require_text("grounds", grounds, "Say what you challenge, and on what grounds.", at_most=20000)
        step.require(tender.award_announced_at is not None, "No award has been announced.")
        in_words = ending_text(tender.standstill_ends_at)
        step.require(tender.is_standing_still(step.at), f"An award can be challenged only within the standstill, which ended {in_words}.")
        step.require(invitation.award_notices.standing().exists(), "Only those who bid can challenge the award.")
        already = Challenge.objects.standing().filter(invitation=invitation).exists()
        step.require(not already, "Your challenge is open already. It is decided before you can lodge another.")
        challenge = Challenge(invitation=invitation, grounds=given, lodged_at=step.at, created_at=step.at)
        with beginning(challenge, "lodge_challenge", by=by, at=step.at, within=invitation) as begun:
            begun.tell(tender.leads(), "challenge_lodged")
            begun.tell(invitation.people(), "challenge_received")
    return challenge


def withdraw_challenge(challenge_id: UUID, *, reason: str = "", by: Actor, at: datetime | None = None) -> Challenge:
    """Take your challenge back."""
    with moving(Challenge, challenge_id, "withdraw_challenge", by=by, at=at) as step:
        step.record.decided_at, step.record.reasons = step.at, require_text("reason", reason)
        step.tell(step.record.invitation.tender.leads(), "challenge_withdrawn")
    return step.record


def reject_challenge(challenge_id: UUID, *, reasons: str, by: Actor, at: datetime | None = None) -> Challenge:
    """Decide that the intended award stands, with reasons; it can be confirmed once the standstill is over."""
    with moving(Challenge, challenge_id, "reject_challenge", by=by, at=at) as step:
        _decide(step, reasons)
        step.tell(step.record.invitation.people(), "challenge_rejected")
    return step.record


def uphold_challenge(challenge_id: UUID, *, reasons: str, consequence: Consequence, by: Actor, at: datetime | None = None) -> Challenge:
    """Decide that the challenge is right, with reasons: intended awards are set aside, and the evaluation is opened again or the tender cancelled."""
    with moving(Challenge, challenge_id, "uphold_challenge", by=by, at=at) as step:
        tender = step.record.invitation.tender
        step.require(
            tender.status == tender.Status.STANDSTILL, "The award was set aside already. Reject this challenge, or ask the bidder to withdraw it."
        )
        _decide(step, reasons)
        step.facts["consequence"] = consequence
        step.tell(step.record.invitation.people(), "challenge_upheld", consequence=Consequence(consequence))
        step.then(
            reopen_evaluation if consequence == Consequence.REOPEN else cancel_tender,
            tender.pk,
            reason="A challenge to the intended award was upheld.",
        )
    return step.record


def _decide(step: Step[Challenge], reasons: str) -> None:
    """Keep who decided, when and why."""
    challenge = step.record
    challenge.reasons = require_text("reasons", reasons, "Give the reasons for the decision. The bidder is given them.", at_most=20000)
    challenge.decided_at, challenge.decided_by = step.at, step.person
    step.facts["reason"] = challenge.reasons
