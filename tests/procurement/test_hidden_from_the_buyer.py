"""Before bids are opened nobody but the supplier can learn that it bids: whatever others can read stays the same, byte for byte."""

import re

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from commissioning import clock
from commissioning.models import Document, Organisation, Role, TrailEntry, User
from commissioning.refusals import Refused
from procurement.actions import bids, clarifications, documents, invitations
from procurement.models import Invitation, Receipt, Tender
from tests.factories.bids import THE_DAY_BEFORE, bid_manager, drafted_bid, submitted_bid
from tests.factories.people import NOON, commissioner, person
from tests.factories.tenders import CLOSES_AT, issued_tender, who

pytestmark = pytest.mark.django_db
CHANGING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|csrfToken: "[^"]+"')
ADDRESSES = (
    "/",
    "/desk/",
    "/calendar/",
    "/letters/",
    "/search/?q=acute",
    "/search/?q=BUPA",
    "/tenders/open/",
    "/tenders/yours/",
    "/tenders/yours/?q=acute",
    "/invitations/",
    "/receipts/check/",
)


def routes(patterns=None, start=""):
    for pattern in patterns or get_resolver().url_patterns:
        path = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield re.sub(r"^\^|\$$", "", path)


def addresses(tender):
    """Every address of a tender, a lot, an invitation or a trail, and every list of the API and the administration."""
    for route in {re.sub(r"<uuid:pk>|\(\?P<pk>[^)]+\)", "ID", path) for path in routes()}:
        if route.startswith(("tenders/ID", "api/v1/tenders/ID")):
            yield "/" + route.replace("ID", str(tender.pk))
        elif route.startswith(("lots/ID", "api/v1/lots/ID")):
            yield from ("/" + route.replace("ID", str(lot.pk)) for lot in tender.lots.all())
        elif route.startswith(("invitations/ID", "api/v1/invitations/ID")):
            yield from ("/" + route.replace("ID", str(invitation.pk)) for invitation in tender.invitations.all())
        elif route.startswith("trail/ID"):
            yield from ("/" + route.replace("ID", str(record.docket_id)) for record in (tender, *tender.invitations.all()))
        elif re.fullmatch(r"api/v1/[a-z-]+/", route):
            yield "/" + route
    for model in admin.site._registry:
        yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    yield from ADDRESSES
    yield "/api/v1/tenders/?status=issued&q=acute"
    yield f"/api/v1/invitations/?tender={tender.pk}"


def seen_by(user, paths):
    client = Client()
    if user:
        client.force_login(user, backend="commissioning.accounts.ByEmail")
    found = {}
    for path in paths:
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[path] = (answer.status_code, CHANGING.sub(b"", body), answer.headers.get("ETag"), answer.headers.get("Location"))
    return found


def everything_a_supplier_does(tender):
    """A draft, files, a submission, a replacement, a withdrawal, a late try, a word on the intention, and sign-ins."""
    bupa, drfoster, tribal = tender.invitations.order_by("supplier__short_name")
    first, second = tender.lots.order_by("number")
    manager = bid_manager(bupa)
    bid = drafted_bid(bupa, first, at=NOON)
    documents.attach_to_bid(bid.pk, file=SimpleUploadedFile("method.txt", b"hello"), by=manager, at=NOON)
    for price in ("10", "20"):
        bid = bids.save_bid(bid.pk, revision=bupa.bids.get().revision, prices=dict.fromkeys(bid.prices, price), by=manager, at=NOON)
        bids.submit_bid(bid.pk, by=manager, at=NOON)
    submitted_bid(drfoster, second, at=NOON)
    bids.withdraw_bid(drfoster.bids.get().pk, by=bid_manager(drfoster), at=NOON)
    drafted_bid(tribal, first, at=NOON)
    with pytest.raises(Refused):
        bids.submit_bid(tribal.bids.get().pk, by=bid_manager(tribal), at=CLOSES_AT)
    invitations.say_intention(tribal.pk, intention=Invitation.Intention.DECLINES, reason="Busy.", by=bid_manager(tribal), at=NOON)
    for invitation in (bupa, drfoster, tribal):
        Client().force_login(bid_manager(invitation), backend="commissioning.accounts.ByEmail")


