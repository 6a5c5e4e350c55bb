"""The chair's pages: every score of the panel side by side, and what the panel agrees on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import path, reverse

from commissioning.models import Criterion
from commissioning.wording import plural
from procurement.actions.evaluations import record_consensus
from procurement.forms.evaluations import ConsensusSheet, Sheet
from procurement.models import Consensus, ConsensusChange, Score, Submission
from procurement.panel import bidder_of, judged_by_people, opened_bids
from procurement.scoring import must_be_discussed
from procurement.views.evaluations import ACTS, SHEETS, ReadersPage, ScoreSheetPage

Pair = tuple[UUID, UUID]


class ModerationPage(ReadersPage):
    """The grid: for each bid and criterion the individual scores, whether they lie apart, and the agreed score."""

    verb = "record_consensus"
    template_name = "procurement/evaluations/moderation.html"
    acts = (*ACTS, *SHEETS)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A grid for each lot, in a constant number of queries."""
        tender, user = self.record, self.viewer
        scores: dict[Pair, list[int]] = {}
        visible = (
            Score.objects.visible_to(user).standing().filter(submission__bid__invitation__tender=tender).order_by("evaluator__name", "evaluator")
        )
        is_locked = tender.scores_locked_at is not None
        for submission, criterion, value in visible.values_list("submission", "criterion", "value") if is_locked else ():
            scores.setdefault((submission, criterion), []).append(value)
        agreed = Consensus.objects.visible_to(user).filter(submission__bid__invitation__tender=tender)
        values = {(submission, criterion): value for submission, criterion, value in agreed.values_list("submission", "criterion", "value")}
        criteria, bids = list(judged_by_people(tender)), list(opened_bids(tender))
        lots = [self._grid(lot, criteria, bids, scores, values) for lot in tender.lots.order_by("number")]
        to_agree = sum(len(grid["rows"]) * len(grid["criteria"]) for grid in lots)
        panels = {"title": "The panel’s scores", "lots": lots, "given": len(values), "due": to_agree}
        return {**super().get_context_data(**kwargs), **panels, "changes": list(ConsensusChange.objects.visible_to(user).of(tender))}

    def _grid(
        self, lot: Any, criteria: Sequence[Criterion], bids: Sequence[Submission], scores: dict[Pair, list[int]], agreed: dict[Pair, int]
    ) -> dict[str, Any]:
        own = [criterion for criterion in criteria if criterion.criteria_set_id == lot.criteria_set_id]
        rows = [
            {
                "bidder": bidder_of(bid),
                "href": reverse("tender:consensus_sheet", args=[lot.tender_id, bid.pk]),
                "cells": [_cell(scores.get((bid.pk, criterion.pk), []), agreed.get((bid.pk, criterion.pk))) for criterion in own],
            }
            for bid in bids
            if bid.bid.lot_id == lot.pk
        ]
        return {"lot": lot, "criteria": own, "rows": rows}


def _cell(scores: list[int], agreed: int | None) -> dict[str, Any]:
    return {"scores": " ".join(map(str, scores)), "apart": must_be_discussed(scores), "agreed": agreed}


class ConsensusSheetPage(ScoreSheetPage):
    """One bid: what each evaluator gave and why, and beside it what the panel agrees on."""

    verb = "record_consensus"
    template_name = "procurement/evaluations/consensus.html"

    def scores(self) -> dict[UUID, list[Score]]:
        """Each evaluator's score, by criterion; none until they are locked."""
        if self.record.scores_locked_at is None:
            return {}
        by_criterion: dict[UUID, list[Score]] = {}
        visible = Score.objects.visible_to(self.viewer).standing().filter(submission=self.submission)
        for score in visible.select_related("evaluator").order_by("evaluator__name", "evaluator"):
            by_criterion.setdefault(score.criterion_id, []).append(score)
        return by_criterion

    def sheet(self) -> Sheet:
        """A form for each criterion, with what was agreed before."""
        given = {one.criterion_id: one for one in Consensus.objects.visible_to(self.viewer).filter(submission=self.submission)}
        criteria = judged_by_people(self.record).filter(criteria_set=self.submission.bid.lot.criteria_set_id)
        scores, waiting = self.scores(), {change.criterion_id: change for change in self.changes() if change.decided_at is None}
        more = {
            criterion.pk: {
                "must_be_discussed": must_be_discussed([score.value for score in scores.get(criterion.pk, ())]),
                "waiting": waiting.get(criterion.pk),
                "is_a_change": self.record.prices_known_at is not None and criterion.pk in given,
            }
            for criterion in criteria
        }
        data = (self.request.POST,) if self.request.method == "POST" else ()
        return ConsensusSheet(*data, criteria=criteria, given=given, more=more)

    def changes(self) -> Any:
        """The changes of this bid's agreed scores, proposed and decided."""
        return ConsensusChange.objects.visible_to(self.viewer).of(self.record).filter(submission=self.submission)

    def said(self, saved: int) -> str:
        """What was done with so many of them."""
        if self.record.prices_known_at is None:
            return super().said(saved)
        proposed = plural(saved, "change is", "changes are")
        return f"{proposed} proposed. An approver who is not the chair confirms or refuses {'it' if saved == 1 else 'them'}."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The individual scores beside the forms."""
        return {**super().get_context_data(**kwargs), "scores": self.scores(), "changes": list(self.changes()), "cancel_href": self.where_to()}

    def save_one(self, words: dict[str, Any]) -> None:
        """One agreed score."""
        record_consensus(self.record.pk, submission_id=self.submission.pk, by=self.viewer, **words)

    def where_to(self) -> str:
        """The grid."""
        return reverse("tender:record_consensus", args=[self.record.pk])


urlpatterns = [
    path("<uuid:pk>/record-consensus/", ModerationPage.as_view(), name="record_consensus"),
    path("<uuid:pk>/record-consensus/<uuid:bid>/", ConsensusSheetPage.as_view(), name="consensus_sheet"),
]
