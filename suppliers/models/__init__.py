"""Who may be asked: suppliers, frameworks, admission, appeals and listings."""

from suppliers.models.admissions import AdmissionRound, RoundAmendment, RoundExtension
from suppliers.models.agreements import FrameworkAgreement
from suppliers.models.appeals import Appeal, AppealGround, AppealPoint, FreshDecision, OfficerChange
from suppliers.models.applications import Application, ApplicationVersion, Place
from suppliers.models.assessments import Assessment, Assessor, Conflict, Judgement, Moderation, PlaceLimit
from suppliers.models.changes import ShareConfirmation, SupplierChange
from suppliers.models.confirmations import ConfirmationRequest, MemberConfirmation
from suppliers.models.enquiries import Enquiry, RoundClarification
from suppliers.models.firms import ConsortiumMember, Supplier
from suppliers.models.frameworks import Framework, FrameworkList, Service, ServiceArea
from suppliers.models.hearings import FurtherInformation, Hearing
from suppliers.models.imports import ImportedRow, OrganisationImport
from suppliers.models.listings import EarlyRelease, Listing, Suspension
from suppliers.models.offers import Offer
from suppliers.models.publications import ListPublication, PublishedPart
from suppliers.models.variations import FrameworkVariation, VariationAnswer
from suppliers.models.versions import FrameworkVersion

__all__ = [
    "AdmissionRound",
    "Appeal",
    "AppealGround",
    "AppealPoint",
    "Application",
    "ApplicationVersion",
    "Assessment",
    "Assessor",
    "ConfirmationRequest",
    "Conflict",
    "ConsortiumMember",
    "EarlyRelease",
    "Enquiry",
    "Framework",
    "FrameworkAgreement",
    "FrameworkList",
    "FrameworkVariation",
    "FrameworkVersion",
    "FreshDecision",
    "FurtherInformation",
    "Hearing",
    "ImportedRow",
    "Judgement",
    "ListPublication",
    "Listing",
    "MemberConfirmation",
    "Moderation",
    "Offer",
    "OfficerChange",
    "OrganisationImport",
    "Place",
    "PlaceLimit",
    "PublishedPart",
    "RoundAmendment",
    "RoundClarification",
    "RoundExtension",
    "Service",
    "ServiceArea",
    "ShareConfirmation",
    "Supplier",
    "SupplierChange",
    "Suspension",
    "VariationAnswer",
]
