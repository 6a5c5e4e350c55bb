"""This floor's records as sheets, out and in; what comes in comes through the acts."""

from abc import abstractmethod
from typing import Any

from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from commissioning.actions.organisations import GivenIdentifier
from commissioning.curating import ActResource, SheetResource
from commissioning.models import Identifier, Organisation, User
from commissioning.refusals import Refused
from suppliers.actions.firms import describe_supplier, register_supplier
from suppliers.actions.frameworks import add_area, add_list, add_service, describe_framework, draft_framework
from suppliers.models import Appeal, ConsortiumMember, Framework, FrameworkList, Listing, Service, ServiceArea, Supplier


class FrameworkResource(ActResource):
    """Frameworks, known by their reference; their rules are codes of period rules."""

    authority = Field(column_name="authority", attribute="authority", widget=ForeignKeyWidget(Organisation, "name"))
    regime = Field(column_name="regime", attribute="regime_id")
    appeal_rule = Field(column_name="appeal_rule", attribute="appeal_rule_id")
    standstill_rule = Field(column_name="standstill_rule", attribute="standstill_rule_id")

    class Meta(ActResource.Meta):
        model = Framework
        fields = ("reference", "authority", "title", "description", "regime", "starts_on", "ends_on", "appeal_rule", "standstill_rule")
        import_id_fields = ("reference",)

    def carry_out(self, record: Any, *, is_new: bool, by: User) -> Framework:
        """Draft it, or describe a draft anew."""
        said = {name: getattr(record, name) for name in ("title", "description", "starts_on", "ends_on")}
        rules = {"regime": record.regime_id, "appeal_rule": record.appeal_rule_id, "standstill_rule": record.standstill_rule_id}
        if is_new:
            return draft_framework(authority=record.authority_id, reference=record.reference, by=by, **said, **rules)
        return describe_framework(record.pk, by=by, **said, **rules)


class PartResource(ActResource):
    """Parts of frameworks, which are added and never changed."""

    framework = Field(column_name="framework", attribute="framework", widget=ForeignKeyWidget(Framework, "reference"))

    def carry_out(self, record: Any, *, is_new: bool, by: User) -> Any:
        """Add it."""
        if not is_new:
            raise Refused(f"“{record.code}” is there already, and is not changed by a sheet. Take the row out.")
        return self.add(record, by)

    @abstractmethod
    def add(self, record: Any, by: User) -> Any:
        """Call the act that adds one."""


class FrameworkListResource(PartResource):
    """Lists, known by framework and code."""

    class Meta(ActResource.Meta):
        model = FrameworkList
        fields = ("framework", "code", "name", "scope_kind", "description")
        import_id_fields = ("framework", "code")

    def add(self, record: Any, by: User) -> FrameworkList:
        """One more list."""
        said = {name: getattr(record, name) for name in ("code", "name", "scope_kind", "description")}
        return add_list(record.framework_id, by=by, **said)


class ServiceAreaResource(PartResource):
    """Areas, known by framework and code."""

    class Meta(ActResource.Meta):
        model = ServiceArea
        fields = ("framework", "code", "name", "description")
        import_id_fields = ("framework", "code")

    def add(self, record: Any, by: User) -> ServiceArea:
        """One more area."""
        return add_area(record.framework_id, code=record.code, name=record.name, description=record.description, by=by)


class AreaCell(ForeignKeyWidget):
    """An area by its code, in the framework that the row names."""

    def get_queryset(self, value: Any, row: Any, *args: Any, **kwargs: Any) -> Any:
        """The areas of that framework."""
        return super().get_queryset(value, row, *args, **kwargs).filter(framework__reference=row.get("framework"))


class ServiceResource(PartResource):
    """Services, known by framework, area and code."""

    framework = Field(column_name="framework", attribute="area__framework__reference", readonly=True)
    area = Field(column_name="area", attribute="area", widget=AreaCell(ServiceArea, "code"))

    class Meta(ActResource.Meta):
        model = Service
        fields = ("framework", "area", "code", "name", "description")
        import_id_fields = ("area", "code")

    def add(self, record: Any, by: User) -> Service:
        """One more service."""
        said = {name: getattr(record, name) for name in ("code", "name", "description")}
        return add_service(record.area.framework_id, area=record.area_id, by=by, **said)


