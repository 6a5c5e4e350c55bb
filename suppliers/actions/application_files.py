"""The files of an application's draft: stored before anything is locked, and counting once the act is done."""

from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from commissioning.answering import arrived, attach, detach
from commissioning.models import User
from commissioning.models.people import Actor
from commissioning.moves import moving
from suppliers.actions.applications import require_receiving
from suppliers.models import Application

MOST_FILES = 50


def attach_to_application(
    application_id: UUID, *, file: UploadedFile, question: UUID | None = None, by: User, at: datetime | None = None
) -> Application:
    """Attach a file to an application, as the answer to a question if one is named; it is submitted with the application, not before."""
    application, verb = Application.objects.visible_to(by).get(pk=application_id), "attach_to_application"
    with arrived(application, file, by, verb, at) as document, moving(Application, application_id, verb, by=by, at=at) as step:
        application = step.record
        require_receiving(step, application.round)
        step.require(application.attached().count() < MOST_FILES, f"An application has at most {MOST_FILES} files. Remove one first.")
        attach(application, document, question, step.at)
        application.mark_saved(step.person, step.at)
        # The authority reads this trail once something is received, and not the names of files that never were.
        step.facts |= {"revision": application.revision, "document": document.pk, "sha256": document.sha256}
    return application


def remove_from_application(application_id: UUID, *, document: UUID, by: Actor, at: datetime | None = None) -> Application:
    """Take a file out of an application's draft; what was received with it keeps it until the application is withdrawn."""
    with moving(Application, application_id, "remove_from_application", by=by, at=at) as step:
        application = step.record
        require_receiving(step, application.round)
        received = [version.content or {"files": []} for version in application.versions.filter(withdrawn_at__isnull=True)]
        found = detach(application, document, received, step.at)
        application.mark_saved(step.person, step.at)
        step.facts |= {"revision": application.revision, "document": found.pk, "sha256": found.sha256}
    return application
