"""Sign what we hand out, so that anybody can check offline that it came from us."""

import base64
import hashlib
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings

from commissioning.canon import canonical


def _private_key() -> Ed25519PrivateKey:
    seed = hashlib.sha256(b"receipts and checkpoints:" + settings.SIGNING_KEY.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key_pem() -> str:
    """The public half, as PEM text, to be published."""
    return _private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(content: Any) -> str:
    """The Ed25519 signature of the content's canonical bytes, in base64."""
    return base64.b64encode(_private_key().sign(canonical(content))).decode()


def is_signed(content: Any, signature: str, public_pem: str | None = None) -> bool:
    """Whether the signature is that of our key (or of the one given) over this very content."""
    key = load_pem_public_key((public_pem or public_key_pem()).encode())
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(base64.b64decode(signature, validate=True), canonical(content))
    except (InvalidSignature, ValueError):
        return False
    return True
