"""Variations of a framework's terms: issued, withdrawn, accepted, declined."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max

from commissioning.canon import digest
from commissioning.clock import from_wall, in_london
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, moving
from commissioning.wording import date_text, ending_text, instant_text
from suppliers.models import Framework, FrameworkAgreement, FrameworkVariation, VariationAnswer
from suppliers.models.variations import FrameworkVariationQuerySet
from suppliers.recipients import bid_managers


def issue_variation(
    framework_id: UUID, *, title: str, text: str, reason: str, answer_by: date, by: Actor, at: datetime | None = None
) -> FrameworkVariation:
    """Issue the next variation of a framework's terms, for each supplier whose agreement is countersigned to answer by the end of that day.

    Whoever signs the terms after this signs them as varied.
    """
    framework = Framework.objects.visible_to(by).get(pk=framework_id)
    variation = FrameworkVariation(framework=framework, title=title.strip(), text=text.strip(), reason=reason.strip())
    with beginning(variation, "issue_variation", by=by, within=framework, at=at) as step:
        framework = step.within_a(Framework)
        step.require(framework.agreement_terms, "The framework has no terms that suppliers sign, so there is nothing to vary.")
        step.require(framework.is_in_force(step.at), "The framework is not in force, so its terms cannot be varied.")
        _check_words(step, answer_by)
        variation.number = 1 + (framework.variations.aggregate(last=Max("number"))["last"] or 0)
        variation.text_hash, variation.issued_by = digest(variation.text), step.person
        variation.save(force_insert=True)
        step.facts |= {"variation": variation.number, "text_hash": variation.text_hash, "answers_end_at": variation.answers_end_at}
        _ask(step)
    return variation


def _check_words(step: Step[FrameworkVariation], answer_by: date) -> None:
    variation, framework = step.record, step.within_a(Framework)
    for name in ("title", "text", "reason"):
        if not getattr(variation, name):
            raise ValidationError({name: "Write this: the suppliers will read it."})
    if not in_london(step.at).date() <= answer_by <= framework.ends_on:
        last = date_text(framework.ends_on)
        raise ValidationError({"answer_by": f"Choose a day from today to the last day of the framework, {last}: nobody can answer on another."})
    variation.answers_end_at = from_wall(datetime.combine(answer_by + timedelta(days=1), time()))


def _ask(step: Step[FrameworkVariation]) -> None:
    """An answer for each supplier to give whose agreement is countersigned, and a letter to those who can give it."""
    binding = FrameworkAgreement.objects.countersigned().filter(framework=step.record.framework_id)
    agreements = list(binding.select_related("supplier__organisation").order_by("supplier__short_name"))
    VariationAnswer.objects.bulk_create(VariationAnswer(variation=step.record, agreement=each, created_at=step.at) for each in agreements)
    people = bid_managers(each.supplier for each in agreements)
    step.tell([person for those in people.values() for person in those], "variation_issued")
    step.facts["asked"] = len(agreements)


def ask_what_was_issued_since(step: Step[FrameworkAgreement]) -> None:
    """Whose agreement is countersigned now answers what was issued after it was signed, if there is time yet; in the caller's transaction."""
    agreement = step.record
    for variation in _issued_since(agreement).open_at(step.at).select_related("framework__authority"):
        VariationAnswer.objects.create(variation=variation, agreement=agreement, created_at=step.at)
        step.tell(agreement.signatories(), "variation_issued", about=variation)


def missed_variations(agreement: FrameworkAgreement, at: datetime) -> list[FrameworkVariation]:
    """What was issued after this supplier signed, and can be answered no more."""
    return list(_issued_since(agreement).filter(answers_end_at__lte=at))


def _issued_since(agreement: FrameworkAgreement) -> FrameworkVariationQuerySet:
    """The variations that this supplier neither signed nor was asked about."""
    issued: FrameworkVariationQuerySet = FrameworkVariation.objects.filter(framework=agreement.framework_id, status=FrameworkVariation.Status.ISSUED)
    return issued.exclude(number__in=agreement.signed_variations()).exclude(answers__agreement=agreement)


