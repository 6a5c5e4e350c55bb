"""Drafting answers, for whoever owns them: what was said so far, what is kept of it, and files by question."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet, Sum

from commissioning import answers, clock, intake
from commissioning.models import Answering, Document, Question, Record, User
from commissioning.refusals import Gone
from commissioning.wording import megabytes, plural

log = structlog.get_logger(__name__)

LONGEST_ANSWER = 100_000
MOST_ROWS_KEPT, MOST_CELLS_KEPT = 400, 100
# A file that is stored and not yet attached; and one whose bytes are to be destroyed.
ARRIVING, REMOVED = "arriving", "removed"
# No request lives so long: what is older and still arriving was left behind.
ARRIVES_WITHIN = timedelta(days=1)
_UNFIT = f"Use {LONGEST_ANSWER:,} characters or fewer, and none that cannot be printed."

# An answer as it may be sent and kept in a draft: a text; options; a table's rows by their columns' titles; nothing.
Typed = str | list[str] | list[dict[str, str]] | None


def said_by(owner: Answering) -> dict[str, Any]:
    """All that the draft says, by question id: its answers, and for a question that wants files the stamps of those attached."""
    files: dict[str, list[Any]] = {}
    for document in owner.attached().filter(question__isnull=False):
        files.setdefault(str(document.question_id), []).append(document.stamp())
    return {**owner.answers, **files}


def require_current(owner: Answering, revision: int | None, otherwise: str) -> None:
    """Gone, with that sentence, if somebody has saved since the draft was read in that revision."""
    if revision is not None and owner.revision != revision:
        raise Gone(otherwise)


def keep_answers(owner: Answering, given: Mapping[str, Any]) -> None:
    """Put these answers to the draft's others, right or wrong; an empty one takes the answer back.

    Raises ValidationError for what is not asked or cannot be kept.
    """
    asked = {str(question.pk): question for question in owner.questions()}
    for key, raw in given.items():
        if key not in asked:
            raise ValidationError({"answers": "One of these is not asked here. Leave it out."})
        if asked[key].kind == Question.Kind.FILE and raw:
            raise ValidationError({"answers": "Files are not sent with the answers. Attach them one by one, naming the question."})
    typed = {key: as_typed(raw) for key, raw in given.items()}
    owner.answers = {key: text for key, text in {**owner.answers, **typed}.items() if text}


def as_typed(raw: Any) -> Any:
    """An answer as a draft keeps it: texts, as if they had been typed. ValidationError, naming the field, for what cannot be kept."""
    if isinstance(raw, list | tuple):
        if len(raw) > MOST_ROWS_KEPT:
            raise ValidationError({"answers": f"Use {MOST_ROWS_KEPT} rows or fewer."})
        kept = [_row_as_typed(each) if isinstance(each, dict) else _text_as_typed(each) for each in raw]
        return [each for each in kept if each]
    return _text_as_typed(raw)


def _row_as_typed(row: Mapping[Any, Any]) -> dict[str, str]:
    if len(row) > MOST_CELLS_KEPT:
        raise ValidationError({"answers": "This has more columns than any table here."})
    cells = {_text_as_typed(title): _text_as_typed(cell) for title, cell in row.items()}
    return {title: text for title, text in cells.items() if text}


def _text_as_typed(raw: Any) -> str:
    if raw is None or raw is False:
        return ""
    if raw is True:
        return answers.YES
    text = raw if isinstance(raw, str) else answers.digits(raw) or None
    if text is None or len(text) > LONGEST_ANSWER or not is_storable(text):
        raise ValidationError({"answers": _UNFIT})
    return text


def is_storable(text: str) -> bool:
    """Whether a database can keep it."""
    return "\0" not in text and not any("\ud800" <= mark <= "\udfff" for mark in text)


# Files


@contextmanager
def arrived(subject: Record, file: UploadedFile, by: User, verb: str, at: datetime | None) -> Iterator[Document]:
    """The file, stored before anything is locked: others do not wait for it. If it is then refused, nothing of it stays."""
    if not by.has_perm(f"{subject._meta.app_label}.{verb}", subject):
        raise PermissionDenied("You may not do this.")
    _require_room(subject, file)
    document = intake.receive(file, subject=subject, purpose=ARRIVING, by=by, at=at or clock.now())
    try:
        yield document
    except BaseException:
        document.file.delete(save=False)
        document.delete()
        raise


def _require_room(subject: Record, file: UploadedFile) -> None:
    kept = Document.objects.filter(subject_id=subject.pk).exclude(file="").aggregate(bytes=Sum("size"))["bytes"] or 0
    if kept + (file.size or 0) > settings.FILES_MAX_BYTES:
        told = f"{megabytes(kept)} of files are kept here already, with those of earlier versions, and {megabytes(settings.FILES_MAX_BYTES)} may be."
        raise ValidationError({"file": f"{told} Send a smaller file, or remove one that was not sent with any version yet."})


def attach(owner: Answering, document: Document, question_id: Any, at: datetime) -> dict[str, Any]:
    """Count an arrived file among the draft's, as the answer to a question or to none; what the trail says of it.

    Raises ValidationError if that question is not asked, wants no file, or has as many as it may.
    """
    question = None if question_id is None else _wanting_files(owner, question_id)
    if question and owner.attached().filter(question=question).count() >= question.most_files:
        number = plural(question.most_files, "file")
        raise ValidationError({"file": f"Question {question.number}: attach {number} or fewer. Remove one first."})
    Document.objects.filter(pk=document.pk).update(purpose=owner.ATTACHED, question=question, created_at=at)
    return {**document.stamp(), **({"question": question.number} if question else {})}


def _wanting_files(owner: Answering, question_id: Any) -> Question:
    for question in answers.asked(owner.questions(), said_by(owner)):
        if question.pk == question_id and question.kind == Question.Kind.FILE:
            return question
    raise ValidationError({"question": "No such file is asked for here."})


def submitted_files(owner: Answering, read: Mapping[str, Any]) -> list[Document]:
    """The files that go with these answers, as read: one that answers a question which is not asked is no more submitted than other answers to it."""
    return [document for document in owner.attached() if document.question_id is None or str(document.question_id) in read]


def detach(owner: Answering, document_id: UUID, received: Iterable[Mapping[str, Any]], at: datetime) -> Document:
    """Take a file out of the draft; what was received with it, as these contents say, keeps it until it is replaced or withdrawn."""
    found = owner.attached().get(pk=document_id)
    if any(stamp["document"] == str(found.pk) for content in received for stamp in content["files"]):
        Document.objects.filter(pk=found.pk).update(withdrawn_at=at)
    else:
        take_away([found], at=at)
    return found


def erase(owner: Answering, at: datetime) -> None:
    """Remove all answers of the draft, and every file that was ever attached to it, for good."""
    owner.answers = {}
    take_away(list(Document.objects.filter(subject_id=owner.pk, subject_type=owner._meta.label_lower)), at=at)


def take_out(files: QuerySet[Document], document_id: UUID, at: datetime) -> Document:
    """Take one of these files away for good, and say which it was. Raises DoesNotExist for one that is not among them."""
    found = files.get(pk=document_id)
    take_away([found], at=at)
    return found


def take_away(documents: list[Document], *, at: datetime) -> None:
    """Withdraw documents, and destroy their bytes once that is committed."""
    Document.objects.filter(pk__in=[document.pk for document in documents]).update(withdrawn_at=at, purpose=REMOVED)
    transaction.on_commit(destroy_removed)


def tidy_files() -> None:
    """Destroy what was taken away and is still there, and what a process that died left between its arrival and its record."""
    destroy_removed()
    for document in Document.objects.filter(purpose=ARRIVING, created_at__lt=clock.now() - ARRIVES_WITHIN)[:200]:
        try:
            document.file.delete(save=False)
        except OSError:
            log.exception("an abandoned file could not be destroyed, and will be tried again", document=str(document.pk))
        else:
            document.delete()


def destroy_removed() -> None:
    """Destroy the bytes of what was taken away, also what an earlier try left; the row with the hash stays."""
    for document in Document.objects.filter(purpose=REMOVED).exclude(file="")[:200]:
        try:
            document.file.delete(save=False)
        except OSError:
            log.exception("a removed file could not be destroyed, and will be tried again", document=str(document.pk))
        else:
            Document.objects.filter(pk=document.pk).update(file="")
