"""The administration: curators look, filter, export, and bring sheets in through acts; nothing is typed over, nothing deleted."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from commissioning.models import Role, TrailEntry
from suppliers.models import Framework, FrameworkList, Listing, Service, ServiceArea, Supplier
from tests.factories import admissions
from tests.factories.admissions import CLOSES_AT, announced_round, published_round
from tests.factories.appeals import lodged_appeal
from tests.factories.frameworks import draft_framework, supplier
from tests.factories.people import authority, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
PARTS = ["framework", "frameworklist", "servicearea", "service"]
KINDS = [
    *PARTS,
    "supplier",
    "organisationimport",
    "consortiummember",
    "listing",
    "admissionround",
    "appeal",
    "appealground",
    "furtherinformation",
    "hearing",
    "earlyrelease",
]
CSV, XLSX = "0", "1"


@pytest.fixture
def desk(client, curator):
    client.force_login(curator)
    return client


def place(kind, what="changelist", *args):
    return reverse(f"admin:suppliers_{kind}_{what}", args=args)


def bring_in(desk, kind, data, form=CSV):
    raw = data.encode() if isinstance(data, str) else data
    file = SimpleUploadedFile("sheet.csv" if form == CSV else "sheet.xlsx", raw)
    tried = desk.post(place(kind, "import"), {"import_file": file, "format": form, "resource": ""})
    confirm = tried.context_data.get("confirm_form")
    return desk.post(place(kind, "process_import"), confirm.initial) if confirm is not None else tried


def taken_out(desk, kind, form=CSV):
    return desk.post(place(kind, "export"), {"format": form, "resource": "0"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_curator_lists_and_searches_every_kind_of_record(desk, kind):
    lodged_appeal(supplier())
    assert desk.get(place(kind)).status_code == 200
    assert desk.get(place(kind), {"q": "bupa"}).status_code == 200


def test_a_round_is_shown_and_found_by_where_it_stands_now_and_not_by_its_stored_status(desk, at):
    round_ = announced_round()
    for moment, phase, other in ((CLOSES_AT - A_MOMENT, "Open for applications", "receiving"), (CLOSES_AT, "Closed, being decided", "being_decided")):
        at(moment)
        rows = desk.get(place("admissionround"), {"phase": other}).content.decode()
        assert f'<td class="field-phase">{phase}</td>' in rows
        assert f'<div class="readonly">{phase}</div>' in desk.get(place("admissionround", "change", round_.pk)).content.decode()
    assert round_.title not in desk.get(place("admissionround"), {"phase": "receiving"}).content.decode().partition('id="result_list"')[2]


@pytest.mark.parametrize("kind", KINDS)
def test_an_appeals_officer_and_a_supplier_do_not_get_in(client, officer, kind):
    for stranger in (officer, admissions.bids(supplier("Rival", "rival"))):
        client.force_login(stranger)
        assert client.get(place(kind), follow=True).status_code == 403


def test_what_curators_look_at_they_cannot_type_over_or_delete(desk):
    published_round(supplier())
    framework, listing = admissions.framework(), Listing.objects.get()
    for kind, record in (("framework", framework), ("listing", listing), ("supplier", listing.supplier)):
        page = place(kind, "change", record.pk)
        assert desk.get(page).status_code == 200, kind
        assert desk.post(page, {"title": "Typed over", "status": "draft"}).status_code == 403, kind
        assert desk.post(place(kind, "delete", record.pk), {"post": "yes"}).status_code == 403, kind
        assert desk.get(place(kind, "add")).status_code == 403, kind
    framework.refresh_from_db()
    assert framework.status == Framework.Status.LIVE


def test_acts_are_buttons_that_lead_to_the_acts_own_pages(desk):
    published_round(supplier())
    framework, listing = admissions.framework(), Listing.objects.get()
    for kind, record, verbs in (
        ("framework", framework, ("add_service", "open_round", "grant_early_release", "end_framework")),
        ("listing", listing, ("suspend_listing", "end_listing")),
    ):
        page = desk.get(place(kind, "change", record.pk)).content.decode()
        for verb in verbs:
            address = reverse(f"{kind}:{verb}", args=[record.pk])
            assert address in page, verb
            assert desk.get(address).status_code == 200
    assert reverse("framework:add_list", args=[framework.pk]) not in desk.get(place("framework", "change", framework.pk)).content.decode()
    assert reverse("supplier:register_consortium") in desk.get(place("supplier")).content.decode()


def test_another_authoritys_drafts_are_not_among_the_records(desk, curator):
    theirs = draft_framework("theirs", of=authority("Another authority"))
    mine = draft_framework("mine", of=admissions.framework().authority)
    shown = desk.get(place("framework")).content.decode()
    assert str(mine.pk) in shown
    assert str(theirs.pk) not in shown
    assert "Another authority" not in shown
    assert str(theirs.pk) not in desk.get(place("frameworklist")).content.decode()
    assert desk.get(place("framework", "change", theirs.pk), follow=True).redirect_chain


def test_a_whole_framework_comes_in_from_sheets_through_the_acts(desk, curator):
    doh = admissions.framework().authority
    terms = "reference,authority,title,description,regime,starts_on,ends_on,appeal_rule,standstill_rule\n"
    row = f"second,{doh.name},A second framework,Support.,PA2023,2026-01-01,2029-12-31,FESC_APPEAL,PA_STANDSTILL\n"
    assert bring_in(desk, "framework", terms + row).status_code == 302
    framework = Framework.objects.get(reference="second")
    assert (framework.status, framework.ends_on) == (Framework.Status.DRAFT, date(2029, 12, 31))
    bring_in(desk, "frameworklist", "framework,code,name,scope_kind,description\nsecond,micro,Micro,micro,\nsecond,all,All,end_to_end,\n")
    bring_in(desk, "servicearea", "framework,code,name,description\nsecond,review,Review,\n")
    bring_in(desk, "service", "framework,area,code,name,description\nsecond,review,checks,Checks,\n")
    assert [each.code for each in framework.lists.all()] == ["micro", "all"]
    assert Service.objects.get(area__framework=framework).code == "checks"
    verbs = TrailEntry.objects.filter(docket=framework.docket).order_by("number").values_list("verb", "actor")
    assert list(verbs) == [(verb, curator.pk) for verb in ("draft_framework", "add_list", "add_list", "add_area", "add_service")]


def test_an_area_of_the_same_code_in_another_framework_is_not_mistaken_for_it(desk):
    other = draft_framework("other", of=admissions.framework().authority)
    ServiceArea.objects.create(framework=other, code="performance", name="Theirs", created_at=other.created_at)
    bring_in(desk, "service", "framework,area,code,name,description\nother,performance,checks,Checks,\n")
    assert Service.objects.get(code="checks").area.framework == other


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("fesc,micro,Another name,micro,", "is there already"),
        ("fesc,late,Late,micro,", "while it is in force"),
        ("nowhere,late,Late,micro,", "Framework"),
        ("draft,late,Late,nothing,", "scope_kind"),
    ],
)
def test_a_sheet_with_a_bad_row_changes_nothing_and_says_which(desk, row, says):
    draft_framework("draft", of=admissions.framework().authority)
    answer = bring_in(desk, "frameworklist", f"framework,code,name,scope_kind,description\ndraft,good,Good,micro,\n{row}\n")
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not FrameworkList.objects.filter(code__in=["good", "late"]).exists()


def test_suppliers_come_in_from_a_sheet_and_known_ones_get_their_profile(desk, last_entry):
    bupa = supplier("BUPA", "bupa")
    headings = "short_name,name,company_number,profile,website\n"
    sheet = f"{headings}tribal,Tribal Consulting Ltd,1234567,We help.,https://tribal.example\nbupa,BUPA,,We settle.,\n"
    assert bring_in(desk, "supplier", sheet).status_code == 302
    tribal = Supplier.objects.get(short_name="tribal")
    assert (str(tribal), str(tribal.organisation.identifiers.get())) == ("Tribal Consulting Ltd", "GB-COH:01234567")
    bupa.refresh_from_db()
    assert bupa.profile == "We settle."
    assert [last_entry(one).verb for one in (tribal, bupa)] == ["register_supplier", "describe_supplier"]


def test_a_supplier_is_not_renamed_by_a_sheet(desk):
    supplier("BUPA", "bupa")
    answer = bring_in(desk, "supplier", "short_name,name,company_number,profile,website\nbupa,Bupa Renamed,,,\n")
    assert "A name is changed on the organisation’s page" in answer.content.decode()


def test_suppliers_come_in_as_xlsx(desk):
    book = Workbook()
    book.active.append(["short_name", "name", "company_number", "profile", "website"])
    book.active.append(["tribal", "Tribal Consulting Ltd", 1234567, "", ""])
    file = BytesIO()
    book.save(file)
    answer = bring_in(desk, "supplier", file.getvalue(), XLSX)
    assert answer.status_code == 302, [row.errors or row.validation_error for row in answer.context_data["result"].rows]
    assert str(Supplier.objects.get().organisation.identifiers.get()) == "GB-COH:01234567"


@pytest.mark.parametrize("kind", [*PARTS, "supplier"])
def test_what_goes_out_comes_in_again_and_changes_nothing(desk, kind):
    published_round(supplier())
    before = TrailEntry.objects.count()
    assert bring_in(desk, kind, taken_out(desk, kind).content).status_code == 302
    assert TrailEntry.objects.count() == before


def test_listings_go_out_without_formulas_and_do_not_come_in(desk):
    published_round(supplier('=HYPERLINK("x")', "formula"))
    assert "'=HYPERLINK" in taken_out(desk, "listing").content.decode()
    cells = [cell for row in load_workbook(BytesIO(taken_out(desk, "listing", XLSX).content)).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert [cell.value for cell in cells if cell.value in {"fesc", "micro", "performance", "formula"}] == ["fesc", "micro", "performance", "formula"]
    assert desk.get(place("listing", "import")).status_code == 403
    assert desk.get(place("consortiummember", "import")).status_code == 403


def test_a_curator_of_another_authority_brings_nothing_into_a_framework(client):
    draft = draft_framework("draft", of=admissions.framework().authority)
    client.force_login(person(authority("Another authority"), Role.CURATOR))
    answer = bring_in(client, "frameworklist", "framework,code,name,scope_kind,description\ndraft,micro,Micro,micro,\n")
    assert answer.status_code == 200
    assert not draft.lists.exists()
    entry = TrailEntry.objects.filter(docket=draft.docket).latest("number")
    assert (entry.verb, entry.outcome, entry.actor) == ("add_list", TrailEntry.Outcome.REFUSED, answer.wsgi_request.user)
