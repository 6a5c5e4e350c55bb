"""Every list costs the same number of queries for 10 rows as for 200."""

from collections import defaultdict
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning.models import Organisation, Questionnaire
from suppliers import providers
from suppliers.models import (
    AdmissionRound,
    Appeal,
    AppealPoint,
    Application,
    ConsortiumMember,
    EarlyRelease,
    FurtherInformation,
    Hearing,
    ListPublication,
    Place,
    Service,
    Supplier,
)
from tests.factories import admissions, agreements
from tests.factories.frameworks import docketed, draft_framework, finished_round, listed, supplier
from tests.factories.people import NOON, commissioner

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 200
LISTS = ["framework", "supplier", "admissionround", "application", "appeal", "earlyrelease"]
RECORDS = [
    "frameworks",
    "lists",
    "areas",
    "suppliers",
    "rounds",
    "applications",
    "places",
    "appeals",
    "further-information",
    "listings",
    "publications",
    "early-releases",
]


def appeal(place, ground, officer):
    """A heard appeal with a ground, a question and a hearing."""
    made = docketed(Appeal(place=place, status="heard", officer=officer, lodged_at=NOON, created_at=NOON))
    AppealPoint.objects.create(appeal=made, ground=ground, number=1, argument="Not read.", remedy="listed", created_at=NOON)
    clock = {"asked_at": NOON, "ends_at": NOON + timedelta(1), "created_at": NOON}
    FurtherInformation.objects.create(appeal=made, number=1, asked_of="appellant", question="Where?", asked_by=officer, **clock)
    Hearing.objects.create(appeal=made, number=1, form="written", starts_at=NOON, arranged_at=NOON, created_at=NOON)


@pytest.fixture
def world():
    """A framework whose curator sees everything: `grow(n)` brings it to n rows of each kind."""
    framework = admissions.framework()
    curator, trust = admissions.curator(), commissioner()
    ground = framework.appeal_grounds.first()
    where = {"framework_list": framework.lists.first(), "area": framework.areas.first()}
    refusing = finished_round(framework, published=False)

    def grow(size):
        for number in range(Supplier.objects.count(), size):
            firm = supplier(f"Company {number}", f"company{number}")
            listed(firm, *where.values())
            application = docketed(Application(round=refusing, supplier=firm, status="submitted", submitted_at=NOON, created_at=NOON))
            place = Place.objects.create(application=application, **where, outcome="refused", reasons="Thin.", decided_at=NOON, created_at=NOON)
            appeal(place, ground, curator)
            notice = {"title": f"Round {number}", "status": "open", "announced_at": NOON, "closes_at": NOON + timedelta(1)}
            asked = Questionnaire.objects.create(title="Admission", created_at=NOON)
            docketed(AdmissionRound(framework=framework, questionnaire=asked, **notice, created_at=NOON))
            drafted = draft_framework(f"draft{number}", of=framework.authority)
            Service.objects.create(area=where["area"], code=f"service{number}", name="Service", created_at=NOON)
            versions = {"version": number + 1, "published_at": NOON, "entries": [], "entries_hash": "0"}
            ListPublication.objects.create(framework=framework, **versions, created_at=NOON)
            ListPublication.objects.create(framework=drafted, **versions, created_at=NOON)
            terms = {"reason": "Early.", "granted_at": NOON, "granted_by": curator, "expires_at": NOON + timedelta(1)}
            EarlyRelease.objects.create(framework=framework, buyer=trust, **where, **terms, created_at=NOON).suppliers.add(firm)

    return grow


def cost(call):
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def calls(browser, curator):
    """Every list of the floor, as a page, in the API and as a provider, and the pages that sum up lists."""
    framework = admissions.framework()
    api = APIClient()
    api.force_authenticate(curator)
    pages = [*(reverse(f"{kind}:index") for kind in LISTS), reverse("framework:versions", args=[framework.pk])]
    pages += [
        reverse("appeal:queue"),
        framework.get_absolute_url(),
        finished_round(framework, published=False).get_absolute_url(),
        reverse("published_lists"),
        reverse("framework:lists", args=[framework.pk]),
    ]
    pages += [reverse("framework:list_and_area", args=[framework.pk, "micro", "assessment"]), reverse("framework:list_changes", args=[framework.pk])]
    found = {page: partial(browser.get, page) for page in pages}
    found |= {f"api {kind}": partial(api.get, f"/api/v1/{kind}/?page_size=10") for kind in RECORDS}
    found |= {name: lambda name=name: list(getattr(providers, name)(curator, NOON)) for name in ("desk", "deadlines")}
    return found | {"search": lambda: list(providers.searches(curator, "company"))}


def test_every_list_costs_the_same_for_10_rows_and_for_200(world, browse, at):
    at(NOON)
    curator = admissions.curator()
    assert curator.roles, "read once for each request"
    measured = defaultdict(list)
    for size in (FEW, MANY):
        world(size)
        for name, call in calls(browse(curator), curator).items():
            answer = call()
            assert getattr(answer, "status_code", 200) == 200, name
            assert len((getattr(answer, "context_data", None) or {}).get("records", range(FEW))) >= FEW, name
            measured[name].append(cost(call))
    assert {name: numbers for name, numbers in measured.items() if numbers[0] != numbers[1]} == {}
    assert max(most for _, most in measured.values()) <= 25


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


@pytest.mark.parametrize("has_terms", [False, True], ids=["without terms to sign", "with terms to sign"])
def test_sending_decisions_costs_as_many_queries_for_many_applicants_as_for_few(at, has_terms):
    """Each has a letter and an entry on its own trail, and under terms an agreement to sign; all of them are written together."""
    measured = []
    if has_terms:
        agreements.with_terms(admissions.framework())
    for size in (5, 15):
        round_ = admissions.announced_round()
        for number in range(size):
            firm = supplier(f"Company {size} {number}", f"company{size}-{number}")
            admissions.decided(admissions.submitted_application(round_, firm).places.get())
        measured.append(cost(lambda round_=round_: admissions.send_decisions(round_.pk, by=admissions.curator(), at=admissions.DECIDED_AT)))
    assert measured[0] == measured[1]


def test_an_application_for_twelve_places_costs_its_supplier_no_more_queries_than_one_for_two(browse, at):
    measured = []
    framework = admissions.framework()
    every = [(each.code, area.code) for each in framework.lists.all() for area in framework.areas.all()]
    for number, places in enumerate((every[:2], every)):
        firm = supplier(f"Company {number}", f"company{number}")
        round_ = admissions.announced_round()
        application = admissions.submitted_application(round_, firm, *places)
        for place in application.places.all():
            admissions.decided(place, Place.Outcome.REFUSED)
        admissions.send_decisions(round_.pk, by=admissions.curator(), at=admissions.DECIDED_AT)
        at(admissions.LODGED_AT)
        reader, address = browse(admissions.bids(firm)), application.get_absolute_url()
        assert reader.get(address).content.count(b"Appeal against this refusal") == len(places)
        measured.append(cost(partial(reader.get, address)))
    assert measured[0] == measured[1]