def accept_what_is_signed(step: Step[FrameworkAgreement]) -> None:
    """Whoever signs the terms as varied has accepted those variations, whatever was said to them before; in the caller's transaction."""
    agreement = step.record
    signed = FrameworkVariation.objects.filter(framework=agreement.framework_id, number__in=agreement.signed_variations())
    asked = agreement.answers.values("variation")
    VariationAnswer.objects.bulk_create(
        VariationAnswer(variation=each, agreement=agreement, created_at=step.at) for each in signed.exclude(pk__in=asked)
    )
    for answer in agreement.answers.filter(variation__in=signed).exclude(status=VariationAnswer.Status.ACCEPTED):
        step.then(accept_by_signing, answer.pk)


def accept_by_signing(answer_id: UUID, *, by: Actor, at: datetime | None = None) -> VariationAnswer:
    """Take a variation as accepted that is part of the text which its supplier has signed; the answer says so from then on."""
    with moving(VariationAnswer, answer_id, "accept_by_signing", by=by, at=at) as step:
        answer, number = step.record, step.record.variation.number
        step.require(number in answer.agreement.signed_variations(), "The supplier has not signed the terms with this variation.")
        answer.reason, answer.answered_by, answer.answered_at = "", step.person, step.at
        step.facts["variation"] = number
    return step.record


def withdraw_variation(variation_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> FrameworkVariation:
    """Take a variation back, for a reason that everybody reads who was asked or has signed it: it binds nobody, and nobody answers it any more."""
    with moving(FrameworkVariation, variation_id, "withdraw_variation", by=by, at=at) as step:
        if not reason.strip():
            raise ValidationError({"reason": "Say why: the suppliers will read it."})
        variation = step.record
        variation.withdrawn_at, variation.withdrawal_reason = step.at, reason.strip()
        step.facts |= {"variation": variation.number, "reason": variation.withdrawal_reason}
        asked = variation.answers.select_related("agreement__supplier__organisation")
        people = bid_managers(answer.agreement.supplier for answer in asked)
        step.tell([person for those in people.values() for person in those], "variation_withdrawn")
    return variation


def accept_variation(answer_id: UUID, *, by: Actor, at: datetime | None = None) -> VariationAnswer:
    """Accept a variation for the supplier: its agreement is changed so from now on, and it cannot be declined any more."""
    with moving(VariationAnswer, answer_id, "accept_variation", by=by, at=at) as step:
        _answer(step, "")
    return step.record


def decline_variation(answer_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> VariationAnswer:
    """Decline a variation for the supplier, with a reason that the authority reads: it stays bound by the terms as they were for it."""
    with moving(VariationAnswer, answer_id, "decline_variation", by=by, at=at) as step:
        if not reason.strip():
            raise ValidationError({"reason": "Say why: the authority will read it."})
        _answer(step, reason.strip())
    return step.record


def _answer(step: Step[VariationAnswer], reason: str) -> None:
    answer, variation = step.record, step.record.variation
    framework = variation.framework
    over = f"{framework} is not in force: its last day is {date_text(framework.ends_on)}. The variation can be read, and not answered."
    step.require(framework.is_in_force(step.at), over)
    step.require(variation.status == FrameworkVariation.Status.ISSUED, "The variation is withdrawn. It binds nobody, and needs no answer.")
    unbound = "Your agreement is not countersigned now, so nothing can be varied in it. Answer once it is; or sign it anew, as it is varied."
    step.require(answer.agreement.status == FrameworkAgreement.Status.COUNTERSIGNED, unbound)
    due = f"This answer came at {instant_text(step.at)}. It was due before {ending_text(variation.answers_end_at)}."
    step.require(step.at < variation.answers_end_at, due)
    answer.reason, answer.answered_by, answer.answered_at = reason, step.person, step.at
    step.facts |= {"variation": variation.number, "text_hash": variation.text_hash, **({"reason": reason} if reason else {})}
    step.tell(answer.curators(), "variation_answered", again=step.at, accepts=step.verb == "accept_variation")
