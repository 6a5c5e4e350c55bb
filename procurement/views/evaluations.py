"""Pages of the panel: who sits on it, the bids to read, and each evaluator's score sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from commissioning.answer_words import in_sections
from commissioning.intake import serve
from commissioning.judging import score_sheet
from commissioning.models import Criterion
from commissioning.moves import refusals_outlast
from commissioning.pages import Act, add_errors
from commissioning.refusals import Refused
from commissioning.wording import plural
from procurement.actions.consensus_changes import decide_consensus_change
from procurement.actions.evaluations import (
    bring_in_prices,
    complete_evaluation,
    decide_pass,
    declare_interests,
    lock_scores,
    read_bid_file,
    read_submission,
    record_consensus,
    score_bid,
    settle_tie,
)
from procurement.forms.evaluations import ConsensusChangeForm, DeclarationForm, JudgedForm, LockForm, PassForm, ScoreSheet, Sheet, TieForm
from procurement.models import ConsensusChange, Score, Submission, Tender
from procurement.panel import (
    all_is_agreed,
    bidder_of,
    judged_by_people,
    members,
    opened_bids,
    prices_are_open,
    scores_by_person,
    scores_due,
    undecided_changes,
)
from procurement.passing import left_to_people, outcomes
from procurement.progress import progress
from procurement.standings import has_open_tie
from procurement.views.buyers import BuyersPage


@dataclass(frozen=True)
class FirstDeclaration(Act):
    """Offered to those who have declared nothing yet."""

    def is_offered(self, record: Any, user: Any, at: datetime) -> bool:
        """Whether this person has it still before them."""
        return super().is_offered(record, user, at) and not record.declarations.filter(person=user).exists()


ACTS = (
    FirstDeclaration(
        declare_interests,
        title="Declare your interests",
        button="Declare",
        form=DeclarationForm,
        done="Your declaration is recorded.",
        template="procurement/evaluations/declare.html",
    ),
    Act(
        lock_scores,
        title="Lock the scores",
        intro="Every evaluator’s scores are locked, and the whole panel sees them. Nobody can change a score after that.",
        form=LockForm,
        done="The scores are locked.",
        when=lambda tender, at: tender.scores_locked_at is None,
    ),
    Act(
        decide_consensus_change,
        title="Decide on a change of what was agreed",
        intro="Prices are known, so what was agreed changes only if a second person who is not the chair confirms it. Everybody concerned is told.",
        button="Decide",
        form=ConsensusChangeForm,
        done="The decision is recorded, and everybody concerned is told.",
        when=lambda tender, at: any(undecided_changes(tender)),
        template="procurement/evaluations/decide_change.html",
    ),
    Act(
        decide_pass,
        title="Decide what passes",
        intro="The rule of the notice leaves these answers to a person. A bid with an answer that fails is left out, with your reason.",
        button="Save",
        form=PassForm,
        done="The decision is recorded. A change of one, once prices are known, waits for an approver who is not the chair.",
        when=lambda tender, at: any(left_to_people(tender)),
        primary=False,
    ),
    Act(
        bring_in_prices,
        title="Bring in the prices",
        intro="Everything is agreed. From now on what the panel agreed on changes only if a second person confirms it. "
        "That the prices are known from now on stays on the tender’s trail.",
        done="The prices are brought in. Complete the evaluation, or settle a tie if there is one.",
        when=lambda tender, at: tender.prices_known_at is None and all_is_agreed(tender),
    ),
    Act(
        complete_evaluation,
        title="Complete the evaluation",
        intro="Bids below a hurdle are left out. Then prices are scored by the published formula, and the ranking of each lot is frozen.",
        done="The evaluation is complete.",
        when=lambda tender, at: tender.prices_known_at is not None and all_is_agreed(tender),
    ),
    Act(
        settle_tie,
        title="Settle a tie",
        intro="These bids come out equal in everything that the tender declared. Put them in order, with the reason.",
        form=TieForm,
        done="The tie is settled.",
        when=lambda tender, at: tender.prices_known_at is not None and all_is_agreed(tender) and has_open_tie(tender),
        primary=False,
    ),
)
# The pages of these two are sheets, not forms of one act.
SHEETS = (
    Act(score_bid, title="Score the bids", when=lambda tender, at: tender.scores_locked_at is None),
    Act(record_consensus, title="Record the panel’s scores", when=lambda tender, at: tender.scores_locked_at is not None),
)


def panel_context(tender: Tender, user: Any, at: datetime) -> dict[str, Any]:
    """The members of the panel with their progress, and the bids for those who may read them."""
    declared = tender.declarations.filter(person=user).first()
    return {
        "members": members(tender),
        "given": scores_by_person(tender),
        "due": scores_due(tender),
        "bids": list(opened_bids(tender)),
        "progress": progress(tender),
        "changes": list(ConsensusChange.objects.visible_to(user).of(tender)),
        "declared": declared,
        "may_read": bool(declared and not declared.has_conflict),
        "may_declare": user.has_perm("procurement.declare_interests", tender) and Tender.MOVES["declare_interests"].may_start_from(tender.status),
        "sees_statements": user.has_perm("procurement.lock_scores", tender) or user.has_perm("procurement.announce_award", tender),
    }


class PanelPage(BuyersPage):
    """Who sits on the panel, what they declared, and how far the scoring has got."""

    template_name = "procurement/evaluations/panel.html"
    acts = (*ACTS, *SHEETS)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The panel and its progress."""
        context = {**super().get_context_data(**kwargs), "title": f"Evaluation: {self.record}"}
        return {**context, **panel_context(self.record, self.viewer, self.at)}


