"""Evaluation: interests declared, bids read and scored, scores locked and moderated, the ranking worked out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from commissioning import answer_sheets, clock, trail
from commissioning.canon import digest
from commissioning.judging import Verdict
from commissioning.models import Criterion, Document, Question, Role, TrailEntry, User
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.texts import require_text
from commissioning.wording import in_one_sentence
from procurement.actions.consensus_changes import propose_consensus_change
from procurement.models import Consensus, Declaration, Lot, PassDecision, Result, Score, SettledTie, Submission, Tender
from procurement.panel import bidder_of, departed_evaluators, judged_by_people, opened_bids, unagreed, undecided_changes, unscored
from procurement.passing import outcomes, undecided
from procurement.scoring import must_be_discussed
from procurement.standings import Standing, standings


def declare_interests(tender_id: UUID, *, has_conflict: bool, statement: str = "", by: Actor, at: datetime | None = None) -> Tender:
    """Declare, knowing who bid, whether you have a conflict of interest. Without a declaration, or with a conflict, no bid is shown to you."""
    with moving(Tender, tender_id, "declare_interests", by=by, at=at) as step:
        said = require_text("statement", statement, "Say what the conflict is, and with which bidder." if has_conflict else "", at_most=4000)
        declared = step.record.declarations.filter(person=step.person).first()
        step.require(not (declared and declared.has_conflict), "You declared a conflict. It cannot be taken back: somebody else takes your place.")
        declaration = declared or Declaration(tender=step.record, person=step.person, created_at=step.at)
        declaration.has_conflict, declaration.statement, declaration.declared_at = has_conflict, said, step.at
        declaration.save()
        step.facts |= {"has_conflict": has_conflict}
        if has_conflict:
            step.tell(step.record.leads().exclude(pk=step.person.pk), "conflict_declared", about=declaration, tender=step.record)
    return step.record


def read_submission(submission_id: UUID, *, by: User, what: str = "the bid", at: datetime | None = None) -> Submission:
    """An opened bid, for one who may read it; every reading is on the tender's trail, and so is an attempt that was refused.

    Raises DoesNotExist for a bid that is sealed, or is not for the reader's own trust.
    """
    ours = Submission.objects.filter(opened_at__isnull=False, bid__invitation__tender__buyer__in=by.organisations)
    submission = ours.select_related("bid__lot__questionnaire", "bid__invitation__tender", "bid__invitation__supplier__organisation").get(
        pk=submission_id
    )
    may = by.has_perm("procurement.read_submission", submission)
    outcome = TrailEntry.Outcome.DONE if may else TrailEntry.Outcome.REFUSED
    with transaction.atomic():
        docket = submission.bid.invitation.tender.docket_id
        trail.append(docket, at=at or clock.now(), by=by, verb="read_submission", subject=submission, facts={"what": what}, outcome=outcome)
    if not may:
        raise PermissionDenied("Only members of the panel who declared that they have no conflict may read the bids.")
    return submission


def read_bid_file(submission_id: UUID, document_id: UUID, *, by: User, at: datetime | None = None) -> Document:
    """A file of an opened bid, for one who may read it; each reading is on the trail. Raises DoesNotExist for a file that is not the bid's."""
    opened = Submission.objects.filter(pk=submission_id, opened_at__isnull=False).first()
    files = (opened.content or {}).get("files", []) if opened else []
    stamp = next((stamp for stamp in files if stamp["document"] == str(document_id)), None)
    if stamp is None:
        raise Document.DoesNotExist
    read_submission(submission_id, by=by, what=f"the file {stamp['name']}, SHA-256 {stamp['sha256']}", at=at)
    return Document.objects.get(pk=document_id)


