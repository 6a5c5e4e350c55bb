"""What was agreed, and changes once prices are known: the chair proposes it with a record of the discussion, a second person decides."""

from datetime import datetime
from uuid import UUID

from commissioning.canon import digest
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.texts import require_text
from procurement.models import Consensus, ConsensusChange, PassDecision, Tender
from procurement.panel import all_concerned

REPLACED = "The chair proposed another change in its place."


def propose_consensus_change(step: Step[Tender], standing: Consensus | PassDecision, *, value: int, reason: str, discussion: str) -> None:
    """Keep what the chair proposes for a second person to decide, and tell everybody concerned; it takes the place of one that still waits.

    A part of recording an agreed score, or of deciding what passes, and not an act of its own.
    """
    called = "score" if isinstance(standing, Consensus) else "decision"
    said = require_text("discussion", discussion, f"Prices are known. Say what the panel discussed, and why this {called} changes.", at_most=5000)
    waiting = ConsensusChange.objects.waiting().filter(**standing.about())
    waiting.update(decided_at=step.at, decided_by=step.person, decision_reason=REPLACED)
    change = ConsensusChange.objects.create(
        **standing.about(),
        old_value=standing.value,
        old_reason=standing.reason,
        value=value,
        reason=reason.strip(),
        discussion=said,
        proposed_by=step.person,
        created_at=step.at,
    )
    step.facts |= {"proposed_change": change.pk, "sha256": digest(change.content())}
    step.tell(all_concerned(step.record).exclude(pk=step.person.pk), "consensus_change_proposed", about=change, tender=step.record)


def decide_consensus_change(
    tender_id: UUID, *, change_id: UUID, is_confirmed: bool, reason: str = "", by: Actor, at: datetime | None = None
) -> Tender:
    """Confirm or refuse, as a second person who is not the chair, that what was agreed changes although prices are known."""
    with moving(Tender, tender_id, "decide_consensus_change", by=by, at=at) as step:
        change = ConsensusChange.objects.of(step.record).get(pk=change_id)
        step.require(change.decided_at is None, f"This change is {change.state} already.")
        step.require(change.proposed_by_id != step.person.pk, "A second person decides on a change, and you proposed this one. Ask a colleague.")
        change.decision_reason = require_text("reason", reason, "" if is_confirmed else "Say why it stays as it was.", at_most=5000)
        change.decided_by, change.decided_at, change.is_confirmed = step.person, step.at, is_confirmed
        change.save()
        if is_confirmed:
            _put_in_force(change)
        judged = {"criterion": change.criterion_id} if change.criterion_id else {"question": change.question_id}
        step.facts |= {"change": change.pk, "bid": change.submission_id, **judged}
        step.facts |= {"is_confirmed": is_confirmed, "sha256": digest(change.content())}
        step.tell(all_concerned(step.record).exclude(pk=step.person.pk), "consensus_change_decided", about=change, tender=step.record)
    return step.record


def _put_in_force(change: ConsensusChange) -> None:
    if change.question:
        decision = PassDecision.objects.get(submission=change.submission, question=change.question)
        decision.chair, decision.passes, decision.reason = change.proposed_by, bool(change.value), change.reason
        decision.save()
        return
    consensus = Consensus.objects.get(submission=change.submission, criterion=change.criterion)
    consensus.value, consensus.reason, consensus.discussion = change.value, change.reason, change.discussion
    consensus.chair = change.proposed_by
    consensus.save()