class ReadersPage(BuyersPage):
    """A page for those who may read the bids; somebody who has not declared interests yet is asked to."""

    verb = "score_bid"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """First the declaration, then the page."""
        user = request.user
        if user.is_authenticated and not self.may() and self._can_still_declare():
            messages.info(request, "Declare your interests first: then the bids are shown to you.")
            return redirect("tender:declare_interests", self.record.pk)
        return super().dispatch(request, *args, **kwargs)

    def _can_still_declare(self) -> bool:
        tender, user = self.record, self.viewer
        startable = Tender.MOVES["declare_interests"].may_start_from(tender.status)
        return startable and user.has_perm("procurement.declare_interests", tender) and not tender.declarations.filter(person=user).exists()

    def trail(self) -> list[Any]:
        """None: these are working sheets."""
        return []


class ScoreSheetsPage(ReadersPage):
    """The evaluator's own scores, bid by criterion, and the way to each sheet."""

    template_name = "procurement/evaluations/sheets.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A table for each lot."""
        tender, user = self.record, self.viewer
        own = Score.objects.visible_to(user).by(user).filter(submission__bid__invitation__tender=tender)
        scores = {(submission, criterion): value for submission, criterion, value in own.values_list("submission", "criterion", "value")}
        criteria = list(judged_by_people(tender).select_related("criteria_set__lot"))
        bids = list(opened_bids(tender))
        lots = [_lot_of_scores(lot, criteria, bids, scores) for lot in tender.lots.order_by("number")]
        return {**super().get_context_data(**kwargs), "title": "Your scores", "lots": lots, "given": len(scores), "due": scores_due(tender)}


def _lot_of_scores(lot: Any, criteria: Sequence[Criterion], bids: Sequence[Submission], scores: dict[Any, int]) -> dict[str, Any]:
    own_criteria = [criterion for criterion in criteria if criterion.criteria_set_id == lot.criteria_set_id]
    return {
        "lot": lot,
        "columns": ["Bidder", *(f"{criterion.number}. {criterion.title}" for criterion in own_criteria)],
        "rows": [
            [
                {"text": bidder_of(bid), "href": reverse("tender:score_sheet", args=[lot.tender_id, bid.pk])},
                *(scores.get((bid.pk, criterion.pk), "") for criterion in own_criteria),
            ]
            for bid in bids
            if bid.bid.lot_id == lot.pk
        ],
    }


