"""Openings, opened bids, scores, results, awards, outcomes and challenges in the API."""

from typing import Any
from uuid import UUID

import django_filters
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning.api import RecordViewSet
from commissioning.intake import serve
from commissioning.models import User
from procurement.actions import awards, challenges, consensus_changes, evaluations, openings
from procurement.api.router import router
from procurement.models import (
    Award,
    AwardNotice,
    Challenge,
    Consensus,
    ConsensusChange,
    Declaration,
    Opening,
    OpeningConfirmation,
    Result,
    Score,
    Submission,
)
from procurement.panel import bidder_of, prices_are_open
from procurement.passing import outcomes

# What is done to a tender and an invitation after the deadline; their own views offer it.
TENDER_ACTS = (
    openings.confirm_opening,
    evaluations.declare_interests,
    evaluations.score_bid,
    evaluations.lock_scores,
    evaluations.record_consensus,
    consensus_changes.decide_consensus_change,
    evaluations.decide_pass,
    evaluations.bring_in_prices,
    evaluations.settle_tie,
    evaluations.complete_evaluation,
    awards.announce_award,
    awards.confirm_award,
    awards.reopen_evaluation,
)
INVITATION_ACTS = (challenges.lodge_challenge,)


def _of_tender(path: str) -> type[django_filters.FilterSet]:
    """A filter by tender, and by lot where the path leads through one."""
    filters: dict[str, Any] = {"tender": django_filters.UUIDFilter(field_name=path)}
    if "lot" in path:
        filters["lot"] = django_filters.UUIDFilter(field_name=path.removesuffix("__tender"))
    return type("OfTender", (django_filters.FilterSet,), {**filters, "__doc__": "By tender and lot."})


def _to_read(serializer: type[serializers.ModelSerializer[Any]], path: str, what: str) -> type[RecordViewSet]:
    """Records that the caller may see, to be read and nothing else, narrowed by the tender at the end of the path; `what` says what they are."""
    model = serializer.Meta.model
    parts = {"model": model, "serializer_class": serializer, "filterset_class": _of_tender(path), "__doc__": what}
    return type(f"{model.__name__}ViewSet", (RecordViewSet,), parts)


def _reader(request: Request) -> User:
    """Who reads."""
    assert isinstance(request.user, User)  # nobody else gets past the door
    return request.user


class OpeningSerializer(serializers.ModelSerializer[Opening]):
    """The record of an opening."""

    class Meta:
        model = Opening
        fields = ["id", "tender", "opened_at", "openers", "bids", "created_at"]
        read_only_fields = fields


class OpeningConfirmationSerializer(serializers.ModelSerializer[OpeningConfirmation]):
    """An opener's confirmation, and the first moment at which it no longer counts."""

    lapses_at = serializers.DateTimeField(read_only=True)

    class Meta:
        model = OpeningConfirmation
        fields = ["id", "tender", "opener", "confirmed_at", "lapses_at", "created_at"]
        read_only_fields = fields


class DeclarationSerializer(serializers.ModelSerializer[Declaration]):
    """Whether somebody on the panel has a conflict; what it is stays with them and those who must know."""

    class Meta:
        model = Declaration
        fields = ["id", "tender", "person", "has_conflict", "declared_at", "created_at"]
        read_only_fields = fields


class OpenedBidSerializer(serializers.ModelSerializer[Submission]):
    """An opened bid, without what is in it."""

    tender = serializers.UUIDField(source="bid.invitation.tender_id", read_only=True)
    lot = serializers.UUIDField(source="bid.lot_id", read_only=True)
    supplier = serializers.UUIDField(source="bid.invitation.supplier_id", read_only=True)
    supplier_name = serializers.SerializerMethodField()

    class Meta:
        model = Submission
        fields = ["id", "tender", "lot", "supplier", "supplier_name", "version", "received_at", "content_hash", "opened_at", "created_at"]
        read_only_fields = fields

    def get_supplier_name(self, submission: Submission) -> str:
        """Who made it."""
        return bidder_of(submission)


