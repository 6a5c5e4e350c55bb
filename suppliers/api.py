"""The API of this floor."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
urlpatterns = router.urls
