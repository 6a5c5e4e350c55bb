"""What the API shows of tenders, invitations and bids: explicit fields, to read alone."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from commissioning import answers
from commissioning.answering import said_by
from commissioning.api import AnswerField
from commissioning.models import Criterion, PriceFormula
from commissioning.serializers import DocumentSerializer, QuestionSerializer
from procurement.bidding import counting_of, faults_of, has_unsubmitted_changes
from procurement.models import (
    Advice,
    AdviceComment,
    Bid,
    ChangeOfOpeners,
    Extension,
    Invitation,
    Lot,
    PriceLine,
    Receipt,
    Submission,
    Tender,
    TenderClarification,
)
from procurement.progress import Task


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    """By how much and why a deadline was moved, and the contract's term with it."""

    class Meta:
        model = Extension
        fields = [
            "id",
            "replaced_closes_at",
            "closes_at",
            "replaced_contract_starts_on",
            "replaced_contract_ends_on",
            "contract_starts_on",
            "contract_ends_on",
            "reason",
            "set_at",
        ]
        read_only_fields = fields


class ChangeOfOpenersSerializer(serializers.ModelSerializer[ChangeOfOpeners]):
    """Who is to open a tender's bids from now on, and why; it holds once a second person has confirmed it."""

    class Meta:
        model = ChangeOfOpeners
        fields = ["id", "tender", "openers", "reason", "proposed_by", "confirmed_by", "confirmed_at", "created_at"]
        read_only_fields = fields


class AdviceCommentSerializer(serializers.ModelSerializer[AdviceComment]):
    """What an adviser said of a tender."""

    class Meta:
        model = AdviceComment
        fields = ["id", "text", "said_by", "created_at"]
        read_only_fields = fields


class AdviceSerializer(serializers.ModelSerializer[Advice]):
    """A buyer's request for advice on a tender, and what advisers said."""

    comments = AdviceCommentSerializer(many=True, read_only=True)

    class Meta:
        model = Advice
        fields = ["id", "tender", "authority", "question", "asked_by", "comments", "ended_at", "created_at"]
        read_only_fields = fields


class TenderSerializer(serializers.ModelSerializer[Tender]):
    """A tender; nothing of who bids."""

    phase = serializers.SerializerMethodField()
    framework = serializers.UUIDField(source="framework_list.framework_id", read_only=True)
    framework_version = serializers.IntegerField(source="framework_version.number", read_only=True)
    buyer_name = serializers.CharField(source="buyer.name", read_only=True)
    extensions = ExtensionSerializer(many=True, read_only=True, source="made_extensions")
    openers = serializers.SerializerMethodField()
    proposal_hash = serializers.SerializerMethodField()
    waiting_extension = serializers.SerializerMethodField()

    class Meta:
        model = Tender
        fields = [
            "id",
            "reference",
            "title",
            "description",
            "buyer",
            "buyer_name",
            "framework",
            "framework_version",
            "framework_list",
            "area",
            "is_public",
            "status",
            "phase",
            "questions_close_at",
            "answers_due_at",
            "closes_at",
            "contract_starts_on",
            "contract_ends_on",
            "issued_at",
            "notice_hash",
            "bids_opened_at",
            "award_announced_at",
            "standstill_ends_at",
            "awarded_at",
            "cancel_reason",
            "extensions",
            "waiting_extension",
            "openers",
            "proposal_hash",
            "created_at",
        ]
        read_only_fields = fields

    def get_openers(self, tender: Tender) -> list[UUID] | None:
        """Who may open its bids, as a second person approved; null to all but the buyer's people."""
        return [person.pk for person in tender.openers.all()] if self._is_own(tender) else None

    def get_proposal_hash(self, tender: Tender) -> str | None:
        """Of all that was proposed, which who approves it names; empty before; null to all but the buyer's people."""
        return tender.proposal_hash if self._is_own(tender) else None

    @extend_schema_field(ExtensionSerializer(allow_null=True))
    def get_waiting_extension(self, tender: Tender) -> dict[str, Any] | None:
        """The later deadline that waits for a second person to set it; null to all but the buyer's people."""
        waiting = tender.waiting_extensions if self._is_own(tender) else []  # type: ignore[attr-defined]
        return dict(ExtensionSerializer(waiting[0]).data) if waiting else None

    def _is_own(self, tender: Tender) -> bool:
        return tender.buyer_id in getattr(self.context["request"].user, "organisations", ())

    def get_phase(self, tender: Tender) -> str:
        """What to call where it stands now."""
        return tender.phase_at(self.context["view"].at)


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    """A criterion; one of quality has no formula."""

    formula = serializers.ChoiceField(choices=PriceFormula.choices, allow_blank=True, read_only=True)
    refines = serializers.CharField(read_only=True)

    class Meta:
        model = Criterion
        fields = ["id", "number", "kind", "title", "description", "refines", "weight", "max_score", "least_score", "scale", "formula"]
        read_only_fields = fields


