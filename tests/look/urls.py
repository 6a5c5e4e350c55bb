"""The real routes, and the pages that only the tests see."""

from django.urls import path

from commissioning import urls as real
from tests.look import gallery

urlpatterns = [
    *real.urlpatterns,
    path("gallery/components/", gallery.components),
    path("gallery/act/", gallery.act),
    path("gallery/list/", gallery.listing),
    path("gallery/workspace/", gallery.workspace),
    path("gallery/letter/", gallery.letter),
    path("gallery/done/", gallery.done),
    path("gallery/errors/<int:status>/", gallery.error),
    path("gallery/files/<uuid:pk>/", gallery.done, name="gallery_file"),
    *(path(f"gallery/places/{name}/", gallery.done, name=name) for name in gallery.PLACES),
]
handler400, handler403, handler404, handler500 = real.handler400, real.handler403, real.handler404, real.handler500
