"""What every page of the administration shares: curators look, filter and export; records change by acts alone."""

from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.db import models
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.declarative import ModelDeclarativeMetaclass
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource
from import_export.tmp_storages import CacheStorage
from import_export.widgets import DateWidget, Widget

from commissioning.models import Record, User
from commissioning.moves import refusals_outlast
from commissioning.reading_trail import find_chain
from commissioning.refusals import Refused
from commissioning.spreadsheets import as_typed, neutral
from commissioning.wording import sentence


class IdCell(Widget):
    """The id of a record."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> UUID | None:
        """The id, or None for an empty cell; ValueError with a sentence for anything else."""
        if not value:
            return None
        try:
            return UUID(str(value))
        except ValueError as error:
            raise ValueError(f"“{value}” is not an id. Leave it empty for a new record.") from error


class DayCell(DateWidget):
    """A day."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The day, or None for an empty cell; ValueError with a sentence for anything else."""
        try:
            return super().clean(value, row, **kwargs)
        except ValueError as error:
            raise ValueError(f"“{value}” is no day of the calendar. Write it like 2012-06-05.") from error


class SheetResource(ModelResource):
    """Records as rows of a sheet, none of which is a formula."""

    WIDGETS_MAP = {**ModelResource.WIDGETS_MAP, "UUIDField": IdCell, "DateField": DayCell}

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """One cell."""
        cell = super().export_field(field, instance, **kwargs)
        return neutral(cell) if isinstance(cell, str) else cell


class _Abstract(ABCMeta, ModelDeclarativeMetaclass):
    """Makes a class of sheets that leaves out what it must say an error when it is used."""


class ActResource(SheetResource, metaclass=_Abstract):
    """Rows of a sheet that can also be brought in, each through an act and so onto the trail.

    A subclass names its columns and its key (`Meta.fields`, `Meta.import_id_fields`) and says in `carry_out` which act a row is.
    """

    class Meta:
        use_transactions = True
        skip_unchanged = True
        report_skipped = True

    @abstractmethod
    def carry_out(self, record: Any, *, is_new: bool, by: User) -> models.Model:
        """Call the act with what the row says (read it from `record`, which is not saved); the record that came of it."""

    def import_data(self, *args: Any, **kwargs: Any) -> Any:
        """Bring the rows in, all or none; a row that an act refused is on the trail all the same."""
        with refusals_outlast():
            return super().import_data(*args, **kwargs)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Take off the apostrophes that an export put on; an empty cell is the same in XLSX, which gives None, as in CSV."""
        row.update({column: "" if cell is None else as_typed(cell) for column, cell in row.items()})

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Not a save: an act. A trial run is rolled back as a whole."""
        instance.pk = self.carry_out(instance, is_new=is_create, by=kwargs["user"]).pk

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Nothing: the act has done all."""


class WaitingSheets(CacheStorage):
    """Sheets between their trial run and their import, where every server finds them."""

    def read(self) -> Any:
        """The sheet; Refused if it is not there any more."""
        if (data := super().read()) is None:
            raise Refused("This sheet has been brought in already, or waited for too long. Choose the file again.")
        return data


class OwnPages:
    """Links to the record's own page, not through Django's redirect, which would answer for any record at all."""

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The page, where there is one."""
        return (obj.get_absolute_url() or None) if isinstance(obj, Record) else None


