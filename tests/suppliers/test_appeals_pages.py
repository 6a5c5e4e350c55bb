"""Appeals through pages: the appellant's, the officer's and the curators'; what waits for whom, and what is told when a clock ends."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commissioning.announcing import announce_due
from commissioning.models import Letter, Role
from suppliers import appeal_providers, providers
from suppliers.actions.hearings import ask_for_information
from suppliers.models import Appeal, FurtherInformation, Listing
from suppliers.models.appeals import Remedy
from suppliers.waiting import waits_for
from tests.factories import admissions, appeals
from tests.factories.admissions import APPEALS_END_AT, LODGED_AT, PUBLISHED_AT, bids, place_of, round_with_decisions
from tests.factories.appeals import (
    CARRIED_OUT_AT,
    COMMENTS_END_AT,
    HEARD_AT,
    INFORMATION_ENDS_AT,
    NEW_WINDOW_ENDS_AT,
    RULED_AT,
    WHY,
    another_curator,
    point,
)
from tests.factories.frameworks import supplier
from tests.factories.people import person
from tests.suppliers.conftest import A_MOMENT
from tests.suppliers.test_workspaces import act, offered, typed_moment

pytestmark = pytest.mark.django_db
Of = FurtherInformation.AskedOf


@pytest.fixture
def bupa():
    return supplier()


def read(browse, who, record):
    return browse(who).get(record.get_absolute_url()).content.decode()


def argued(remedy=Remedy.LISTED, revision=0):
    ground = admissions.framework().appeal_grounds.get(code="not-read")
    return {f"argument_{ground.pk}": WHY, f"remedy_{ground.pk}": remedy, "revision": revision}


def found(appeal, finding="made_out"):
    each = appeal.points.get()
    return {f"finding_{each.pk}": finding, f"reasons_{each.pk}": "It is on page four.", "reasons": "It was not read."}


def test_the_pages_of_an_appeal_say_that_something_went_wrong_only_when_it_did(browse, bupa, at):
    round_with_decisions([], [bupa])
    place = place_of(bupa)
    at(LODGED_AT)
    offer = browse(bids(bupa)).get(reverse("place:draft_appeal", args=[place.pk])).content.decode()
    assert "<title>Appeal against the refusal" in offer
    assert "This was not done" not in offer
    act(browse, bids(bupa), place, "draft_appeal")
    assert "<title>Appeal: " in read(browse, bids(bupa), Appeal.objects.get())
    again = act(browse, bids(bupa), place, "draft_appeal")
    assert again.status_code == 409
    assert "Refusal(" not in again.content.decode()


# From the draft to the listing.


def test_an_appeal_goes_through_pages_from_its_draft_to_the_listing(browse, bupa, officer, curator, at):
    round_with_decisions([], [bupa])
    at(LODGED_AT)
    begun = act(browse, bids(bupa), place_of(bupa), "draft_appeal")
    appeal = Appeal.objects.get()
    assert begun.url == appeal.get_absolute_url()
    assert act(browse, bids(bupa), appeal, "save_appeal", **argued()).status_code == 302
    act(browse, bids(bupa), appeal, "attach_evidence", file=SimpleUploadedFile("page-four.txt", b"The team."))
    at(APPEALS_END_AT - A_MOMENT)
    assert act(browse, bids(bupa), appeal, "lodge_appeal").status_code == 302
    act(browse, officer, appeal, "acknowledge_appeal")
    sitting = {"form": "oral", "where": "By telephone", **typed_moment("starts_at", COMMENTS_END_AT.replace(hour=11))}
    assert act(browse, officer, appeal, "arrange_hearing", **sitting).status_code == 302
    at(COMMENTS_END_AT.replace(hour=12))
    act(browse, officer, appeal, "hear_appeal", attended="All.", minutes="Page four was shown.")
    act(browse, bids(bupa), appeal, "comment_on_minutes", comments="Nothing.")
    act(browse, officer, appeal, "uphold_appeal", **found(appeal), remedy="listed")
    act(browse, curator, appeal, "list_appellant")
    appeal.refresh_from_db()
    assert appeal.status == Appeal.Status.CARRIED_OUT
    shown = read(browse, bids(bupa), appeal)
    for what in (
        Listing.objects.get().get_absolute_url(),
        WHY,
        "page-four.txt",
        "Page four was shown.",
        "It is on page four.",
        "Upheld, carried out",
    ):
        assert what in shown


def test_evidence_is_downloaded_by_those_who_read_the_appeal_and_by_nobody_else(browse, bupa, officer, at):
    draft = appeals.drafted_appeal(bupa)
    at(LODGED_AT)
    act(browse, bids(bupa), draft, "attach_evidence", file=SimpleUploadedFile("page-four.txt", b"The team."))
    address = reverse("appeal:file", args=[draft.pk, draft.evidence().get().pk])
    assert browse(officer).get(address).status_code == 404
    act(browse, bids(bupa), draft, "lodge_appeal")
    for who in (bids(bupa), officer):
        assert b"".join(browse(who).get(address).streaming_content) == b"The team."
    assert browse(bids(supplier("Rival", "rival"))).get(address).status_code == 404


def test_a_late_appeal_shows_when_it_came_and_when_it_was_due(browse, bupa, at):
    draft = appeals.drafted_appeal(bupa)
    at(APPEALS_END_AT)
    answer = act(browse, bids(bupa), draft, "lodge_appeal")
    assert answer.status_code == 409
    assert "This appeal came at Friday 10 April 2026, 00:00:00.000000 BST" in answer.content.decode()
    shown = read(browse, bids(bupa), draft)
    assert "Lapsed, never lodged" in shown
    assert offered(browse, bids(bupa), draft) == []


def test_a_draft_keeps_what_is_unfinished_and_is_not_lodged_before_it_is_finished(browse, bupa, at):
    draft = appeals.drafted_appeal(bupa)
    at(LODGED_AT)
    assert act(browse, bids(bupa), draft, "save_appeal", **argued(remedy="", revision=1)).status_code == 302
    kept = browse(bids(bupa)).get(draft.get_absolute_url()).content.decode()
    assert WHY in kept
    assert "It does not say yet what it asks for." in kept
    refused = act(browse, bids(bupa), draft, "lodge_appeal")
    assert refused.status_code == 409
    assert "asks for nothing. Choose what you ask for." in refused.content.decode()


def test_the_page_offers_each_what_they_can_do_at_that_moment(browse, bupa, officer, curator, at):
    at(LODGED_AT)
    appeal = appeals.drafted_appeal(bupa)
    assert offered(browse, bids(bupa), appeal) == ["save_appeal", "lodge_appeal", "attach_evidence"]
    appeals.lodge_appeal(appeal.pk, by=bids(bupa), at=LODGED_AT)
    assert offered(browse, officer, appeal) == ["acknowledge_appeal"]
    appeals.acknowledge_appeal(appeal.pk, by=officer, at=LODGED_AT)
    assert offered(browse, officer, appeal) == ["arrange_hearing", "ask_for_information", "give_appeal"]
    other = person(admissions.framework().authority, Role.APPEALS_OFFICER, "second@doh.example")
    assert offered(browse, other, appeal) == ["give_appeal"]
    assert offered(browse, bids(bupa), appeal) == ["withdraw_appeal"]
    assert offered(browse, curator, appeal) == []


def test_a_decider_is_offered_nothing_and_told_why(browse, bupa, officer, curator, at):
    at(RULED_AT)
    decider = person(admissions.framework().authority, Role.APPEALS_OFFICER, "curator@doh.example")
    appeal = appeals.heard_appeal(bupa)
    decisions = ["uphold_appeal", "dismiss_appeal", "remit_appeal"]
    assert offered(browse, officer, appeal) == [*decisions, "ask_for_information", "give_appeal"]
    assert offered(browse, decider, appeal) == []
    assert "You took part in the decisions of this round" in read(browse, decider, appeal)


def test_no_decision_is_offered_while_a_clock_of_somebody_else_runs(browse, bupa, officer, at):
    appeal = appeals.minuted_appeal(bupa)
    at(COMMENTS_END_AT - A_MOMENT)
    assert "uphold_appeal" not in offered(browse, officer, appeal)
    assert offered(browse, bids(bupa), appeal) == ["comment_on_minutes", "withdraw_appeal"]
    at(COMMENTS_END_AT)
    assert "uphold_appeal" in offered(browse, officer, appeal)
    assert offered(browse, bids(bupa), appeal) == ["withdraw_appeal"]


def test_a_question_is_answered_from_the_appeals_page_by_those_who_are_asked(browse, bupa, officer, curator, at):
    at(LODGED_AT)
    question = appeals.asked(bupa, Of.CURATORS)
    address = reverse("furtherinformation:give_information", args=[question.pk])
    assert address in read(browse, curator, question.appeal)
    assert address not in read(browse, bids(bupa), question.appeal)
    act(browse, curator, question, "give_information", answer="We did not find it.")
    assert "We did not find it." in read(browse, bids(bupa), question.appeal)


@pytest.mark.parametrize(
    ("remedy", "button"), [("listed", "list_appellant"), ("reasons_reissued", "reissue_reasons"), ("re_assessed", "assess_anew")]
)
def test_curators_are_offered_the_remedy_that_was_decided(browse, bupa, at, remedy, button):
    at(CARRIED_OUT_AT)
    appeal = appeals.upheld_appeal(bupa, Remedy(remedy))
    assert offered(browse, another_curator(), appeal) == [button]


def test_a_draft_made_anew_shows_to_the_authority_alone_until_it_is_sent_and_can_then_be_appealed_against(browse, bupa, curator, at):
    at(CARRIED_OUT_AT)
    appeal = appeals.assessed_anew(appeals.remitted_appeal(bupa))
    assert "Read anew." in read(browse, curator, appeal)
    assert "Read anew." not in read(browse, bids(bupa), appeal)
    assert offered(browse, another_curator(), appeal) == ["assess_anew", "send_fresh_decision"]
    act(browse, another_curator(), appeal, "send_fresh_decision")
    beginning = reverse("place:draft_appeal", args=[appeal.place_id])
    for page in (appeal, appeal.place.application):
        assert beginning in read(browse, bids(bupa), page)
    assert "Read anew." in browse(bids(bupa)).get(beginning).content.decode()
    at(NEW_WINDOW_ENDS_AT)
    for page in (appeal, appeal.place.application):
        assert beginning not in read(browse, bids(bupa), page)


# What waits for whom, and by when.


def test_each_state_says_whose_step_is_next_and_by_when(bupa, officer, curator):
    def now(appeal, at):
        waiting = waits_for(Appeal.objects.get(pk=appeal.pk), at)
        return waiting and (waiting.who, waiting.by)

    draft = appeals.drafted_appeal(bupa)
    assert now(draft, APPEALS_END_AT - A_MOMENT) == ("The appellant", APPEALS_END_AT)
    assert now(draft, APPEALS_END_AT) is None
    assert now(appeals.lodged_appeal(supplier("A", "a")), LODGED_AT) == ("An appeals officer", None)
    question = appeals.asked(supplier("B", "b"), Of.CURATORS)
    assert now(question.appeal, INFORMATION_ENDS_AT - A_MOMENT) == ("The curators", INFORMATION_ENDS_AT)
    assert now(question.appeal, INFORMATION_ENDS_AT) == ("An appeals officer", None)
    assert now(appeals.arranged_appeal(supplier("C", "c")), LODGED_AT) == ("An appeals officer", HEARD_AT)
    minuted = appeals.minuted_appeal(supplier("D", "d"))
    assert now(minuted, COMMENTS_END_AT - A_MOMENT) == ("The appellant", COMMENTS_END_AT)
    assert now(minuted, COMMENTS_END_AT) == ("An appeals officer", None)
    assert now(appeals.upheld_appeal(supplier("E", "e")), RULED_AT) == ("The curators", None)
    anew = appeals.with_reasons_anew(supplier("F", "f"))
    assert now(anew, NEW_WINDOW_ENDS_AT - A_MOMENT) == ("The appellant", NEW_WINDOW_ENDS_AT)
    assert now(anew, NEW_WINDOW_ENDS_AT) is None


def test_the_queue_shows_the_authority_what_waits_for_whom_with_the_soonest_first(browse, bupa, officer, curator, at):
    first, second = supplier("First", "first"), supplier("Second", "second")
    appeals.asked(second)
    appeals.minuted_appeal(first)
    appeals.upheld_appeal(bupa)
    at(HEARD_AT)
    for who in (officer, curator):
        tables = dict(browse(who).get(reverse("appeal:queue")).context_data["tables"])
        assert [row[1] for row in tables["The appellant"]] == ["Second", "First"]
        assert [row[1] for row in tables["The curators"]] == [str(bupa)]
    for who in (bids(bupa), person(admissions.framework().authority, Role.ESCROW_HOLDER, "escrow@doh.example")):
        assert browse(who).get(reverse("appeal:queue")).status_code == 403


def test_the_desk_names_what_waits_for_its_owner_and_no_one_elses_drafts(bupa, officer, curator):
    def desk(who, at):
        return [item.what for item in providers.desk(who, at)]

    appeal = appeals.drafted_appeal(bupa)
    assert desk(bids(bupa), LODGED_AT) == ["Lodge the appeal."]
    assert desk(officer, LODGED_AT) == []
    appeals.lodge_appeal(appeal.pk, by=bids(bupa), at=LODGED_AT)
    appeals.acknowledge_appeal(appeal.pk, by=officer, at=LODGED_AT)
    ask_for_information(appeal.pk, asked_of=Of.CURATORS, question="Where?", by=officer, at=LODGED_AT)
    assert desk(curator, LODGED_AT) == ["Answer the officer’s question 1."]
    assert desk(officer, LODGED_AT) == []
    assert desk(officer, INFORMATION_ENDS_AT) == ["Arrange a hearing."]
    other = person(admissions.framework().authority, Role.APPEALS_OFFICER, "second@doh.example")
    assert desk(other, INFORMATION_ENDS_AT) == []


def test_hearings_and_the_ends_of_clocks_stand_in_the_calendar_of_those_concerned(bupa, officer):
    appeal = appeals.arranged_appeal(bupa)
    ask_for_information(appeal.pk, asked_of=Of.APPELLANT, question="Where?", by=officer, at=LODGED_AT)
    for who in (bids(bupa), officer):
        found = {(deadline.title.partition(":")[0], deadline.at) for deadline in appeal_providers.deadlines(who, LODGED_AT)}
        assert found == {("Hearing, oral", HEARD_AT), ("Answer due", INFORMATION_ENDS_AT)}
    assert list(appeal_providers.deadlines(bids(supplier("Rival", "rival")), LODGED_AT)) == []
    feed = [deadline.title for deadline in appeal_providers.deadlines(bids(bupa), LODGED_AT)]
    assert any("Room 12, Richmond House" in title for title in feed)


# The ends of clocks are told once.


@pytest.mark.parametrize(
    ("bring", "ends_at", "letter", "told_to"),
    [
        (appeals.drafted_appeal, APPEALS_END_AT, "appeal_lapsed", ["bids@bupa.example"]),
        (appeals.asked, INFORMATION_ENDS_AT, "information_over", ["appeals@doh.example", "bids@bupa.example"]),
        (appeals.minuted_appeal, COMMENTS_END_AT, "comments_over", ["appeals@doh.example"]),
        (appeals.with_reasons_anew, NEW_WINDOW_ENDS_AT, "new_appeal_window_over", ["appeals@doh.example", "curator@doh.example"]),
    ],
)
def test_the_end_of_each_clock_is_told_once_and_not_a_moment_before(bupa, officer, at, told, bring, ends_at, letter, told_to):
    bring(bupa)
    at(ends_at - A_MOMENT)
    announce_due()
    assert told(letter) == []
    at(ends_at)
    assert announce_due().told >= 1
    assert announce_due().told == 0
    assert [email for email in told(letter) if email != "anew@doh.example"] == told_to


def test_nothing_is_told_of_a_clock_that_was_kept_or_of_an_appeal_that_is_over(bupa, officer, at):
    appeals.dismiss(appeals.heard_appeal(bupa))
    at(PUBLISHED_AT.replace(month=5))
    announce_due()
    over = ["appeal_lapsed", "information_over", "comments_over", "new_appeal_window_over"]
    assert not Letter.objects.filter(template__in=over).exists()


# What an appellant sees does not depend on its rivals.


def everything(browse, firm, appeal):
    """Every page and endpoint that an appellant reads in a round, as bytes."""
    client = browse(bids(firm))
    round_ = appeal.round
    pages = [reverse("desk"), reverse("calendar"), reverse("appeal:index"), reverse("application:index"), round_.get_absolute_url()]
    pages += [round_.framework.get_absolute_url(), appeal.get_absolute_url(), appeal.place.application.get_absolute_url()]
    lists = ["appeals", "places", "applications", "rounds", "further-information", "listings", "events"]
    pages += [f"/api/v1/{plural}/" for plural in lists] + [f"/api/v1/appeals/{appeal.pk}/", f"/api/v1/places/{appeal.place_id}/"]
    answers = {page: client.get(page) for page in pages}
    assert {page: answer.status_code for page, answer in answers.items() if answer.status_code != 200} == {}
    return {page: without_tokens(answer) for page, answer in answers.items()}


def without_tokens(answer):
    """The page without what is drawn anew each time, to guard its forms."""
    token = answer.wsgi_request.META.get("CSRF_COOKIE")
    text = answer.content.decode()
    for form in text.split('name="csrfmiddlewaretoken" value="')[1:]:
        text = text.replace(form.partition('"')[0], "token")
    assert token is None or token not in text
    return text


def test_what_an_appellant_sees_is_the_same_byte_for_byte_with_and_without_its_rivals_appeals(browse, bupa, officer, curator, at):
    rivals = [supplier(f"Rival {number}", f"rival{number}") for number in range(4)]
    round_with_decisions([], [bupa, *rivals])
    appeal = appeals.minuted_appeal(bupa)
    at(CARRIED_OUT_AT)
    before = everything(browse, bupa, appeal)
    to_the_curator = without_tokens(browse(curator).get(appeal.round.get_absolute_url()))
    appeals.lodged_appeal(rivals[0])
    appeals.asked(rivals[1], Of.CURATORS)
    appeals.listed_on_appeal(rivals[2])
    appeals.with_reasons_anew(rivals[3])
    announce_due()
    assert everything(browse, bupa, appeal) == before
    assert any(WHY in page for page in before.values()), "the pages were read"
    assert without_tokens(browse(curator).get(appeal.round.get_absolute_url())) != to_the_curator, "the authority does see them"


def test_grounds_are_added_to_a_framework_in_force_and_offered_from_then_on(browse, bupa, curator, at):
    framework = admissions.framework()
    at(LODGED_AT)
    act(browse, curator, framework, "add_appeal_ground", name="The fee was wrong", code="fee", description="Say how.")
    assert "The fee was wrong" in read(browse, None, framework)
    draft = appeals.drafted_appeal(bupa, point("fee"))
    assert "The fee was wrong" in browse(bids(bupa)).get(reverse("appeal:save_appeal", args=[draft.pk])).content.decode()
