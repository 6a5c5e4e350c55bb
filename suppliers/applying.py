"""What an application holds, what keeps it from being submitted, and what of it is handed over."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from commissioning import answers
from commissioning.answering import said_by, submitted_files
from commissioning.canon import digest, plain
from commissioning.models import Organisation
from suppliers.carrying_over import unconfirmed
from suppliers.consortium import fault_of_shares, faults_of_confirmations, is_asked, members_of
from suppliers.menus import without_service
from suppliers.models import Application

NO_PLACE = "The application asks for no place. Choose at least one list and area."
NO_SERVICE = "is asked for without a service. Choose at least one of its menu, or leave it out."
UNCONFIRMED = "confirm the answer that was carried over from your last application, or change it."
NO_STATEMENT = "The application has no statement. Say why you should be listed."


def faults_of(application: Application) -> list[str]:
    """A sentence for everything that keeps the application from being submitted; what members say is asked once the rest is complete."""
    if found := _lacks(application):
        return found
    return faults_of_confirmations(application, digest(_content_now(application)))


def _lacks(application: Application) -> list[str]:
    """A sentence for everything that is wrong or missing in what is written, and for shares of liability that do not add up."""
    empty = [*([] if application.wanted else [NO_PLACE]), *([] if application.statement.strip() else [NO_STATEMENT])]
    bare = [f"{place} {NO_SERVICE}" for place in without_service(application.round.framework_id, application.wanted)]
    found = answers.examined(application.questions(), said_by(application))
    waiting = [f"Question {question.number}: {UNCONFIRMED}" for question in unconfirmed(application, found.asked)]
    return [*empty, *bare, *found.faults.values(), *waiting, *filter(None, [fault_of_shares(application.supplier)])]


def complete_content(application: Application) -> dict[str, Any]:
    """What the members of a consortium are asked to confirm. Raises ValidationError with a sentence for each thing that is wrong or missing."""
    if found := _lacks(application):
        raise ValidationError(found)
    return _content_now(application)


def checked_content(application: Application) -> dict[str, Any]:
    """What submitting it now hands over. Raises ValidationError with a sentence for each thing that keeps it from being submitted."""
    content = complete_content(application)
    if found := faults_of_confirmations(application, digest(content)):
        raise ValidationError(found)
    return content


def _content_now(application: Application) -> dict[str, Any]:
    return content_of(application, answers.clean(application.questions(), said_by(application)))


def content_of(application: Application, read: Mapping[str, answers.Answer]) -> dict[str, Any]:
    """What a version keeps, as JSON keeps it, and what its hash covers.

    The company as it is registered, statement, places with their services, answers as read, the files' hashes, and the members.
    """
    content: dict[str, Any] = plain(
        {
            "company": details_of(application.supplier.organisation),
            "statement": application.statement,
            "places": application.wanted,
            "answers": read,
            "files": [document.stamp() for document in submitted_files(application, read)],
            "members": members_of(application.supplier),
        }
    )
    return content


def details_of(company: Organisation) -> dict[str, Any]:
    """What a company is registered with, for whoever submits to confirm: name, address, and what registers call it."""
    identifiers = [{"scheme": each.scheme, "value": each.value} for each in company.identifiers.all()]
    return {"name": company.name, "address": company.address, "identifiers": identifiers}


def members_are_asked(application: Application) -> bool:
    """Whether the members were last asked about exactly what the draft says now: nobody is left to be asked, though some may have to answer."""
    return not _lacks(application) and is_asked(application, digest(_content_now(application)))


def has_unsent_changes(application: Application) -> bool:
    """Whether the draft differs from the version that counts; a draft that lacks something does."""
    if application.status != Application.Status.SUBMITTED:
        return False
    return bool(_lacks(application)) or digest(_content_now(application)) != application.received_hash
