"""The router that every noun of this floor is registered with."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
