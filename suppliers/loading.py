"""Bring a whole framework in from a file, through the acts: all of it, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import repeat
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from commissioning.models import Identifier, Organisation, User
from commissioning.refusals import Refused
from suppliers.actions import frameworks, terms
from suppliers.actions.framework_versions import publish_framework
from suppliers.demands import missing
from suppliers.framework_files import FrameworkFile, KeyPath, NotLoadable
from suppliers.models import Framework, FrameworkList


class Moments(Protocol):
    """The moments at which acts happen, one after another."""

    def __next__(self) -> datetime | None: ...


# Which key of the file an act's complaint about one of its arguments is about.
KEYS = {
    "term_ground": "ground",
    "appeal_rule": "appeal",
    "standstill_rule": "standstill",
    "tender_rule": "tender",
    "price_mechanism": "mechanism",
    "selection_process": "process",
    "reopening": "how",
    "agreement_terms": "terms",
}


@dataclass(frozen=True)
class Loaded:
    """A framework that was loaded, and what it lacks before it can be published."""

    framework: Framework
    missing: list[str]


def load(file: FrameworkFile, *, by: User, publish: bool = False, dry_run: bool = False, moments: Moments | None = None) -> Loaded:
    """The framework that the file describes, drafted and if asked published; of a dry run nothing stays.

    Each act takes the next of the moments; without them, the clock's. Raises NotLoadable with the place in the file.
    """
    with transaction.atomic():
        framework = _Loading(file, by, moments or repeat(None)).run(publish=publish)
        loaded = Loaded(framework, [demand.missing for demand in missing(framework)])
        transaction.set_rollback(dry_run)
    return loaded


@dataclass
class _Loading:
    """One file on its way in."""

    file: FrameworkFile
    by: User
    moments: Moments
    says: dict[str, Any] = field(init=False)
    framework: Framework = field(init=False)

    def __post_init__(self) -> None:
        self.says = self.file.says

    def run(self, *, publish: bool) -> Framework:
        """Every part in turn; and at the end the version, if it is wanted."""
        self._draft()
        self._add_parts()
        self._state_terms()
        if publish:
            self._act(publish_framework, ())
        return Framework.objects.select_related("regime").get(pk=self.framework.pk)

    def _draft(self) -> None:
        term, periods = self.says["term"], self.says.get("periods", {})
        with self._at(()):
            self.framework = frameworks.draft_framework(
                authority=self._authority(),
                **{name: self.says.get(name, "") for name in ("reference", "title", "description", "regime")},
                starts_on=term["starts_on"],
                ends_on=term["ends_on"],
                appeal_rule=periods.get("appeal", ""),
                standstill_rule=periods.get("standstill", ""),
                by=self.by,
                at=next(self.moments),
            )
        longest, ground = term.get("longest_ends_on"), term.get("ground", "")
        if longest or ground:
            days = {"starts_on": term["starts_on"], "ends_on": term["ends_on"]}
            self._act(terms.set_term, ("term",), **days, longest_ends_on=longest, term_ground=ground)

    def _authority(self) -> UUID:
        """The authority that the file names, or else the one that the person acts for."""
        authorities = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY)
        name = self.says.get("authority")
        found = authorities.filter(name=name) if name else authorities.filter(pk__in=self.by.organisations)
        if (authority := found.order_by("created_at", "pk").first()) is None:
            who = f"there is no framework authority “{name}”" if name else f"{self.by} acts for no framework authority"
            raise NotLoadable(f"{self.file.where(('authority',))}: {who}.")
        return UUID(str(authority.pk))

    def _add_parts(self) -> None:
        for number, each in enumerate(self.says.get("lists", ())):
            scopes = FrameworkList.Scope
            if each["scope_kind"] not in scopes.values:
                raise NotLoadable(f"{self.file.where(('lists', number, 'scope_kind'))}: this must be one of {', '.join(scopes.values)}.")
            self._act(frameworks.add_list, ("lists", number), **_part(each), scope_kind=scopes(each["scope_kind"]))
        for number, each in enumerate(self.says.get("areas", ())):
            area = self._act(frameworks.add_area, ("areas", number), **_part(each))
            for place, service in enumerate(each.get("services", ())):
                self._act(frameworks.add_service, ("areas", number, "services", place), area=area.pk, **_part(service))

    def _state_terms(self) -> None:
        says, act = self.says, self._act
        if tender := says.get("periods", {}).get("tender"):
            rules = {"appeal_rule": self.framework.appeal_rule_id, "standstill_rule": self.framework.standstill_rule_id}
            act(terms.set_periods, ("periods",), **rules, tender_rule=tender)
        if timing := says.get("timing"):
            act(terms.set_timing, ("timing",), timing=timing)
        if buyers := says.get("buyers"):
            act(terms.set_buyers, ("buyers",), classes=buyers.get("classes", []), named=self._named(buyers.get("named", [])))
        if criteria := says.get("criteria"):
            rows: list[Any] = [{**row, "weight": Decimal(row["weight"])} for row in criteria]
            act(terms.set_award_criteria, ("criteria",), criteria=rows)
        if price := says.get("price"):
            numbers = {name: _number(price.get(name)) for name in ("estimated_value", "fee_percent")}
            act(terms.set_price_and_fee, ("price",), price_mechanism=price.get("mechanism", ""), **numbers)
        if selection := says.get("selection"):
            act(terms.describe_selection, ("selection",), selection_process=selection["process"], asks_at_most=selection.get("asks_at_most"))
        if reopening := says.get("reopening"):
            act(terms.set_reopening, ("reopening",), reopens=reopening.get("reopens", False), reopening=reopening.get("how", ""))
        if agreement := says.get("agreement"):
            act(terms.set_agreement_terms, ("agreement",), agreement_terms=agreement["terms"])
        if letters := says.get("letters"):
            act(terms.set_letters, ("letters",), letters=letters)

    def _named(self, names: list[str]) -> list[UUID]:
        return [self._buyer(name, number) for number, name in enumerate(names)]

    def _buyer(self, name: str, number: int) -> UUID:
        """A commissioner by its ODS code or its name."""
        by_code = Q(identifiers__scheme=Identifier.Scheme.ODS, identifiers__value=name)
        found = Organisation.objects.filter(by_code | Q(name=name), kind=Organisation.Kind.COMMISSIONER).distinct().first()
        if found is None:
            raise NotLoadable(f"{self.file.where(('buyers', 'named', number))}: no commissioner here has the ODS code or the name “{name}”.")
        return UUID(str(found.pk))

    def _act(self, action: Any, path: KeyPath, **words: Any) -> Any:
        """Carry one act out on the framework; what it refuses is said with the place in the file."""
        with self._at(path):
            return partial(action, self.framework.pk, by=self.by, at=next(self.moments))(**words)

    @contextmanager
    def _at(self, path: KeyPath) -> Iterator[None]:
        try:
            yield
        except ValidationError as error:
            raise NotLoadable(" ".join(self._complaints(path, error))) from error
        except PermissionDenied as error:
            raise NotLoadable(f"{self.by} ({self.by.email}) may not set up this framework.") from error
        except NotLoadable:
            raise
        except Refused as refusal:
            where = self.file.where(path)
            raise NotLoadable(f"{where}: {refusal}" if where else str(refusal)) from refusal

    def _complaints(self, path: KeyPath, error: ValidationError) -> Iterator[str]:
        """Each complaint, where in the file it is put right."""
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for argument, messages in told.items():
            key = KEYS.get(argument, argument)
            inside = next((outer for outer in ("term", "periods") if not path and key in self.says.get(outer, {})), "")
            full = (*path, *filter(None, (inside, key)))
            yield f"{self.file.where(full if full in self.file.lines else path or full)}: {' '.join(messages)}"


def _part(each: dict[str, Any]) -> dict[str, str]:
    return {"code": each["code"], "name": each["name"], "description": each.get("description", "").strip()}


def _number(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
