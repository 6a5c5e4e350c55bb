"""What was agreed."""

from contracts.models.contracts import NOTICE_DAYS, Contract, Scope, Signature

__all__ = ["NOTICE_DAYS", "Contract", "Scope", "Signature"]
