"""Agreements of suppliers with an authority, each state brought about by the acts; under a framework with terms to sign."""

from datetime import date, datetime

from commissioning.models import Role, User
from suppliers.actions.agreements import countersign_agreement, put_agreement_on_hold, sign_agreement
from suppliers.actions.variations import issue_variation
from suppliers.agreement_texts import hash_to_sign
from suppliers.models import Framework, FrameworkAgreement, FrameworkVariation, Supplier
from tests.factories.admissions import bids
from tests.factories.frameworks import docketed
from tests.factories.people import NOON, person

TERMS = "1. The supplier keeps the framework's terms.\n\n2. It is promised no work."


def with_terms(framework: Framework) -> Framework:
    """The framework, as if it had been published with terms to sign."""
    framework.agreement_terms = TERMS
    framework.save()
    return framework


def sent(framework: Framework, firm: Supplier, *, at: datetime = NOON) -> FrameworkAgreement:
    """An agreement that waits for the supplier; made directly, as if it had been sent when the supplier was listed."""
    return docketed(FrameworkAgreement(framework=framework, supplier=firm, created_at=at))


def signed(framework: Framework, firm: Supplier, *, at: datetime = NOON) -> FrameworkAgreement:
    """An agreement that waits for the authority."""
    agreement = FrameworkAgreement.objects.filter(framework=framework, supplier=firm).first() or sent(framework, firm, at=at)
    words = {"signatory": "Robin Rowe", "position": "Director"}
    return sign_agreement(agreement.pk, **words, text_hash=hash_to_sign(agreement), agrees=True, by=bids(firm), at=at)


def on_hold(framework: Framework, firm: Supplier, *, at: datetime = NOON) -> FrameworkAgreement:
    """An agreement that the authority looks at."""
    return put_agreement_on_hold(signed(framework, firm, at=at).pk, reason="The name is another.", by=_curator(framework), at=at)


def countersigned(framework: Framework, firm: Supplier, *, at: datetime = NOON) -> FrameworkAgreement:
    """An agreement that binds both sides."""
    return countersign_agreement(signed(framework, firm, at=at).pk, by=_curator(framework), at=at)


def issued(framework: Framework, *, answer_by: date = date(2026, 3, 31), at: datetime = NOON) -> FrameworkVariation:
    """A variation that each supplier with a countersigned agreement is asked about, to be answered by the end of that day."""
    words = {"title": "Records", "text": "3. Records are kept for seven years.", "reason": "The law has changed."}
    return issue_variation(framework.pk, **words, answer_by=answer_by, by=_curator(framework), at=at)


def _curator(framework: Framework) -> User:
    return framework.curators().first() or person(framework.authority, Role.CURATOR)
