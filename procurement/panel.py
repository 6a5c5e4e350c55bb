"""The panel of a tender: who sits on it, who may read the bids, and what it has still to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from commissioning.models import Criterion, Membership, Role, TrailEntry, User
from procurement.models import Consensus, ConsensusChange, Declaration, Score, Submission, Tender


@dataclass(frozen=True)
class Member:
    """Somebody of the buyer's who declares interests before reading: what they do, and what they declared (None: nothing yet)."""

    person: User
    does: str
    declaration: Declaration | None

    @property
    def is_clear(self) -> bool:
        """Whether they may read the bids."""
        return self.declaration is not None and not self.declaration.has_conflict


def opened_bids(tender: Tender) -> Any:
    """The submissions that were opened, in the order of lots and suppliers' names."""
    bids = Submission.objects.filter(bid__invitation__tender=tender, opened_at__isnull=False)
    return bids.select_related("bid__lot", "bid__invitation__supplier__organisation").order_by(
        "bid__lot__number", "bid__invitation__supplier__organisation__name", "pk"
    )


def judged_by_people(tender: Tender) -> Any:
    """The criteria of every lot that people score."""
    return Criterion.objects.filter(criteria_set__lot__tender=tender, kind=Criterion.Kind.QUALITY).order_by("criteria_set__lot__number", "number")


def members(tender: Tender) -> list[Member]:
    """Everybody who is to declare their interests: evaluators, chair and procurement lead."""
    declared = {declaration.person_id: declaration for declaration in tender.declarations.all()}
    who_does_what: dict[User, list[str]] = {}
    for role in (Role.PANEL_CHAIR, Role.EVALUATOR, Role.PROCUREMENT_LEAD):
        for person in tender.team(role):
            who_does_what.setdefault(person, []).append(Role(role).label)
    return [Member(person, ", ".join(does), declared.get(person.pk)) for person, does in who_does_what.items()]


def all_concerned(tender: Tender) -> Any:
    """Who is told when something is changed that stood already: lead, chair, evaluators and approver, but for those with a conflict."""
    team = tender.team(Role.PROCUREMENT_LEAD, Role.PANEL_CHAIR, Role.EVALUATOR, Role.APPROVER)
    return team.exclude(pk__in=tender.declarations.conflicted().values("person"))


def evaluators(tender: Tender) -> list[User]:
    """The buyer's evaluators who declared that they have no conflict."""
    return list(tender.team(Role.EVALUATOR).filter(pk__in=tender.declarations.cleared().values("person")).order_by("name", "pk"))


def undeclared_evaluators(tender: Tender) -> list[User]:
    """The buyer's evaluators who have declared nothing yet."""
    return list(tender.team(Role.EVALUATOR).exclude(pk__in=tender.declarations.values("person")).order_by("name", "pk"))


def departed_evaluators(tender: Tender) -> list[User]:
    """Those who were evaluators of the buyer when the bids were opened, or came since, and are none any more or have no open account."""
    were = Membership.objects.filter(organisation=tender.buyer_id, role=Role.EVALUATOR)
    closed = TrailEntry.objects.filter(verb="deactivate_person", outcome=TrailEntry.Outcome.DONE, at__gt=tender.bids_opened_at)
    shut_out = Q(ended_at__isnull=True, user__in=closed.filter(subject_id__in=were.values("user")).values("subject_id"))
    left = were.filter(Q(ended_at__gt=tender.bids_opened_at) | shut_out)
    return list(User.objects.filter(memberships__in=left).exclude(pk__in=tender.team(Role.EVALUATOR)).distinct().order_by("name", "pk"))


def unscored(tender: Tender) -> Iterator[str]:
    """What keeps scores from being locked, a sentence for each person or score that is missing."""
    yield from (f"{person} has not declared any interests." for person in undeclared_evaluators(tender))
    panel = evaluators(tender)
    if not panel:
        yield "No evaluator without a conflict is on the panel."
    given = set(Score.objects.filter(submission__in=opened_bids(tender)).values_list("evaluator", "submission", "criterion"))
    for submission, criterion in to_score(tender):
        for person in panel:
            if (person.pk, submission.pk, criterion.pk) not in given:
                yield f"{person} has not scored {bidder_of(submission)} on {criterion.number}. {criterion.title} ({submission.bid.lot})."


def unagreed(tender: Tender) -> Iterator[str]:
    """Each agreed score that is missing, as a sentence."""
    given = set(Consensus.objects.filter(submission__in=opened_bids(tender)).values_list("submission", "criterion"))
    for submission, criterion in to_score(tender):
        if (submission.pk, criterion.pk) not in given:
            yield f"No score is agreed for {bidder_of(submission)} on {criterion.number}. {criterion.title} ({submission.bid.lot})."


def undecided_changes(tender: Tender) -> Iterator[str]:
    """Each change of what was agreed that waits for a second person, as a sentence."""
    for change in ConsensusChange.objects.of(tender).waiting():
        yield f"The change of {change.what} waits for an approver ({change})."


def to_score(tender: Tender) -> Iterator[tuple[Submission, Criterion]]:
    """Each bid with each criterion that people score it on."""
    criteria: dict[Any, list[Criterion]] = {}
    for criterion in judged_by_people(tender):
        criteria.setdefault(criterion.criteria_set_id, []).append(criterion)
    for submission in opened_bids(tender):
        for criterion in criteria.get(submission.bid.lot.criteria_set_id, ()):
            yield submission, criterion


def bidder_of(submission: Submission) -> str:
    """The name of who made a bid."""
    return str(submission.bid.invitation.supplier.organisation)


def scores_by_person(tender: Tender) -> dict[Any, int]:
    """How many scores each person has given."""
    given = Score.objects.filter(submission__bid__invitation__tender=tender, submission__opened_at__isnull=False)
    return dict(given.values_list("evaluator").annotate(Count("pk")).order_by())


def scores_due(tender: Tender) -> int:
    """How many scores each evaluator is to give."""
    bids = Submission.objects.filter(bid__invitation__tender=tender, opened_at__isnull=False)
    return bids.filter(bid__lot__criteria_set__criteria__kind=Criterion.Kind.QUALITY).count()


def all_is_agreed(tender: Tender) -> bool:
    """Whether the panel has agreed on every score."""
    given = Consensus.objects.filter(submission__bid__invitation__tender=tender, submission__opened_at__isnull=False).count()
    return tender.scores_locked_at is not None and 0 < given == scores_due(tender)


def prices_are_open(tender: Tender) -> bool:
    """Whether the panel may see prices: not before quality has been judged and the ranking is frozen."""
    return tender.status in {Tender.Status.EVALUATED, Tender.Status.STANDSTILL, Tender.Status.AWARDED}
