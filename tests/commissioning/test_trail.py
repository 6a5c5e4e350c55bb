"""Whatever is done to the trail behind the service's back is found, and named."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from commissioning import triggers
from commissioning.actions.accounts import rename_person
from commissioning.actions.checkpoints import sign_checkpoint, sign_heads
from commissioning.actions.organisations import describe_organisation
from commissioning.models import Checkpoint, ClockJob, Docket, Role, TrailEntry, User
from commissioning.trail import append, breaks, breaks_since_checkpoint, first_break
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
JOB = ClockJob("test")


@pytest.fixture
def hillingdon():
    organisation = cast.commissioner()
    for name in ("One", "Two", "Three", "Four"):
        describe_organisation(organisation.pk, name=name, by=JOB)
    return organisation


@pytest.fixture
def other():
    organisation = cast.commissioner("Northamptonshire PCT")
    describe_organisation(organisation.pk, name="Northamptonshire", by=JOB)
    return organisation


def raw(sql, *values):
    """What the owner of the database can do: take the triggers away, and write."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1
    triggers.install(connection)


def row(organisation, number):
    return TrailEntry.objects.get(docket=organisation.docket, number=number)


def verified():
    said, wrong = StringIO(), StringIO()
    try:
        call_command("verify_trail", stdout=said, stderr=wrong)
    except SystemExit as end:
        return end.code, wrong.getvalue().splitlines()
    return 0, wrong.getvalue().splitlines()


def test_an_untouched_trail_holds(hillingdon, other):
    assert list(breaks()) == []
    assert verified() == (0, [])


@pytest.mark.parametrize(
    "change", ["facts = '{}'", "verb = 'other'", "at = '2007-05-21 00:00:00'", "outcome = 'refused'", "job = 'another'", "subject_type = 'x'"]
)
def test_a_changed_row_is_found_and_named(hillingdon, other, change):
    raw(f"UPDATE commissioning_trailentry SET {change} WHERE id = %s", _id(row(hillingdon, 2).pk))
    (found,) = breaks()
    assert (found.docket, found.number, found.what) == (hillingdon.docket, 2, "its content was changed after it was written.")
    code, lines = verified()
    assert code == 1
    assert lines == [str(found)]


def test_a_changed_row_whose_hash_was_made_anew_breaks_the_next_one(hillingdon):
    entry = row(hillingdon, 2)
    entry.verb = "other"
    raw("UPDATE commissioning_trailentry SET verb = 'other', hash = %s WHERE id = %s", entry.expected_hash(), _id(entry.pk))
    assert first_break(hillingdon.docket).number == 3


def test_a_removed_row_is_found(hillingdon):
    raw("DELETE FROM commissioning_trailentry WHERE id = %s", _id(row(hillingdon, 2).pk))
    found = first_break(hillingdon.docket)
    assert found.number == 2
    assert "missing" in found.what


def test_the_removal_of_the_last_row_is_found_by_the_head(hillingdon):
    raw("DELETE FROM commissioning_trailentry WHERE id = %s", _id(row(hillingdon, 4).pk))
    docket = Docket.objects.get(pk=hillingdon.docket_id)
    assert first_break(docket).what == "the chain ends at 3, but 4 entries were written."


def test_the_removal_of_the_last_row_and_of_the_heads_memory_of_it_is_found_by_the_checkpoint(hillingdon, other):
    sign_checkpoint()
    last, before = row(hillingdon, 4), row(hillingdon, 3)
    raw("DELETE FROM commissioning_trailentry WHERE id = %s", _id(last.pk))
    raw("UPDATE commissioning_docket SET head_number = 3, head_hash = %s WHERE id = %s", before.hash, _id(hillingdon.docket_id))
    assert list(breaks()) == [], "the chain alone looks whole"
    (found,) = breaks_since_checkpoint()
    assert f"docket {hillingdon.docket_id}, entry 4" in str(found)
    assert verified()[0] == 1


def test_a_chain_written_anew_from_the_start_is_found_by_the_checkpoint(hillingdon):
    sign_checkpoint()
    previous = row(hillingdon, 1)
    for number in (2, 3, 4):
        entry = row(hillingdon, number)
        entry.previous_hash, entry.facts = previous.hash, {"forged": number}
        entry.hash = entry.expected_hash()
        raw(
            "UPDATE commissioning_trailentry SET previous_hash = %s, facts = %s, hash = %s WHERE id = %s",
            entry.previous_hash,
            f'{{"forged": {number}}}',
            entry.hash,
            _id(entry.pk),
        )
        previous = entry
    raw("UPDATE commissioning_docket SET head_hash = %s WHERE id = %s", previous.hash, _id(hillingdon.docket_id))
    assert list(breaks()) == []
    assert "is another one" in str(next(breaks_since_checkpoint()))


