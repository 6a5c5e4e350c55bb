"""A contract: drafted from a confirmed award, given its scope, offered, and signed by both parties."""

from datetime import date, datetime
from typing import NotRequired, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import CommissioningFunction, Organisation
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, moving
from commissioning.wording import date_text, plural
from contracts import terms
from contracts.models import Contract, Scope, Signature
from procurement.models import Award, Tender

CHANGED_MEANWHILE = "The terms have changed since you were shown them, and you have not signed. Read the terms that are offered now before you sign."


def statement_of(buyer: Organisation) -> str:
    """What every contract says of who stays responsible."""
    return (
        f"{buyer} remains the statutory body. It stays responsible for the outcome of this contract and for every decision that the law gives to it; "
        "the supplier advises and carries out, and decides nothing in its place."
    )


def draft_contract(award_id: UUID, *, by: Actor, at: datetime | None = None) -> Contract:
    """Draft the contract that a confirmed award leads to, with what the buyer always retains already in its scope."""
    award = Award.objects.select_related("lot__tender__buyer", "supplier__organisation").get(pk=award_id)
    tender = award.lot.tender
    contract = Contract(
        award=award,
        buyer=tender.buyer,
        supplier=award.supplier,
        reference=f"{tender.reference}-{award.lot.number}",
        title=award.lot.title,
        value=award.value,
        starts_on=tender.contract_starts_on,
        ends_on=tender.contract_ends_on,
        statement=statement_of(tender.buyer),
    )
    with beginning(contract, "draft_contract", by=by, at=at, within=award) as step:
        award = contract.award = step.within_a(Award)
        step.require(award.status == Award.Status.CONFIRMED, "A contract follows from a confirmed award only.")
        contract.save()
        _retain_what_is_always_kept(contract, step)
        step.facts |= {"award": award.pk, "value": contract.value}
        step.tell(contract.managers(), "contract_drafted")
    return contract


def _retain_what_is_always_kept(contract: Contract, step: Step[Contract]) -> None:
    kept = CommissioningFunction.objects.filter(always_retained=True)
    retained = Scope.Arrangement.RETAINED
    Scope.objects.bulk_create([Scope(contract=contract, function=function, arrangement=retained, created_at=step.at) for function in kept])


def describe_contract(contract_id: UUID, *, title: str, starts_on: date, ends_on: date, by: Actor, at: datetime | None = None) -> Contract:
    """Change a draft's title, and its term within that of the notice; the price is the award's."""
    with moving(Contract, contract_id, "describe_contract", by=by, at=at) as step:
        _check_term(step.record.award.lot.tender, starts_on, ends_on)
        step.record.title, step.record.starts_on, step.record.ends_on = title, starts_on, ends_on
        step.facts |= {"title": title, "starts_on": starts_on, "ends_on": ends_on}
    return step.record


def _check_term(tender: Tender, starts_on: date, ends_on: date) -> None:
    """Refuse a term that bidders were not told of: one that starts before the day in the notice, or lasts for more days than the term there."""
    begins, ends = tender.contract_starts_on, tender.contract_ends_on
    if begins is None or ends is None or ends_on <= starts_on:
        raise ValidationError({"ends_on": "The last day must come after the first."})
    if starts_on < begins:
        raise ValidationError({"starts_on": f"The notice of the tender has the contract start on {date_text(begins)}. It starts then, or later."})
    if ends_on - starts_on > ends - begins:
        asked, noticed = (plural((last - first).days + 1, "day") for first, last in ((starts_on, ends_on), (begins, ends)))
        latest = date_text(starts_on + (ends - begins))
        raise ValidationError(
            {"ends_on": f"This is a term of {asked}. The notice of the tender has {noticed}: the last day is {latest}, or earlier."}
        )


class FunctionTaken(TypedDict):
    """A function, by its code, that the supplier is to carry out, and in what way."""

    function: str
    detail: NotRequired[str]


def set_scope(contract_id: UUID, *, taken_over: list[FunctionTaken], by: Actor, at: datetime | None = None) -> Contract:
    """Say which of the buyer's functions the supplier carries out. What is always retained cannot be handed over."""
    with moving(Contract, contract_id, "set_scope", by=by, at=at) as step:
        contract = step.record
        details = {taken["function"]: taken.get("detail", "") for taken in taken_over}
        functions = list(CommissioningFunction.objects.filter(code__in=details))
        _check_scope(details, functions)
        contract.scope.filter(arrangement=Scope.Arrangement.TAKEN_OVER).delete()
        taken = Scope.Arrangement.TAKEN_OVER
        for function in functions:
            Scope.objects.create(contract=contract, function=function, arrangement=taken, detail=details[function.code], created_at=step.at)
        step.facts["taken_over"] = sorted(details)
    return step.record


