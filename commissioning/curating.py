"""What every page of the administration shares: curators look, filter and export; records change by acts alone."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import ModelResource
from import_export.tmp_storages import CacheStorage
from import_export.widgets import Widget

from commissioning.models import User
from commissioning.refusals import Refused
from commissioning.spreadsheets import neutral
from commissioning.wording import sentence


def as_typed(cell: Any) -> Any:
    """The cell without the apostrophe that an export put before it."""
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and neutral(cell[1:]) == cell else cell


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


class SheetResource(ModelResource):
    """Records as rows of a sheet, none of which is a formula."""

    WIDGETS_MAP = {**ModelResource.WIDGETS_MAP, "UUIDField": IdCell}

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """One cell."""
        cell = super().export_field(field, instance, **kwargs)
        return neutral(cell) if isinstance(cell, str) else cell


class ActResource(SheetResource):
    """Rows of a sheet that can also be brought in, each through an act and so onto the trail.

    A subclass names its columns and its key (`Meta.fields`, `Meta.import_id_fields`) and says in `carry_out` which act a row is.
    """

    class Meta:
        use_transactions = True
        skip_unchanged = True
        report_skipped = True

    def carry_out(self, record: Any, *, is_new: bool, by: User) -> models.Model:
        """Call the act with what the row says (read it from `record`, which is not saved); the record that came of it."""
        raise NotImplementedError

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Take off the apostrophes that an export put on."""
        row.update({column: as_typed(cell) for column, cell in row.items()})

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


class CuratorAdmin(ImportExportMixin, admin.ModelAdmin):
    """Records for framework curators: listed, searched, filtered and exported; nothing is typed over and nothing is deleted.

    `acts` are verbs on one record and `beginnings` verbs that bring one about; each is a button to the act's own page, whose
    route is `<model>:<verb>`. `resource_classes` make sheets of the records; an ActResource among them also brings sheets in.
    """

    acts: ClassVar[Sequence[str]] = ()
    beginnings: ClassVar[Sequence[str]] = ()
    formats = (CSV, XLSX)
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
        """The record, with its acts as buttons."""
        record = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "act_links": self._act_links(request, record)})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with what brings a record about as buttons."""
        links = [self._link(verb) for verb in self.beginnings if request.user.has_perm(f"{self.opts.app_label}.{verb}")]
        return super().changelist_view(request, {**(extra_context or {}), "act_links": links})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """The record's own trail, where it has one."""
        record: Any = self.get_object(request, object_id)
        try:
            return redirect("trail", record.docket_keeper().docket_id)
        except (AttributeError, LookupError):
            return super().history_view(request, object_id, extra_context)

    def _act_links(self, request: HttpRequest, record: Any) -> list[dict[str, str]]:
        if record is None:
            return []
        return [self._link(verb, record.pk) for verb in self.acts if self._is_open(verb, record, request)]

    def _is_open(self, verb: str, record: Any, request: HttpRequest) -> bool:
        startable = verb not in record.MOVES or record.MOVES[verb].may_start_from(getattr(record, "status", None))
        return startable and request.user.has_perm(f"{self.opts.app_label}.{verb}", record)

    def _link(self, verb: str, *args: Any) -> dict[str, str]:
        return {"text": sentence(verb), "href": reverse(f"{self.opts.model_name}:{verb}", args=args)}