def test_an_inserted_row_is_found(hillingdon):
    last = row(hillingdon, 4)
    forged = TrailEntry(
        docket=hillingdon.docket,
        number=5,
        at=cast.NOON,
        recorded_at=cast.NOON,
        job="forger",
        verb="x",
        subject_type="x",
        subject_id=hillingdon.pk,
        previous_hash=last.hash,
    )
    forged.hash = forged.expected_hash()
    forged.save(force_insert=True)
    assert first_break(Docket.objects.get(pk=hillingdon.docket_id)).what == "the chain ends at 5, but 4 entries were written."


def test_a_row_inserted_between_two_is_found(hillingdon):
    raw("UPDATE commissioning_trailentry SET number = 6 WHERE id = %s", _id(row(hillingdon, 4).pk))
    raw("UPDATE commissioning_trailentry SET number = 4 WHERE id = %s", _id(row(hillingdon, 3).pk))
    assert first_break(hillingdon.docket).number == 3


def test_a_checkpoint_that_was_changed_or_made_by_somebody_else_is_found(hillingdon):
    checkpoint = sign_checkpoint()
    assert list(breaks_since_checkpoint()) == []
    forged = {"number": 2, "previous_hash": checkpoint.hash(), "at": checkpoint.at.replace(year=2099), "heads": {}}
    Checkpoint.objects.create(**forged, signature=checkpoint.signature)
    (found,) = breaks_since_checkpoint()
    assert "signature" in str(found)


def test_a_checkpoint_holds_what_grew_since_the_last_one_and_follows_from_it(hillingdon, other):
    first = sign_checkpoint()
    assert {str(hillingdon.docket_id), str(other.docket_id)} <= set(first.heads)
    describe_organisation(hillingdon.pk, name="Five", by=JOB)
    second, third = sign_checkpoint(), sign_checkpoint()
    assert {docket: number for docket, (number, _) in second.heads.items()} == {str(hillingdon.docket_id): 5}
    assert third.heads == {}
    assert [(each.number, each.previous_hash) for each in (second, third)] == [(2, first.hash()), (3, second.hash())]
    assert list(breaks_since_checkpoint()) == []


def test_many_heads_are_signed_in_batches(hillingdon, other, monkeypatch):
    monkeypatch.setattr("commissioning.actions.checkpoints.MOST_HEADS", 1)
    grown = Docket.objects.filter(head_number__gt=0).count()
    assert sign_heads() == [1] * grown + [0]
    assert Checkpoint.objects.count() == grown + 1
    assert list(breaks_since_checkpoint()) == []


def test_a_chain_cut_short_is_found_by_an_old_checkpoint_though_later_ones_do_not_name_it(hillingdon, other):
    sign_checkpoint()
    describe_organisation(other.pk, name="Later", by=JOB)
    sign_checkpoint()
    raw("DELETE FROM commissioning_trailentry WHERE id = %s", _id(row(hillingdon, 4).pk))
    raw(
        "UPDATE commissioning_docket SET head_number = 3, signed_number = 3, head_hash = %s WHERE id = %s",
        row(hillingdon, 3).hash,
        _id(hillingdon.docket_id),
    )
    (found,) = breaks_since_checkpoint()
    assert f"docket {hillingdon.docket_id}, entry 4" in str(found)


@pytest.mark.parametrize(("gone", "says"), [(1, "does not follow"), (2, "does not follow"), (3, "they are missing")])
def test_a_checkpoint_that_was_removed_is_found(hillingdon, gone, says):
    for name in ("Five", "Six", "Seven"):
        describe_organisation(hillingdon.pk, name=name, by=JOB)
        sign_checkpoint()
    raw("DELETE FROM commissioning_checkpoint WHERE number = %s", gone)
    (found,) = breaks_since_checkpoint()
    assert says in str(found)


