"""The register of contracts, a contract's workspace, and how a trust's functions are arranged."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from commissioning import clock
from commissioning.clock import in_london
from commissioning.models import Organisation
from commissioning.pages import Act, ActForm, ActPage, ListPage, Page, RecordPage, act_paths, find_visible, signed_in
from commissioning.spreadsheets import csv_response, json_response, xlsx_response
from commissioning.wording import date_text
from contracts import register
from contracts.actions import contracts
from contracts.filters import ContractFilters
from contracts.forms import DescribeContract, OnADay, RecallContract, SetScope, SignContract
from contracts.models import BreachReport, Contract, Scope
from contracts.views import breaches
from procurement.models import Tender

SIGN = Act(contracts.sign_contract, "Sign the contract", form=SignContract, done="You have signed.", template="contracts/sign.html")
OFFER = Act(
    contracts.offer_contract,
    "Offer the contract",
    "Both parties are then asked to sign these terms. To change them afterwards, recall the offer.",
    done="The contract is offered. Both parties have been asked to sign.",
    template="contracts/terms_act.html",
)
ACTS = (
    Act(contracts.set_scope, "Set the scope", "Say which functions the supplier carries out.", form=SetScope, done="The scope is set."),
    Act(contracts.describe_contract, "Change the title or term", form=DescribeContract, done="The contract is changed.", primary=False),
    Act(contracts.recall_contract, "Recall the offer", form=RecallContract, done="The offer is recalled, and the supplier told.", primary=False),
    breaches.DRAFT,
)


class Register(ListPage):
    """The public register; the two parties see their drafts and offers in it too."""

    title = "Register of contracts"
    model = Contract
    columns = ("Contract", "Commissioner", "Supplier", "Value", "Term", "Status")
    empty = "No contract matches. Contracts appear here once both parties have signed."
    filter_class = ContractFilters
    template_name = "contracts/register.html"

    def get_queryset(self) -> Any:
        """With their parties, and what they were awarded by."""
        return super().get_queryset().select_related("buyer", "supplier__organisation", "award__lot__tender").prefetch_related("supplier__changes")

    def row(self, record: Any) -> Any:
        """Title and the tender's reference and lot, parties, value, term, status."""
        lot = record.award.lot
        by = format_html('<span class="nhsuk-u-font-size-16 nhsuk-u-font-weight-normal">{}, lot {}</span>', lot.tender.reference, lot.number)
        link = {"html": format_html('<a href="{}">{}</a><br>{}', record.get_absolute_url(), record.title, by)}
        status = tag_of(record, self.at)
        term = {"html": days_of(record.starts_on, record.ends_on)}
        return link, str(record.buyer), record.supplier_then_and_now, {"amount": record.value, "numeric": True}, term, status

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The downloads of what the list shows, all of its pages."""
        asked = self.request.GET.copy()
        asked.pop("after", None)
        query = f"?{asked.urlencode()}" if asked else ""
        downloads = [(words, reverse("contract:download", args=[kind]) + query) for kind, words in KINDS if self.filters.is_valid()]
        return {**super().get_context_data(**kwargs), "downloads": downloads}


def days_of(first: date, last: date) -> str:
    """A term that breaks between its two days, and not within one."""
    return format_html('<span class="app-whole">{} to</span> <span class="app-whole">{}</span>', date_text(first), date_text(last))


def tag_of(contract: Contract, at: datetime) -> dict[str, str]:
    """Where it stands at that moment, as a tag."""
    phase = contract.phase_at(in_london(at).date())
    return {"status": "archived" if phase == "Ended" else contract.status, "text": phase}


def scope_of(contract: Contract) -> dict[str, list[Scope]]:
    """What the supplier carries out, and what the commissioner keeps."""
    parts = list(contract.scope.select_related("function"))
    return {
        "taken": [part for part in parts if part.arrangement == Scope.Arrangement.TAKEN_OVER],
        "retained": [part for part in parts if part.arrangement == Scope.Arrangement.RETAINED],
    }


class ContractWorkspace(RecordPage):
    """What was agreed, who signed, what the supplier carries out and what the trust keeps."""

    model = Contract
    acts = (SIGN, ACTS[0], OFFER, *ACTS[1:])
    related = ("buyer", "supplier__organisation", "award__lot__tender")
    template_name = "contracts/contract.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The scope, and the signatures of the terms that stand; whose party has signed is not asked to again."""
        context = super().get_context_data(**kwargs)
        signatures = list(self.record.signatures.standing().select_related("organisation", "person"))
        mine = {self.record.buyer_id, self.record.supplier.organisation_id} & set(getattr(self.request.user, "organisations", ()))
        signed = {signature.organisation_id for signature in signatures}
        parties = (self.record.buyer, self.record.supplier.organisation) if self.record.status == Contract.Status.OFFERED else ()
        return {
            **context,
            **scope_of(self.record),
            "acts": [act for act in context["acts"] if not (mine & signed and act["verb"] == SIGN.verb)],
            "tag": tag_of(self.record, self.at),
            "signatures": signatures,
            "waits_for": [party.name for party in parties if party.pk not in signed],
            "is_party": bool(mine),
            "breach_reports": self.breach_reports(),
            "tender": Tender.objects.visible_to(self.request.user).filter(pk=self.record.award.lot.tender_id).first(),
        }

    def breach_reports(self) -> list[Any]:
        """Rows of the reports of breaches that the viewer may see."""
        found = BreachReport.objects.visible_to(self.request.user).filter(contract=self.record)[:50]
        return [({"text": each.ground_name, "href": each.get_absolute_url()}, each.reported_at, breaches.tag_of(each, self.at)) for each in found]


