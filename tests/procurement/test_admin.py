"""Curators find tenders in the administration as everybody may see them, take them out as sheets, and learn nothing of bids."""

import csv
import re
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from commissioning.models import Role
from procurement.models import Tender
from tests.factories.bids import submitted_bid
from tests.factories.people import NOON, authority, person
from tests.factories.tenders import draft_tender, issued_tender, who

pytestmark = pytest.mark.django_db
LIST = "admin:procurement_tender_changelist"
CSV, XLSX = "0", "1"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def desk(client):
    client.force_login(person(authority("Another authority"), Role.CURATOR))
    return client


@pytest.fixture
def tender():
    return issued_tender(suppliers=3)


def page_of(tender, what="change"):
    return reverse(f"admin:procurement_tender_{what}", args=[tender.pk])


def found(desk, **query):
    return {row.pk for row in desk.get(reverse(LIST), query).context_data["cl"].result_list}


def hidden(tender):
    Tender.objects.filter(pk=tender.pk).update(is_public=False)
    return Tender.objects.get(pk=tender.pk)


def test_a_curator_finds_a_public_tender_by_words_buyer_and_status(desk, tender):
    assert found(desk) == {tender.pk}
    for query in ({"q": tender.reference}, {"q": "acute"}, {"q": "hillingdon"}, {"status__exact": "issued"}, {"buyer__id__exact": tender.buyer_id}):
        assert found(desk, **query) == {tender.pk}, query
    for query in ({"q": "chiropody"}, {"status__exact": "draft"}):
        assert found(desk, **query) == set(), query


def test_drafts_and_tenders_that_are_not_public_are_not_there(desk, tender):
    draft, private = draft_tender(title="A draft for acute care"), hidden(issued_tender(title="Quiet help", suppliers=3))
    assert found(desk) == {tender.pk}
    for unseen in (draft, private):
        assert desk.get(page_of(unseen)).status_code == 302
        assert "doesn’t exist" in desk.get(page_of(unseen), follow=True).content.decode()
        assert unseen.title not in desk.get(reverse(LIST), {"q": unseen.reference}).content.decode().replace(unseen.reference, "")
        assert unseen.reference not in desk.post(reverse("admin:procurement_tender_export"), {"format": CSV, "resource": "0"}).content.decode()


def test_a_tender_is_looked_at_and_nothing_else(desk, tender):
    page = desk.get(page_of(tender)).content.decode()
    assert tender.notice_hash in page
    assert 'type="submit" value="Save"' not in page
    assert "historylink" not in page, "its trail is the buyer's"
    assert desk.post(page_of(tender), {"title": "Typed over"}).status_code == 403
    assert desk.post(page_of(tender, "delete"), {"post": "yes"}).status_code == 403
    assert desk.get(reverse("admin:procurement_tender_add")).status_code == 403
    assert desk.get(reverse("admin:procurement_tender_import")).status_code == 403


def test_what_is_shown_does_not_change_when_somebody_bids(desk, tender):
    def shown():
        pages = [reverse(LIST), page_of(tender), f"{reverse(LIST)}?q=acute"]
        sheet = desk.post(reverse("admin:procurement_tender_export"), {"format": CSV, "resource": "0"}).content
        return [TOKEN.sub(b"", desk.get(page).content) for page in pages] + [sheet]

    before = shown()
    submitted_bid(tender.invitations.first(), tender.lots.first(), at=NOON)
    assert shown() == before


def test_tenders_go_out_as_sheets_without_formulas(desk, tender):
    Tender.objects.filter(pk=tender.pk).update(title='=HYPERLINK("x")')
    answer = desk.post(reverse("admin:procurement_tender_export"), {"format": CSV, "resource": "0"})
    (row,) = csv.DictReader(StringIO(answer.content.decode()))
    assert (row["reference"], row["title"], row["buyer"]) == (tender.reference, '\'=HYPERLINK("x")', "Hillingdon PCT")
    assert (row["framework"], row["list"], row["area"], row["status"]) == ("fesc", "micro", "performance", "issued")
    answer = desk.post(reverse("admin:procurement_tender_export"), {"format": XLSX, "resource": "0"})
    assert all(cell.data_type != "f" for cells in load_workbook(BytesIO(answer.content)).active.iter_rows() for cell in cells)


def test_nobody_but_a_curator_gets_in(client, tender):
    client.force_login(who("lead"))
    assert client.get(reverse(LIST), follow=True).status_code == 403
    assert client.get(page_of(tender), follow=True).status_code == 403


def test_the_list_of_tenders_costs_the_same_for_one_and_for_many(desk, tender, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as few:
        desk.get(reverse(LIST))
    for _ in range(5):
        issued_tender(suppliers=3)
    with django_assert_max_num_queries(len(few)):
        assert len(found(desk)) == 6
