"""The ground's models."""

from commissioning.models.base import DocketedRecord, Move, Record, RecordQuerySet, move
from commissioning.models.calendar import ClosedDay, PeriodRule
from commissioning.models.calls import ApiCall
from commissioning.models.clarifications import Clarification, ClarificationAsker, ClarificationManager, ClarificationQuerySet
from commissioning.models.criteria import CriteriaSet, Criterion, PriceFormula
from commissioning.models.demo import DemoClock
from commissioning.models.documents import Document
from commissioning.models.drafts import Answering
from commissioning.models.functions import CommissioningFunction
from commissioning.models.notices import Announcement, Letter
from commissioning.models.people import Actor, ClockJob, Identifier, Membership, Organisation, PersonalInvitation, Role, User
from commissioning.models.questions import Question, Questionnaire
from commissioning.models.regimes import OrganisationClass, Regime
from commissioning.models.trail import Checkpoint, Docket, TrailEntry

__all__ = [
    "Actor",
    "Announcement",
    "Answering",
    "ApiCall",
    "Checkpoint",
    "Clarification",
    "ClarificationAsker",
    "ClarificationManager",
    "ClarificationQuerySet",
    "ClockJob",
    "ClosedDay",
    "CommissioningFunction",
    "CriteriaSet",
    "Criterion",
    "DemoClock",
    "Docket",
    "DocketedRecord",
    "Document",
    "Identifier",
    "Letter",
    "Membership",
    "Move",
    "Organisation",
    "OrganisationClass",
    "PeriodRule",
    "PersonalInvitation",
    "PriceFormula",
    "Question",
    "Questionnaire",
    "Record",
    "RecordQuerySet",
    "Regime",
    "Role",
    "TrailEntry",
    "User",
    "move",
]
