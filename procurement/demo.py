"""The competitions of the demo world: Hillingdon's of 2007 in its own dates, and one in every phase today."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning.demo import Calendar, Minutes, players, texts
from commissioning.models import Criterion, User
from procurement import demo_bids
from procurement.actions.awards import LotDecision, announce_award, confirm_award
from procurement.actions.bids import draft_bid, save_bid, submit_bid, withdraw_bid
from procurement.actions.clarifications import answer_clarification, ask_clarification
from procurement.actions.documents import attach_document, attach_to_bid
from procurement.actions.evaluations import (
    bring_in_prices,
    complete_evaluation,
    declare_interests,
    lock_scores,
    read_submission,
    record_consensus,
    score_bid,
)
from procurement.actions.invitations import say_intention
from procurement.actions.lots import PriceLineEntry, add_lot, set_criteria, set_price_schedule, set_questions
from procurement.actions.openings import confirm_opening
from procurement.actions.tenders import approve_tender, draft_tender, issue_tender, propose_tender, set_timeline
from procurement.models import Bid, Invitation, Lot, Submission, Tender
from procurement.panel import opened_bids
from procurement.scoring import must_be_discussed
from suppliers.models import Framework

Happening = tuple[datetime, Callable[[], Any]]
PANEL = ("evaluator1", "evaluator2", "chair", "lead")


def build(built_at: datetime) -> Iterator[str]:
    """Each tender as far as its plan has moments for it, in the order in which they were begun."""
    calendar, people = Calendar.of(built_at), players()
    for plan in sorted(texts("procurement")["tenders"], key=lambda plan: calendar.moment(plan["when"]["drafted"])):
        tender = _Competition(plan, calendar, people).run()
        yield f"{tender.reference}, {tender}: {tender.phase_at(built_at).lower()}."


class _Competition:
    """One tender in the making."""

    def __init__(self, plan: dict[str, Any], calendar: Calendar, people: dict[str, User]) -> None:
        self.plan, self.calendar, self.people = plan, calendar, people
        self.tender: Tender
        self.lots: list[Lot] = []

    def run(self) -> Tender:
        """Take it as far as its plan says."""
        steps = {
            "drafted": self._draft,
            "proposed": self._propose,
            "approved": self._approve,
            "issued": self._issue,
            "opened": self._open,
            "declared": self._declare,
            "scored": self._score,
            "locked": self._lock,
            "agreed": self._agree,
            "completed": self._complete,
            "announced": self._announce,
            "confirmed": self._confirm,
        }
        for name, act in steps.items():
            if name in self.plan["when"]:
                act(Minutes(self._when(name)))
        return Tender.objects.get(pk=self.tender.pk)

    def _when(self, name: str) -> datetime:
        return self.calendar.moment(self.plan["when"][name])

    def _of_the_trust(self, name: str) -> User:
        return self.people[f"{name}@{self.plan['buyer']}"]

    def _bidder(self, short_name: str) -> User:
        return self.people[f"bids@{short_name}.example"]

    def _invitation(self, short_name: str) -> Invitation:
        return Invitation.objects.get(tender=self.tender, supplier__short_name=short_name)

    # From draft to issue

    def _draft(self, at: Minutes) -> None:
        framework_list, _, area = self.plan["place"].partition("/")
        framework = Framework.objects.get(reference=self.plan["framework"])
        self.tender = draft_tender(
            framework_list=framework.lists.get(code=framework_list).pk,
            area=framework.areas.get(code=area).pk,
            title=self.plan["title"],
            description=self.plan["description"],
            by=self._of_the_trust("lead"),
            at=next(at),
        )
        self.lots = [self._add_lot(plan, at) for plan in self.plan["lots"]]
        for each in self.plan.get("documents", ()):
            attach_document(self.tender.pk, file=_file(each["name"], each["text"]), by=self._of_the_trust("lead"), at=next(at))
        if "closes" in self.plan["when"]:
            self._set_timeline(at)

    def _add_lot(self, plan: dict[str, Any], at: Minutes) -> Lot:
        lead = self._of_the_trust("lead")
        described = {"title": plan["title"], "description": plan["description"], "estimated_value": Decimal(plan["estimated_value"])}
        lot = add_lot(self.tender.pk, **described, by=lead, at=next(at))
        set_criteria(lot.pk, criteria=demo_bids.criteria(self.plan.get("refines", {})), by=lead, at=next(at))
        set_questions(lot.pk, questions=demo_bids.questions(plan["work"]), by=lead, at=next(at))
        lines = [PriceLineEntry(description=what, unit=unit, quantity=Decimal(number)) for what, unit, number in plan["lines"]]
        if lines:
            set_price_schedule(lot.pk, lines=lines, by=lead, at=next(at))
        return lot

    def _set_timeline(self, at: Minutes) -> None:
        when = self.plan["when"]
        set_timeline(
            self.tender.pk,
            questions_close_at=self._when("questions_close"),
            answers_due_at=self._when("answers_due"),
            closes_at=self._when("closes"),
            contract_starts_on=self.calendar.day(when["contract_starts"]),
            contract_ends_on=self.calendar.day(when["contract_ends"]),
            by=self._of_the_trust("lead"),
            at=next(at),
        )

    def _propose(self, at: Minutes) -> None:
        propose_tender(self.tender.pk, by=self._of_the_trust("lead"), at=next(at))

    def _approve(self, at: Minutes) -> None:
        proposed = Tender.objects.get(pk=self.tender.pk).proposal_hash
        approve_tender(self.tender.pk, proposal_hash=proposed, by=self._of_the_trust("approver"), at=next(at))

    def _issue(self, at: Minutes) -> None:
        """Issue it; then what suppliers and buyer do until the deadline, in the order in which it happens."""
        issue_tender(self.tender.pk, by=self._of_the_trust("lead"), at=next(at))
        happenings = [*self._intentions(), *self._clarifications()]
        for plan in self.plan.get("bids", ()):
            happenings += self._bids(plan)
        for _, act in sorted(happenings, key=lambda happening: happening[0]):
            act()

    # What suppliers do until the deadline

    def _intentions(self) -> Iterator[Happening]:
        at = Minutes(self._when("intended"), timedelta(minutes=35))
        for plan in self.plan.get("bids", ()):
            moment, declines = next(at), plan.get("declines", "")
            intention = Invitation.Intention.DECLINES if declines else Invitation.Intention.BIDS
            by, invitation = self._bidder(plan["by"]), self._invitation(plan["by"])
            yield moment, partial(say_intention, invitation.pk, intention=intention, reason=declines, by=by, at=moment)

    def _clarifications(self) -> Iterator[Happening]:
        for plan in self.plan.get("clarifications", ()):
            asked_at = self.calendar.moment(plan["asked"])
            yield asked_at, partial(self._ask, plan, asked_at)
            if "answered" in plan:
                answered_at = self.calendar.moment(plan["answered"])
                yield answered_at, partial(self._answer, plan, answered_at)

    def _ask(self, plan: dict[str, Any], at: datetime) -> None:
        plan["asked_as"] = ask_clarification(self._invitation(plan["by"]).pk, question=plan["question"], by=self._bidder(plan["by"]), at=at).pk

    def _answer(self, plan: dict[str, Any], at: datetime) -> None:
        answer_clarification(plan["asked_as"], answer=plan["answer"], by=self._of_the_trust("lead"), at=at)

    def _bids(self, plan: dict[str, Any]) -> Iterator[Happening]:
        """What a supplier does about its bids: writing them, and for some a second version, or a withdrawal."""
        if "lots" not in plan:
            return
        moment = self.calendar.moment(plan["at"])
        yield moment, partial(self._write, plan, moment)
        if "replaced" in plan:
            replaced_at = self.calendar.moment(plan["replaced"])
            yield replaced_at, partial(self._replace, plan, replaced_at)
        if "withdrawn" in plan:
            withdrawn_at = self.calendar.moment(plan["withdrawn"])
            yield withdrawn_at, partial(self._withdraw, plan, withdrawn_at)

    def _write(self, plan: dict[str, Any], moment: datetime) -> None:
        at, by, invitation = Minutes(moment), self._bidder(plan["by"]), self._invitation(plan["by"])
        for part in plan["lots"]:
            state = part.get("state", "submitted")
            bid = draft_bid(invitation.pk, lot=self.lots[part["lot"] - 1].pk, by=by, at=next(at))
            given = demo_bids.answers(bid, self._work(part), only_begun=state == "begun")
            save_bid(bid.pk, revision=0, answers=given, prices=_prices(bid, part["prices"]), by=by, at=next(at))
            if "file" in plan:
                attach_to_bid(
                    bid.pk, file=_file(plan["file"], "\n\n".join(text for text in given.values() if isinstance(text, str))), by=by, at=next(at)
                )
            if state != "begun":
                self._insure(bid, by, at)
            if state == "submitted":
                submit_bid(bid.pk, by=by, at=next(at))

    def _insure(self, bid: Bid, by: User, at: Minutes) -> None:
        """Attach the certificate that a question asks for."""
        certificate = _file("Certificate of insurance.txt", demo_bids.words()["facts"]["certificate"])
        attach_to_bid(bid.pk, file=certificate, question=demo_bids.question_of(bid, "insurance").pk, by=by, at=next(at))

    def _work(self, part: dict[str, Any]) -> str:
        return self.plan["lots"][part["lot"] - 1]["work"]

    def _replace(self, plan: dict[str, Any], moment: datetime) -> None:
        at, by = Minutes(moment), self._bidder(plan["by"])
        for part in (part for part in plan["lots"] if "new_prices" in part):
            bid = self._bid(plan, part)
            save_bid(bid.pk, revision=bid.revision, prices=_prices(bid, part["new_prices"]), by=by, at=next(at))
            submit_bid(bid.pk, by=by, at=next(at))

    def _withdraw(self, plan: dict[str, Any], moment: datetime) -> None:
        at = Minutes(moment)
        for part in plan["lots"]:
            withdraw_bid(self._bid(plan, part).pk, by=self._bidder(plan["by"]), at=next(at))

    def _bid(self, plan: dict[str, Any], part: dict[str, Any]) -> Bid:
        return Bid.objects.get(invitation__tender=self.tender, invitation__supplier__short_name=plan["by"], lot=self.lots[part["lot"] - 1])

    # From opening to award

    def _open(self, at: Minutes) -> None:
        for opener in ("opener1", "opener2"):
            confirm_opening(self.tender.pk, by=self._of_the_trust(opener), at=next(at))

    def _declare(self, at: Minutes) -> None:
        statement = demo_bids.words()["panel"]["no_conflict"]
        for name in PANEL:
            declare_interests(self.tender.pk, has_conflict=False, statement=statement, by=self._of_the_trust(name), at=next(at))

    def _score(self, at: Minutes) -> None:
        """Each evaluator reads each bid, and scores it on each criterion."""
        at.pace = timedelta(minutes=2)
        for place, name in enumerate(("evaluator1", "evaluator2")):
            evaluator = self._of_the_trust(name)
            for submission, given in self._scored():
                if given[0][place] == ".":
                    continue
                read_submission(submission.pk, by=evaluator, at=next(at))
                for topic, (criterion, values) in enumerate(zip(_quality(submission), given, strict=True)):
                    reason = demo_bids.reason(topic, values[place])
                    about = {"submission_id": submission.pk, "criterion_id": criterion.pk}
                    score_bid(self.tender.pk, **about, value=int(values[place]), reason=reason, by=evaluator, at=next(at))

    def _scored(self) -> Iterator[tuple[Submission, list[list[str]]]]:
        """Each opened bid with its scores as planned."""
        planned = {(plan["by"], part["lot"]): part["scores"] for plan in self.plan["bids"] for part in plan.get("lots", ())}
        for submission in opened_bids(self.tender):
            bid = submission.bid
            yield submission, demo_bids.scores(planned[bid.invitation.supplier.short_name, bid.lot.number])

    def _lock(self, at: Minutes) -> None:
        lock_scores(self.tender.pk, by=self._of_the_trust("chair"), at=next(at))

    def _agree(self, at: Minutes) -> None:
        at.pace, chair = timedelta(minutes=2), self._of_the_trust("chair")
        for submission, given in self._scored():
            for topic, (criterion, (first, second, agreed)) in enumerate(zip(_quality(submission), given, strict=True)):
                discussion = demo_bids.words()["panel"]["discussion"] if must_be_discussed([int(first), int(second)]) else ""
                record_consensus(
                    self.tender.pk,
                    submission_id=submission.pk,
                    criterion_id=criterion.pk,
                    value=int(agreed),
                    reason=demo_bids.agreed_reason(topic, agreed),
                    discussion=discussion,
                    by=chair,
                    at=next(at),
                )

    def _complete(self, at: Minutes) -> None:
        for act in (bring_in_prices, complete_evaluation):
            act(self.tender.pk, by=self._of_the_trust("chair"), at=next(at))

    def _announce(self, at: Minutes) -> None:
        reasons = zip(self.lots, self.plan["lots"], strict=True)
        decisions = [LotDecision(lot=lot.pk, is_awarded=True, reasons=plan["award"]) for lot, plan in reasons]
        announce_award(self.tender.pk, decisions=decisions, by=self._of_the_trust("lead"), at=next(at))

    def _confirm(self, at: Minutes) -> None:
        confirm_award(self.tender.pk, by=self._of_the_trust("lead"), at=next(at))


def _quality(submission: Submission) -> list[Criterion]:
    """What people score the bid on, in order."""
    return list(submission.bid.lot.criteria_set.criteria.filter(kind=Criterion.Kind.QUALITY).order_by("number"))


def _prices(bid: Bid, given: list[str]) -> dict[str, str | None]:
    """Unit prices by line; a schedule that is only begun has the first ones."""
    lines = bid.lot.price_lines.order_by("number")
    return {str(line.pk): price for line, price in zip(lines, given, strict=False)}


def _file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())
