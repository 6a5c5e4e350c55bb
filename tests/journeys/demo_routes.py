"""Every address of the service, with the demo's own pages: the journeys play in a demo, whose clock can be moved."""

from commissioning.urls import handler400, handler403, handler404, handler429, handler500
from commissioning.urls import urlpatterns as everywhere
from commissioning.views import demo

urlpatterns = [*demo.urlpatterns, *everywhere]
__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]