def read_answers(lot_id: UUID, *, by: User, at: datetime | None = None) -> tuple[list[str], list[list[Any]]]:
    """The answers of all bids for a lot as a table, headings and rows, for one who may read them; that each was read is on the trail."""
    lot = Lot.objects.visible_to(by).select_related("tender").get(pk=lot_id)
    questions = list(lot.questionnaire.questions.all())
    opened = opened_bids(lot.tender).filter(bid__lot=lot).values_list("pk", flat=True)
    bids = [read_submission(pk, by=by, what="the answers, in a sheet of all bids", at=at) for pk in opened]
    rows = [[bidder_of(bid), *answer_sheets.cells(questions, (bid.content or {}).get("answers", {}))] for bid in bids]
    return ["Bidder", *answer_sheets.headings(questions)], rows


def score_bid(tender_id: UUID, *, submission_id: UUID, criterion_id: UUID, value: int, reason: str, by: Actor, at: datetime | None = None) -> Tender:
    """Score one bid on one criterion, with a reason. Until scores are locked you can change yours, and nobody else sees it."""
    with moving(Tender, tender_id, "score_bid", by=by, at=at) as step:
        step.require(step.record.scores_locked_at is None, "Scores are locked: the chair now records what the panel agrees on.")
        submission, criterion = _bid_and_criterion(step.record, submission_id, criterion_id)
        _check_score(criterion, value)
        require_text("reason", reason, "Give the reason for this score.")
        one = {"submission": submission, "criterion": criterion, "evaluator": step.person}
        score = Score.objects.filter(**one).first() or Score(**one, created_at=step.at)
        score.value, score.reason = value, reason.strip()
        score.save()
        step.facts |= {"bid": submission.pk, "criterion": criterion.pk, "sha256": digest(score.content())}
    return step.record


def _bid_and_criterion(tender: Tender, submission_id: UUID, criterion_id: UUID) -> tuple[Submission, Criterion]:
    submission = opened_bids(tender).get(pk=submission_id)
    return submission, judged_by_people(tender).get(pk=criterion_id, criteria_set=submission.bid.lot.criteria_set_id)


def _check_score(criterion: Criterion, value: int) -> None:
    if not 0 <= value <= criterion.max_score:
        raise ValidationError({"value": f"Give a whole number from 0 to {criterion.max_score}."})


def lock_scores(tender_id: UUID, *, reason: str = "", by: Actor, at: datetime | None = None) -> Tender:
    """Lock every evaluator's scores, so that the panel can see them all and agree; refused while any is missing.

    Where an evaluator has left since the bids were opened it takes a reason, which is on the trail with who left.
    """
    with moving(Tender, tender_id, "lock_scores", by=by, at=at) as step:
        tender = step.record
        step.require(tender.scores_locked_at is None, "Scores are locked already.")
        step.require(opened_bids(tender).exists(), "No bids were received, so there is nothing to score. Cancel the tender, with the reason.")
        missing = list(unscored(tender))
        step.require(not missing, in_one_sentence(missing))
        step.facts |= _why_without(departed_evaluators(tender), reason)
        tender.scores_locked_at = step.at
        scores = Score.objects.standing().filter(submission__in=opened_bids(tender)).order_by("pk")
        step.facts |= {"scores": scores.count(), "sha256": digest([score.content() for score in scores])}
    return tender


def _why_without(departed: list[User], reason: str) -> dict[str, Any]:
    """What the trail says of evaluators who have left; ValidationError if it does not say why scores are locked without them."""
    names = " and ".join(str(person) for person in departed)
    demanded = f"{names} left the panel since the bids were opened. Say why the scores are locked without them."
    given = require_text("reason", reason, demanded if departed else "", at_most=4000)
    if not departed:
        return {"reason": given} if given else {}
    return {"left": [person.pk for person in departed], "reason": f"Without {names}, who left since the bids were opened: {given}"}


