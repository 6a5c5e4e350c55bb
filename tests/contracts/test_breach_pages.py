"""Reports of breaches through pages and the API: what each side reads and is offered, and what waits for whom."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning import clock, registry
from contracts import breach_providers
from contracts.models import BreachReport
from suppliers.models import Listing
from tests.factories import admissions
from tests.factories.breaches import REPLIED_AT, REPLY, REPLY_ENDS_AT, REPORTED_AT, WHAT, drafted_breach_report, replied_breach, reported_breach
from tests.factories.contracts import signed_contract
from tests.factories.tenders import bidder, who

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)
UNTIL = clock.london(2026, 9, 1, 9)
INDEX = reverse("breachreport:index")


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def act(browse, who_acts, record, verb, **typed):
    return browse(who_acts).post(reverse(f"{record._meta.model_name}:{verb}", args=[record.pk]), typed)


def read(browse, reader, record):
    return browse(reader).get(record.get_absolute_url())


def offered(browse, reader, record):
    return [each["verb"] for each in read(browse, reader, record).context_data["acts"]]


def a_file(name):
    return SimpleUploadedFile(name, b"Dated 21 May.")


def test_a_report_goes_through_pages_from_the_contract_to_the_suspension(browse, at):
    contract, curator = signed_contract(), admissions.curator()
    at(REPORTED_AT)
    begun = act(browse, who("contracts"), contract, "draft_breach_report", ground="late", account=WHAT)
    report = BreachReport.objects.get()
    assert begun.url == report.get_absolute_url()
    act(browse, who("contracts"), report, "attach_to_breach_report", file=a_file("april.txt"))
    assert read(browse, bidder("bupa"), report).status_code == 404
    assert act(browse, who("lead"), report, "report_breach").status_code == 302
    at(REPLIED_AT)
    act(browse, bidder("bupa"), report, "attach_to_breach_reply", file=a_file("sent.txt"))
    assert act(browse, bidder("bupa"), report, "reply_to_breach_report", reply=REPLY).status_code == 302
    until = {"suspended_until_day": 1, "suspended_until_month": 9, "suspended_until_year": 2026, "suspended_until_time": "09:00"}
    form = browse(curator).get(reverse("breachreport:decide_breach_report", args=[report.pk])).content.decode()
    assert REPLY in form
    assert act(browse, curator, report, "decide_breach_report", outcome="suspension", reasons="It was late.", **until).status_code == 302
    assert Listing.objects.get(supplier=report.supplier).suspensions.get().ends_at == UNTIL
    for reader in (who("contracts"), bidder("bupa"), curator):
        shown = read(browse, reader, report).content.decode()
        for what in (WHAT, REPLY, "april.txt", "sent.txt", "It was late.", "Suspension from the list"):
            assert what in shown
    assert read(browse, bidder("drfoster"), report).status_code == 404


def test_each_is_offered_what_they_can_do_at_that_moment(browse, at):
    report = reported_breach()
    at(REPLY_ENDS_AT - A_MOMENT)
    assert offered(browse, bidder("bupa"), report) == ["reply_to_breach_report", "attach_to_breach_reply"]
    assert offered(browse, admissions.curator(), report) == []
    assert offered(browse, who("contracts"), report) == ["withdraw_breach_report"]
    at(REPLY_ENDS_AT)
    assert offered(browse, bidder("bupa"), report) == []
    assert offered(browse, admissions.curator(), report) == ["decide_breach_report"]


def test_a_late_reply_keeps_what_was_typed_and_says_when_it_was_due(browse, at):
    report = reported_breach()
    at(REPLY_ENDS_AT)
    answer = act(browse, bidder("bupa"), report, "reply_to_breach_report", reply=REPLY)
    assert answer.status_code == 409
    assert "It was due before" in answer.content.decode()
    assert REPLY in answer.content.decode()


def test_a_file_of_a_reply_is_downloaded_by_others_once_it_is_sent(browse, at):
    report = reported_breach()
    at(REPLIED_AT)
    act(browse, bidder("bupa"), report, "attach_to_breach_reply", file=a_file("sent.txt"))
    address = reverse("breachreport:file", args=[report.pk, report.files_shown_to(bidder("bupa")).get().pk])
    assert browse(who("contracts")).get(address).status_code == 404
    act(browse, bidder("bupa"), report, "reply_to_breach_report", reply=REPLY)
    assert browse(who("contracts")).get(address).status_code == 200
    assert browse(bidder("drfoster")).get(address).status_code == 404


def test_the_contracts_page_leads_the_two_sides_to_the_report_and_nobody_else(browse, at):
    report = reported_breach()
    at(REPORTED_AT)
    for reader, shows in ((who("lead"), True), (bidder("bupa"), True), (bidder("drfoster"), False), (None, False)):
        assert (report.get_absolute_url() in read(browse, reader, report.contract).content.decode()) == shows


def test_the_list_and_the_desk_say_whose_step_is_next(browse, at):
    report = reported_breach()
    for moment, reader, who_is_next in ((REPORTED_AT, bidder("bupa"), "The supplier"), (REPLY_ENDS_AT, admissions.curator(), "The curators")):
        at(moment)
        assert who_is_next in browse(reader).get(INDEX).content.decode()
        assert [item.href for item in breach_providers.desk(reader, moment)] == [report.get_absolute_url()]
        assert not list(breach_providers.desk(bidder("drfoster"), moment))
    assert not list(breach_providers.desk(admissions.curator(), REPORTED_AT))


def test_a_draft_waits_on_the_desk_of_who_keeps_the_contract():
    report = drafted_breach_report()
    (item,) = breach_providers.desk(who("contracts"), REPORTED_AT)
    assert (item.href, item.what) == (report.get_absolute_url(), "Your report of a breach is a draft: report it.")
    assert not list(breach_providers.desk(bidder("bupa"), REPORTED_AT))


def test_the_authoritys_queues_and_paces_count_reports():
    replied_breach()
    curator = admissions.curator()
    queue = next(each for provider in registry.queues for each in provider(curator, REPLIED_AT) if each.title == "Breaches reported")
    assert [item.what for item in queue.items] == ["Decide the report of a breach."]
    paces = {pace.step: (list(pace.days), pace.late) for provider in registry.paces for pace in provider(curator, REPLIED_AT)}
    assert paces["Breach: from the report to the reply"] == ([1], 0)
    assert paces["Breach: from the report to the decision"] == ([], None)


def test_the_end_of_the_time_to_reply_is_in_the_calendar_of_those_who_see_the_report():
    reported_breach()
    assert [each.at for each in breach_providers.deadlines(bidder("bupa"), REPORTED_AT)] == [REPLY_ENDS_AT]
    assert not list(breach_providers.deadlines(bidder("drfoster"), REPORTED_AT))


def test_the_list_costs_the_same_for_many_reports(browse, at):
    report = reported_breach()
    at(REPORTED_AT)
    client, asked = browse(who("contracts")), []
    for number in (3, 20):
        for _ in range(number):
            again = BreachReport.objects.get(pk=report.pk)
            again.docket = type(report.docket).objects.create(kind=report._meta.label_lower, title="Again")
            again.pk, again._state.adding = None, True
            again.id = type(report)().id
            again.save(force_insert=True)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(INDEX).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


# Over the API.


def api(person=None):
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client


def place(record, verb=""):
    return f"/api/v1/{'contracts' if record._meta.model_name == 'contract' else 'breach-reports'}/{record.pk}/{verb and f'{verb}/'}"


def test_a_report_goes_through_the_api(at):
    contract, curator = signed_contract(), admissions.curator()
    at(REPORTED_AT)
    keeper, supplier = api(who("contracts")), api(bidder("bupa"))
    made = keeper.post(place(contract, "draft-breach-report"), {"ground": "late", "account": WHAT}, format="json")
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    report = BreachReport.objects.get()
    keeper.post(place(report, "attach-to-breach-report"), {"file": a_file("april.txt")}, format="multipart")
    shown = keeper.post(place(report, "report-breach"), format="json").json()
    assert (shown["waits_for"]["who"], [each["name"] for each in shown["files"]]) == ("The supplier", ["april.txt"])
    at(REPLIED_AT)
    assert supplier.post(place(report, "reply-to-breach-report"), {"reply": REPLY}, format="json").json()["status"] == "replied"
    decision = {"outcome": "removal", "reasons": "It was late."}
    assert api(curator).post(place(report, "decide-breach-report"), decision, format="json").json()["phase"] == "Removal from the list"
    assert Listing.objects.get(supplier=report.supplier).end_cause == "removed"
    for stranger in (bidder("drfoster"), None):
        assert api(stranger).get(place(report)).status_code == 404
        assert api(stranger).get("/api/v1/breach-reports/").json()["results"] == []
    assert [each["id"] for each in keeper.get(f"/api/v1/breach-reports/?contract={contract.pk}").json()["results"]] == [str(report.pk)]


def test_a_ground_that_there_is_not_is_named_with_those_that_there_are(at):
    contract = signed_contract()
    at(REPORTED_AT)
    answer = api(who("contracts")).post(place(contract, "draft-breach-report"), {"ground": "rude", "account": WHAT}, format="json")
    assert answer.status_code == 400
    assert "The grounds are: late, quality" in answer.json()["errors"][0]["detail"]
