"""An appeal in each of its states, brought there by the acts.

Against a refusal of Monday 30 March 2026: lodged on Wednesday 1 April at noon, heard on Thursday 2 April at noon (before Good Friday),
the minutes commented on at 1pm and open for comments until midnight at the end of Monday 13 April, ruled on at 2pm.
"""

from datetime import datetime, timedelta
from typing import Any

from commissioning import clock
from commissioning.models import Role, User
from suppliers.actions.appeal_decisions import (
    FindingGiven,
    assess_anew,
    dismiss_appeal,
    list_appellant,
    reissue_reasons,
    remit_appeal,
    send_fresh_decision,
    uphold_appeal,
)
from suppliers.actions.appeals import PointGiven, acknowledge_appeal, draft_appeal, lodge_appeal, save_appeal
from suppliers.actions.hearings import arrange_hearing, ask_for_information, comment_on_minutes, hear_appeal
from suppliers.models import Appeal, AppealPoint, FurtherInformation, Hearing, Place, Supplier
from suppliers.models.appeals import Remedy
from tests.factories import admissions
from tests.factories.admissions import LODGED_AT, bids, officer, place_of, round_with_decisions
from tests.factories.kept import kept
from tests.factories.people import person

HEARD_AT = clock.london(2026, 4, 2, 12)
RULED_AT = clock.london(2026, 4, 2, 14)
CARRIED_OUT_AT = clock.london(2026, 4, 2, 15)
# Five working days after 1 and after 2 April 2026: Good Friday and Easter Monday are none.
INFORMATION_ENDS_AT = clock.london(2026, 4, 11)
COMMENTS_END_AT = clock.london(2026, 4, 14)
# Ten days after 2 April, and on to a working day.
NEW_WINDOW_ENDS_AT = clock.london(2026, 4, 14)
WHY = "Our statement was not read."


def point(code: str = "not-read", argument: str = WHY, remedy: Remedy = Remedy.LISTED) -> PointGiven:
    """A ground as acts take it, by its code."""
    return {"ground": admissions.framework().appeal_grounds.get(code=code).pk, "argument": argument, "remedy": remedy}


@kept
def drafted_appeal(of: Supplier | Place, *points: PointGiven, at: datetime = LODGED_AT) -> Appeal:
    """A draft against this refused place; or that of a supplier, in a round whose decisions went out."""
    if isinstance(of, Supplier) and not Place.objects.filter(application__supplier=of).exists():
        round_with_decisions([], [of])
    officer()
    place = of if isinstance(of, Place) else place_of(of)
    appeal = draft_appeal(place.pk, by=appellant(of), at=at)
    return save_appeal(appeal.pk, points=list(points or (point(),)), by=appellant(of), at=at)


def appellant(of: Supplier | Place) -> User:
    """Who manages the bids of the supplier, or of the one that asked for the place."""
    return bids(of.application.supplier if isinstance(of, Place) else of)


@kept
def lodged_appeal(of: Supplier | Place, *points: PointGiven, at: datetime = LODGED_AT) -> Appeal:
    """An appeal that waits for an officer."""
    return lodge_appeal(drafted_appeal(of, *points, at=at).pk, by=appellant(of), at=at)


@kept
def acknowledged_appeal(of: Supplier | Place, *points: PointGiven, at: datetime = LODGED_AT) -> Appeal:
    """An appeal that an officer has taken up."""
    return acknowledge_appeal(lodged_appeal(of, *points, at=at).pk, by=officer(), at=at)


@kept
def asked(of: Supplier | Place, asked_of: FurtherInformation.AskedOf = FurtherInformation.AskedOf.APPELLANT) -> FurtherInformation:
    """A question of the officer, put on 1 April at noon."""
    appeal = acknowledged_appeal(of)
    return ask_for_information(appeal.pk, asked_of=asked_of, question="Where is it?", by=officer(), at=LODGED_AT)


@kept
def arranged_appeal(of: Supplier | Place, *points: PointGiven, form: Hearing.Form = Hearing.Form.ORAL) -> Appeal:
    """An appeal with a hearing to come, on 2 April at noon."""
    appeal = acknowledged_appeal(of, *points)
    return arrange_hearing(appeal.pk, form=form, starts_at=HEARD_AT, where="Room 12, Richmond House", by=officer(), at=LODGED_AT)


