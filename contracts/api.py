"""The API of this floor."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from commissioning import clock
from commissioning.clock import in_london
from contracts.actions import breaches, contracts
from contracts.breach_api import BreachReportViewSet, WholeBreachReportSerializer
from contracts.filters import ContractFilters
from contracts.models import Contract, Scope, Signature
from suppliers.api_making import MakingViewSet
from suppliers.serializers import ConsortiumMemberSerializer


class ScopeSerializer(serializers.ModelSerializer[Scope]):
    """A function, and who carries it out."""

    function = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)

    class Meta:
        model = Scope
        fields = ["function", "arrangement", "detail"]
        read_only_fields = fields


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    """A party's signature; in what capacity somebody signed, not their address."""

    class Meta:
        model = Signature
        fields = ["organisation", "capacity", "terms_hash", "signed_at"]
        read_only_fields = fields


class ContractSerializer(serializers.ModelSerializer[Contract]):
    """A contract, with its scope and signatures."""

    scope = ScopeSerializer(many=True, read_only=True)
    signatures = SignatureSerializer(many=True, read_only=True)
    members = ConsortiumMemberSerializer(many=True, read_only=True, help_text="Of a consortium: those when the contract was signed; until then, now.")
    phase = serializers.SerializerMethodField()
    supplier_name = serializers.CharField(read_only=True, help_text="Its name when the contract was signed; until then its present one.")

    class Meta:
        model = Contract
        fields = [
            "id",
            "reference",
            "title",
            "status",
            "phase",
            "award",
            "buyer",
            "supplier",
            "supplier_name",
            "members",
            "value",
            "starts_on",
            "ends_on",
            "statement",
            "offer",
            "offered_at",
            "terms_hash",
            "signed_at",
            "scope",
            "signatures",
            "created_at",
        ]
        read_only_fields = fields

    def get_phase(self, contract: Contract) -> str:
        """What to call where it stands today: signed, running or ended follows from its term."""
        return contract.phase_at(in_london(self.context["view"].at).date())


class ContractViewSet(MakingViewSet):
    """Contracts: signed ones are public, drafts and offers are their parties'."""

    model = Contract
    serializer_class = ContractSerializer
    filterset_class = ContractFilters
    acts = (
        contracts.describe_contract,
        contracts.set_scope,
        contracts.offer_contract,
        contracts.recall_contract,
        contracts.sign_contract,
        breaches.draft_breach_report,
    )
    makes: ClassVar = {"draft_breach_report": WholeBreachReportSerializer}

    @cached_property
    def at(self) -> datetime:
        """The one moment of the answer."""
        return clock.now()

    def get_serializer_context(self) -> dict[str, Any]:
        """With the moment at which a report is shown."""
        return {**super().get_serializer_context(), "at": self.at}

    def narrowed(self, records: Any) -> Any:
        """With scope, and the signatures of the terms that stand."""
        return (
            records.select_related("supplier__organisation")
            .prefetch_related("scope__function", "supplier__changes", "supplier__all_members")
            .with_signatures()
        )


router = SimpleRouter()
router.register("contracts", ContractViewSet, basename="api-contract")
router.register("breach-reports", BreachReportViewSet, basename="api-breach-report")
urlpatterns = router.urls
