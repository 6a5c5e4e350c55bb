"""The page on which the draft of a bid or an application is written: one form, saved whole, with its files."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse

from commissioning.answer_forms import what_is_asked_now
from commissioning.answering import said_by
from commissioning.answers import asked
from commissioning.pages import ActForm, ActPage
from commissioning.refusals import Refused


class WriteDraft(ActPage):
    """The draft as one form: saved whole, right or wrong, with files; a colleague's changes are not overwritten unseen.

    Its form is an AnswersForm with a field `attachments`. `attach` is the act that attaches one file, `check` the verb of the page
    on which the draft is read before it is submitted.
    """

    attach: ClassVar[Callable[..., Any]]
    check: ClassVar[str]

    def bound_form(self) -> ActForm:
        """What was typed; or what is kept, with what is wrong with it beside its field."""
        if self.request.method == "POST":
            return super().bound_form()
        kept: Any = self.act.form(record=self.record, user=self.request.user, initial={"more": self.request.GET.get("more", "")})
        kept.show_faults()
        return kept

    def carry_out(self, form: ActForm) -> Any:
        """Save the texts, then each file; one that is refused does not undo the rest."""
        before = asked(self.record.questions(), said_by(self.record))
        draft = super().carry_out(form)
        if sentence := what_is_asked_now(before, draft):
            messages.info(self.request, sentence)
        given = [*form.chosen_files(), *((None, file) for file in form.cleaned_data["attachments"])]  # type: ignore[attr-defined]
        for question, file in given:
            try:
                type(self).attach(draft.pk, file=file, question=question and question.pk, by=self.request.user)
            except (ValidationError, Refused) as refusal:
                text = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
                messages.error(self.request, f"{text} Everything else is saved.")
        return draft

    def again(self, form: ActForm, *, status: int, refusal: str | None = None) -> HttpResponse:
        """What was typed; after a colleague's change, to be saved over it once it has been compared."""
        self.differs = status == 412
        if self.differs:
            del self.record
            form = self.act.form(_with_revision(self.request.POST, self.record.revision), record=self.record, user=self.request.user)
        return super().again(form, status=status, refusal=refusal)

    differs = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and after a colleague's change what differs from it."""
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "differing": context["form"].differing() if self.differs else [],
            "files": list(self.record.attached().filter(question__isnull=True)),
            "is_open": self.act.when(self.record, self.at),
        }

    def where_to(self, result: Any) -> str:
        """On to the check, or back to the draft, with more rows in a table if they were asked for."""
        routes = result._meta.model_name
        if "check" in self.request.POST:
            return reverse(f"{routes}:{self.check}", args=[result.pk])
        href = reverse(f"{routes}:{self.act.verb}", args=[result.pk])
        table = next((question for question in result.questions() if str(question.pk) == self.request.POST.get("more")), None)
        return f"{href}?more={table.pk}#question-{table.number}" if table else href


def _with_revision(data: Any, revision: int) -> Any:
    changed = data.copy()
    changed["revision"] = str(revision)
    return changed
