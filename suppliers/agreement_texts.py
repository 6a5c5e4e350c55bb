"""The very text of a framework agreement that a supplier is shown and signs, and what became of it by variations since."""

from dataclasses import dataclass
from typing import Any

from commissioning.canon import digest, plain
from suppliers.models import FrameworkAgreement, FrameworkVariation, VariationAnswer


def text_to_sign(agreement: FrameworkAgreement) -> dict[str, Any]:
    """What the supplier would sign now: who with whom, under which version of the framework, and the terms as varied."""
    framework = agreement.framework
    issued = framework.variations.filter(status=FrameworkVariation.Status.ISSUED).order_by("number")
    version = framework.versions.only("number", "content_hash").first()
    return dict(
        plain(
            {
                "authority": {"id": framework.authority_id, "name": framework.authority.name},
                "framework": {"id": framework.pk, "reference": framework.reference, "title": framework.title},
                "version": {"number": version.number, "content_hash": version.content_hash} if version else None,
                "supplier": {"id": agreement.supplier_id, "name": str(agreement.supplier)},
                "terms": framework.agreement_terms,
                "variations": [{"number": each.number, "title": each.title, "text": each.text} for each in issued],
            }
        )
    )


def hash_to_sign(agreement: FrameworkAgreement) -> str:
    """SHA-256 of what the supplier would sign now."""
    return digest(text_to_sign(agreement))


def text_of(agreement: FrameworkAgreement) -> dict[str, Any]:
    """What is signed; before that, what would be."""
    return agreement.signed_text if agreement.signed_text is not None else text_to_sign(agreement)


@dataclass(frozen=True)
class Since:
    """What has become of a signed text: variations accepted after it was signed, and by number those in it that are withdrawn."""

    accepted: list[VariationAnswer]
    withdrawn: dict[int, FrameworkVariation]


def since_signed(agreement: FrameworkAgreement) -> Since:
    """What is to be read with the signed text, which is kept as it was signed; nothing of a text that is still to be signed."""
    if agreement.signed_text is None:
        return Since([], {})
    signed = agreement.signed_variations()
    answers = agreement.answers.filter(status=VariationAnswer.Status.ACCEPTED).exclude(variation__number__in=signed)
    withdrawn = FrameworkVariation.objects.filter(framework=agreement.framework_id, number__in=signed, status=FrameworkVariation.Status.WITHDRAWN)
    accepted = list(answers.select_related("variation").order_by("variation__number"))
    return Since(accepted, {each.number: each for each in withdrawn})
