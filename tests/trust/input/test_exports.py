"""No download is a program: whatever was typed, no cell of any sheet begins as a formula. Every download there is, found by its answer."""

import csv
from io import BytesIO, StringIO

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from commissioning.models import Organisation
from contracts.models import Contract
from procurement.models import Tender
from suppliers.models import Framework, Supplier
from tests.factories import admissions, tenders
from tests.trust.input.doors import routes
from tests.trust.input.reading import Page, filled
from tests.trust.input.stage import MOMENTS, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
EVIL = '=HYPERLINK("http://x.example","x")'
SHEETS = ("text/csv", "spreadsheetml")


def cells(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if "csv" in response["Content-Type"]:
        return [cell for row in csv.reader(StringIO(content.decode("utf-8-sig"))) for cell in row]
    book = load_workbook(BytesIO(content))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in found if cell.data_type == "f"]
    return [str(cell.value) for cell in found if isinstance(cell.value, str)]


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.fixture
def evil(stage):
    """Every text that people wrote, in every record of the stage, is a formula."""
    for floor in ("commissioning", "suppliers", "procurement", "contracts"):
        for model in apps.get_app_config(floor).get_models():
            words = [
                field
                for field in model._meta.fields
                if isinstance(field, models.CharField | models.TextField)
                and field.name in ("name", "title", "description", "reason", "reasons", "detail", "profile", "address", "notice", "grounds")
                and (field.max_length or 100) > len(EVIL)
                and not field.unique
            ]
            if words and model._meta.label not in ("commissioning.TrailEntry", "suppliers.ListPublication"):
                model._base_manager.update(**{field.name: EVIL for field in words})
    return stage


def records():
    yield from (Framework.objects.get(reference="fesc"), tenders.hillingdon(), Supplier.objects.first(), Contract.objects.first())
    yield from Tender.objects.filter(status__in=[Tender.Status.AWARDED, Tender.Status.STANDSTILL, Tender.Status.EVALUATED])
    yield Organisation.objects.first().docket


def downloads(client, pages):
    """The answers that are sheets, by address; what turns out to be a page is added to `pages`, and is not asked for again."""
    found = {}
    for name, route in routes():
        converters = route.pattern.converters
        if name.startswith(("api-", "account_", "mfa_")) or "(" in str(route.pattern) or set(converters) - {"pk", "kind"}:
            continue
        for record in records() if "pk" in converters else (None,):
            for kind in ("csv", "xlsx") if "kind" in converters else (None,):
                if name in pages:
                    continue
                address = reverse(name, kwargs={**({"pk": record.pk} if record else {}), **({"kind": kind} if kind else {})})
                response = client.get(address)
                if response.status_code == 200 and any(sheet in response["Content-Type"] for sheet in SHEETS):
                    found.setdefault(name, {})[address] = response
                elif response.status_code == 200 and "html" in response["Content-Type"]:
                    pages.add(name)
    return found


def test_no_cell_of_any_download_is_a_formula(evil, browser):
    seen, pages = {}, set()
    for person in (tenders.who("chair"), tenders.who("lead"), admissions.curator()):
        for name, answers in downloads(browser(Scene(MOMENTS[-1], person, None)), pages).items():
            seen.setdefault(name, []).extend(cell for response in answers.values() for cell in cells(response))
            for response in answers.values():
                assert response["Content-Disposition"].startswith("attachment;"), name
                assert response["X-Content-Type-Options"] == "nosniff"
    assert seen.keys() >= {"framework:download", "contract:download", "tender:scores_csv", "tender:scores_xlsx"}
    for name, found in seen.items():
        assert not [cell for cell in found if cell.startswith(DANGEROUS) and not is_number(cell)], name
    assert any("HYPERLINK" in cell for found in seen.values() for cell in found), "no formula was exported at all"


def exported_models():
    return sorted(model._meta.label_lower for model, held in admin.site._registry.items() if hasattr(held, "export_action"))


def test_no_cell_of_the_administrations_exports_is_a_formula(evil):
    client = Client()
    client.force_login(admissions.curator())
    assert exported_models()
    exported, formulas = set(), 0
    for label in exported_models():
        address = reverse(f"admin:{label.replace('.', '_')}_export")
        page = client.get(address)
        if page.status_code == 403:
            continue  # it is kept, and not for curators to take out
        boxes = {name: values for name, values in filled(Page(page.content.decode()).main_form, {}).items() if name != "format"}
        for number in range(len(admin.site._registry[apps.get_model(label)].get_export_formats())):
            response = client.post(address, {**boxes, "format": str(number)})
            if response.status_code == 200 and any(sheet in response["Content-Type"] for sheet in SHEETS):
                found = cells(response)
                exported.add(label)
                formulas += sum("HYPERLINK" in cell for cell in found)
                assert not [cell for cell in found if cell.startswith(DANGEROUS) and not is_number(cell)], (label, number)
    assert (len(exported) > 2, formulas > 0) == (True, True), exported
