"""Bids and receipts in the API, for the supplier's own people."""

import re
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from commissioning import intake
from commissioning.api import RecordViewSet, Whole, body_for, body_of
from commissioning.api_files import A_DOCUMENT, AnswerUploadBody, uploaded
from commissioning.api_tags import if_unchanged
from commissioning.serializers import DocumentSerializer
from procurement import filters, proof
from procurement.actions import bids, documents
from procurement.api.router import router
from procurement.models import Bid, Receipt
from procurement.serializers import BidInFullSerializer, BidSerializer, ReceiptSerializer

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag of the bid as it was read, in place of `revision`.")


class SaveBidBody(body_of(bids.save_bid)):  # type: ignore[misc]
    """What is kept of a bid, and which state of it was read."""

    revision = Whole(
        required=False, min_value=0, help_text="The bid's revision as it was read, 0 before the first save. It may be left out if If-Match is sent."
    )


class BidViewSet(RecordViewSet):
    """A supplier's bids: drafts, what was submitted, and the acts of bidding."""

    model = Bid
    serializer_class = BidInFullSerializer
    filterset_class = filters.BidFilters
    acts = (documents.remove_from_bid, bids.submit_bid, bids.withdraw_bid)
    once_only = frozenset({"submit_bid", "withdraw_bid"})

    def get_serializer_class(self) -> Any:
        """A list leaves out the long parts."""
        return BidSerializer if self.action == "list" else BidInFullSerializer

    def narrowed(self, records: Any) -> Any:
        """The invitation, the lot's questions and prices, and what was submitted."""
        related = ("lot__questionnaire__questions", "lot__price_lines") if self.action != "list" else ()
        return records.select_related("invitation", "lot").prefetch_related("submissions__receipt", *related)

    def tag(self, shown: Any) -> str:
        """The bid's revision, how many versions were submitted, and its status."""
        return f'"{shown["revision"]}-{len(shown["submissions"])}-{shown["status"]}"'

    @extend_schema(request=SaveBidBody, responses=BidInFullSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path="save-bid", filter_backends=[])
    def save_bid(self, request: Request, pk: UUID) -> Response:
        """Keep answers and unit prices as they were typed, unless a colleague saved since the bid was read (412)."""
        record = self.record_to(bids.save_bid)
        body = _with_revision(request)

        def saved() -> Response:
            bids.save_bid(record.pk, by=request.user, **body_for(bids.save_bid, body))  # type: ignore[arg-type]
            return self.answer(record)

        return if_unchanged(self, "save_bid", saved)

    @extend_schema(request={"multipart/form-data": AnswerUploadBody}, responses=BidInFullSerializer)
    @action(detail=True, methods=["post"], url_path="attach-to-bid", parser_classes=[MultiPartParser], filter_backends=[])
    def attach_to_bid(self, request: Request, pk: UUID) -> Response:
        """Attach a file to a bid, as the answer to a question if one is named; it is submitted with the bid, not before."""
        record = self.record_to(documents.attach_to_bid)
        documents.attach_to_bid(record.pk, by=request.user, **uploaded(request, AnswerUploadBody))  # type: ignore[arg-type]
        return self.answer(record)

    @extend_schema(responses=DocumentSerializer(many=True))
    @action(detail=True, filter_backends=[], pagination_class=None)
    def files(self, request: Request, pk: UUID) -> Response:
        """The files attached to the draft."""
        return Response(DocumentSerializer(self.record_or_404().attached(), many=True).data)

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=[], url_path=f"files/{A_DOCUMENT}")
    def file(self, request: Request, pk: UUID, document: str) -> FileResponse:
        """One file, as a download."""
        return intake.serve(get_object_or_404(self.record_or_404().attached(), pk=document))


def _with_revision(request: Request) -> Any:
    """The body, its revision taken from If-Match if that is sent; a 400 if it is no revision, or says another than the body."""
    body = request.data
    if "If-Match" not in request.headers or not isinstance(body, dict):
        return body
    tag = re.fullmatch(r'"([0-9]{1,9})-[0-9]{1,9}-[a-z]+"', request.headers["If-Match"].strip())
    if tag is None or str(body.get("revision", tag[1])) != tag[1]:
        raise ValidationError({"If-Match": 'Send the ETag as you got it, such as "3-1-submitted", and no other revision beside it.'})
    return {**body, "revision": int(tag[1])}


class ReceiptViewSet(RecordViewSet):
    """A supplier's receipts, with their signatures."""

    model = Receipt
    serializer_class = ReceiptSerializer
    filterset_class = filters.ReceiptFilters

    def narrowed(self, records: Any) -> Any:
        """The submission."""
        return records.select_related("submission")

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, filter_backends=[])
    def file(self, request: Request, pk: UUID) -> Response:
        """The receipt as a file to keep, which anybody can check offline."""
        return Response(proof.receipt_file(self.record_or_404()))

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, filter_backends=[])
    def bid(self, request: Request, pk: UUID) -> HttpResponse:
        """The bid as it was received, with its salt: the receipt's SHA-256 is of these bytes. 404 once it is withdrawn."""
        return proof.bid_file(self.record_or_404())


router.register("bids", BidViewSet, "api-bid")
router.register("receipts", ReceiptViewSet, "api-receipt")
