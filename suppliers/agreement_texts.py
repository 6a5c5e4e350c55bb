"""The very text of a framework agreement that a supplier is shown and signs."""

from typing import Any

from commissioning.canon import digest, plain
from suppliers.models import FrameworkAgreement, FrameworkVariation


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
