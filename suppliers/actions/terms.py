"""The terms of a framework, one part at a time: in a draft at once, and once it is published for its next version."""

from datetime import date, datetime
from decimal import Decimal
from typing import NotRequired, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.canon import plain
from commissioning.models import Organisation, OrganisationClass
from commissioning.models.people import Actor
from commissioning.moves import moving
from commissioning.wording import date_text
from suppliers import criteria_tree, own_words
from suppliers.actions.frameworks import rule_of, set_days
from suppliers.models import Framework
from suppliers.timing import TIMED

MOST_ASKED = 100


class AwardCriterion(TypedDict):
    """A criterion with its weight out of 100 among its siblings; `within` is the code of the criterion that it is part of."""

    code: str
    title: str
    weight: Decimal
    within: NotRequired[str]
    description: NotRequired[str]


def set_term(
    framework_id: UUID,
    *,
    starts_on: date,
    ends_on: date,
    longest_ends_on: date | None = None,
    term_ground: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Framework:
    """Set the first and last day, and the last day to which the term may be extended; of a published framework only the last day moves, later."""
    with moving(Framework, framework_id, "set_term", by=by, at=at) as step:
        framework = step.record
        if longest_ends_on is not None and longest_ends_on < ends_on:
            raise ValidationError({"longest_ends_on": "The longest extension ends before the term itself. Choose a later day, or leave it empty."})
        if framework.status == Framework.Status.DRAFT:
            framework.say(longest_ends_on=longest_ends_on, term_ground=term_ground)
        elif longest_ends_on != framework.longest_ends_on:
            last = date_text(framework.longest_ends_on) or "none"
            raise ValidationError({"longest_ends_on": f"How far a published framework may be extended does not change. It is: {last}."})
        set_days(framework, starts_on, ends_on)
        step.facts |= {"starts_on": starts_on, "ends_on": ends_on, "longest_ends_on": longest_ends_on, "term_ground": term_ground}
    return framework


def set_periods(
    framework_id: UUID, *, appeal_rule: str, standstill_rule: str, tender_rule: str = "", by: Actor, at: datetime | None = None
) -> Framework:
    """Set by which period rules appeals, standstills and, if there is one, the least time to tender in a call-off are counted.

    Windows that have opened keep their ends, and tenders that were drafted keep the version that they were drafted under.
    """
    with moving(Framework, framework_id, "set_periods", by=by, at=at) as step:
        given = {"appeal_rule": appeal_rule, "standstill_rule": standstill_rule}
        step.record.say(**{f"{field}_id": rule_of(field, code) for field, code in given.items()})
        step.record.say(tender_rule_id=rule_of("tender_rule", tender_rule) if tender_rule else None)
        step.facts |= {**given, "tender_rule": tender_rule}
    return step.record


def set_timing(framework_id: UUID, *, timing: dict[str, str], by: Actor, at: datetime | None = None) -> Framework:
    """Name other period rules than the usual ones for the steps of call-offs and of appeals, by what they time; those left out are the usual.

    Windows that have opened keep their ends, and tenders that were drafted keep the version that they were drafted under.
    """
    with moving(Framework, framework_id, "set_timing", by=by, at=at) as step:
        if unknown := sorted(timing.keys() - TIMED.keys()):
            raise ValidationError({"timing": f"Nothing that is timed is called “{unknown[0]}”. These are: {', '.join(TIMED)}."})
        named = {name: rule_of(name, code) for name, code in timing.items() if code}
        step.record.say(timing={name: code for name, code in named.items() if code != TIMED[name].usual})
        step.facts["timing"] = named
    return step.record


def set_buyers(framework_id: UUID, *, classes: list[str], named: list[UUID] | None = None, by: Actor, at: datetime | None = None) -> Framework:
    """Say who may buy under the framework: every body of these classes, and these organisations."""
    with moving(Framework, framework_id, "set_buyers", by=by, at=at) as step:
        known = list(OrganisationClass.objects.filter(code__in=classes).values_list("code", flat=True))
        if unknown := sorted(set(classes) - set(known)):
            every = ", ".join(OrganisationClass.objects.values_list("code", flat=True))
            raise ValidationError({"classes": f"There is no class of bodies “{unknown[0]}”. The classes are: {every}."})
        wanted = set(named or ())
        found = Organisation.objects.visible_to(by).filter(pk__in=wanted, kind=Organisation.Kind.COMMISSIONER)
        ids = sorted(str(pk) for pk in found.values_list("pk", flat=True))
        if len(ids) != len(wanted):
            raise ValidationError({"named": "Name commissioners that are registered here: one of these is not."})
        step.record.say(buyer_classes=known, named_buyers=ids)
        step.facts |= {"classes": known, "named": ids}
    return step.record


def set_award_criteria(framework_id: UUID, *, criteria: list[AwardCriterion], by: Actor, at: datetime | None = None) -> Framework:
    """Set the criteria on which contracts are awarded: a tree, in which those that are part of the same one weigh exactly 100 together."""
    with moving(Framework, framework_id, "set_award_criteria", by=by, at=at) as step:
        rows = [_row(each) for each in criteria]
        if fault := criteria_tree.fault(rows):
            raise ValidationError({"criteria": fault})
        step.record.say(criteria=plain(rows))
        step.facts["criteria"] = [[row["code"], row["weight"], row.get("within", "")] for row in rows]
    return step.record


def _row(given: AwardCriterion) -> criteria_tree.CriterionRow:
    code, title = given["code"].strip(), given["title"].strip()
    if not code or not title or len(code) > 40 or len(title) > 200:
        raise ValidationError({"criteria": "Each criterion needs a code of at most 40 characters and a title of at most 200."})
    within, description = given.get("within", "").strip(), given.get("description", "").strip()[:4000]
    return criteria_tree.CriterionRow(code=code, title=title, weight=given["weight"], within=within, description=description)


def set_price_and_fee(
    framework_id: UUID,
    *,
    price_mechanism: str = "",
    estimated_value: Decimal | None = None,
    fee_percent: Decimal | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Framework:
    """State the price or its mechanism, the estimated value in pounds without VAT, and the fee as a percentage of each awarded contract's value."""
    with moving(Framework, framework_id, "set_price_and_fee", by=by, at=at) as step:
        said = {"price_mechanism": price_mechanism.strip(), "estimated_value": estimated_value, "fee_percent": fee_percent}
        step.record.say(**said)
        step.facts |= said
    return step.record


def describe_selection(
    framework_id: UUID, *, selection_process: str, asks_at_most: int | None = None, by: Actor, at: datetime | None = None
) -> Framework:
    """Describe how a supplier is selected for a contract, and how many of those on a list a call-off invites; None: everyone, each time."""
    with moving(Framework, framework_id, "describe_selection", by=by, at=at) as step:
        if asks_at_most is not None and not 1 <= asks_at_most <= MOST_ASKED:
            raise ValidationError({"asks_at_most": f"Enter a number from 1 to {MOST_ASKED}, or nothing: then everyone on the list is invited."})
        said = {"selection_process": selection_process.strip(), "asks_at_most": asks_at_most}
        step.record.say(**said)
        step.facts |= said
    return step.record


def set_reopening(framework_id: UUID, *, reopens: bool, reopening: str = "", by: Actor, at: datetime | None = None) -> Framework:
    """Say whether the framework is open, and if it is, how it reopens for new suppliers."""
    with moving(Framework, framework_id, "set_reopening", by=by, at=at) as step:
        step.record.say(reopens=reopens, reopening=reopening.strip() if reopens else "")
        step.facts |= {"reopens": reopens, "reopening": reopening}
    return step.record


def set_agreement_terms(framework_id: UUID, *, agreement_terms: str = "", by: Actor, at: datetime | None = None) -> Framework:
    """Write the terms that each listed supplier signs before it is asked in a call-off; without them nobody signs anything."""
    with moving(Framework, framework_id, "set_agreement_terms", by=by, at=at) as step:
        step.record.say(agreement_terms=agreement_terms.strip())
        step.facts["agreement_terms"] = agreement_terms
    return step.record


def set_letters(framework_id: UUID, *, letters: dict[str, str], by: Actor, at: datetime | None = None) -> Framework:
    """Write the framework's own paragraphs for kinds of letters: plain text, in which `{supplier}` and the like are filled in."""
    with moving(Framework, framework_id, "set_letters", by=by, at=at) as step:
        written = {template: text.strip() for template, text in letters.items() if text.strip()}
        for template, text in written.items():
            if fault := own_words.fault(template, text):
                raise ValidationError({template if template in own_words.KINDS else "letters": fault})
        step.record.say(letters=written)
        step.facts["letters"] = written
    return step.record
