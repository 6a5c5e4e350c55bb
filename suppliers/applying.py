"""What an application holds, what keeps it from being submitted, and what of it is handed over."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from commissioning import answers
from commissioning.answering import said_by, submitted_files
from commissioning.canon import digest, plain
from suppliers.models import Application

NO_PLACE = "The application asks for no place. Choose at least one list and area."
NO_STATEMENT = "The application has no statement. Say why you should be listed."


def faults_of(application: Application) -> list[str]:
    """A sentence for everything that keeps the application from being submitted."""
    lacking = [*([] if application.wanted else [NO_PLACE]), *([] if application.statement.strip() else [NO_STATEMENT])]
    return [*lacking, *answers.faults(application.questions(), said_by(application)).values()]


def checked_content(application: Application) -> dict[str, Any]:
    """What submitting it now hands over. Raises ValidationError with a sentence for each thing that is wrong or missing."""
    if found := faults_of(application):
        raise ValidationError(found)
    return content_of(application, answers.clean(application.questions(), said_by(application)))


def content_of(application: Application, read: Mapping[str, answers.Answer]) -> dict[str, Any]:
    """What a version keeps, as JSON keeps it, and what its hash covers: statement, places, answers as read, and the files' hashes."""
    content: dict[str, Any] = plain(
        {
            "statement": application.statement,
            "places": sorted(map(list, application.wanted)),
            "answers": read,
            "files": [document.stamp() for document in submitted_files(application, read)],
        }
    )
    return content


def has_unsent_changes(application: Application) -> bool:
    """Whether the draft differs from the version that counts; a draft that lacks something does."""
    if application.status != Application.Status.SUBMITTED:
        return False
    return bool(faults_of(application)) or digest(checked_content(application)) != application.received_hash
