"""Registering companies and consortia as suppliers, and describing them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NotRequired, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from commissioning.actions.organisations import GivenIdentifier, register_organisation
from commissioning.models import Organisation
from commissioning.models.people import Actor
from commissioning.moves import beginning, moving
from suppliers.models import ConsortiumMember, Supplier

THE_WHOLE = Decimal("100.00")


class NewMember(TypedDict):
    """A company's place in a consortium: whether it leads, and its share of liability in percent."""

    company: UUID
    leads: bool
    liability_share: Decimal


class MemberGiven(NewMember):
    """A member at registration; `is_illustrative` marks one that is not on the public record, in a worked example."""

    is_illustrative: NotRequired[bool]


def register_supplier(
    *,
    name: str,
    short_name: str,
    identifiers: list[GivenIdentifier] | None = None,
    address: str = "",
    profile: str = "",
    website: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Supplier:
    """Enter a company as an organisation and as a supplier; `short_name` is its name in addresses."""
    with transaction.atomic():
        company = _organisation(name, address, identifiers, by, at, valid_from, valid_to)
        supplier = Supplier(organisation=company, short_name=short_name, profile=profile, website=website)
        with beginning(supplier, "register_supplier", by=by, at=at) as step:
            step.facts |= {"name": company.name, "short_name": short_name}
    return supplier


def register_consortium(
    *,
    name: str,
    short_name: str,
    members: list[MemberGiven],
    identifiers: list[GivenIdentifier] | None = None,
    address: str = "",
    profile: str = "",
    website: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Supplier:
    """Enter a consortium of at least two companies, one of which leads, whose shares of liability add up to 100.00 percent.

    Raises ValidationError.
    """
    companies = companies_of(members, by)
    with transaction.atomic():
        organisation = _organisation(name, address, identifiers, by, at)
        kind = Supplier.Kind.CONSORTIUM
        consortium = Supplier(organisation=organisation, kind=kind, short_name=short_name, profile=profile, website=website)
        with beginning(consortium, "register_consortium", by=by, at=at) as step:
            consortium.save(force_insert=True)
            _join(consortium, members, companies)
            shares = {str(member["company"]): member["liability_share"] for member in members}
            step.facts |= {"name": organisation.name, "short_name": short_name, "shares": shares}
    return consortium


def _organisation(
    name: str,
    address: str,
    identifiers: list[GivenIdentifier] | None,
    by: Actor,
    at: datetime | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Organisation:
    kind = Organisation.Kind.SUPPLIER
    return register_organisation(
        kind=kind, name=name, address=address, identifiers=identifiers, valid_from=valid_from, valid_to=valid_to, by=by, at=at
    )


def companies_of(members: Sequence[NewMember], by: Actor) -> dict[UUID, Organisation]:
    """The members' organisations by id. Raises ValidationError unless the members make up a consortium."""
    ids = {member["company"] for member in members}
    if len(ids) < 2 or len(ids) != len(members):
        raise ValidationError({"members": "A consortium has at least two companies, each of them once."})
    if sum(member["leads"] for member in members) != 1:
        raise ValidationError({"members": "One company leads the consortium. Mark one, and only one."})
    total = sum(member["liability_share"] for member in members)
    if total != THE_WHOLE or any(member["liability_share"] <= 0 for member in members):
        raise ValidationError({"members": f"The shares of liability add up to {total} percent. They must add up to 100.00, and each be more than 0."})
    found = Organisation.objects.visible_to(by).filter(kind=Organisation.Kind.SUPPLIER).in_bulk(ids)
    if found.keys() != ids:
        raise ValidationError({"members": "A member must be registered as a supplier's organisation. Register it first."})
    return found


def _join(consortium: Supplier, members: list[MemberGiven], companies: dict[UUID, Organisation]) -> None:
    for member in members:
        ConsortiumMember.objects.create(
            consortium=consortium,
            company=companies[member["company"]],
            leads=member["leads"],
            liability_share=member["liability_share"],
            is_illustrative=member.get("is_illustrative", False),
            created_at=consortium.created_at,
        )


def describe_supplier(supplier_id: UUID, *, profile: str = "", website: str = "", by: Actor, at: datetime | None = None) -> Supplier:
    """Write the public profile of a supplier."""
    with moving(Supplier, supplier_id, "describe_supplier", by=by, at=at) as step:
        step.facts["before"] = {"profile": step.record.profile, "website": step.record.website}
        step.record.profile, step.record.website = profile, website
    return step.record
