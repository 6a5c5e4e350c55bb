"""The routes of the embedded demo, for tests that play in it."""

from commissioning.urls import handler400, handler403, handler404, handler429, handler500
from commissioning.urls import urlpatterns as everywhere
from commissioning.views import demo

urlpatterns = [*demo.urlpatterns, *everywhere]
__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]