class PriceLineSerializer(serializers.ModelSerializer[PriceLine]):
    """A line of the price schedule."""

    class Meta:
        model = PriceLine
        fields = ["id", "number", "description", "unit", "quantity"]
        read_only_fields = fields


class LotSerializer(serializers.ModelSerializer[Lot]):
    """A lot with its criteria, questions and price schedule."""

    criteria = CriterionSerializer(many=True, read_only=True, source="criteria_set.criteria")
    questions = QuestionSerializer(many=True, read_only=True, source="questionnaire.questions")
    price_lines = PriceLineSerializer(many=True, read_only=True)

    class Meta:
        model = Lot
        fields = ["id", "tender", "number", "title", "description", "estimated_value", "criteria", "questions", "price_lines", "created_at"]
        read_only_fields = fields


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation; what the supplier intends is its own until bids are opened."""

    supplier_name = serializers.CharField(read_only=True, help_text="Its name when it was invited.")
    intention = serializers.SerializerMethodField()
    intention_reason = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = ["id", "tender", "supplier", "supplier_name", "sent_at", "intention", "intention_reason", "created_at"]
        read_only_fields = fields

    def get_intention(self, invitation: Invitation) -> str | None:
        """What the supplier said; null to the buyer before opening."""
        return invitation.intention if self._is_shown(invitation) else None

    def get_intention_reason(self, invitation: Invitation) -> str | None:
        """Why; null to the buyer before opening."""
        return invitation.intention_reason if self._is_shown(invitation) else None

    def _is_shown(self, invitation: Invitation) -> bool:
        own = invitation.supplier.organisation_id in getattr(self.context["request"].user, "organisations", ())
        return own or invitation.tender.bids_opened_at is not None


class ClarificationSerializer(serializers.ModelSerializer[TenderClarification]):
    """A question and its answer; not who asked."""

    tender = serializers.UUIDField(source="about.tender.pk", read_only=True)

    class Meta:
        model = TenderClarification
        fields = ["id", "tender", "number", "question", "answer", "answered_at", "created_at"]
        read_only_fields = fields


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """One version of a bid as it was received."""

    receipt = serializers.UUIDField(source="receipt.pk", read_only=True)

    class Meta:
        model = Submission
        fields = ["id", "version", "received_at", "content_hash", "total_price", "superseded_at", "withdrawn_at", "receipt"]
        read_only_fields = fields


class BidSerializer(serializers.ModelSerializer[Bid]):
    """A supplier's own bid, without the long parts."""

    tender = serializers.UUIDField(source="invitation.tender_id", read_only=True)
    submissions = SubmissionSerializer(many=True, read_only=True)

    class Meta:
        model = Bid
        fields = ["id", "invitation", "tender", "lot", "status", "revision", "saved_at", "submissions", "created_at"]
        read_only_fields = fields


class BidInFullSerializer(BidSerializer):
    """A supplier's own bid with its draft, and what keeps it from being submitted."""

    answers = serializers.DictField(child=AnswerField(), read_only=True)
    asked = serializers.SerializerMethodField()
    prices = serializers.DictField(child=serializers.CharField(), read_only=True)
    files = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField()
    counting_version = serializers.SerializerMethodField()
    has_unsubmitted_changes = serializers.SerializerMethodField()

    class Meta(BidSerializer.Meta):
        fields = [*BidSerializer.Meta.fields, "answers", "asked", "prices", "files", "faults", "counting_version", "has_unsubmitted_changes"]
        read_only_fields = fields

    def get_asked(self, bid: Bid) -> list[UUID]:
        """The questions that are asked, after the answers given so far."""
        return [question.pk for question in answers.asked(bid.questions(), said_by(bid))]

    def get_files(self, bid: Bid) -> list[dict[str, Any]]:
        """The files attached now."""
        return list(DocumentSerializer(bid.attached(), many=True).data)

    def get_faults(self, bid: Bid) -> list[str]:
        """A sentence for each."""
        return faults_of(bid)

    def get_counting_version(self, bid: Bid) -> int | None:
        """The version that counts; null if nothing is submitted."""
        standing = counting_of(bid)
        return standing.version if standing else None

    def get_has_unsubmitted_changes(self, bid: Bid) -> bool:
        """Whether the draft differs from the version that counts, which stays as it is until the bid is submitted again."""
        return has_unsubmitted_changes(bid, counting_of(bid))


class TaskSerializer(serializers.Serializer[Task]):
    """Something that somebody has to do until the evaluation is complete, and how much of it is done; never what anybody scored."""

    lot = serializers.CharField(read_only=True)
    who = serializers.CharField(read_only=True)
    what = serializers.CharField(read_only=True)
    done = serializers.IntegerField(read_only=True)
    due = serializers.IntegerField(read_only=True)
    is_done = serializers.BooleanField(read_only=True)


class ReceiptSerializer(serializers.ModelSerializer[Receipt]):
    """A receipt: its signed content, and the signature."""

    bid = serializers.UUIDField(source="submission.bid_id", read_only=True)

    class Meta:
        model = Receipt
        fields = ["id", "bid", "submission", "content", "signature", "created_at"]
        read_only_fields = fields
