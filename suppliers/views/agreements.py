"""Pages of framework agreements: what is to be signed, by whom, and what became of it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from commissioning.pages import Act, ActForm, ActPage, ListPage, OwnPage, RecordPage, act_paths, find_visible
from suppliers.actions import agreements
from suppliers.agreement_texts import since_signed, text_of, text_to_sign
from suppliers.filters import FrameworkAgreementFilters
from suppliers.forms.agreements import SignAgreement
from suppliers.forms.frameworks import GiveReason
from suppliers.models import FrameworkAgreement, VariationAnswer

RELATED = ("framework__authority", "supplier__organisation", "signed_by", "countersigned_by")


def _is_open(agreement: FrameworkAgreement, at: Any) -> bool:
    return agreement.is_open_at(at)


SIGN = Act(
    agreements.sign_agreement,
    "Sign the agreement",
    "Read the terms before you sign. You are asked in call-offs once the authority has countersigned.",
    form=SignAgreement,
    done="You have signed. The authority has been asked to countersign.",
    when=_is_open,
    template="suppliers/agreements/sign.html",
)
ACTS = (
    Act(
        agreements.countersign_agreement,
        "Countersign the agreement",
        "The agreement binds both sides from then on, and the supplier is asked in call-offs where it is listed. It is told.",
        done="The agreement is countersigned, and the supplier has been told.",
        when=_is_open,
    ),
    Act(
        agreements.put_agreement_on_hold,
        "Put the agreement on hold",
        "The supplier reads the reason. Then you countersign, or return what was signed.",
        form=GiveReason,
        done="The agreement is on hold, and the supplier has been told why.",
        when=_is_open,
        primary=False,
    ),
    Act(
        agreements.return_agreement,
        "Return the agreement",
        "The supplier reads the reason, and can sign anew. The old signature stays on the trail.",
        form=GiveReason,
        done="The agreement is returned, and the supplier has been told why.",
        when=_is_open,
        primary=False,
    ),
    Act(
        agreements.reopen_countersigning,
        "Take the countersignature back",
        "The supplier is not asked in call-offs until you countersign again. It reads the reason; buyers whom it concerns learn that it is so.",
        form=GiveReason,
        done="The countersignature is taken back, and the supplier has been told why.",
        when=_is_open,
        primary=False,
    ),
)


class FrameworkAgreements(OwnPage, ListPage):
    """The agreements of the viewer's supplier, or of the viewer's authority."""

    title = "Framework agreements with suppliers"
    model = FrameworkAgreement
    columns = ("Supplier", "Framework", "Where it stands", "Sent", "Signed", "Countersigned")
    empty = "There is no agreement here. One is sent to each supplier that is listed under a framework with terms to sign."
    filter_class = FrameworkAgreementFilters

    def get_queryset(self) -> Any:
        """With framework and supplier."""
        return super().get_queryset().select_related("framework", "supplier__organisation")

    def row(self, record: Any) -> Any:
        """Supplier, framework, status, moments."""
        link = {"text": str(record.supplier), "href": record.get_absolute_url()}
        status = {"status": record.status, "text": record.get_status_display()}
        return link, str(record.framework), status, record.created_at, record.signed_at, record.countersigned_at


class AgreementPage(LoginRequiredMixin, RecordPage):
    """What is signed, or to be signed, with its signatures."""

    model = FrameworkAgreement
    acts = (SIGN, *ACTS)
    related = RELATED
    template_name = "suppliers/agreements/agreement.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The very text, and what became of it since."""
        return {**super().get_context_data(**kwargs), "text": text_of(self.record), "since": since_signed(self.record), "answers": self.answers()}

    def answers(self) -> list[VariationAnswer]:
        """What the supplier has said to variations."""
        return list(VariationAnswer.objects.visible_to(self.request.user).filter(agreement=self.record).select_related("variation")[:100])


class SignPage(ActPage):
    """The terms, to be read and signed; those of now, where they changed meanwhile."""

    model = FrameworkAgreement
    act = SIGN

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The text that would be signed now."""
        return {**super().get_context_data(**kwargs), "text": text_to_sign(self.record)}

    def again(self, form: ActForm, *, status: int, refusal: str | None = None) -> HttpResponse:
        """What was typed; after a refusal over the text as it now is, to be agreed to anew."""
        if refusal is not None:
            del self.record
            typed = {name: self.request.POST.get(name, "") for name in ("signatory", "position")}
            form = SignAgreement(initial=typed, record=self.record, user=self.request.user)
        return super().again(form, status=status, refusal=refusal)


@login_required
@require_safe
def text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The agreement as a page of its own, to keep or to print, with whatever signatures it bears."""
    agreement = find_visible(FrameworkAgreement, request.user, pk, RELATED)
    name = f"agreement-{agreement.framework.reference}-{agreement.supplier.short_name}.html"
    body = render_to_string("suppliers/agreements/text.html", {"record": agreement, "text": text_of(agreement), "since": since_signed(agreement)})
    return HttpResponse(body, headers={"Content-Disposition": content_disposition_header(True, name)})


urlpatterns = [
    path("", FrameworkAgreements.as_view(), name="index"),
    path("<uuid:pk>/", AgreementPage.as_view(), name="workspace"),
    path("<uuid:pk>/text/", text, name="text"),
    path("<uuid:pk>/sign-agreement/", SignPage.as_view(), name="sign_agreement"),
    *act_paths(FrameworkAgreement, ACTS),
]
