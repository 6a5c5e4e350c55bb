"""What was agreed."""

from contracts.models.contracts import Contract, Scope, Signature

__all__ = ["Contract", "Scope", "Signature"]
