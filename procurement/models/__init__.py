"""The competition: tenders, invitations, bids, openings, evaluations and awards."""

from procurement.models.advice import Advice, AdviceComment
from procurement.models.awards import Award, AwardNotice, Challenge, UnawardedLot
from procurement.models.bids import Bid, Receipt, Submission
from procurement.models.clarifications import TenderClarification
from procurement.models.consensus_changes import ConsensusChange
from procurement.models.evaluations import Consensus, Declaration, PassDecision, Result, Score, SettledTie
from procurement.models.invitations import Invitation
from procurement.models.openings import ChangeOfOpeners, Opening, OpeningConfirmation
from procurement.models.tenders import Extension, Lot, PriceLine, Tender

__all__ = [
    "Advice",
    "AdviceComment",
    "Award",
    "AwardNotice",
    "Bid",
    "Challenge",
    "ChangeOfOpeners",
    "Consensus",
    "ConsensusChange",
    "Declaration",
    "Extension",
    "Invitation",
    "Lot",
    "Opening",
    "OpeningConfirmation",
    "PassDecision",
    "PriceLine",
    "Receipt",
    "Result",
    "Score",
    "SettledTie",
    "Submission",
    "Tender",
    "TenderClarification",
    "UnawardedLot",
]
