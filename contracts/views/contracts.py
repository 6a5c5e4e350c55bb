"""The register of contracts, a contract's workspace, and how a trust's functions are arranged."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from commissioning.clock import in_london
from commissioning.models import Organisation
from commissioning.pages import Act, ListPage, Page, RecordPage, act_paths, find_visible
from commissioning.spreadsheets import csv_response, xlsx_response
from contracts import register
from contracts.actions import contracts
from contracts.filters import ContractFilters
from contracts.forms import DescribeContract, RecallContract, SetScope, SignContract
from contracts.models import Contract, Scope


def _is_signable(contract: Contract, at: datetime) -> bool:
    return contract.status == Contract.Status.OFFERED


ACTS = (
    Act(contracts.set_scope, "Set the scope", "Say which functions the supplier carries out.", form=SetScope, done="The scope is set."),
    Act(contracts.describe_contract, "Change the title or term", form=DescribeContract, done="The contract is changed.", primary=False),
    Act(
        contracts.offer_contract,
        "Offer the contract",
        "The terms are settled, and both parties are asked to sign them. To change them afterwards, recall the offer.",
        done="The contract is offered. Both parties have been asked to sign.",
    ),
    Act(contracts.sign_contract, "Sign the contract", form=SignContract, done="You have signed.", when=_is_signable, template="contracts/sign.html"),
    Act(contracts.recall_contract, "Recall the offer", form=RecallContract, done="The offer is recalled, and the supplier told.", primary=False),
)


class Register(ListPage):
    """The public register; the two parties see their drafts and offers in it too."""

    title = "Register of contracts"
    model = Contract
    columns = ("Contract", "Commissioner", "Supplier", "Value", "First day", "Last day", "Status")
    empty = "No contract matches. Contracts appear here once both parties have signed."
    filter_class = ContractFilters
    template_name = "contracts/register.html"

    def get_queryset(self) -> Any:
        """With their parties."""
        return super().get_queryset().select_related("buyer", "supplier__organisation")

    def row(self, record: Any) -> Any:
        """Title, parties, value, term, status."""
        link = {"text": record.title, "href": record.get_absolute_url()}
        status = {"status": record.status, "text": record.get_status_display()}
        return link, str(record.buyer), str(record.supplier), {"amount": record.value, "numeric": True}, record.starts_on, record.ends_on, status


class ContractWorkspace(RecordPage):
    """What was agreed, who signed, what the supplier carries out and what the trust keeps."""

    model = Contract
    acts = ACTS
    related = ("buyer", "supplier__organisation", "award__lot__tender")
    template_name = "contracts/contract.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The scope and the signatures; those over earlier terms only to the parties."""
        scope = list(self.record.scope.select_related("function"))
        signatures = self.record.signatures.filter(terms_hash=self.record.terms_hash).select_related("organisation", "person")
        return {
            **super().get_context_data(**kwargs),
            "taken": [part for part in scope if part.arrangement == Scope.Arrangement.TAKEN_OVER],
            "retained": [part for part in scope if part.arrangement == Scope.Arrangement.RETAINED],
            "signatures": list(signatures),
            "is_party": bool({self.record.buyer_id, self.record.supplier.organisation_id} & set(getattr(self.request.user, "organisations", ()))),
        }


class Arrangements(Page):
    """How a trust's functions are arranged on a date: by itself, or under which contracts."""

    template_name = "contracts/arrangements.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each function and who carries it out on the date asked for, or today."""
        buyer = find_visible(Organisation, self.request.user, self.kwargs["pk"])
        if buyer.kind != Organisation.Kind.COMMISSIONER:
            raise Http404
        asked = self.request.GET.get("on", "")
        on = _day(asked) or in_london(self.at).date()
        found = register.arrangements(buyer, on)
        return {
            **super().get_context_data(**kwargs),
            "title": f"Functions of {buyer}",
            "buyer": buyer,
            "on": on,
            "asked": asked,
            "is_not_a_date": bool(asked) and _day(asked) is None,
            "functions": found,
            "others": sum(1 for _, contracts_then in found if contracts_then),
        }


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The register as the viewer sees it, as CSV, XLSX or JSON."""
    found = ContractFilters(request.GET, Contract.objects.visible_to(request.user), request=request).qs.order_by("reference")
    if kind == "csv":
        return csv_response("contracts", register.HEADINGS, register.rows(found))
    if kind == "xlsx":
        return xlsx_response("contracts", register.HEADINGS, register.rows(found))
    if kind == "json":
        return JsonResponse({"contracts": [dict(zip(register.HEADINGS, row, strict=True)) for row in register.rows(found[:10000])]})
    raise Http404


urlpatterns = [
    path("", Register.as_view(), name="index"),
    path("register.<str:kind>", download, name="download"),
    path("<uuid:pk>/", ContractWorkspace.as_view(), name="workspace"),
    path("commissioners/<uuid:pk>/functions/", Arrangements.as_view(), name="arrangements"),
    *act_paths(Contract, ACTS),
]
