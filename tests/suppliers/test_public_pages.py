"""What anybody reads: published lists as a picture and a table, versions, downloads, profiles, notices."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from commissioning.canon import digest
from commissioning.models import Role
from suppliers.actions.firms import register_consortium
from suppliers.actions.listings import end_listing, suspend_listing
from suppliers.actions.publications import publish_lists
from suppliers.models import Framework, Listing, ListPublication
from tests.factories import admissions
from tests.factories.admissions import APPEALS_END_AT, CLOSES_AT, PUBLISHED_AT, announced_round, draft_round, published_round, round_with_decisions
from tests.factories.frameworks import draft_framework, listed, live_framework, supplier
from tests.factories.people import NOON, authority, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    """BUPA and Tribal on the micro list for performance management."""
    published_round(supplier("BUPA", "bupa"), supplier("=Tribal", "tribal"))
    return admissions.framework()


def page(browse, name, *args, person=None, **query):
    return browse(person).get(reverse(name, args=args), query)


def text(response):
    return " ".join(response.content.decode().split())


def test_the_published_lists_are_a_picture_with_a_title_and_a_table_that_says_the_same(browse, published):
    shown = text(page(browse, "framework:lists", published.pk))
    assert '<svg class="app-chart" role="img" aria-labelledby="matrix-title matrix-description"' in shown
    assert "2 suppliers on 3 lists, each kept for 4 areas." in shown
    cell = reverse("framework:list_and_area", args=[published.pk, "micro", "performance"])
    assert f'<a href="{cell}">2</a>' in shown


def test_every_framework_with_published_lists_is_offered_the_newest_first(browse, published):
    later = live_framework("today", of=published.authority, regime="PA2023")
    live_framework("without", of=published.authority)
    for version, moment in ((1, PUBLISHED_AT + timedelta(days=1)), (2, PUBLISHED_AT + timedelta(days=2))):
        ListPublication.objects.create(framework=later, version=version, published_at=moment, entries=[], entries_hash="0", created_at=moment)
    Framework.objects.filter(pk=published.pk).update(status=Framework.Status.ENDED)
    answer = page(browse, "published_lists")
    assert [record.reference for record in answer.context_data["records"]] == ["today", "fesc"]
    shown = text(answer)
    for framework in (later, published):
        assert f'href="{reverse("framework:lists", args=[framework.pk])}"' in shown
    for words in ("Version 2", "Wednesday 15 April 2026, 12 noon", "Version 1", "Monday 13 April 2026, 12 noon", "Ended"):
        assert words in shown


def test_a_frameworks_lists_say_as_at_when_and_lead_to_those_of_others(browse, published):
    for where in (("framework:lists", published.pk), ("framework:list_and_area", published.pk, "micro", "performance")):
        assert "As at <time" in text(page(browse, *where))
    assert f'href="{reverse("published_lists")}"' in text(page(browse, "framework:lists", published.pk)).partition("<main")[2]


def test_a_profile_leads_to_the_lists_of_the_framework_that_it_stands_under(browse, published):
    shown = text(page(browse, "supplier:profile", Listing.objects.first().supplier_id))
    assert f'<a href="{reverse("framework:lists", args=[published.pk])}">{published}</a>' in shown


def test_before_anything_is_published_the_lists_say_so(browse):
    shown = text(page(browse, "published_lists"))
    assert "No lists have been published yet. A framework’s lists are published when" in shown
    assert f'href="{reverse("framework:index")}">See all frameworks' in shown
    round_with_decisions([supplier()])
    assert "No lists have been published yet" in text(page(browse, "published_lists"))
    assert "The lists have not been published yet" in text(page(browse, "framework:lists", admissions.framework().pk))
    cell = page(browse, "framework:list_and_area", admissions.framework().pk, "micro", "performance")
    assert "The lists have not been published yet" in text(cell)
    assert "BUPA" not in text(cell)


def test_a_list_and_area_shows_its_suppliers_by_name_and_its_services(browse, published):
    shown = text(page(browse, "framework:list_and_area", published.pk, "micro", "performance"))
    assert shown.index("=Tribal") < shown.index("BUPA")
    assert "Performance management, settlement and review: review" in shown
    assert page(browse, "framework:list_and_area", published.pk, "micro", "nowhere").status_code == 404


def test_a_suspension_is_marked_until_the_instant_it_ends(browse, published, curator, at):
    ends_at = PUBLISHED_AT + timedelta(days=7)
    listing = Listing.objects.get(supplier__short_name="bupa")
    suspend_listing(listing.pk, ends_at=ends_at, reason="Looked into.", by=curator, at=PUBLISHED_AT)
    for moment, is_marked in ((ends_at - A_MOMENT, True), (ends_at, False)):
        at(moment)
        shown = text(page(browse, "framework:list_and_area", published.pk, "micro", "performance"))
        assert ("Suspended" in shown) == is_marked


def test_why_a_listing_was_suspended_or_ended_is_between_the_supplier_and_the_authority(browse, published, curator, at):
    at(PUBLISHED_AT)
    listing = Listing.objects.get(supplier__short_name="bupa")
    suspend_listing(listing.pk, ends_at=PUBLISHED_AT + A_MOMENT, reason="A complaint.", by=curator, at=PUBLISHED_AT)
    end_listing(listing.pk, reason="It misled us.", by=curator, at=PUBLISHED_AT)
    rival, its_own = admissions.bids(supplier("Rival", "rival")), admissions.bids(listing.supplier)
    for person_, reads in ((None, False), (rival, False), (its_own, True), (curator, True)):
        shown = text(page(browse, "listing:workspace", listing.pk, person=person_))
        assert ("A complaint." in shown, "It misled us." in shown) == (reads, reads)


def test_an_earlier_version_stays_as_it_was_and_points_to_the_latest(browse, published, curator):
    end_listing(Listing.objects.get(supplier__short_name="bupa").pk, reason="It left.", by=curator, at=PUBLISHED_AT + A_MOMENT)
    first = text(page(browse, "framework:lists", published.pk, version="1"))
    assert "This is an earlier version" in first
    assert "2 suppliers" in first
    assert "1 supplier" in text(page(browse, "framework:lists", published.pk))
    assert "BUPA" in text(page(browse, "framework:list_and_area", published.pk, "micro", "performance", version="1"))
    assert "BUPA" not in text(page(browse, "framework:list_and_area", published.pk, "micro", "performance"))
    versions = text(page(browse, "framework:versions", published.pk))
    assert "Version 1" in versions
    assert "A change of a listing, or of a supplier" in versions


@pytest.mark.parametrize("version", ["0", "3", "-1", "one", "1e3", "９", "99999999999999999999", "\x00"])
def test_a_version_that_there_is_not_is_not_found(browse, published, version):
    assert page(browse, "framework:lists", published.pk, version=version).status_code == 404


def test_the_lists_are_downloaded_as_csv_without_a_formula(browse, published):
    answer = page(browse, "framework:download", published.pk, "csv")
    assert answer["Content-Disposition"] == 'attachment; filename="fesc-lists-version-1.csv"'
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][:3] == ["List", "Area", "Supplier"]
    assert [row[:4] for row in rows[1:]] == [
        ["Micro", "Performance management, settlement and review", "'=Tribal", "tribal"],
        ["Micro", "Performance management, settlement and review", "BUPA", "bupa"],
    ]


def test_the_lists_are_downloaded_as_xlsx_without_a_formula(browse, published):
    answer = page(browse, "framework:download", published.pk, "xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet["D"]] == ["Short name", "tribal", "bupa"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_lists_are_downloaded_as_json_whose_hash_anybody_can_work_out(browse, published):
    told = page(browse, "framework:download", published.pk, "json").json()
    assert told["entries_hash"] == digest(told["entries"]) == ListPublication.objects.get().entries_hash
    assert told["published_at"] == "2026-04-13T11:00:00.000000Z"


@pytest.mark.parametrize(("kind", "version"), [("pdf", ""), ("csv", "2"), ("json", "x")])
def test_a_download_that_there_is_not_is_not_found(browse, published, kind, version):
    assert page(browse, "framework:download", published.pk, kind, version=version).status_code == 404


def test_nothing_is_downloaded_before_it_is_published(browse):
    round_with_decisions([supplier()])
    assert page(browse, "framework:download", admissions.framework().pk, "csv").status_code == 404


def test_a_profile_shows_where_a_supplier_stands_and_not_where_it_will_be(browse, at):
    at(APPEALS_END_AT)
    round_ = round_with_decisions([firm := supplier()])
    assert "It stands on no published list" in text(page(browse, "supplier:profile", firm.pk))
    assert "Not published yet" in text(page(browse, "supplier:profile", firm.pk, person=admissions.bids(firm)))
    publish_lists(round_.pk, by=admissions.curator(), at=APPEALS_END_AT)
    assert "Performance management, settlement and review" in text(page(browse, "supplier:profile", firm.pk))


def test_a_profile_of_a_consortium_shows_members_and_shares(browse, curator):
    firms = [supplier(f"Company {number}", f"company{number}") for number in (1, 2)]
    half = {"liability_share": Decimal("50.00"), "is_illustrative": True}
    members = [{"company": firm.organisation_id, "leads": firm == firms[0], **half} for firm in firms]
    consortium = register_consortium(name="Partners", short_name="partners", members=members, by=curator, at=NOON)
    shown = text(page(browse, "supplier:profile", consortium.pk))
    assert "Leads the consortium" in shown
    assert "50.00%" in shown
    assert "Illustrative" in shown
    assert "Partners" in text(page(browse, "supplier:profile", firms[1].pk))


def test_a_draft_framework_and_a_draft_round_are_not_found_by_the_public(browse, curator):
    draft, round_ = draft_framework("draft", of=admissions.framework().authority), draft_round()
    stranger = person(authority("Another authority"), Role.CURATOR)
    for viewer, status in ((None, 404), (stranger, 404), (curator, 200)):
        assert page(browse, "framework:workspace", draft.pk, person=viewer).status_code == status
        assert page(browse, "admissionround:workspace", round_.pk, person=viewer).status_code == status
    assert "Admission 2026" not in text(page(browse, "admissionround:index"))
    assert Framework.objects.filter(pk=draft.pk).exists()


def test_a_notice_says_how_long_is_left_and_then_that_it_has_closed(browse, at):
    round_ = announced_round()
    at(CLOSES_AT - timedelta(days=2))
    assert "2 days left" in text(page(browse, "admissionround:workspace", round_.pk))
    at(CLOSES_AT)
    assert "Closed, being decided" in text(page(browse, "admissionround:workspace", round_.pk))


def test_lists_of_suppliers_are_in_alphabetical_order_over_pages(browse):
    framework = admissions.framework()
    where = framework.lists.first(), framework.areas.first()
    for number in range(30):
        listed(supplier(f"Company {number:02}", f"also{30 - number:02}"), *where)
    first = page(browse, "supplier:index")
    following = browse(None).get(first.context_data["page"]["next_href"])
    names = [str(record) for answer in (first, following) for record in answer.context_data["records"]]
    assert names == [f"Company {number:02}" for number in range(30)]