@pytest.fixture
def tender(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: THE_DAY_BEFORE)
    made = issued_tender(suppliers=3)
    authority = Organisation.objects.get(kind=Organisation.Kind.AUTHORITY)
    person(authority, Role.CURATOR)
    person(commissioner("Northamptonshire PCT"), Role.PROCUREMENT_LEAD, "lead@northamptonshire.example")
    return made


def strangers():
    """Somebody of each kind who must not know: nobody, the buyer's lead and opener, another trust's lead, the framework's curator."""
    emails = ("lead@hillingdon.example", "opener1@hillingdon.example", "lead@northamptonshire.example", "curator@department-of-health.example")
    return [None, *(User.objects.get(email=email) for email in emails)]


def test_whatever_anybody_else_reads_is_the_same_before_and_after_suppliers_bid(tender):
    before = {}
    for user in strangers():
        before[user] = {path: seen for path, seen in seen_by(user, sorted(set(addresses(tender)))).items() if seen[0] == 200}
    assert len(before[who("lead")]) > 25
    everything_a_supplier_does(tender)
    for user, pages in before.items():
        after = seen_by(User.objects.get(pk=user.pk) if user else None, pages)
        assert [path for path in pages if pages[path] != after[path]] == [], f"{user} can tell"


def test_what_was_shut_before_is_shut_after_suppliers_bid(tender):
    everything_a_supplier_does(tender)
    for user in strangers():
        paths = sorted(path for path in set(addresses(tender)) if "/invitations/" in path or "/trail/" in path)
        for path, (status, body, *_) in seen_by(user, paths).items():
            own = str(tender.docket_id) in path or path == "/invitations/"
            readable = path.startswith("/api/v1/invitations/") and user in {who("lead"), who("opener1")}
            assert own or readable or status in {302, 403, 404, 405} or b'"results":[]' in body, f"{user}: {path}"


def test_no_answer_to_a_stranger_tells_a_bid_from_nothing(tender):
    everything_a_supplier_does(tender)
    bid = tender.invitations.get(supplier__short_name="bupa").bids.get()
    file = Document.objects.filter(subject_id=bid.pk).first()
    receipt = Receipt.objects.first()
    nothing = "00000000-0000-4000-8000-000000000000"
    addresses = {f"/bids/{bid.pk}/", f"/bids/{bid.pk}/submit-bid/", f"/bids/{bid.pk}/files/{file.pk}/", f"/receipts/{receipt.pk}/"}
    addresses |= {f"/api/v1/bids/{bid.pk}/", f"/api/v1/receipts/{receipt.pk}/", f"/tenders/{tender.pk}/documents/{file.pk}/"}
    for user in strangers():
        real = seen_by(user, addresses)
        for path in addresses:
            none = re.sub(f"{bid.pk}|{file.pk}|{receipt.pk}", nothing, path)
            status, body, *_ = seen_by(user, [none])[none]
            assert real[path][:2] == (status, body.replace(nothing.encode(), b""))[:2] or real[path][0] == status == 302
            assert status in {302, 404}


def test_the_buyers_trail_says_nothing_of_bids(tender):
    before = TrailEntry.objects.filter(docket=tender.docket).count()
    everything_a_supplier_does(tender)
    assert TrailEntry.objects.filter(docket=tender.docket).count() == before


def test_no_log_line_of_ours_names_a_bid(tender, caplog):
    with caplog.at_level("DEBUG"):
        everything_a_supplier_does(tender)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("procurement", "commissioning"))]
    assert not [line for line in ours if "bid" in line.lower()]


def test_the_tender_row_itself_does_not_change(tender):
    before = Tender.objects.filter(pk=tender.pk).values().get()
    everything_a_supplier_does(tender)
    assert Tender.objects.filter(pk=tender.pk).values().get() == before


def test_an_unanswered_question_shows_the_buyer_no_asker(tender):
    invitation = tender.invitations.get(supplier__short_name="bupa")
    asked = clarifications.ask_clarification(invitation.pk, question="Which months?", by=bid_manager(invitation), at=NOON)
    # The page names all who were invited, and so BUPA: what must not be there is the question beside a name.
    seen = seen_by(
        who("lead"), [f"/tenders/{tender.pk}/", f"/clarifications/{asked.pk}/answer-clarification/", f"/api/v1/clarifications/{asked.pk}/"]
    )
    for path, (status, body, *_) in seen.items():
        assert status == 200
        assert b"Which months?" in body
        assert (b"BUPA" in body) == (path == f"/tenders/{tender.pk}/")