class SupplierResource(ActResource):
    """Suppliers, known by their short name. A row with a new one registers a company; of one that is there only the profile changes."""

    name = Field(column_name="name", attribute="organisation__name", readonly=True)
    company_number = Field(column_name="company_number", readonly=True)
    kind = Field(column_name="kind", attribute="kind", readonly=True)

    class Meta(ActResource.Meta):
        model = Supplier
        fields = ("short_name", "name", "kind", "company_number", "profile", "website")
        import_id_fields = ("short_name",)

    def dehydrate_company_number(self, supplier: Supplier) -> str:
        """The number at Companies House, if there is one."""
        scheme = Identifier.Scheme.COMPANIES_HOUSE
        if supplier._state.adding:
            return ""
        return next((one.value for one in supplier.organisation.identifiers.all() if one.scheme == scheme), "")

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Keep the cells that are no fields of the record."""
        super().import_instance(instance, row, **kwargs)
        instance.given_name = str(row.get("name") or "").strip()
        instance.given_number = str(row.get("company_number") or "").strip()

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """A row that says what we know already; another name is not skipped over in silence."""
        is_same = super().skip_row(instance, original, row, import_validation_errors)
        return is_same and instance.given_name in {"", original.organisation.name}

    def carry_out(self, record: Any, *, is_new: bool, by: User) -> Supplier:
        """Register the company, or write the profile."""
        if is_new:
            return register_supplier(
                name=record.given_name,
                short_name=record.short_name,
                identifiers=self._identifiers(record),
                profile=record.profile,
                website=record.website,
                by=by,
            )
        if record.given_name not in {"", record.organisation.name}:
            raise Refused(f"“{record.short_name}” is {record.organisation.name}. A name is changed on the organisation’s page, not by this sheet.")
        return describe_supplier(record.pk, profile=record.profile, website=record.website, by=by)

    def _identifiers(self, record: Any) -> list[GivenIdentifier]:
        number = record.given_number
        return [GivenIdentifier(scheme=Identifier.Scheme.COMPANIES_HOUSE, value=number)] if number else []


class ConsortiumMemberResource(SheetResource):
    """Members of consortia, to look at: a consortium is registered with all of its members at once."""

    consortium = Field(column_name="consortium", attribute="consortium__short_name")
    company = Field(column_name="company", attribute="company__name")

    class Meta:
        model = ConsortiumMember
        fields = ("consortium", "company", "leads", "liability_share", "is_illustrative", "created_at", "left_at")


class ListingResource(SheetResource):
    """Listings, to look at: they come of decisions and appeals."""

    framework = Field(column_name="framework", attribute="framework_list__framework__reference")
    framework_list = Field(column_name="list", attribute="framework_list__code")
    area = Field(column_name="area", attribute="area__code")
    supplier = Field(column_name="supplier", attribute="supplier__short_name")
    name = Field(column_name="name", attribute="supplier__organisation__name")

    class Meta:
        model = Listing
        fields = (
            *("framework", "framework_list", "area", "supplier", "name", "listed_at", "published_at"),
            *("ended_at", "end_cause", "end_reason", "is_illustrative"),
        )


class AppealResource(SheetResource):
    """Appeals, to look at: how long each step took."""

    round = Field(column_name="round", attribute="place__application__round__title")
    framework_list = Field(column_name="list", attribute="place__framework_list__code")
    area = Field(column_name="area", attribute="place__area__code")
    appellant = Field(column_name="appellant", attribute="place__application__supplier__short_name")
    officer = Field(column_name="officer", attribute="officer__name")

    class Meta:
        model = Appeal
        fields = (
            "round",
            "framework_list",
            "area",
            "appellant",
            "status",
            "lodged_at",
            "acknowledged_at",
            "officer",
            "decided_at",
            "remedy",
            "carried_out_at",
        )
