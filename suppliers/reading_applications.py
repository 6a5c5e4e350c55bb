"""An application as people read it: its draft, or what was received."""

from collections.abc import Mapping, Sequence
from typing import Any

from commissioning.answer_words import in_sections
from commissioning.answering import said_by
from commissioning.models import Document, Identifier, Organisation
from suppliers.applying import details_of
from suppliers.menus import in_words
from suppliers.models import Application


def draft_in_full(application: Application) -> dict[str, Any]:
    """All that the draft says, with what is wrong with it."""
    return {
        "company": company_in_words(details_of(application.supplier.organisation)),
        "wanted": in_words(application.round.framework_id, application.wanted),
        "statement": application.statement,
        "sections": in_sections(application.questions(), said_by(application), complete=True),
        "files": list(application.attached().filter(question__isnull=True)),
    }


def content_in_full(application: Application, content: dict[str, Any] | None) -> dict[str, Any]:
    """All that this content says; nothing, once it is withdrawn."""
    said = content or {"places": [], "statement": "", "answers": {}, "files": []}
    attached = [stamp["document"] for stamp in said["files"]]
    return {
        "company": company_in_words((content or {}).get("company")),
        "wanted": in_words(application.round.framework_id, said["places"]),
        "statement": said["statement"],
        "sections": in_sections(application.questions(), said["answers"]),
        "files": list(Document.objects.filter(subject_id=application.pk, pk__in=attached, question__isnull=True)),
        "members": shares_in_words((content or {}).get("members", ())),
    }


def company_in_words(details: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What a company is registered with, each with what it is called; nothing, where nothing is kept of it."""
    if not details:
        return []
    numbers = [(str(Identifier.Scheme(each["scheme"]).label), each["value"]) for each in details["identifiers"]]
    return [("Name", details["name"]), ("Address", details["address"] or "None is registered."), *numbers]


def shares_in_words(members: Sequence[dict[str, Any]]) -> list[tuple[str, bool, str]]:
    """The members that are named here: what each is called, whether it leads, and its share of liability in percent; the lead first."""
    names = {str(each.pk): str(each) for each in Organisation.objects.filter(pk__in=[member["company"] for member in members])}
    named = [(names[member["company"]], member["leads"], member["liability_share"]) for member in members]
    return sorted(named, key=lambda member: (not member[1], member[0]))