class OpenedBidContentSerializer(OpenedBidSerializer):
    """An opened bid with its answers and files, and its prices once the evaluation is complete."""

    answers = serializers.SerializerMethodField()
    passes_and_fails = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    prices = serializers.SerializerMethodField()
    total_price = serializers.SerializerMethodField()

    class Meta(OpenedBidSerializer.Meta):
        fields = [*OpenedBidSerializer.Meta.fields, "answers", "passes_and_fails", "files", "prices", "total_price"]
        read_only_fields = fields

    def get_answers(self, submission: Submission) -> dict[str, Any]:
        """By question id."""
        return dict((submission.content or {}).get("answers", {}))

    def get_passes_and_fails(self, submission: Submission) -> dict[str, str]:
        """By question id, whether the answer passes: `passes`, `fails`, or `a_person_decides` until the chair has."""
        questions = submission.bid.lot.questionnaire.questions.all()
        return {str(one.judged.question.pk): one.verdict.value for one in outcomes(submission, questions)}

    def get_files(self, submission: Submission) -> list[dict[str, Any]]:
        """Name, bytes and SHA-256 of each."""
        return list((submission.content or {}).get("files", []))

    def get_prices(self, submission: Submission) -> dict[str, str] | None:
        """Unit prices in pounds by price line id; null until the evaluation is complete."""
        return dict((submission.content or {}).get("prices", {})) if prices_are_open(submission.bid.invitation.tender) else None

    def get_total_price(self, submission: Submission) -> str | None:
        """Pounds without VAT; null until the evaluation is complete."""
        return str(submission.total_price) if prices_are_open(submission.bid.invitation.tender) else None


