"""Two rounds of one framework live on in any order of acts, and every list that anybody could see keeps its promises.

After each act: the latest version shows exactly those who stand, whoever is suspended with the mark, nobody whose refusal for the
same list and area is under appeal; nothing was published while something held it up; and no version has changed.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commissioning.canon import digest
from commissioning.refusals import Refused
from suppliers import publishing
from suppliers.actions import admissions as rounds
from suppliers.actions import appeal_decisions, appeals, applications, changes, hearings, listings, publications
from suppliers.models import AdmissionRound, Appeal, Listing, ListPublication, Place, SupplierChange
from suppliers.models.appeals import BLOCKING_APPEALS, Remedy
from tests.factories import admissions, supplier_changes
from tests.factories.admissions import CLOSES_AT, bids
from tests.factories.appeals import findings, point
from tests.factories.frameworks import supplier
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PLACES = (("micro", "performance"), ("macro", "assessment"))
# An order that is the same whatever ids are drawn, so that the same draw makes the same story.
OF_PLACES = ("application__supplier__short_name", "application__round__title", "framework_list__order", "area__order")
STEPS = (
    *("submit", "amend", "decide", "send", "appeal", "withdraw", "hear", "uphold", "dismiss", "carry_out"),
    *("publish", "publish_some", "publish_some", "suspend", "reinstate", "end", "leave", "wait", "wait"),
    *("tell_of_control", "decide_on_control", "take_a_name", "settle", "settle"),
)


class World:
    """Two rounds, three firms and a clock; each act is tried on what the draw chooses, and may be refused."""

    def __init__(self, firms, draw):
        self.firms, self.draw, self.at, self.hashes = firms, draw, NOON, {}
        self.curator, self.officer = admissions.curator(), admissions.officer()
        self.rounds = [self._round(number) for number in range(2)]

    def _round(self, number):
        made = rounds.open_round(admissions.framework().pk, title=f"Round {number}", closes_at=CLOSES_AT, notice="Apply.", by=self.curator, at=NOON)
        return rounds.announce_round(made.pk, by=self.curator, at=NOON)

    def one_of(self, found):
        """One of what there is; None if there is nothing."""
        found = list(found)
        return self.draw(st.sampled_from(found)) if found else None

    def a_round(self):
        return self.one_of(self.rounds)

    def submit(self):
        round_, firm = self.a_round(), self.one_of(self.firms)
        application = round_.applications.filter(supplier=firm).first() or applications.apply(round_.pk, supplier=firm.pk, by=bids(firm), at=self.at)
        wanted = admissions.wanted(*self.draw(st.sampled_from([PLACES, PLACES[:1], PLACES[1:]])))
        applications.save_application(application.pk, statement="We do.", places=wanted, by=bids(firm), at=self.at)
        applications.submit_application(application.pk, by=bids(firm), at=self.at)

    def amend(self):
        rounds.amend_round(self.a_round().pk, notice=f"Apply, at {self.at}.", reason="To be clear.", by=self.curator, at=self.at)

    def decide(self):
        for place in Place.objects.to_decide().undecided().filter(application__round=self.a_round()).order_by(*OF_PLACES):
            outcome = self.one_of([Place.Outcome.ACCEPTED, Place.Outcome.REFUSED])
            rounds.decide_place(place.application.round_id, place=place.pk, outcome=outcome, reasons="Read.", by=self.curator, at=self.at)

    def send(self):
        rounds.send_decisions(self.a_round().pk, by=self.curator, at=self.at)

    def appeal(self):
        if place := self.one_of(Place.objects.filter(outcome=Place.Outcome.REFUSED, appeals=None).order_by(*OF_PLACES)):
            by = bids(place.application.supplier)
            appeal = appeals.draft_appeal(place.pk, by=by, at=self.at)
            appeals.save_appeal(appeal.pk, points=[point()], by=by, at=self.at)
            appeals.lodge_appeal(appeal.pk, by=by, at=self.at)

    def _appeal(self, *statuses):
        return self.one_of(Appeal.objects.filter(status__in=statuses).order_by(*(f"place__{name}" for name in OF_PLACES)))

    def withdraw(self):
        if appeal := self._appeal("lodged", "acknowledged", "heard"):
            appeals.withdraw_appeal(appeal.pk, by=bids(appeal.place.application.supplier), at=self.at)

    def hear(self):
        if appeal := self._appeal("lodged"):
            appeals.acknowledge_appeal(appeal.pk, by=self.officer, at=self.at)
            sitting = {"form": "oral", "starts_at": self.at + HOUR, "where": "Room 1"}
            hearings.arrange_hearing(appeal.pk, **sitting, by=self.officer, at=self.at)
            self.at += HOUR
            hearings.hear_appeal(appeal.pk, minutes="Heard.", attended="All.", by=self.officer, at=self.at)
            hearings.comment_on_minutes(appeal.pk, comments="None.", by=bids(appeal.place.application.supplier), at=self.at)

    def uphold(self):
        if appeal := self._appeal("heard"):
            told = {"findings": findings(appeal), "reasons": "So.", "remedy": Remedy.LISTED}
            appeal_decisions.uphold_appeal(appeal.pk, **told, by=self.officer, at=self.at)

    def dismiss(self):
        if appeal := self._appeal("heard"):
            found = findings(appeal, "not_made_out")
            appeal_decisions.dismiss_appeal(appeal.pk, findings=found, reasons="So.", by=self.officer, at=self.at)

    def carry_out(self):
        if appeal := self._appeal("upheld"):
            appeal_decisions.list_appellant(appeal.pk, by=self.curator, at=self.at)

    def publish(self):
        publications.publish_lists(self.a_round().pk, by=self.curator, at=self.at)

    def publish_some(self):
        places = admissions.wanted(self.one_of(PLACES))
        publications.publish_some_lists(self.a_round().pk, places=places, by=self.curator, at=self.at)

    def _listing(self):
        return self.one_of(Listing.objects.order_by("supplier__short_name", "framework_list__order", "area__order", "listed_at"))

    def suspend(self):
        if listing := self._listing():
            ends_at = self.at + self.draw(st.sampled_from([HOUR, 24 * HOUR, 240 * HOUR]))
            listings.suspend_listing(listing.pk, ends_at=ends_at, reason="Looked into.", by=self.curator, at=self.at)

    def reinstate(self):
        if listing := self._listing():
            listings.reinstate_listing(listing.pk, reason="Cleared.", by=self.curator, at=self.at)

    def end(self):
        if listing := self._listing():
            listings.end_listing(listing.pk, reason="Bad.", by=self.curator, at=self.at)

    def leave(self):
        if listing := self._listing():
            listings.leave_list(listing.pk, reason="We go.", by=bids(listing.supplier), at=self.at)

    def tell_of_control(self):
        supplier_changes.told(self.one_of(self.firms), supplier_changes.CONTROL, at=self.at)

    def decide_on_control(self):
        if change := self.one_of(
            SupplierChange.objects.waiting().filter(kind=supplier_changes.CONTROL).order_by("supplier__short_name", "created_at")
        ):
            outcome = self.one_of(SupplierChange.Outcome)
            until = self.at + 48 * HOUR if outcome == SupplierChange.Outcome.SUSPENSION else None
            changes.decide_change_of_control(change.pk, outcome=outcome, reasons="Seen.", suspended_until=until, by=self.curator, at=self.at)

    def take_a_name(self):
        change = supplier_changes.told(self.one_of(self.firms), supplier_changes.NAME, new_name=f"Firm {self.at:%j%H%M}", at=self.at)
        changes.record_new_name(change.pk, by=self.curator, at=self.at)

    def settle(self):
        """Wait for the end of every window, decide every appeal, and publish what can be published."""
        self.at = max([self.at, *self._ends()])
        while self._appeal_waits("lodged"):
            self.hear()
        while self._appeal_waits("heard"):
            self.dismiss()
        while self._appeal_waits("upheld"):
            self.carry_out()
        for round_ in AdmissionRound.objects.past_appeals(self.at):
            publications.publish_lists(round_.pk, by=self.curator, at=self.at)

    @staticmethod
    def _appeal_waits(status):
        return Appeal.objects.filter(status=status).exists()

    def wait(self):
        later = [self.at + days * 24 * HOUR for days in (1, 4)] + [moment for moment in self._ends() if moment > self.at]
        self.at = self.draw(st.sampled_from(later))

    def _ends(self):
        """The deadline, and the very instants at which windows end."""
        return [CLOSES_AT, *AdmissionRound.objects.exclude(appeals_end_at=None).values_list("appeals_end_at", flat=True)]

    def keeps_its_promises(self):
        """What anybody could see now, and what was published before."""
        for publication in ListPublication.objects.all():
            assert digest(publication.entries) == publication.entries_hash == self.hashes.setdefault(publication.version, publication.entries_hash)
        latest = ListPublication.objects.as_at(self.at).first()
        entries = latest.entries if latest else []
        unmarked = {entry["listing"] for entry in entries if not publishing.is_suspended(entry, self.at)}
        assert unmarked == {str(listing.pk) for listing in Listing.objects.standing(self.at)}
        for entry in entries:
            where = {"place__framework_list__code": entry["list"], "place__area__code": entry["area"]}
            contested = Appeal.objects.filter(**where, place__application__supplier=entry["supplier"], status__in=BLOCKING_APPEALS)
            assert not contested.exists(), "a company whose refusal is under appeal is on the list"

    def was_free_to_publish(self, before):
        """Whatever was published since then was held up by nothing."""
        for part in (part for version in ListPublication.objects.filter(version__gt=before) for part in version.parts.all()):
            where = {"place__framework_list": part.framework_list_id, "place__area": part.area_id}
            assert not Appeal.objects.filter(**where, status__in=BLOCKING_APPEALS).exists()
            running = AdmissionRound.objects.hearing_appeals(self.at)
            places = Place.objects.to_decide().filter(framework_list=part.framework_list_id, area=part.area_id, application__round__in=running)
            assert not places.exists()


@contextmanager
def taken_back():
    """A transaction of which nothing stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_in_any_order_of_acts_no_list_shows_whom_it_must_not_and_no_version_changes(three_firms, data):
    with taken_back():
        world = World(three_firms, data.draw)
        for beginning in (
            ("submit",) * 5,
            ("amend",),
            data.draw(st.lists(st.sampled_from(STEPS), max_size=3)),
            ("close",),
            ("decide", "decide", "send", "send", "appeal"),
            data.draw(st.sampled_from([(), ("settle",)])),
        ):
            for step in beginning:
                carried_out(world, step)
        for step in data.draw(st.lists(st.sampled_from(STEPS), min_size=5, max_size=25)):
            carried_out(world, step)


def carried_out(world, step):
    """The act, or nothing of it if it is refused; and what must hold after each."""
    before = ListPublication.objects.count()
    if step == "close":
        world.at = max(world.at, CLOSES_AT)
    else:
        try:
            with transaction.atomic():
                getattr(world, step)()
        except (Refused, ValidationError):
            pass
    world.was_free_to_publish(before)
    world.keeps_its_promises()


@pytest.fixture
def three_firms():
    admissions.curator(), admissions.officer()
    return [supplier(name, name.lower()) for name in ("Ash", "Birch", "Cedar")]
