"""What was agreed, and what is said to have been broken of it."""

from contracts.models.breaches import BreachReport
from contracts.models.contracts import NOTICE_DAYS, Contract, Scope, Signature

__all__ = ["NOTICE_DAYS", "BreachReport", "Contract", "Scope", "Signature"]
