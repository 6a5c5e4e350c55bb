"""Tenders, lots, invitations and clarifications in the API."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning import clock, intake
from commissioning.answer_schema import schema_of
from commissioning.api import RecordViewSet
from commissioning.api_files import A_DOCUMENT, UploadBody, uploaded
from commissioning.api_pages import Pages
from commissioning.serializers import DocumentSerializer
from procurement import filters
from procurement.actions import advice, bids, clarifications, documents, extensions, invitations, lots, openers, tenders
from procurement.api.evaluations import INVITATION_ACTS, TENDER_ACTS
from procurement.api.router import router
from procurement.models import Advice, ChangeOfOpeners, Extension, Invitation, Lot, Tender, TenderClarification
from procurement.notice import documents_of
from procurement.progress import progress
from procurement.serializers import (
    AdviceSerializer,
    BidSerializer,
    ChangeOfOpenersSerializer,
    ClarificationSerializer,
    InvitationSerializer,
    LotSerializer,
    TaskSerializer,
    TenderSerializer,
)
from suppliers.api import MakingViewSet


class TenderViewSet(MakingViewSet):
    """Tenders: the buyer's own, those that the caller was invited to, and issued ones that are public."""

    model = Tender
    serializer_class = TenderSerializer
    filterset_class = filters.TenderFilters
    begin = tenders.draft_tender
    acts = (
        tenders.describe_tender,
        tenders.set_timeline,
        lots.add_lot,
        documents.remove_document,
        tenders.propose_tender,
        tenders.return_tender,
        tenders.approve_tender,
        tenders.issue_tender,
        extensions.propose_extension,
        extensions.extend_deadline,
        openers.propose_openers,
        openers.confirm_openers,
        advice.ask_for_advice,
        tenders.cancel_tender,
        *TENDER_ACTS,
    )
    makes: ClassVar = {"add_lot": LotSerializer, "ask_for_advice": AdviceSerializer}

    @cached_property
    def at(self) -> datetime:
        """The one moment of the answer."""
        return clock.now()

    def narrowed(self, records: Any) -> Any:
        """Buyer and framework, the extensions that were made and the one that waits, and the openers."""
        seen = Extension.objects.visible_to(self.request.user)
        made = Prefetch("extensions", seen.made(), to_attr="made_extensions")
        waiting = Prefetch("extensions", seen.waiting(), to_attr="waiting_extensions")
        related = records.select_related("buyer", "framework_list", "framework_version").defer("framework_version__content")
        return related.prefetch_related(made, waiting, "openers")

    @extend_schema(request={"multipart/form-data": UploadBody}, responses=TenderSerializer)
    @action(detail=True, methods=["post"], url_path="attach-document", parser_classes=[MultiPartParser], filter_backends=[])
    def attach_document(self, request: Request, pk: UUID) -> Response:
        """Attach a document to a tender; one that is added after issue goes to every supplier that was invited."""
        record = self.record_to(documents.attach_document)
        documents.attach_document(record.pk, **uploaded(request), by=request.user)  # type: ignore[arg-type]
        return self.answer(record)

    @extend_schema(responses=DocumentSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=None)
    def documents(self, request: Request, pk: UUID) -> Response:
        """The documents that go with the tender."""
        return Response(DocumentSerializer(documents_of(self.record_or_404()), many=True).data)

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], url_path=f"documents/{A_DOCUMENT}")
    def document(self, request: Request, pk: UUID, document: str) -> FileResponse:
        """One document, as a download."""
        return intake.serve(get_object_or_404(documents_of(self.record_or_404()), pk=document))

    @extend_schema(responses=TaskSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=None, url_path="evaluation-progress")
    def evaluation_progress(self, request: Request, pk: UUID) -> Response:
        """What the panel has still to do, lot by lot, and who is awaited; to the buyer's people, while bids are evaluated."""
        tender = get_object_or_404(Tender.objects.visible_to(request.user).bought_by(request.user), pk=pk)
        return Response(TaskSerializer(progress(tender), many=True).data)  # type: ignore[arg-type]


class InOrderOfNumber(Pages):
    """A tender's lots one after another, as its notice numbers them."""

    ordering = ("tender_id", "number")


class ChangeOfOpenersViewSet(RecordViewSet):
    """Changes of who opens a tender's bids, to the buyer's own people: those that wait, and those that a second person confirmed."""

    model = ChangeOfOpeners
    serializer_class = ChangeOfOpenersSerializer
    filterset_class = filters.ChangeOfOpenersFilters

    def narrowed(self, records: Any) -> Any:
        """The openers."""
        return records.prefetch_related("openers")


class AdviceViewSet(RecordViewSet):
    """Advice on tenders: to the buyer's own people, and until it ends to the advisers who are asked."""

    model = Advice
    serializer_class = AdviceSerializer
    filterset_class = filters.AdviceFilters
    acts = (advice.comment_on_tender, advice.end_advice)

    def narrowed(self, records: Any) -> Any:
        """With what was said."""
        return records.prefetch_related("comments")


class LotViewSet(RecordViewSet):
    """Lots with their criteria, questions and price schedules."""

    model = Lot
    serializer_class = LotSerializer
    filterset_class = filters.LotFilters
    pagination_class = InOrderOfNumber
    acts = (lots.change_lot, lots.remove_lot, lots.set_criteria, lots.set_questions, lots.copy_questions, lots.copy_from_lot, lots.set_price_schedule)

    def narrowed(self, records: Any) -> Any:
        """All of its rows."""
        return records.prefetch_related("criteria_set__criteria", "questionnaire__questions", "price_lines")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, filter_backends=[], url_path="answer-schema")
    def answer_schema(self, request: Request, pk: UUID) -> Response:
        """The JSON Schema of complete answers to the lot's questions, by question id: what a submission has to fit."""
        lot = self.record_or_404()
        return Response(schema_of(lot.questionnaire.questions.all(), title=str(lot)))


class InvitationViewSet(MakingViewSet):
    """Invitations: a supplier's own, and to a buyer those that it sent."""

    model = Invitation
    serializer_class = InvitationSerializer
    filterset_class = filters.InvitationFilters
    acts = (invitations.say_intention, clarifications.ask_clarification, bids.draft_bid, *INVITATION_ACTS)
    makes: ClassVar = {"ask_clarification": ClarificationSerializer, "draft_bid": BidSerializer}

    def narrowed(self, records: Any) -> Any:
        """Supplier and tender."""
        return records.select_related("supplier__organisation", "tender").prefetch_related("supplier__changes")


class ClarificationViewSet(RecordViewSet):
    """Questions about tenders and their answers."""

    model = TenderClarification
    serializer_class = ClarificationSerializer
    filterset_class = filters.ClarificationFilters
    acts = (clarifications.answer_clarification,)

    def narrowed(self, records: Any) -> Any:
        """The tender."""
        return records.select_related("about__tender")


router.register("tenders", TenderViewSet, "api-tender")
router.register("changes-of-openers", ChangeOfOpenersViewSet, "api-change-of-openers")
router.register("advice", AdviceViewSet, "api-advice")
router.register("lots", LotViewSet, "api-lot")
router.register("invitations", InvitationViewSet, "api-invitation")
router.register("clarifications", ClarificationViewSet, "api-clarification")