def record_consensus(
    tender_id: UUID, *, submission_id: UUID, criterion_id: UUID, value: int, reason: str, discussion: str = "", by: Actor, at: datetime | None = None
) -> Tender:
    """Record the score that the panel agreed on, with its reason; where scores lay two or more apart, also what was discussed. Never an average.

    Once prices are known a change of it only waits, with what was discussed, until a second person decides on it (`decide_consensus_change`).
    """
    with moving(Tender, tender_id, "record_consensus", by=by, at=at) as step:
        step.require(step.record.scores_locked_at is not None, "Lock the scores first, so that the panel sees them all.")
        submission, criterion = _bid_and_criterion(step.record, submission_id, criterion_id)
        _check_score(criterion, value)
        require_text("reason", reason, "Give the panel's reason. The bidder is given it.")
        scores = list(Score.objects.standing().filter(submission=submission, criterion=criterion).values_list("value", flat=True))
        demanded = "The scores lie two or more apart. Say what the panel discussed." if must_be_discussed(scores) else ""
        require_text("discussion", discussion, demanded)
        one = {"submission": submission, "criterion": criterion}
        consensus = Consensus.objects.filter(**one).first() or Consensus(**one, created_at=step.at)
        if step.record.prices_known_at and not consensus._state.adding:
            step.facts |= {"bid": submission.pk, "criterion": criterion.pk}
            propose_consensus_change(step, consensus, value=value, reason=reason, discussion=discussion)
            return step.record
        before = None if consensus._state.adding else digest(consensus.content())
        consensus.chair, consensus.value, consensus.reason, consensus.discussion = step.person, value, reason.strip(), discussion.strip()
        consensus.save()
        step.facts |= {"bid": submission.pk, "criterion": criterion.pk, "sha256": digest(consensus.content()), "replaces": before}
    return step.record


