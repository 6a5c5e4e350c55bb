"""Forms about the draft of a bid or an application, beside the one in which it is written."""

from typing import Any
from uuid import UUID

from django import forms

from commissioning.answer_fields import FilesField
from commissioning.answer_forms import AnswersForm
from commissioning.contents import ACCEPTED
from commissioning.pages import ActForm


class DraftForm(AnswersForm):
    """The answers of a draft, and files that answer no question."""

    attachments = FilesField(required=False, label="Attach files", help_text=f"{ACCEPTED}. Each up to 100 MB.")


class Revision(ActForm):
    """Which state of the draft was read."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The draft as it is now."""
        self.initial["revision"] = self.record.revision


class AttachFile(ActForm):
    """One file."""

    file = forms.FileField(label="File", help_text=f"{ACCEPTED}. Up to 100 MB.")


class RemoveFile(ActForm):
    """Which file, of those that are attached."""

    document = forms.TypedChoiceField(coerce=UUID, label="Which file?", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The files that there are."""
        field: Any = self.fields["document"]
        field.choices = [(each.pk, each.name) for each in self.attached()]

    def attached(self) -> Any:
        """The files of the draft."""
        return self.record.attached()
