"""Who may be asked: suppliers, frameworks, admission, appeals and listings."""

from suppliers.models.admissions import AdmissionRound, Application, Place
from suppliers.models.appeals import Appeal
from suppliers.models.firms import ConsortiumMember, Supplier
from suppliers.models.frameworks import Framework, FrameworkList, Service, ServiceArea
from suppliers.models.listings import EarlyRelease, Listing, ListPublication

__all__ = [
    "AdmissionRound",
    "Appeal",
    "Application",
    "ConsortiumMember",
    "EarlyRelease",
    "Framework",
    "FrameworkList",
    "ListPublication",
    "Listing",
    "Place",
    "Service",
    "ServiceArea",
    "Supplier",
]
