"""The door records whatever was refused, by an act or by the database, and hands on what it has locked."""

import pytest

from commissioning.models import ClockJob, Identifier, Organisation, TrailEntry
from commissioning.moves import beginning, moving
from commissioning.refusals import Refused
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
JOB = ClockJob("test")


def test_what_a_constraint_refuses_is_on_the_trail_with_its_sentence():
    hillingdon = cast.commissioner()
    with pytest.raises(Refused, match="organisation"), moving(Organisation, hillingdon.pk, "describe_organisation", by=JOB):
        Organisation.objects.filter(pk=hillingdon.pk).update(valid_from="2007-05-02", valid_to="2007-05-01")
    entry = TrailEntry.objects.get(subject_id=hillingdon.pk)
    assert (entry.outcome, entry.facts) == ("refused", {"reason": "An organisation ends after it begins."})


def begin_with_anothers_identifier(new):
    with beginning(new, "register_organisation", by=JOB):
        new.save()
        Identifier.objects.create(organisation=new, scheme="ODS", value="5K1")


def test_what_a_constraint_does_not_let_begin_is_refused_and_has_no_trail():
    other = cast.commissioner()
    Identifier.objects.create(organisation=other, scheme="ODS", value="5K1")
    new = Organisation(kind=Organisation.Kind.COMMISSIONER, name="New PCT")
    before = TrailEntry.objects.count()
    with pytest.raises(Refused, match="One organisation per identifier"):
        begin_with_anothers_identifier(new)
    assert (Organisation.objects.filter(pk=new.pk).exists(), TrailEntry.objects.count()) == (False, before)


def test_a_record_begins_within_another_as_it_is_and_not_as_the_caller_read_it():
    read_before = cast.commissioner()
    Organisation.objects.filter(pk=read_before.pk).update(name="Renamed PCT")
    new = Organisation(kind=Organisation.Kind.SUPPLIER, name="New", created_at=cast.NOON)
    with beginning(new, "register_organisation", by=JOB, within=read_before) as step:
        assert step.within_a(Organisation).name == "Renamed PCT"