def decide_pass(
    tender_id: UUID,
    *,
    submission_id: UUID,
    question_id: UUID,
    passes: bool,
    reason: str,
    discussion: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Tender:
    """Decide whether an answer passes or fails where the rule of the notice leaves it to a person, with the reason, which the bidder is given.

    Once prices are known a change of it only waits, with what was discussed, until a second person decides on it (`decide_consensus_change`).
    """
    with moving(Tender, tender_id, "decide_pass", by=by, at=at) as step:
        submission = opened_bids(step.record).get(pk=submission_id)
        one = {"submission": submission, "question": _left_to_a_person(step, submission, question_id)}
        decision = PassDecision.objects.filter(**one).first() or PassDecision(**one, created_at=step.at)
        said = require_text("reason", reason, "Give the reason. The bidder is given it.", at_most=4000)
        if step.record.prices_known_at and not decision._state.adding:
            step.facts |= {"bid": submission.pk, "question": question_id}
            propose_consensus_change(step, decision, value=int(passes), reason=said, discussion=discussion)
            return step.record
        decision.chair, decision.passes, decision.reason = step.person, passes, said
        decision.save()
        step.facts |= {"bid": submission.pk, "question": question_id, "sha256": digest(decision.content())}
    return step.record


def _left_to_a_person(step: Step[Tender], submission: Submission, question_id: UUID) -> Question:
    """The question, if the rule of the notice leaves it to a person whether the bid's answer passes."""
    found = {one.judged.question.pk: one.judged for one in outcomes(submission, submission.bid.lot.questionnaire.questions.all())}
    if question_id not in found:
        raise ValidationError({"question_id": "This bid was not asked such a question, or its answer neither passes nor fails."})
    step.require(found[question_id].verdict == Verdict.A_PERSON_DECIDES, "The rule of the notice says whether this answer passes.")
    return found[question_id].question


def bring_in_prices(tender_id: UUID, *, by: Actor, at: datetime | None = None) -> Tender:
    """Record that the panel knows the prices from now on, once everything is agreed: what it agreed on changes only by two people since.

    An act of its own, and not a part of the ranking: whatever the ranking tells of prices, by what it refuses too, this stays.
    """
    with moving(Tender, tender_id, "bring_in_prices", by=by, at=at) as step:
        _require_all_agreed(step)
        step.require(step.record.prices_known_at is None, "The prices are brought in already. Complete the evaluation.")
        step.record.prices_known_at = step.at
        agreed = Consensus.objects.filter(submission__in=opened_bids(step.record)).order_by("pk")
        decided = PassDecision.objects.filter(submission__in=opened_bids(step.record)).order_by("pk")
        step.facts |= {"agreed": agreed.count(), "sha256": digest([one.content() for one in (*agreed, *decided)])}
    return step.record


def _require_all_agreed(step: Step[Tender]) -> None:
    tender = step.record
    step.require(tender.scores_locked_at is not None, "Lock the scores first.")
    missing = [*unagreed(tender), *undecided(tender), *undecided_changes(tender)]
    step.require(not missing, in_one_sentence(missing))


def _require_prices(step: Step[Tender]) -> None:
    """Go on only once it is on the trail that prices are known: who stands equal with whom could not be known without them."""
    step.require(step.record.prices_known_at is not None, "Bring in the prices first. From then on, what is agreed changes only by two people.")


def settle_tie(tender_id: UUID, *, lot_id: UUID, order: list[UUID], reason: str, by: Actor, at: datetime | None = None) -> Tender:
    """Put bids in order that come out equal in everything that the tender declared, with the reason; never by chance."""
    with moving(Tender, tender_id, "settle_tie", by=by, at=at) as step:
        _require_prices(step)
        lot = step.record.lots.get(pk=lot_id)
        standing = next(standing for standing in standings(step.record) if standing.lot == lot)
        step.require(standing.open_ties(), f"There is no tie to settle in {lot}.")
        tied = next((tie for tie in standing.open_ties() if set(tie) == set(order) and len(tie) == len(order)), None)
        if tied is None:
            raise ValidationError({"order": f"Name each of the tied bids once: {_tied_in_words(standing)}."})
        require_text("reason", reason, "Give the reason for this order.")
        settled = SettledTie(lot=lot, order=[str(key) for key in order], reason=reason.strip(), settled_by=step.person, created_at=step.at)
        settled.save()
        step.facts |= {"lot": lot.number, "sha256": digest(settled.content())}
    return step.record


def _tied_in_words(standing: Standing) -> str:
    ties = (" and ".join(bidder_of(standing.bids[key]) for key in tie) for tie in standing.open_ties())
    return "; ".join(ties)


def complete_evaluation(tender_id: UUID, *, by: Actor, at: datetime | None = None) -> Tender:
    """Put quality and price together by the published formula, and freeze the ranking; a bid below a hurdle is out before prices are looked at."""
    with moving(Tender, tender_id, "complete_evaluation", by=by, at=at) as step:
        tender = step.record
        _require_all_agreed(step)
        _require_prices(step)
        results = [result for standing in standings(tender) for result in _results(standing, step)]
        Result.objects.bulk_create(results, batch_size=200)
        content = [[result.submission_id, result.rank, result.total_points, result.excluded_reason] for result in results]
        step.facts |= {"bids": len(results), "excluded": sum(1 for result in results if result.excluded_reason), "sha256": digest(content)}
        step.tell(tender.team(Role.PROCUREMENT_LEAD), "evaluation_complete", again=tender.docket.head_number)
    return tender


def _results(standing: Standing, step: Step[Tender]) -> list[Result]:
    """The rows to keep; refused while a tie is open."""
    # Not which: the refusal goes on the trail, which more people read than know the prices.
    step.require(not standing.open_ties(), f"{standing.lot}: bids come out equal in everything that was declared. Settle the tie, with a reason.")
    places: dict[Any, int] = standing.places()
    return [
        Result(
            lot=standing.lot,
            submission=standing.bids[UUID(str(line.offer.key))],
            rank=places.get(line.offer.key),
            quality_points=line.quality,
            price_points=line.price_points,
            total_points=line.total,
            breakdown=standing.breakdown(line),
            is_abnormally_low=line.is_abnormally_low,
            excluded_reason=line.excluded_because,
            created_at=step.at,
        )
        for line in standing.ranking.lines
    ]
