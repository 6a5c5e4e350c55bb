"""Pages of imports of organisations, for curators."""

from typing import Any
from urllib.parse import urlencode

from django.urls import path

from commissioning.pages import Act, BeginPage, ListPage, OwnPage, RecordPage, act_paths
from suppliers.actions import imports
from suppliers.filters import OrganisationImportFilters
from suppliers.forms.imports import ConfirmImport, PreviewImport
from suppliers.models import ImportedRow, OrganisationImport

MOST_SHOWN = 100

PREVIEW = Act(
    imports.preview_import,
    "Import organisations",
    button="Preview",
    form=PreviewImport,
    done="Nothing has changed yet. Look at what the sheet would change, and confirm it.",
    template="suppliers/preview_import.html",
)
ACTS = (
    Act(
        imports.apply_import,
        "Confirm the import",
        "All of it is carried out, exactly as previewed, or nothing. If the register has changed since, it is previewed again first.",
        form=ConfirmImport,
        done="The import is carried out.",
        template="suppliers/apply_import.html",
    ),
    Act(imports.preview_again, "Preview it again", "From the register as it is now.", done="It is previewed again.", primary=False),
    Act(imports.discard_import, "Discard it", "The register stays as it is.", done="The import is discarded.", primary=False),
)


class Imports(OwnPage, ListPage):
    """Every import of the viewer's authority."""

    title = "Imports of organisations"
    model = OrganisationImport
    columns = ("File", "What it lists", "Status", "Begun", "New", "Changed", "Closed", "As they are")
    empty = "No sheet of organisations has been sent yet."
    filter_class = OrganisationImportFilters
    template_name = "suppliers/imports.html"

    def row(self, record: Any) -> Any:
        """File, kind, status, moment, counts."""
        status = {"status": record.status, "text": record.get_status_display()}
        name = {"text": record.file_name, "href": record.get_absolute_url()}
        return name, f"{record.get_kind_display()}s", status, record.created_at, record.new, record.changed, record.closed, record.unchanged

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the viewer may begin one."""
        return {**super().get_context_data(**kwargs), "may_import": self.request.user.has_perm("suppliers.preview_import")}


class ImportPage(RecordPage):
    """What a sheet would change, or has changed, organisation by organisation."""

    model = OrganisationImport
    acts = ACTS
    related = ("authority",)
    template_name = "suppliers/import.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the changes, of one sort or of all, and the way to the next."""
        what = self.request.GET.get("what", "")
        changes = self.record.rows.filter(what=what) if what in ImportedRow.What.values else self.record.rows.all()
        after = self.request.GET.get("after", "")
        beyond = int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0
        window = list(changes.filter(place__gt=beyond).order_by("place").select_related("organisation")[: MOST_SHOWN + 1])
        last = window[MOST_SHOWN - 1] if len(window) > MOST_SHOWN else None
        return {
            **super().get_context_data(**kwargs),
            "what": what,
            "changes": window[:MOST_SHOWN],
            "sorts": [(sort, getattr(self.record, sort.value), f"?{urlencode({'what': sort.value})}") for sort in ImportedRow.What],
            "page": {"previous_href": self._href(what, 0) if beyond else "", "next_href": self._href(what, last.place) if last else ""},
        }

    def _href(self, what: str, after: int) -> str:
        return f"?{urlencode({name: value for name, value in (('what', what), ('after', after)) if value})}"

    def trail(self) -> list[Any]:
        """None here: it is on the authority's, where much else is."""
        return []


class PreviewPage(BeginPage):
    """A form for a sheet."""

    model = OrganisationImport
    act = PREVIEW
    cancel = "organisationimport:index"


urlpatterns = [
    path("", Imports.as_view(), name="index"),
    path("preview/", PreviewPage.as_view(), name="preview_import"),
    path("<uuid:pk>/", ImportPage.as_view(), name="workspace"),
    *act_paths(OrganisationImport, ACTS),
]
