"""Records are found by words within their names, on PostgreSQL by an index and not by reading them all."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from commissioning import providers
from commissioning.finding import found_by
from commissioning.models import Docket, Identifier, Organisation
from tests.factories.people import organisation

pytestmark = pytest.mark.django_db
MANY = 100_000


def many_organisations():
    """As many as a national directory holds, without a trail: copies of one that the database numbers."""
    copied = organisation(Organisation.Kind.SUPPLIER, "Company")
    copies = {
        Docket: {"id": "md5(n::text)::uuid"},
        Organisation: {"id": "md5(n::text)::uuid", "docket_id": "md5(n::text)::uuid", "name": "'Company ' || n || ' of Anywhere'"},
    }
    with connection.cursor() as cursor:
        for model, own in copies.items():
            table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
            shown = ", ".join(own.get(column, column) for column in columns)
            copy = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {shown} FROM {table}, generate_series(1, %s) n WHERE id = %s"
            cursor.execute(copy, [MANY, copied.docket_id if model is Docket else copied.pk])
            cursor.execute(f"ANALYZE {table}")


def test_an_organisation_is_found_by_a_word_in_its_name_or_by_its_identifier_and_once():
    made = organisation(Organisation.Kind.COMMISSIONER, "Hillingdon 5AT Trust")
    Identifier.objects.create(organisation=made, scheme=Identifier.Scheme.ODS, value="5AT")
    for text in ("hillingDON", "5at", "don 5AT"):
        assert list(found_by(Organisation.objects.all(), text, "name__icontains", "identifiers__value__iexact")) == [made]
        assert [found.title for found in providers.searches(AnonymousUser(), text)] == [made.name]
    assert not found_by(Organisation.objects.all(), "100%", "name__icontains").exists()


@pytest.mark.postgres
def test_a_search_among_100_000_organisations_goes_by_the_index():
    many_organisations()
    organisation(Organisation.Kind.COMMISSIONER, "Hillingdon Primary Care Trust")
    found = found_by(Organisation.objects.all(), "hillingdon", "name__icontains", "identifiers__value__iexact")
    plan = found.order_by("name", "pk")[:20].explain(analyze=True)
    assert "commissioning_organisation_name_words" in plan
    assert "Seq Scan on commissioning_organisation" not in plan
    assert len(found) == 1