@kept
def minuted_appeal(of: Supplier | Place, *points: PointGiven) -> Appeal:
    """An appeal that was heard, with the minutes before the appellant."""
    appeal = arranged_appeal(of, *points)
    return hear_appeal(appeal.pk, attended="The appellant.", minutes="The appellant was heard.", by=officer(), at=HEARD_AT)


@kept
def heard_appeal(of: Supplier | Place, *points: PointGiven) -> Appeal:
    """An appeal that is ready to be decided."""
    appeal = minuted_appeal(of, *points)
    return comment_on_minutes(appeal.pk, comments="Nothing.", by=appellant(of), at=HEARD_AT + timedelta(hours=1))


def findings(appeal: Appeal, finding: AppealPoint.Finding = AppealPoint.Finding.MADE_OUT, reasons: str = "As it says.") -> list[FindingGiven]:
    """The same finding on each ground, as acts take it."""
    return [{"point": each.pk, "finding": finding, "reasons": reasons} for each in appeal.points.all()]


def uphold(appeal: Appeal, remedy: Remedy = Remedy.LISTED, *, by: User | None = None, at: datetime = RULED_AT) -> Appeal:
    """Decide a heard appeal for the appellant."""
    return uphold_appeal(appeal.pk, findings=findings(appeal), reasons="It was not read.", remedy=remedy, by=by or officer(), at=at)


def dismiss(appeal: Appeal, *, by: User | None = None, at: datetime = RULED_AT) -> Appeal:
    """Decide a heard appeal against the appellant."""
    found = findings(appeal, AppealPoint.Finding.NOT_MADE_OUT)
    return dismiss_appeal(appeal.pk, findings=found, reasons="It was read.", by=by or officer(), at=at)


@kept
def upheld_appeal(of: Supplier | Place, remedy: Remedy = Remedy.LISTED) -> Appeal:
    """An appeal whose remedy is to be carried out."""
    return uphold(heard_appeal(of), remedy)


@kept
def remitted_appeal(of: Supplier | Place) -> Appeal:
    """An appeal that went back, to be assessed anew."""
    appeal = heard_appeal(of)
    return remit_appeal(appeal.pk, findings=findings(appeal), reasons="The file was lost.", by=officer(), at=RULED_AT)


def refused_by_another(firm: Supplier) -> Place:
    """A refused place in a round of its own, in which the curator of all other rounds took no part."""
    other, round_ = another_curator(), admissions.announced_round()
    place = admissions.submitted_application(round_, firm).places.get()
    admissions.decided(place, Place.Outcome.REFUSED, by=other)
    admissions.send_decisions(round_.pk, by=other, at=admissions.DECIDED_AT)
    return place


def another_curator() -> User:
    """A curator who took no part in any round; the same each time."""
    found: Any = User.objects.filter(email="anew@doh.example").first()
    return found or person(admissions.framework().authority, Role.CURATOR, "anew@doh.example")


@kept
def assessed_anew(appeal: Appeal, outcome: Place.Outcome = Place.Outcome.REFUSED) -> Appeal:
    """The appeal with a decision made anew, in draft."""
    return assess_anew(appeal.pk, outcome=outcome, reasons="Read anew.", by=another_curator(), at=CARRIED_OUT_AT)


@kept
def decided_anew(appeal: Appeal, outcome: Place.Outcome = Place.Outcome.REFUSED) -> Appeal:
    """The appeal with a decision made anew, and sent on 2 April at 3pm."""
    return send_fresh_decision(assessed_anew(appeal, outcome).pk, by=another_curator(), at=CARRIED_OUT_AT)


@kept
def with_reasons_anew(of: Supplier | Place) -> Appeal:
    """An appeal upheld for want of reasons, which went out anew on 2 April at 3pm."""
    appeal = upheld_appeal(of, Remedy.REASONS_REISSUED)
    return reissue_reasons(appeal.pk, reasons="In full.", by=admissions.curator(), at=CARRIED_OUT_AT)


@kept
def listed_on_appeal(of: Supplier | Place) -> Appeal:
    """An appeal that was upheld and carried out: the supplier is listed."""
    return list_appellant(upheld_appeal(of).pk, by=admissions.curator(), at=CARRIED_OUT_AT)