class BidPage(ReadersPage):
    """One opened bid: its answers and files, and its prices once the evaluation is complete. Each look at it is on the trail."""

    verb = "read_submission"
    template_name = "procurement/evaluations/bid.html"

    @cached_property
    def submission(self) -> Submission:
        """The bid, if the viewer may read it; a refused attempt is recorded as well."""
        submission = read_submission(self.kwargs["bid"], by=self.viewer)
        if submission.bid.invitation.tender_id != self.record.pk:
            raise Http404
        return submission

    def may(self) -> bool:
        """Whether the viewer may do here what the page is for, with this bid."""
        return bool(self.submission) and self.viewer.has_perm(f"procurement.{self.verb}", self.record)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the bidder wrote."""
        submission = self.submission
        content = submission.content or {}
        questions, given = list(submission.bid.lot.questionnaire.questions.all()), content.get("answers", {})
        return {
            **super().get_context_data(**kwargs),
            "title": f"{bidder_of(submission)}: {submission.bid.lot}",
            "submission": submission,
            "bidder": bidder_of(submission),
            "answers": in_sections(questions, given),
            "judged": score_sheet(questions, given),
            "outcomes": outcomes(submission, questions),
            "files": _answering_no_question(content),
            "prices": self._prices(content) if prices_are_open(self.record) else None,
        }

    def _prices(self, content: dict[str, Any]) -> list[tuple[Any, str | None]]:
        lines = self.submission.bid.lot.price_lines.order_by("number")
        return [(line, content.get("prices", {}).get(str(line.pk))) for line in lines]


def _answering_no_question(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The files of a bid that stand with none of its answers."""
    answering = [stamp for answer in content.get("answers", {}).values() if isinstance(answer, list) for stamp in answer]
    return [stamp for stamp in content.get("files", []) if stamp not in answering]


class ScoreSheetPage(BidPage):
    """One bid beside the evaluator's own score and reason for each criterion."""

    verb = "score_bid"
    template_name = "procurement/evaluations/sheet.html"

    def sheet(self) -> Sheet:
        """A form for each criterion, with what the evaluator saved before."""
        user = self.viewer
        criteria = judged_by_people(self.record).filter(criteria_set=self.submission.bid.lot.criteria_set_id)
        given = {score.criterion_id: score for score in Score.objects.visible_to(user).by(user).filter(submission=self.submission)}
        data = (self.request.POST,) if self.request.method == "POST" else ()
        return ScoreSheet(*data, criteria=criteria, given=given)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The bid and the sheet."""
        context = {"formset": None, "refusal": None, **super().get_context_data(**kwargs)}
        return {**context, "formset": context["formset"] or self.sheet(), "cancel_href": reverse("tender:score_bid", args=[self.record.pk])}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save each score that says something new: all of them, or none."""
        sheet = self.sheet()
        if not sheet.is_valid():
            return self.render_to_response(self.get_context_data(formset=sheet), status=400)
        new = [form for form in sheet.forms if form.is_to_be_saved()]
        try:
            with refusals_outlast(), transaction.atomic():
                for form in new:
                    self._save(form)
        except ValidationError:
            return self.render_to_response(self.get_context_data(formset=sheet), status=400)
        except Refused as refusal:
            said = f"{refusal} Nothing of this sheet was saved."
            return self.render_to_response(self.get_context_data(formset=sheet, refusal=said), status=409)
        messages.success(request, self.said(len(new)) if new else "Nothing was changed.")
        return redirect(self.where_to())

    def said(self, saved: int) -> str:
        """What was done with so many of them."""
        return f"{plural(saved, 'score is', 'scores are')} saved."

    def _save(self, form: JudgedForm) -> None:
        """One of them; what the act complains of stands beside the field that it names."""
        try:
            self.save_one(form.as_act())
        except ValidationError as error:
            add_errors(form, error)
            raise

    def save_one(self, words: dict[str, Any]) -> None:
        """One score."""
        score_bid(self.record.pk, submission_id=self.submission.pk, by=self.viewer, **words)

    def where_to(self) -> str:
        """The overview."""
        return reverse("tender:score_bid", args=[self.record.pk])


class BidFile(ReadersPage):
    """A file of an opened bid, as a download."""

    verb = "read_submission"

    def may(self) -> bool:
        """The act itself asks, and records who was refused."""
        return True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        submission = opened_bids(self.record).filter(pk=kwargs["bid"]).first()
        if submission is None:
            raise Http404
        return serve(read_bid_file(submission.pk, kwargs["document"], by=self.viewer))


urlpatterns = [
    path("<uuid:pk>/evaluation/", PanelPage.as_view(), name="evaluation"),
    path("<uuid:pk>/score-bid/", ScoreSheetsPage.as_view(), name="score_bid"),
    path("<uuid:pk>/score-bid/<uuid:bid>/", ScoreSheetPage.as_view(), name="score_sheet"),
    path("<uuid:pk>/bids/<uuid:bid>/", BidPage.as_view(), name="opened_bid"),
    path("<uuid:pk>/bids/<uuid:bid>/files/<uuid:document>/", BidFile.as_view(), name="bid_file"),
]
