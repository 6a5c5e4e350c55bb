"""What a tender asks of every supplier, as one content whose hash is frozen when it is issued."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from commissioning.canon import digest
from commissioning.models import Document
from procurement.models import Lot, Tender


def lots_in_full(tender: Tender) -> list[Lot]:
    """The lots with their criteria, questions and price lines, in four queries however many there are."""
    related = ("criteria_set__criteria", "questionnaire__questions", "price_lines")
    return list(tender.lots.prefetch_related(*(Prefetch(path) for path in related)))


def documents_of(tender: Tender) -> QuerySet[Document]:
    """The documents that go with the tender, those added after issue too."""
    return Document.objects.filter(subject_id=tender.pk, subject_type=tender._meta.label_lower, purpose="tender", withdrawn_at__isnull=True)


def _documents_issued(tender: Tender) -> QuerySet[Document]:
    documents = documents_of(tender)
    return documents.filter(created_at__lte=tender.issued_at) if tender.issued_at else documents


def notice_content(tender: Tender) -> dict[str, Any]:
    """All that cannot change once the tender is issued: what is bought, and how bids are asked for, priced and judged."""
    return {
        "tender": tender.pk,
        "framework_version": tender.framework_version_id,
        "reference": tender.reference,
        "title": tender.title,
        "description": tender.description,
        "contract": _term_as_issued(tender),
        "lots": [_lot(lot) for lot in lots_in_full(tender)],
        "documents": [document.stamp() for document in _documents_issued(tender)],
    }


def _term_as_issued(tender: Tender) -> list[date | None]:
    """The contract's first and last day; an extension may have moved them since the issue."""
    first = tender.extensions.made().order_by("set_at").first()
    if first is not None:
        return [first.replaced_contract_starts_on, first.replaced_contract_ends_on]
    return [tender.contract_starts_on, tender.contract_ends_on]


def notice_hash(tender: Tender) -> str:
    """The SHA-256, in hexadecimal, of that content."""
    return digest(notice_content(tender))


def hash_of_proposal(tender: Tender) -> str:
    """The SHA-256, in hexadecimal, of all that a second person approves: the notice, its dates, who may read it and who opens the bids."""
    dates = [tender.questions_close_at, tender.answers_due_at, tender.closes_at]
    openers = sorted(str(person) for person in tender.openers.values_list("pk", flat=True))
    return digest({"notice": notice_content(tender), "dates": dates, "is_public": tender.is_public, "openers": openers})


def _lot(lot: Lot) -> dict[str, Any]:
    return {
        "lot": lot.pk,
        "number": lot.number,
        "title": lot.title,
        "description": lot.description,
        "estimated_value": lot.estimated_value,
        "criteria": [
            [
                each.pk,
                each.number,
                each.kind,
                each.title,
                each.description,
                each.refines,
                each.weight,
                each.max_score,
                each.least_score,
                each.formula,
                each.scale,
            ]
            for each in lot.criteria_set.criteria.all()
        ],
        "questions": [{"question": each.pk, **each.definition()} for each in lot.questionnaire.questions.all()],
        "prices": [[each.pk, each.number, each.description, each.unit, each.quantity] for each in lot.price_lines.all()],
    }
