"""The ground of the demo world: its organisations, its people (roles, nobody real), its calendar, and where its texts lie.

Each floor builds its own part on top, through the acts, with the moments at which things are to have happened.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import F

from commissioning import clock
from commissioning.actions.organisations import GivenIdentifier, register_organisation
from commissioning.actions.people import accept_invitation, invite_person
from commissioning.demo_password import demo_password
from commissioning.models import ClockJob, Identifier, Letter, Organisation, Role, User
from commissioning.models.people import CONTROL, Actor
from commissioning.working_days import ANY_UK, WorkingDays, working_days

JOB = ClockJob("build_demo")
FOUNDED_AT = clock.london(2007, 1, 8, 9)
AUTHORITY, HILLINGDON = "Department of Health", "Hillingdon PCT"
# Name, domain of its people, ODS code, class of public body.
COMMISSIONERS = (
    (HILLINGDON, "hillingdon.example", "5AT", "PCT"),
    ("Northamptonshire PCT", "northamptonshire.example", "5PD", "PCT"),
    ("NHS North West London Integrated Care Board", "northwestlondon.example", "QRV", "ICB"),
)
# A letter older than this has been read; what is newer waits for whoever plays its recipient.
READ_AFTER = timedelta(days=7)

AT_THE_AUTHORITY = (
    ("curator", "Framework curator", Role.CURATOR),
    ("appeals", "Appeals officer", Role.APPEALS_OFFICER),
    ("escrow", "Escrow holder", Role.ESCROW_HOLDER),
    ("adviser", "Central support adviser", Role.CENTRAL_SUPPORT_ADVISER),
    ("assessor1", "First assessor", Role.CENTRAL_SUPPORT_ADVISER),
    ("assessor2", "Second assessor", Role.CENTRAL_SUPPORT_ADVISER),
)
AT_A_TRUST = (
    ("lead", "Procurement lead", Role.PROCUREMENT_LEAD),
    ("approver", "Approver", Role.APPROVER),
    ("opener1", "First opener", Role.OPENER),
    ("opener2", "Second opener", Role.OPENER),
    ("chair", "Panel chair", Role.PANEL_CHAIR),
    ("evaluator1", "First evaluator", Role.EVALUATOR),
    ("evaluator2", "Second evaluator", Role.EVALUATOR),
    ("contracts", "Contract manager", Role.CONTRACT_MANAGER),
    ("board", "Board secretary", Role.BOARD_SECRETARY),
)


@dataclass(frozen=True)
class Calendar:
    """Moments as the demo's texts write them: `2007-05-21 11:00` in London, or `-3 11:00`, so many working days from when it is built.

    Days are counted from the day in London on which the world is built, which has no moment of its own: what is before it
    has happened, and what is after it is to come.
    """

    built_at: datetime
    days: WorkingDays

    @classmethod
    def of(cls, built_at: datetime) -> "Calendar":
        """The calendar of a world that is built at this moment; a holiday in any part of the United Kingdom is no working day."""
        return cls(built_at, working_days(ANY_UK))

    def day(self, text: str) -> date:
        """A day in London."""
        if text[0] not in "+-":
            return date.fromisoformat(text)
        if not int(text):
            raise ValueError("The day on which the demo is built is neither past nor to come.")
        return self.days.shift(clock.in_london(self.built_at).date(), int(text))

    def moment(self, text: str) -> datetime:
        """A moment, in UTC."""
        on, _, time = text.partition(" ")
        return clock.from_wall(datetime.fromisoformat(f"{self.day(on)} {time}"))


@dataclass
class Minutes:
    """Moments that follow each other at an even pace, as when one person does one thing after another."""

    at: datetime
    pace: timedelta = timedelta(minutes=3)

    def __next__(self) -> datetime:
        """The next of them, the first being `at` itself."""
        now, self.at = self.at, self.at + self.pace
        return now


def texts(floor: str, name: str = "demo") -> dict[str, Any]:
    """What a floor's demo says, from `<floor>/data/<name>.toml`."""
    return tomllib.loads((Path(__file__).resolve().parent.parent / floor / "data" / f"{name}.toml").read_text())


def players() -> dict[str, User]:
    """Everybody who plays, by e-mail address."""
    return {user.email: user for user in User.objects.all()}


def build(built_at: datetime) -> Iterator[str]:
    """The authority, two primary care trusts and an integrated care board, with their people; says what there is now."""
    encoded = make_password(demo_password())
    authority = register_organisation(kind=Organisation.Kind.AUTHORITY, name=AUTHORITY, by=JOB, at=FOUNDED_AT)
    curator = _bring_in_all(authority, "doh.example", AT_THE_AUTHORITY, JOB, encoded)
    yield f"{AUTHORITY}: {len(AT_THE_AUTHORITY)} people."
    for name, domain, ods, body_class in COMMISSIONERS:
        identifiers = [GivenIdentifier(scheme=Identifier.Scheme.ODS, value=ods)]
        trust = register_organisation(
            kind=Organisation.Kind.COMMISSIONER, name=name, body_class=body_class, identifiers=identifiers, by=curator, at=FOUNDED_AT
        )
        _bring_in_all(trust, domain, AT_A_TRUST, curator, encoded)
        yield f"{name}: {len(AT_A_TRUST)} people."


def _bring_in_all(where: Organisation, domain: str, people: tuple[tuple[str, str, Role], ...], by: Actor, encoded: str) -> User:
    """Bring in whoever answers for the organisation's people, who then brings in the others; the first of them.

    Those who hold that first one to account are brought in by each other, but for the first of them.
    """
    moments = Minutes(FOUNDED_AT + timedelta(hours=1))
    first: User | None = None
    control: User | None = None
    for address, title, role in people:
        host = (role in CONTROL and control) or first or by
        came = bring_in(where, f"{address}@{domain}", f"{title}, {where.name}", role, encoded=encoded, by=host, at=next(moments))
        first = first or came
        control = control or (came if role in CONTROL else None)
    assert first
    return first


def bring_in(where: Organisation, email: str, name: str, role: Role, *, encoded: str, by: Actor, at: datetime) -> User:
    """Invite somebody and let them accept; their password is set as it is stored, for hashing it for each of them would take a minute."""
    invitation = invite_person(where.pk, email=email, name=name, role=role, by=by, at=at)
    User.objects.filter(pk=invitation.user_id).update(password=encoded)
    accept_invitation(invitation.pk, by=User.objects.get(pk=invitation.user_id), at=at + timedelta(minutes=1))
    return User.objects.get(pk=invitation.user_id)


def read_old_letters(built_at: datetime) -> int:
    """Let each letter that is older than a week have been read the day after it was written; how many were."""
    return Letter.objects.filter(created_at__lt=built_at - READ_AFTER).update(read_at=F("created_at") + timedelta(days=1))