class CuratorAdmin(OwnPages, ImportExportMixin, admin.ModelAdmin):
    """Records for framework curators: listed, searched, filtered and exported; nothing is typed over and nothing is deleted.

    `acts` are verbs on one record and `beginnings` verbs that bring one about; each is a button to the act's own page, whose
    route is `<model>:<verb>`. `resource_classes` make sheets of the records; an ActResource among them also brings sheets in.
    """

    acts: ClassVar[Sequence[str]] = ()
    beginnings: ClassVar[Sequence[str]] = ()
    formats = (CSV, XLSX)
    # All columns: the form that offers a choice of them needs a script in the page, which our policy stops.
    export_form_class = ExportForm
    tmp_storage_class = WaitingSheets
    skip_admin_log = True
    show_full_result_count = False
    list_per_page = 50
    change_form_template = "curator/change_form.html"
    import_export_change_list_template = "curator/change_list.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those named, or all that the table has."""
        return self.fields or [field.name for field in self.model._meta.fields if not field.primary_key]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All, for what a curator may not type over."""
        return self.readonly_fields if self.has_change_permission(request, obj) else self.get_fields(request, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what a filter or the dates above the list ask; Django allows any look-up on a column, hidden ones too."""
        return lookup in self._dates_asked() or any(lookup in self._asked_by(item) for item in self.list_filter)

    def _dates_asked(self) -> set[str]:
        return {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")} if self.date_hierarchy else set()

    def _asked_by(self, item: Any) -> set[str]:
        if isinstance(item, type):
            return {item.parameter_name}  # type: ignore[attr-defined]
        path = item if isinstance(item, str) else item[0]
        last: Any = get_fields_from_path(self.model, path)[-1]
        target = f"__{last.target_field.name}" if last.is_relation else ""
        return {path, f"{path}{target}__exact", f"{path}__isnull", f"{path}__isempty"}

    def has_module_permission(self, request: HttpRequest) -> bool:
        """For curators."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For curators."""
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Never: a record begins with an act."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a record changes by acts."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether there are sheets of these records."""
        return bool(self.resource_classes) and self.has_view_permission(request)

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whether an act brings rows in."""
        return bool(self.get_import_resource_classes(request)) and self.has_view_permission(request)

    def get_import_resource_classes(self, request: HttpRequest) -> list[type[ActResource]]:
        """Those that can be brought in."""
        return [resource for resource in self.resource_classes if issubclass(resource, ActResource)]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """The record, with its acts as buttons, and the way to its trail."""
        record = self.get_object(request, object_id)
        links = {"act_links": self._act_links(request, record), "history_href": self._history_href(request, record)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **links})

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What is refused here is on the trail, although Django undoes the rest of the request."""
        with refusals_outlast():
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What is refused here is on the trail, although Django undoes the rest of the request."""
        with refusals_outlast():
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with what brings a record about as buttons."""
        links = [self._link(verb) for verb in self.beginnings if request.user.has_perm(f"{self.opts.app_label}.{verb}")]
        return super().changelist_view(request, {**(extra_context or {}), "act_links": links})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """The record's own trail, where it has one that the curator may read."""
        href = self._history_href(request, self.get_object(request, object_id))
        return redirect(href) if href else super().history_view(request, object_id, extra_context)

    def _history_href(self, request: HttpRequest, record: Any) -> str:
        try:
            docket_id = record.docket_keeper().docket_id
        except (AttributeError, LookupError):
            return ""
        return reverse("trail", args=[docket_id]) if find_chain(docket_id, request.user) else ""

    def _act_links(self, request: HttpRequest, record: Any) -> list[dict[str, str]]:
        if record is None:
            return []
        return [self._link(verb, record.pk) for verb in self.acts if self._is_open(verb, record, request)]

    def _is_open(self, verb: str, record: Any, request: HttpRequest) -> bool:
        startable = verb not in record.MOVES or record.MOVES[verb].may_start_from(getattr(record, "status", None))
        return startable and request.user.has_perm(f"{self.opts.app_label}.{verb}", record)

    def _link(self, verb: str, *args: Any) -> dict[str, str]:
        return {"text": sentence(verb), "href": reverse(f"{self.opts.model_name}:{verb}", args=args)}


class VisibleAdmin(CuratorAdmin):
    """Records that this curator may see: another authority's drafts, and what has not been made public, are not among them."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """What the curator may see."""
        return super().get_queryset(request).filter(pk__in=self.model.objects.visible_to(request.user).order_by().values("pk"))


def of_those_shown(*paths: str) -> tuple[tuple[str, type[admin.RelatedOnlyFieldListFilter]], ...]:
    """Filters that offer only what records in the list have: no name of what this curator may not see."""
    return tuple((path, admin.RelatedOnlyFieldListFilter) for path in paths)
