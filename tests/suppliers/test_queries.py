"""Every list costs the same number of queries for 10 rows as for 200."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning.models import Organisation
from suppliers import providers
from suppliers.models import AdmissionRound, Appeal, Application, ConsortiumMember, EarlyRelease, ListPublication, Place, Service, Supplier
from tests.factories import admissions
from tests.factories.frameworks import docketed, draft_framework, finished_round, listed, supplier
from tests.factories.people import NOON, commissioner

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 200
LISTS = ["framework", "supplier", "admissionround", "application", "appeal", "earlyrelease"]
RECORDS = ["frameworks", "lists", "areas", "suppliers", "rounds", "applications", "places", "appeals", "listings", "publications", "early-releases"]


@pytest.fixture
def world():
    """A framework whose curator sees everything: `grow(n)` brings it to n rows of each kind."""
    framework = admissions.framework()
    curator, trust = admissions.curator(), commissioner()
    where = {"framework_list": framework.lists.first(), "area": framework.areas.first()}
    refusing = finished_round(framework, published=False)

    def grow(size):
        for number in range(Supplier.objects.count(), size):
            firm = supplier(f"Company {number}", f"company{number}")
            listed(firm, *where.values())
            application = docketed(Application(round=refusing, supplier=firm, status="submitted", submitted_at=NOON, created_at=NOON))
            place = Place.objects.create(application=application, **where, outcome="refused", reasons="Thin.", decided_at=NOON, created_at=NOON)
            Appeal.objects.create(place=place, grounds="Not read.", lodged_at=NOON, created_at=NOON)
            notice = {"title": f"Round {number}", "status": "open", "announced_at": NOON, "closes_at": NOON + timedelta(1)}
            docketed(AdmissionRound(framework=framework, **notice, created_at=NOON))
            draft_framework(f"draft{number}", of=framework.authority)
            Service.objects.create(area=where["area"], code=f"service{number}", name="Service", created_at=NOON)
            versions = {"version": number + 1, "published_at": NOON, "entries": [], "entries_hash": "0"}
            ListPublication.objects.create(framework=framework, **versions, created_at=NOON)
            terms = {"reason": "Early.", "granted_at": NOON, "granted_by": curator, "expires_at": NOON + timedelta(1)}
            EarlyRelease.objects.create(framework=framework, buyer=trust, **where, **terms, created_at=NOON).suppliers.add(firm)

    return grow


def cost(call):
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def test_every_list_page_costs_the_same_for_10_rows_and_for_200(world, browse, at):
    at(NOON)
    browser = browse(admissions.curator())
    framework = admissions.framework()
    pages = [*(reverse(f"{kind}:index") for kind in LISTS), reverse("framework:versions", args=[framework.pk])]
    measured = {}
    for size in (FEW, MANY):
        world(size)
        for page in pages:
            assert len(browser.get(page).context_data["records"]) >= min(size, 25)
            measured.setdefault(page, []).append(cost(lambda page=page: browser.get(page)))
    assert {page: few for page, (few, many) in measured.items() if few != many} == {}
    assert max(many for _, many in measured.values()) <= 12


def test_every_list_of_the_api_costs_the_same_for_10_rows_and_for_200(world, at):
    at(NOON)
    client = APIClient()
    client.force_authenticate(admissions.curator())
    measured = {}
    for size in (FEW, MANY):
        world(size)
        for kind in RECORDS:
            assert client.get(f"/api/v1/{kind}/").status_code == 200
            measured.setdefault(kind, []).append(cost(lambda kind=kind: client.get(f"/api/v1/{kind}/?page_size=10")))
    assert {kind: numbers for kind, numbers in measured.items() if numbers[0] != numbers[1]} == {}


def test_workspaces_and_the_published_lists_cost_the_same_for_10_suppliers_and_for_200(world, browse, at):
    at(NOON)
    browser = browse(admissions.curator())
    framework = admissions.framework()
    refusing = finished_round(framework, published=False)
    cell = reverse("framework:list_and_area", args=[framework.pk, "micro", "assessment"])
    pages = [framework.get_absolute_url(), refusing.get_absolute_url(), reverse("published_lists"), cell]
    measured = {}
    for size in (FEW, MANY):
        world(size)
        for page in pages:
            assert browser.get(page).status_code == 200
            measured.setdefault(page, []).append(cost(lambda page=page: browser.get(page)))
    assert {page: numbers for page, numbers in measured.items() if numbers[0] != numbers[1]} == {}


def test_the_desk_the_calendar_and_the_search_cost_the_same_for_10_rows_and_for_200(world):
    curator = admissions.curator()
    assert curator.roles, "read once for each request"
    measured = {}
    for size in (FEW, MANY):
        world(size)
        for name in ("desk", "deadlines"):
            measured.setdefault(name, []).append(cost(lambda name=name: list(getattr(providers, name)(curator, NOON))))
        measured.setdefault("searches", []).append(cost(lambda: list(providers.searches(curator, "company"))))
    assert {name: numbers for name, numbers in measured.items() if numbers[0] != numbers[1]} == {}


def test_a_profile_of_a_consortium_costs_the_same_for_2_members_and_for_20(browse):
    consortium = supplier("Partners", "partners")
    measured = []
    for number in range(20):
        member = supplier(f"Company {number}", f"company{number}").organisation
        ConsortiumMember.objects.create(consortium=consortium, company=member, leads=number == 0, liability_share=5, created_at=NOON)
        if number in {1, 19}:
            measured.append(cost(lambda: browse(None).get(consortium.get_absolute_url())))
    assert measured[0] == measured[1]
    assert Organisation.objects.filter(consortium_places__consortium=consortium).count() == 20


def test_sending_decisions_costs_no_more_queries_per_applicant_than_its_trail_and_letter(at):
    """Each applicant costs its own entry on its own trail, and nothing that grows with the number of others."""
    measured = []
    for size in (5, 15):
        round_ = admissions.announced_round()
        for number in range(size):
            firm = supplier(f"Company {size} {number}", f"company{size}-{number}")
            admissions.decided(admissions.submitted_application(round_, firm).places.get())
        measured.append(cost(lambda round_=round_: admissions.send_decisions(round_.pk, by=admissions.curator(), at=admissions.DECIDED_AT)))
    assert (measured[1] - measured[0]) / 10 <= 4