class TermsPage(ActPage):
    """An act on the terms, with the terms before it in full."""

    model = Contract

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The scope beside the rest."""
        return {**super().get_context_data(**kwargs), **scope_of(self.record)}


class OfferPage(TermsPage):
    """The terms as they will be offered."""

    act = OFFER


class SignPage(TermsPage):
    """The terms that are offered, to be read and signed; those offered now, where they changed meanwhile."""

    act = SIGN

    def again(self, form: ActForm, *, status: int, refusal: str | None = None) -> HttpResponse:
        """What was typed; after a refusal over the terms as they now are, to be agreed to anew."""
        if refusal is not None:
            del self.record
            form = SignContract(initial={"capacity": self.request.POST.get("capacity", "")}, record=self.record, user=self.request.user)
        return super().again(form, status=status, refusal=refusal)


class Arrangements(Page):
    """How a trust's functions are arranged on a date: by itself, or under which contracts."""

    template_name = "contracts/arrangements.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each function and who carries it out on the date asked for, or today."""
        buyer = find_visible(Organisation, self.request.user, self.kwargs["pk"])
        if buyer.kind != Organisation.Kind.COMMISSIONER:
            raise Http404
        today = in_london(self.at).date()
        form = OnADay(self.request.GET if "on" in self.request.GET else None, initial={"on": date_text(today)})
        on = form.cleaned_data["on"] if form.is_valid() else today
        found = register.arrangements(buyer, on)
        return {
            **super().get_context_data(**kwargs),
            "title": f"How {buyer} arranges its functions",
            "buyer": buyer,
            "form": form,
            "on": on,
            "functions": found,
            "others": sum(1 for _, contracts_then in found if contracts_then),
        }


@require_safe
@login_required
def own_arrangements(request: HttpRequest) -> HttpResponseBase:
    """To the arrangements of the viewer's own trust, the first by name if they act for several; whoever acts for none goes to the register."""
    own = Organisation.objects.visible_to(request.user).filter(pk__in=signed_in(request).organisations, kind=Organisation.Kind.COMMISSIONER)
    trust = own.order_by("name", "pk").first()
    return redirect("contract:arrangements", trust.pk) if trust else redirect("contract:index")


KINDS = (("csv", "CSV, for spreadsheets and programs"), ("xlsx", "XLSX, for Excel"), ("json", "JSON, for programs"))
RESPONSES = {"csv": csv_response, "xlsx": xlsx_response, "json": json_response}


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The register as the viewer sees it, narrowed as the page is, as CSV, XLSX or JSON; whole, and sent while it is read."""
    if kind not in RESPONSES:
        raise Http404
    filters = ContractFilters(request.GET, Contract.objects.visible_to(request.user), request=request)
    if not filters.is_valid():
        raise BadRequest("The register cannot be narrowed like this.")
    return RESPONSES[kind]("contracts", register.HEADINGS, register.rows(filters.qs.order_by("reference"), in_london(clock.now()).date()))


urlpatterns = [
    path("", Register.as_view(), name="index"),
    path("register.<str:kind>", download, name="download"),
    path("<uuid:pk>/", ContractWorkspace.as_view(), name="workspace"),
    path("commissioners/<uuid:pk>/functions/", Arrangements.as_view(), name="arrangements"),
    path("<uuid:pk>/offer-contract/", OfferPage.as_view(), name="offer_contract"),
    path("<uuid:pk>/sign-contract/", SignPage.as_view(), name="sign_contract"),
    *act_paths(Contract, ACTS),
]
