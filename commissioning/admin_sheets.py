"""The ground's records as sheets, out and in."""

from typing import Any

from import_export.fields import Field

from commissioning.actions.organisations import GivenIdentifier, describe_organisation, register_organisation
from commissioning.actions.reference_data import change_reference_data
from commissioning.curating import ActResource, SheetResource
from commissioning.models import ClosedDay, CommissioningFunction, Identifier, Organisation, PeriodRule, User


class OrganisationResource(ActResource):
    """Organisations; a row without an id is a new one. Identifiers stand in one cell: `GB-NHS:5AT; GB-COH:01234567`."""

    identifiers = Field(column_name="identifiers", readonly=True)
    body_class = Field(column_name="body_class", attribute="body_class_id", readonly=True)

    class Meta(ActResource.Meta):
        model = Organisation
        fields = ("id", "kind", "name", "body_class", "address", "valid_from", "valid_to", "identifiers")
        import_id_fields = ("id",)

    def dehydrate_identifiers(self, organisation: Organisation) -> str:
        """All of them, in the order of their schemes."""
        return "; ".join(str(identifier) for identifier in organisation.identifiers.all())

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Read the cell of identifiers as well."""
        super().import_instance(instance, row, **kwargs)
        instance.given = _identifiers(row["identifiers"]) if "identifiers" in row else None
        instance.given_class = str(row["body_class"] or "").strip() if "body_class" in row else None

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        """A row that says what we know already."""
        if not super().skip_row(instance, original, row, import_validation_errors):
            return False
        if instance.given_class not in {None, original.body_class_id or ""}:
            return False
        known = {(identifier.scheme, identifier.value) for identifier in original.identifiers.all()}
        return instance.given is None or {(one["scheme"], one["value"]) for one in instance.given} == known

    def carry_out(self, record: Any, *, is_new: bool, by: User) -> Organisation:
        """Register it, or describe it anew."""
        said = {name: getattr(record, name) for name in ("name", "address", "valid_from", "valid_to")}
        if is_new:
            return register_organisation(kind=record.kind, body_class=record.given_class or "", identifiers=record.given, by=by, **said)
        return describe_organisation(record.pk, body_class=record.given_class, identifiers=record.given, by=by, **said)


def _identifiers(cell: Any) -> list[GivenIdentifier]:
    """ValueError with a sentence for a scheme that nobody knows."""
    given = []
    for part in filter(None, (part.strip() for part in str(cell or "").split(";"))):
        scheme, _, value = part.partition(":")
        if scheme not in Identifier.Scheme.values:
            raise ValueError(f"“{part}” names no scheme. Write it like GB-NHS:5AT, with one of {', '.join(Identifier.Scheme.values)}.")
        given.append(GivenIdentifier(scheme=Identifier.Scheme(scheme), value=value.strip()))
    return given


class ReferenceResource(ActResource):
    """Rows of reference data."""

    def carry_out(self, record: Any, *, is_new: bool, by: User) -> Any:
        """Save it, on the trail."""
        return change_reference_data(record, by=by)


class PeriodRuleResource(ReferenceResource):
    """Period rules, known by their code."""

    class Meta(ActResource.Meta):
        model = PeriodRule
        exclude = ("id",)
        import_id_fields = ("code",)


class ClosedDayResource(ReferenceResource):
    """Closed days, known by date and calendar."""

    class Meta(ActResource.Meta):
        model = ClosedDay
        exclude = ("id",)
        import_id_fields = ("on", "calendar")


class FunctionResource(ReferenceResource):
    """Commissioning functions, known by their code."""

    class Meta(ActResource.Meta):
        model = CommissioningFunction
        exclude = ("id",)
        import_id_fields = ("code",)


class PersonResource(SheetResource):
    """People, to look at: they come in by invitation."""

    class Meta:
        model = User
        fields = ("email", "name", "is_active", "created_at")