class OpenedBidViewSet(RecordViewSet):
    """The bids that the panel reads. Each reading of one, or of its files, is on the tender's trail."""

    model = Submission
    serializer_class = OpenedBidSerializer
    filterset_class = _of_tender("bid__lot__tender")
    permission_classes = [IsAuthenticated]

    def narrowed(self, records: Any) -> Any:
        """Those of the caller's own trust's tenders."""
        ours = records.filter(opened_at__isnull=False, bid__invitation__tender__buyer__in=getattr(self.request.user, "organisations", ()))
        return ours.select_related("bid__lot", "bid__invitation__supplier__organisation")

    @extend_schema(responses=OpenedBidContentSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One bid with its content."""
        submission = evaluations.read_submission(kwargs["pk"], by=_reader(request), what="the bid, over the API")
        return Response(OpenedBidContentSerializer(submission).data)

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, url_path=r"files/(?P<document>[0-9a-f-]{36})", filter_backends=[])
    def files(self, request: Request, pk: UUID, document: UUID) -> FileResponse:
        """One of its files, as a download."""
        return serve(evaluations.read_bid_file(pk, document, by=_reader(request)))


class ScoreSerializer(serializers.ModelSerializer[Score]):
    """One evaluator's score for one bid on one criterion."""

    class Meta:
        model = Score
        fields = ["id", "submission", "criterion", "evaluator", "value", "reason", "created_at"]
        read_only_fields = fields


class ConsensusSerializer(serializers.ModelSerializer[Consensus]):
    """The panel's agreed score for one bid on one criterion."""

    class Meta:
        model = Consensus
        fields = ["id", "submission", "criterion", "chair", "value", "reason", "discussion", "created_at"]
        read_only_fields = fields


class ConsensusChangeSerializer(serializers.ModelSerializer[ConsensusChange]):
    """A change of what was agreed once prices are known: `state` is waiting, confirmed or refused.

    It has a criterion, and its values are scores; or a question, and its values are 1 (the answer passes) and 0 (it fails).
    """

    state = serializers.CharField(read_only=True)

    class Meta:
        model = ConsensusChange
        fields = [
            "id",
            "submission",
            "criterion",
            "question",
            "state",
            "old_value",
            "old_reason",
            "value",
            "reason",
            "discussion",
            "proposed_by",
            "decided_by",
            "decided_at",
            "decision_reason",
            "created_at",
        ]
        read_only_fields = fields


class ResultSerializer(serializers.ModelSerializer[Result]):
    """How one bid came out. A bidder is not told its rank, for that would tell how many bid."""

    rank = serializers.SerializerMethodField()

    class Meta:
        model = Result
        fields = [
            "id",
            "lot",
            "submission",
            "rank",
            "quality_points",
            "price_points",
            "total_points",
            "breakdown",
            "is_abnormally_low",
            "excluded_reason",
            "created_at",
        ]
        read_only_fields = fields

    def get_rank(self, result: Result) -> int | None:
        """The place in the lot, for the buyer's people."""
        return result.rank if result.lot.tender.buyer_id in self.context["request"].user.organisations else None


class ResultViewSet(RecordViewSet):
    """Points and ranks; to a bidder its own points."""

    model = Result
    serializer_class = ResultSerializer
    filterset_class = _of_tender("lot__tender")
    permission_classes = [IsAuthenticated]

    def narrowed(self, records: Any) -> Any:
        """With the tender, which says whose it is."""
        return records.select_related("lot__tender")


class AwardSerializer(serializers.ModelSerializer[Award]):
    """The decision to let a lot to a supplier. Its value is the buyer's and the winner's to know until it is confirmed."""

    value = serializers.SerializerMethodField(method_name="shown_value")
    tender = serializers.UUIDField(source="lot.tender_id", read_only=True)
    supplier_name = serializers.CharField(read_only=True, help_text="Its name when the award was confirmed, or announced while it is not.")

    class Meta:
        model = Award
        fields = ["id", "tender", "lot", "supplier", "supplier_name", "value", "status", "reasons", "confirmed_at", "set_aside_at", "created_at"]
        read_only_fields = fields

    def shown_value(self, award: Award) -> str | None:
        """Pounds without VAT, as text; null to a rival before the award is confirmed."""
        mine = getattr(self.context["request"].user, "organisations", ())
        is_party = award.lot.tender.buyer_id in mine or award.supplier.organisation_id in mine
        return str(award.value) if is_party or award.confirmed_at else None


class AwardViewSet(RecordViewSet):
    """Intended, confirmed and set-aside awards."""

    model = Award
    serializer_class = AwardSerializer
    filterset_class = _of_tender("lot__tender")

    def narrowed(self, records: Any) -> Any:
        """With the parties, which say who may see the value."""
        return records.select_related("lot__tender", "supplier__organisation").prefetch_related("supplier__changes")


class AwardNoticeSerializer(serializers.ModelSerializer[AwardNotice]):
    """What one bidder was told."""

    class Meta:
        model = AwardNotice
        fields = ["id", "invitation", "standstill_ends_at", "content", "set_aside_at", "created_at"]
        read_only_fields = fields


class ChallengeSerializer(serializers.ModelSerializer[Challenge]):
    """A bidder's challenge to an intended award."""

    tender = serializers.UUIDField(source="invitation.tender_id", read_only=True)

    class Meta:
        model = Challenge
        fields = ["id", "tender", "invitation", "status", "grounds", "lodged_at", "decided_at", "decided_by", "reasons", "created_at"]
        read_only_fields = fields


class ChallengeViewSet(RecordViewSet):
    """Challenges: a bidder's own, and those to the buyer. One is lodged on the invitation."""

    model = Challenge
    serializer_class = ChallengeSerializer
    filterset_class = _of_tender("invitation__tender")
    acts = (challenges.reject_challenge, challenges.uphold_challenge, challenges.withdraw_challenge)

    def narrowed(self, records: Any) -> Any:
        """With the invitation, which names the tender."""
        return records.select_related("invitation")


router.register("openings", _to_read(OpeningSerializer, "tender", "Which bids were opened, by whom and when."), basename="api-opening")
router.register(
    "opening-confirmations",
    _to_read(OpeningConfirmationSerializer, "tender", "Who confirmed that bids be opened."),
    basename="api-opening-confirmation",
)
router.register("declarations", _to_read(DeclarationSerializer, "tender", "Who declared what."), basename="api-declaration")
router.register("opened-bids", OpenedBidViewSet, basename="api-opened-bid")
router.register(
    "scores",
    _to_read(ScoreSerializer, "submission__bid__lot__tender", "One's own scores, and the panel's once they are locked."),
    basename="api-score",
)
router.register(
    "agreed-scores", _to_read(ConsensusSerializer, "submission__bid__lot__tender", "What the panel agreed on."), basename="api-agreed-score"
)
router.register(
    "agreed-score-changes",
    _to_read(ConsensusChangeSerializer, "submission__bid__lot__tender", "Changes of agreed scores, and of what passes, once prices are known."),
    basename="api-agreed-score-change",
)
router.register("results", ResultViewSet, basename="api-result")
router.register("awards", AwardViewSet, basename="api-award")
router.register(
    "outcomes", _to_read(AwardNoticeSerializer, "invitation__tender", "Award notices: a bidder's own, and the buyer's."), basename="api-outcome"
)
router.register("challenges", ChallengeViewSet, basename="api-challenge")
