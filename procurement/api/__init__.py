"""The API of this floor: each file registers its nouns with the one router."""

from procurement.api import bids, evaluations, tenders
from procurement.api.router import router

__all__ = ["bids", "evaluations", "router", "tenders", "urlpatterns"]

urlpatterns = router.urls
