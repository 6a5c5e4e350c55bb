"""A commissioner reports its supplier's breach, the supplier replies in time, and the authority decides what becomes of the listing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning import clock
from commissioning.announcing import announce_due
from commissioning.models import Document, Letter, Membership, PeriodRule, Role, TrailEntry, User
from commissioning.refusals import Refused
from contracts.actions.breach_files import (
    attach_to_breach_reply,
    attach_to_breach_report,
    remove_from_breach_reply,
    remove_from_breach_report,
)
from contracts.actions.breaches import (
    decide_breach_report,
    draft_breach_report,
    reply_to_breach_report,
    report_breach,
    withdraw_breach_report,
    write_breach_report,
)
from contracts.models import BreachReport
from contracts.models.breaches import REPLY_FILE, REPORT_FILE
from suppliers.actions.firms import register_consortium
from suppliers.actions.framework_versions import publish_framework
from suppliers.actions.listings import end_listing, suspend_listing
from suppliers.actions.terms import set_timing
from suppliers.models import Listing
from tests.factories import admissions
from tests.factories.breaches import REPLIED_AT, REPLY, REPLY_ENDS_AT, REPORTED_AT, WHAT, drafted_breach_report, replied_breach, reported_breach
from tests.factories.contracts import SIGNED_AT, drafted_contract, offered_contract, signed_contract
from tests.factories.people import person
from tests.factories.tenders import bidder, who

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)
Outcome = BreachReport.Outcome
UNTIL = REPLIED_AT + timedelta(days=90)


def told(template):
    return sorted(Letter.objects.filter(template=template).values_list("recipient__email", flat=True))


def last_entry(record):
    return TrailEntry.objects.filter(docket=record.docket).latest("number")


def reply(report, at=REPLIED_AT):
    return reply_to_breach_report(report.pk, reply=REPLY, by=bidder("bupa"), at=at)


def decide(report, outcome=Outcome.WARNING, at=REPLIED_AT, by=None, **words):
    return decide_breach_report(report.pk, outcome=outcome, reasons="It was late.", by=by or admissions.curator(), at=at, **words)


def withdraw(report, at=REPLIED_AT):
    return withdraw_breach_report(report.pk, reason="It was made good.", by=who("contracts"), at=at)


def listing_of(report):
    return Listing.objects.get(supplier=report.supplier)


def sees(record, user):
    return BreachReport.objects.visible_to(user).filter(pk=record.pk).exists()


def a_file(name="april.txt"):
    return SimpleUploadedFile(name, b"Dated 21 May.")


# From the draft to the report.


def test_a_draft_is_seen_by_the_commissioner_alone():
    report = drafted_breach_report()
    assert sees(report, who("lead"))
    for stranger in (bidder("bupa"), bidder("drfoster"), admissions.curator()):
        assert not sees(report, stranger)


def test_a_report_goes_to_the_supplier_and_the_authority_and_to_no_rival():
    report = reported_breach()
    assert told("breach_reported") == ["bids@bupa.example"]
    assert told("breach_to_look_into") == ["curator@doh.example"]
    assert WHAT in Letter.objects.get(template="breach_reported").body
    for reader in (who("contracts"), bidder("bupa"), admissions.curator()):
        assert sees(report, reader)
    assert not sees(report, bidder("drfoster"))
    assert not BreachReport.objects.trail_readable_by(bidder("drfoster")).exists()


def test_the_end_of_the_time_to_reply_is_stored_and_a_later_rule_does_not_move_it():
    report = reported_breach()
    assert report.reply_ends_at == REPLY_ENDS_AT
    PeriodRule.objects.filter(code="BREACH_REPLY").update(length=1)
    report.refresh_from_db()
    assert report.reply_ends_at == REPLY_ENDS_AT
    assert last_entry(report).facts["reply_ends_at"].startswith("2026-06-15T23:00")


def test_a_framework_may_count_by_a_rule_of_its_own():
    quick = PeriodRule.objects.get(code="BREACH_REPLY")
    quick.pk, quick.code, quick.length = None, "QUICK_REPLY", 2
    quick.save(force_insert=True)
    set_timing(admissions.framework().pk, timing={"breach_reply": "QUICK_REPLY"}, by=admissions.curator(), at=SIGNED_AT)
    publish_framework(admissions.framework().pk, by=admissions.curator(), at=SIGNED_AT)
    assert reported_breach().reply_ends_at == clock.london(2026, 6, 4)


def test_there_is_one_draft_for_a_contract_at_a_time_and_it_can_be_written_anew():
    report = drafted_breach_report()
    with pytest.raises(Refused, match="Go on with that one"):
        drafted_breach_report(report.contract)
    write_breach_report(report.pk, ground="quality", account="The tables were wrong.", by=who("lead"), at=REPORTED_AT)
    report_breach(report.pk, by=who("contracts"), at=REPORTED_AT)
    report.refresh_from_db()
    assert (report.ground, report.ground_name) == ("quality", "What came falls short of what was agreed")
    assert drafted_breach_report(report.contract).status == BreachReport.Status.DRAFT


@pytest.mark.parametrize(("words", "field"), [({"ground": "?"}, "ground"), ({"account": " "}, "account")])
def test_a_draft_names_one_of_the_grounds_and_says_what_happened(words, field):
    contract = signed_contract()
    with pytest.raises(ValidationError) as error:
        draft_breach_report(contract.pk, **{"ground": "late", "account": WHAT, **words}, by=who("contracts"), at=REPORTED_AT)
    assert list(error.value.message_dict) == [field]


def test_only_a_contract_that_was_offered_can_have_been_broken():
    with pytest.raises(Refused, match="has not been offered"):
        drafted_breach_report(drafted_contract())


def test_a_supplier_that_does_not_sign_can_be_reported():
    assert reported_breach(offered_contract()).status == BreachReport.Status.REPORTED


def test_only_who_keeps_the_contract_reports():
    contract = signed_contract()
    for stranger in (who("opener1"), bidder("bupa"), admissions.curator()):
        with pytest.raises(PermissionDenied):
            draft_breach_report(contract.pk, ground="late", account=WHAT, by=stranger, at=REPORTED_AT)


def test_a_supplier_that_has_left_the_list_is_not_reported_any_more():
    report = drafted_breach_report()
    end_listing(listing_of(report).pk, reason="It misled us.", by=admissions.curator(), at=REPORTED_AT)
    with pytest.raises(Refused, match="not on the list for this area any more"):
        report_breach(report.pk, by=who("contracts"), at=REPORTED_AT)
    report.refresh_from_db()
    assert report.status == BreachReport.Status.DRAFT


# The reply.


def test_a_reply_on_the_last_instant_is_taken_and_one_at_the_end_is_not():
    report = reply(reported_breach(), at=REPLY_ENDS_AT - A_MOMENT)
    assert (report.status, report.reply) == (BreachReport.Status.REPLIED, REPLY)
    assert told("breach_replied") == ["contracts@hillingdon.example", "curator@doh.example", "lead@hillingdon.example"]


def test_a_late_reply_is_refused_with_both_moments_on_the_trail():
    report = reported_breach()
    with pytest.raises(Refused, match=r"came at Tuesday 16 June 2026, 00:00:00\.000000 BST\. It was due before"):
        reply(report, at=REPLY_ENDS_AT)
    entry = last_entry(report)
    assert (entry.verb, entry.outcome) == ("reply_to_breach_report", TrailEntry.Outcome.REFUSED)
    assert "ended midnight at the end of Monday 15 June 2026" in entry.facts["reason"]


def test_a_reply_is_given_once_and_by_the_supplier():
    report = reported_breach()
    for stranger in (who("contracts"), bidder("drfoster"), admissions.curator()):
        with pytest.raises(PermissionDenied):
            reply_to_breach_report(report.pk, reply=REPLY, by=stranger, at=REPLIED_AT)
    with pytest.raises(ValidationError):
        reply_to_breach_report(report.pk, reply=" ", by=bidder("bupa"), at=REPLIED_AT)
    reply(report)
    with pytest.raises(Refused):
        reply(report)


def test_files_go_with_the_report_and_the_reply_each_with_its_moment():
    report = drafted_breach_report()
    attach_to_breach_report(report.pk, file=a_file(), by=who("contracts"), at=REPORTED_AT)
    report_breach(report.pk, by=who("contracts"), at=REPORTED_AT)
    attach_to_breach_reply(report.pk, file=a_file("sent.txt"), by=bidder("bupa"), at=REPLIED_AT)
    assert [each.name for each in report.files_shown_to(who("contracts"))] == ["april.txt"]
    assert "sent.txt" not in str(last_entry(report).facts)
    report = reply(report)
    assert [(each.name, each.created_at) for each in report.files_shown_to(who("contracts"))] == [
        ("april.txt", REPORTED_AT),
        ("sent.txt", REPLIED_AT),
    ]
    assert [each["name"] for each in last_entry(report).facts["files"]] == ["sent.txt"]


def test_a_file_is_taken_out_before_anybody_else_reads_it_and_not_after():
    report = drafted_breach_report()
    attach_to_breach_report(report.pk, file=a_file(), by=who("contracts"), at=REPORTED_AT)
    remove_from_breach_report(report.pk, document=report.files(REPORT_FILE).get().pk, by=who("contracts"), at=REPORTED_AT)
    attach_to_breach_report(report.pk, file=a_file(), by=who("contracts"), at=REPORTED_AT)
    report_breach(report.pk, by=who("contracts"), at=REPORTED_AT)
    with pytest.raises(Refused):
        remove_from_breach_report(report.pk, document=report.files(REPORT_FILE).get().pk, by=who("contracts"), at=REPORTED_AT)
    attach_to_breach_reply(report.pk, file=a_file("sent.txt"), by=bidder("bupa"), at=REPLIED_AT)
    with pytest.raises(Document.DoesNotExist):
        remove_from_breach_reply(report.pk, document=report.files(REPORT_FILE).get().pk, by=bidder("bupa"), at=REPLIED_AT)
    remove_from_breach_reply(report.pk, document=report.files(REPLY_FILE).get().pk, by=bidder("bupa"), at=REPLIED_AT)
    with pytest.raises(Refused, match="This reply came at"):
        attach_to_breach_reply(report.pk, file=a_file("late.txt"), by=bidder("bupa"), at=REPLY_ENDS_AT)
    assert not report.files(REPLY_FILE).exists()


# The decision.


def test_the_authority_waits_for_the_reply_or_for_the_end_of_the_time_for_it():
    report = reported_breach()
    with pytest.raises(Refused, match="The supplier can reply until midnight at the end of Monday 15 June 2026"):
        decide(report, at=REPLY_ENDS_AT - A_MOMENT)
    assert decide(report, at=REPLY_ENDS_AT).outcome == Outcome.WARNING


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.WARNING])
def test_a_warning_and_a_report_without_a_breach_leave_the_listing_as_it_was(outcome):
    report = decide(replied_breach(), outcome)
    assert (report.status, report.phase_at(REPLIED_AT)) == (BreachReport.Status.DECIDED, outcome.label)
    assert told("breach_decided") == ["bids@bupa.example", "contracts@hillingdon.example", "curator@doh.example", "lead@hillingdon.example"]
    assert "It was late." in Letter.objects.filter(template="breach_decided").first().body
    listing = listing_of(report)
    assert (listing.ended_at, listing.suspensions.count()) == (None, 0)


def test_a_suspension_is_carried_out_with_the_decision():
    report = decide(replied_breach(), Outcome.SUSPENSION, suspended_until=UNTIL)
    suspension = listing_of(report).suspensions.get()
    assert (suspension.began_at, suspension.ends_at, suspension.reason) == (REPLIED_AT, UNTIL, "It was late.")
    assert told("listing_suspended") == ["bids@bupa.example"]
    assert Letter.objects.filter(template__startswith="contractor_listing_changed").exists()


def test_a_removal_is_carried_out_with_the_decision():
    report = decide(replied_breach(), Outcome.REMOVAL)
    listing = listing_of(report)
    assert (listing.end_cause, listing.ended_at, listing.end_reason) == ("removed", REPLIED_AT, "It was late.")


@pytest.mark.parametrize("sooner", [timedelta(), timedelta(days=1)])
def test_a_suspension_of_what_is_suspended_already_is_until_the_later_of_both_ends(sooner):
    report = replied_breach()
    suspend_listing(listing_of(report).pk, ends_at=UNTIL - sooner, reason="Looked into.", by=admissions.curator(), at=REPLIED_AT)
    later = REPLIED_AT + timedelta(hours=1)
    decide(report, Outcome.SUSPENSION, suspended_until=UNTIL, at=later)
    (running,) = listing_of(report).suspensions.in_force(later)
    assert (running.ends_at, running.began_at) == (UNTIL, later if sooner else REPLIED_AT)


def test_what_cannot_be_carried_out_is_not_decided_either():
    report = replied_breach()
    end_listing(listing_of(report).pk, reason="It misled us.", by=admissions.curator(), at=REPLIED_AT)
    with pytest.raises(Refused, match="cannot be changed any more"):
        decide(report, Outcome.SUSPENSION, suspended_until=UNTIL)
    report.refresh_from_db()
    assert (report.status, report.outcome) == (BreachReport.Status.REPLIED, "")
    assert not told("breach_decided")


@pytest.mark.parametrize(
    ("outcome", "until"), [(Outcome.SUSPENSION, None), (Outcome.SUSPENSION, REPLIED_AT), (Outcome.WARNING, UNTIL), (Outcome.REMOVAL, UNTIL)]
)
def test_a_suspension_and_nothing_else_has_an_end_to_come(outcome, until):
    with pytest.raises(ValidationError) as error:
        decide(replied_breach(), outcome, suspended_until=until)
    assert list(error.value.message_dict) == ["suspended_until"]


def test_a_decision_gives_reasons():
    with pytest.raises(ValidationError, match="Give the reasons"):
        decide_breach_report(replied_breach().pk, outcome=Outcome.WARNING, reasons=" ", by=admissions.curator(), at=REPLIED_AT)


def test_whoever_acts_for_a_side_does_not_decide():
    report = replied_breach()
    for side, role in ((report.contract.buyer, Role.OPENER), (report.supplier.organisation, Role.CONTRIBUTOR)):
        both = person(side, role, f"{role}@both.example")
        Membership.objects.create(user=both, organisation_id=report.authority_id, role=Role.CURATOR, created_at=SIGNED_AT)
        both = User.objects.get(pk=both.pk)
        with pytest.raises(PermissionDenied):
            decide(report, by=both)
        assert not BreachReport.objects.free_of(both).filter(pk=report.pk).exists()
    for other in (who("contracts"), bidder("bupa"), admissions.officer()):
        with pytest.raises(PermissionDenied):
            decide(report, by=other)
    assert BreachReport.objects.free_of(admissions.curator()).get() == report


def test_a_member_of_a_reported_consortium_is_a_side():
    report = replied_breach()
    supplier, rival = report.supplier, bidder("drfoster").memberships.get().organisation
    members = [{"company": company.pk, "leads": company == rival, "liability_share": 50} for company in (supplier.organisation, rival)]
    consortium = register_consortium(name="Both", short_name="both", members=members, by=admissions.curator(), at=SIGNED_AT)
    type(report.contract).objects.filter(pk=report.contract.pk).update(supplier=consortium)
    Membership.objects.create(user=bidder("drfoster"), organisation_id=report.authority_id, role=Role.CURATOR, created_at=SIGNED_AT)
    member = bidder("drfoster")
    with pytest.raises(PermissionDenied):
        decide(report, by=member)
    assert not BreachReport.objects.free_of(member).exists()


# Withdrawal, and what is told when the time is over.


@pytest.mark.parametrize("reported", [reported_breach, replied_breach])
def test_a_report_is_withdrawn_before_the_decision(reported):
    report = withdraw(reported())
    assert (report.status, report.withdrawn_at) == (BreachReport.Status.WITHDRAWN, REPLIED_AT)
    assert told("breach_withdrawn") == ["bids@bupa.example", "curator@doh.example"]
    with pytest.raises(Refused):
        decide(report)


def test_a_report_that_was_decided_stays():
    report = decide(replied_breach())
    with pytest.raises(Refused):
        withdraw(report)


def test_that_no_reply_came_is_told_once(monkeypatch):
    report = reported_breach()
    monkeypatch.setattr("commissioning.clock.now", lambda: REPLY_ENDS_AT)
    assert announce_due().failed == 0
    announce_due()
    assert told("breach_reply_over") == ["bids@bupa.example", "contracts@hillingdon.example", "curator@doh.example", "lead@hillingdon.example"]
    assert last_entry(report).verb == "announce_due_of_breach_report"


@pytest.mark.parametrize("after", [-A_MOMENT, timedelta()])
def test_where_a_report_stands_is_the_same_in_python_and_in_sql(after):
    at = REPLY_ENDS_AT + after
    waiting = reported_breach()
    for report in (waiting, decide(replied_breach(waiting.contract)), withdraw(reported_breach(waiting.contract)), replied_breach(waiting.contract)):
        found = BreachReport.objects.filter(pk=report.pk)
        assert report.awaits_reply(at) == found.awaiting_reply(at).exists()
        assert report.can_be_decided(at) == found.to_decide(at).exists()