def _check_scope(codes: dict[str, str], functions: list[CommissioningFunction]) -> None:
    if not codes:
        raise ValidationError({"taken_over": "Name at least one function that the supplier carries out."})
    if unknown := sorted(set(codes) - {function.code for function in functions}):
        raise ValidationError({"taken_over": f"There is no function called {', '.join(unknown)}."})
    if kept := [function.name for function in functions if function.always_retained]:
        raise ValidationError({"taken_over": f"The trust always keeps this itself: {', '.join(kept)}."})


def offer_contract(contract_id: UUID, *, by: Actor, at: datetime | None = None) -> Contract:
    """Settle the terms and ask both parties to sign them."""
    with moving(Contract, contract_id, "offer_contract", by=by, at=at) as step:
        contract = step.record
        step.require(
            contract.scope.filter(arrangement=Scope.Arrangement.TAKEN_OVER).exists(),
            "Say first which functions the supplier carries out: set the scope.",
        )
        contract.offer, contract.offered_at = contract.offer + 1, step.at
        contract.terms_hash = terms.digest_of(contract)
        step.facts |= {"offer": contract.offer, "terms_hash": contract.terms_hash}
        step.tell([*contract.signatories_of_the_supplier(), *contract.managers()], "contract_offered", again=contract.offer)
    return contract


def recall_contract(contract_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Contract:
    """Take the offer back, to change the terms. A signature of it is kept, and has no effect any more."""
    with moving(Contract, contract_id, "recall_contract", by=by, at=at) as step:
        if not reason.strip():
            raise ValidationError({"reason": "Say why the offer is taken back. The supplier is told."})
        step.facts |= {"reason": reason, "offer": step.record.offer, "terms_hash": step.record.terms_hash}
        step.tell(step.record.signatories_of_the_supplier(), "contract_recalled", again=step.record.offer, reason=reason)
        step.record.terms_hash, step.record.offered_at = "", None
    return step.record


def sign_contract(contract_id: UUID, *, terms_hash: str, capacity: str, agrees: bool, by: Actor, at: datetime | None = None) -> Contract:
    """Sign the terms of this hash for one's own organisation, if they are still on offer; the second party's signature concludes the contract.

    `terms_hash` is that of the terms which the signatory was shown: nobody signs what they have not read.
    """
    with moving(Contract, contract_id, "sign_contract", by=by, at=at) as step:
        contract = step.record
        _check_signature(capacity, agrees)
        step.require(terms_hash == contract.terms_hash, CHANGED_MEANWHILE)
        party = contract.party_of(step.person)
        signed = contract.signatures.standing()
        step.require(not signed.filter(organisation=party).exists(), f"{party} has signed these terms already.")
        step.require(
            terms.digest_of(contract) == contract.terms_hash, "The terms are not those that were offered. Recall the offer, and offer it again."
        )
        Signature.objects.create(
            contract=contract,
            organisation=party,
            person=step.person,
            capacity=capacity,
            terms_hash=contract.terms_hash,
            signed_at=step.at,
            created_at=step.at,
        )
        step.facts |= {"party": str(party), "offer": contract.offer, "terms_hash": contract.terms_hash}
        if signed.count() == 2:
            step.then(conclude_contract, contract.pk)
    return contract


def _check_signature(capacity: str, agrees: bool) -> None:
    if not capacity.strip():
        raise ValidationError({"capacity": "Say in what capacity you sign."})
    if not agrees:
        raise ValidationError({"agrees": "Confirm that you sign these terms for your organisation."})


def conclude_contract(contract_id: UUID, *, by: Actor, at: datetime | None = None) -> Contract:
    """Both parties have signed the same terms: the contract stands, and is on the public register."""
    with moving(Contract, contract_id, "conclude_contract", by=by, at=at) as step:
        contract = step.record
        parties = set(contract.signatures.standing().values_list("organisation_id", flat=True))
        missing = {contract.buyer_id, contract.supplier.organisation_id} - parties
        step.require(not missing, "Both parties must have signed the same terms.")
        contract.signed_at = step.at
        step.facts["terms_hash"] = contract.terms_hash
        step.tell([*contract.signatories_of_the_supplier(), *contract.managers()], "contract_signed")
    return contract
