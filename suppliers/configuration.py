"""What a framework says, as one document: the content of its versions; and what differs between two of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from commissioning.canon import plain
from commissioning.models import Organisation, OrganisationClass, PeriodRule, Regime
from commissioning.models.regimes import years_on
from commissioning.wording import date_text, plural, pounds, sentence
from suppliers import criteria_tree, own_words
from suppliers.models import Framework, FrameworkList, FrameworkVersion
from suppliers.timing import TIMED, counted_by

Content = dict[str, Any]


def content_of(framework: Framework) -> Content:
    """Everything that the framework says, as plain JSON; of one with changes waiting, what is in force."""
    return dict(
        plain(
            {
                "id": framework.pk,
                "reference": framework.reference,
                "authority": {"id": framework.authority_id, "name": framework.authority.name},
                "title": framework.title,
                "description": framework.description,
                "regime": _regime(framework.regime),
                "term": {name: getattr(framework, name) for name in ("starts_on", "ends_on", "longest_ends_on", "term_ground")},
                "lists": [_part(each) | {"scope_kind": each.scope_kind} for each in framework.lists.all()],
                "areas": _areas(framework),
                "buyers": _buyers(framework),
                "criteria": _criteria(framework.criteria),
                "price": {"mechanism": framework.price_mechanism, "estimated_value": framework.estimated_value},
                "fee_percent": framework.fee_percent,
                "selection_process": framework.selection_process,
                "asks_at_most": framework.asks_at_most,
                "periods": {what: _rule(getattr(framework, f"{what}_rule")) for what in ("appeal", "standstill", "tender")},
                "timing": _timing(framework),
                "reopening": {"reopens": framework.reopens, "how": framework.reopening, "clocks": reopening_clocks(framework)},
                "agreement_terms": framework.agreement_terms,
                "letters": {template: text for template, text in framework.letters.items() if text.strip()},
            }
        )
    )


def _regime(regime: Regime) -> dict[str, Any]:
    return {name: getattr(regime, name) for name in ("code", "name", "criteria_lie_under", "criteria_source")}


def _part(part: Any) -> dict[str, Any]:
    return {name: getattr(part, name) for name in ("id", "code", "name", "description")}


def _areas(framework: Framework) -> list[dict[str, Any]]:
    """The areas with their services, those to come as well: a framework that is in force has none of these once it is published."""
    to_come: dict[str, list[dict[str, Any]]] = {}
    for service in framework.services_to_come:
        to_come.setdefault(service["area"], []).append({name: service[name] for name in ("id", "code", "name", "description")})
    return [
        _part(area) | {"services": [*map(_part, area.services.all()), *to_come.get(str(area.pk), [])]}
        for area in framework.areas.prefetch_related("services")
    ]


def _buyers(framework: Framework) -> dict[str, Any]:
    names = dict(OrganisationClass.objects.filter(code__in=framework.buyer_classes).values_list("code", "name"))
    named = Organisation.objects.filter(pk__in=framework.named_buyers).order_by("name", "pk")
    return {
        "classes": [{"code": code, "name": name} for code, name in names.items()],
        "named": [{"id": each.pk, "name": each.name} for each in named],
    }


def _criteria(rows: list[Any]) -> list[dict[str, Any]]:
    whole = criteria_tree.global_weights(rows)
    return [{**row, "global_weight": criteria_tree.as_text(whole[row["code"]])} for row in rows]


def _rule(rule: PeriodRule | None) -> dict[str, str] | None:
    return {"code": rule.code, "words": in_words(rule)} if rule else None


def _timing(framework: Framework) -> dict[str, dict[str, str] | None]:
    """What is timed, by which rule, the usual ones as well."""
    codes = counted_by(framework.timing)
    rules = PeriodRule.objects.in_bulk(list(codes.values()), field_name="code")
    return {timed: _rule(rules[code]) for timed, code in codes.items()}


def in_words(rule: PeriodRule) -> str:
    """A period rule for people: how long, and from when."""
    return f"{rule.length} {rule.get_unit_display().lower()} from: {rule.trigger[:1].lower()}{rule.trigger[1:]}"


def reopening_clocks(framework: Framework) -> list[dict[str, Any]]:
    """By when an open framework reopens for new suppliers, and when it ends as a whole, counted in years from its first day."""
    law, starts = framework.regime, framework.starts_on
    if not framework.reopens or not law.open_frameworks:
        return []
    clocks = [("It reopens for the first time by", law.first_reopening_years), ("It ends as a whole by", law.open_scheme_years)]
    return [{"what": what, "on": years_on(starts, years)} for what, years in clocks if years is not None]


def entitles(content: Content, buyer: Organisation) -> bool:
    """Whether this organisation may buy under a framework that says this: by its class or by name."""
    buyers = content["buyers"]
    return buyer.body_class_id in [each["code"] for each in buyers["classes"]] or str(buyer.pk) in [each["id"] for each in buyers["named"]]


def entitled(content: Content) -> Q:
    """Those organisations that `entitles` finds, as a condition on their rows."""
    classes = [each["code"] for each in content["buyers"]["classes"]]
    return Q(body_class__in=classes) | Q(pk__in=[each["id"] for each in content["buyers"]["named"]])


def why_not_entitled(version: FrameworkVersion, buyer: Organisation) -> str:
    """That this organisation may not buy under the framework in this version, and who may, as a sentence; empty if it may."""
    if entitles(version.content, buyer):
        return ""
    return f"{buyer} may not buy under {version.framework}. Those who may are: {'; '.join(buyers_in_words(version.content))}."


def latest_versions() -> Iterator[FrameworkVersion]:
    """The latest version of every framework, in one query."""
    newer = FrameworkVersion.objects.filter(framework=OuterRef("framework"), number__gt=OuterRef("number"))
    yield from FrameworkVersion.objects.filter(~Exists(newer)).select_related("framework")


def buyers_in_words(content: Content) -> list[str]:
    """Who may buy, for people."""
    return [each["name"] for each in (*content["buyers"]["classes"], *content["buyers"]["named"])]


def for_people(content: Content) -> Content:
    """The content with days as days, money as money, and kinds of lists and letters by name, for a page to draw."""
    term, price, reopening = content["term"], content["price"], content["reopening"]
    scopes = dict(FrameworkList.Scope.choices)
    return {
        **content,
        "term": {**term, **{name: _date(term[name]) for name in ("starts_on", "ends_on", "longest_ends_on")}},
        "lists": [{**each, "scope": scopes[each["scope_kind"]]} for each in content["lists"]],
        "timing": [(TIMED[timed].label, rule["words"]) for timed, rule in content["timing"].items()],
        "price": {**price, "estimated_value": _decimal(price["estimated_value"])},
        "reopening": {**reopening, "clocks": [{**each, "on": _date(each["on"])} for each in reopening["clocks"]]},
        "letters": [(_letter(template), text) for template, text in content["letters"].items()],
    }


@dataclass(frozen=True)
class Difference:
    """One thing that two versions say otherwise; empty: not at all."""

    what: str
    before: str
    after: str


def differences(before: Content, after: Content) -> list[Difference]:
    """What the second says otherwise than the first, in the order of the document."""
    old, new = dict(_told(before)), dict(_told(after))
    names = [*new, *(name for name in old if name not in new)]
    return [Difference(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name, "") != new.get(name, "")]


def _told(content: Content) -> Iterator[tuple[str, str]]:
    """Each thing that a version says, under a name for people."""
    term, price, reopening = content["term"], content["price"], content["reopening"]
    yield "Title", content["title"]
    yield "Description", content["description"]
    yield "Law", content["regime"]["name"]
    yield "First day", _day(term["starts_on"])
    yield "Last day", _day(term["ends_on"])
    yield "Last day of the longest extension", _day(term["longest_ends_on"])
    yield "Ground for the longer term", term["term_ground"]
    yield from _parts(content)
    for each in (*content["buyers"]["classes"], *content["buyers"]["named"]):
        yield f"Buyer: {each['name']}", "May buy"
    for row in content["criteria"]:
        yield f"Criterion “{row['code']}”", f"{row['title']}, {row['weight']} of 100{_inside(row)}. {row.get('description', '')}".strip()
    yield "Price mechanism", price["mechanism"]
    yield "Estimated value", pounds(_decimal(price["estimated_value"]))
    yield "Fee", f"{content['fee_percent']}%" if content["fee_percent"] else ""
    yield "Selection process", content["selection_process"]
    yield "A call-off invites at most", plural(most, "supplier") if (most := content.get("asks_at_most")) else ""
    for what, label in PERIODS.items():
        yield label, (content["periods"][what] or {}).get("words", "")
    for timed, rule in content["timing"].items():
        yield TIMED[timed].label, rule["words"]
    yield "Open framework", {None: "", True: "Yes", False: "No"}[reopening["reopens"]]
    yield "How it reopens", reopening["how"]
    yield "Agreement that suppliers sign", content["agreement_terms"]
    for template, text in content["letters"].items():
        yield f"Letter: {_letter(template)}", text


PERIODS = {
    "appeal": "Time for appeals of refused suppliers",
    "standstill": "Standstill before a contract",
    "tender": "Least time to tender in a call-off",
}


def _parts(content: Content) -> Iterator[tuple[str, str]]:
    for each in content["lists"]:
        yield f"List “{each['code']}”", _named(each)
    for area in content["areas"]:
        yield f"Area “{area['code']}”", _named(area)
        for service in area["services"]:
            yield f"Service “{service['code']}” in “{area['code']}”", _named(service)


def _named(part: Mapping[str, str]) -> str:
    return f"{part['name']}: {part['description']}" if part["description"] else part["name"]


def _inside(row: Mapping[str, str]) -> str:
    return f", within “{row['within']}”" if row.get("within") else ""


def _letter(template: str) -> str:
    return own_words.KINDS[template].label if template in own_words.KINDS else sentence(template)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(text: str | None) -> str:
    return date_text(_date(text))


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