def test_every_break_is_named_the_first_of_each_chain(hillingdon, other):
    raw("UPDATE commissioning_trailentry SET verb = 'x' WHERE id = %s", _id(row(hillingdon, 2).pk))
    raw("UPDATE commissioning_trailentry SET verb = 'x' WHERE id = %s", _id(row(hillingdon, 3).pk))
    raw("UPDATE commissioning_trailentry SET verb = 'x' WHERE id = %s", _id(row(other, 1).pk))
    code, lines = verified()
    assert code == 1
    assert sorted(line.split("entry ")[1] for line in lines) == [
        "1: its content was changed after it was written.",
        "2: its content was changed after it was written.",
    ]


@pytest.mark.parametrize("table", triggers.APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_what_was_written(hillingdon, table, statement):
    sign_checkpoint()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert verified() == (0, [])


def test_an_entry_names_somebody_or_a_job(hillingdon):
    with pytest.raises(DatabaseError), transaction.atomic():
        append(hillingdon.docket_id, at=cast.NOON, by=ClockJob(""), verb="x", subject=hillingdon, facts={})


def test_the_commands_sign_and_verify(hillingdon):
    said = StringIO()
    call_command("sign_checkpoint", stdout=said)
    assert Checkpoint.objects.get().signature in said.getvalue()
    assert verified() == (0, [])


# The page.


def test_the_page_of_a_trail_says_that_the_chain_holds_and_after_tampering_that_it_does_not(client, hillingdon):
    client.force_login(cast.person(hillingdon, Role.PROCUREMENT_LEAD))
    page = reverse("trail", args=[hillingdon.docket_id])
    assert "The chain holds" in client.get(page).content.decode()
    raw("UPDATE commissioning_trailentry SET verb = 'x' WHERE id = %s", _id(row(hillingdon, 2).pk))
    told = client.get(page).content.decode()
    assert "This chain is broken" in told
    assert "Entry 2" in told


def test_the_download_lets_anybody_work_the_chain_out_again(client, hillingdon):
    import hashlib
    import json

    client.force_login(cast.person(hillingdon, Role.PROCUREMENT_LEAD))
    body = b"".join(client.get(reverse("trail_download", args=[hillingdon.docket_id])).streaming_content)
    told = json.loads(body)
    previous = "0" * 64
    for entry in told["entries"]:
        written = json.dumps(entry["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert entry["content"]["previous"] == previous
        assert hashlib.sha256(written).hexdigest() == entry["hash"]
        previous = entry["hash"]
    assert told["head"] == [4, previous]


def test_a_long_trail_comes_in_pages(client, hillingdon):
    for number in range(60):
        describe_organisation(hillingdon.pk, name=f"Name {number}", by=JOB)
    client.force_login(cast.person(hillingdon, Role.PROCUREMENT_LEAD))
    first = client.get(reverse("trail", args=[hillingdon.docket_id]))
    assert [entry.number for entry in first.context_data["entries"]] == list(range(64, 14, -1))
    second = client.get(reverse("trail", args=[hillingdon.docket_id]) + first.context_data["page"]["next_href"])
    assert [entry.number for entry in second.context_data["entries"]] == list(range(14, 0, -1))


def _id(pk):
    return str(pk) if connection.vendor == "postgresql" else pk.hex


def test_a_name_stays_on_the_trail_as_it_was_when_its_bearer_acted(client, hillingdon):
    """Whoever renames themselves after somebody else has not become them in what they did before."""
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD)
    then = lead.name
    describe_organisation(hillingdon.pk, name="Five", by=lead)
    rename_person(lead.pk, name="Approver, Hillingdon PCT", by=lead)
    lead = User.objects.get(pk=lead.pk)
    describe_organisation(hillingdon.pk, name="Six", by=lead)
    client.force_login(lead)
    page = client.get(reverse("trail", args=[hillingdon.docket_id])).content.decode()
    assert [page.count(f"{name}, ") for name in (then, lead.name)] == [1, 1]
    told = client.get("/api/v1/events/", {"docket": hillingdon.docket_id}).json()["results"]
    assert [one["actor"] and one["actor"]["name"] for one in told][-2:] == [then, lead.name]
    assert list(breaks()) == []


def test_a_name_that_was_changed_on_the_trail_is_found(hillingdon):
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD)
    entry = TrailEntry.objects.get(pk=row(describe_organisation(hillingdon.pk, name="Five", by=lead), 5).pk)
    raw("UPDATE commissioning_trailentry SET actor_name = %s WHERE id = %s", "Somebody else", _id(entry.pk))
    assert [found.number for found in breaks()] == [5]
    assert verified()[0] != 0
