"""Who may be asked: suppliers, frameworks, admission, appeals and listings."""

from suppliers.models.admissions import AdmissionRound, RoundExtension
from suppliers.models.appeals import Appeal
from suppliers.models.applications import Application, ApplicationVersion, Place
from suppliers.models.firms import ConsortiumMember, Supplier
from suppliers.models.frameworks import Framework, FrameworkList, Service, ServiceArea
from suppliers.models.listings import EarlyRelease, Listing, ListPublication, Suspension

__all__ = [
    "AdmissionRound",
    "Appeal",
    "Application",
    "ApplicationVersion",
    "ConsortiumMember",
    "EarlyRelease",
    "Framework",
    "FrameworkList",
    "ListPublication",
    "Listing",
    "Place",
    "RoundExtension",
    "Service",
    "ServiceArea",
    "Supplier",
    "Suspension",
]
