"""What becomes of invitations, bids and contracts when a listing changes: the one table, which letters and docs/listings.md say."""

from dataclasses import dataclass, replace

from django.db import models


class Event(models.TextChoices):
    """What can happen to a listing."""

    SUSPENDED = "suspended", "Suspended"
    RETURNED = "returned", "Suspension over or lifted"
    REMOVED = "removed", "Removed by the authority"
    LEFT = "left", "Left of its own accord"
    RENAMED = "renamed", "Under a new name"
    CONTROL = "control", "Under other control"
    MEMBERS = "members", "With other members"
    SUCCEEDED = "succeeded", "Passed to its successor"
    AGREED = "agreed", "Agreement countersigned"
    REOPENED = "reopened", "Countersigning of the agreement reopened"


@dataclass(frozen=True)
class Consequences:
    """One sentence each for what is done to new invitations, to those that are out, to bids, and to contracts."""

    asked: str
    invitations: str
    bids: str
    contracts: str

    def sentences(self) -> tuple[str, ...]:
        """All of them, in order."""
        return (self.asked, self.invitations, self.bids, self.contracts)


_STAND = "Its bids are received, opened and evaluated as every other bidder’s."
_RUN = "Its contracts go on as they were agreed."
CONSEQUENCES = {
    Event.SUSPENDED: Consequences(
        "Nobody may ask it to tender for this list and area until the suspension ends.",
        "An invitation that is out stands: it may bid.",
        _STAND,
        _RUN,
    ),
    Event.RETURNED: Consequences(
        "It is asked to tender again from that moment, without anybody’s act.",
        "Tenders that were issued meanwhile do not invite it after the event.",
        _STAND,
        _RUN,
    ),
    Event.REMOVED: Consequences(
        "Nobody may ask it to tender for this list and area any more.",
        "An invitation that is out stands until its tender’s deadline: it may bid.",
        "Its bids are received, opened and evaluated; whether to award to it is the buyer’s decision, which knows of the removal.",
        _RUN,
    ),
    Event.LEFT: Consequences(
        "Nobody may ask it to tender for this list and area any more.",
        "An invitation that is out stands until its tender’s deadline: it may bid, or decline.",
        "A bid that was received stays received; until the deadline it may withdraw it.",
        _RUN,
    ),
    Event.RENAMED: Consequences(
        "It is asked to tender under its new name.",
        "An invitation that is out stands, whichever of the names it bears.",
        "Its bids are received, opened and evaluated, whichever of the names they bear.",
        "Its contracts go on as they were agreed, and show the name that it had when they were signed.",
    ),
    Event.CONTROL: Consequences(
        "It may be asked to tender as before, unless its listing is suspended or ended with it.",
        "An invitation that is out stands: it may bid.",
        _STAND,
        _RUN,
    ),
    Event.MEMBERS: Consequences(
        "It may be asked to tender with its new members, unless its listing is suspended or ended with it.",
        "An invitation that is out stands: it may bid, with its new members.",
        "Its bids are received, opened and evaluated; whether to award to it is the buyer’s decision, which knows of the new members.",
        "Its contracts go on as they were agreed. What a member that left owes under them does not end with this.",
    ),
    Event.SUCCEEDED: Consequences(
        "Its successor is asked to tender in its place, for this list and area, once any agreement that the framework asks for is countersigned.",
        "An invitation that is out stands until its tender’s deadline: it may bid. Its successor is not invited in its place.",
        "Its bids are received, opened and evaluated; whether to award to it is the buyer’s decision, which knows of the succession.",
        "Its contracts stay its own, until the buyer agrees that its successor takes them over.",
    ),
    Event.AGREED: Consequences(
        "It is asked to tender from that moment.",
        "Tenders that were issued before do not invite it after the event.",
        _STAND,
        _RUN,
    ),
    Event.REOPENED: Consequences(
        "Nobody may ask it to tender under this framework until its agreement is countersigned again.",
        "An invitation that is out stands: it may bid.",
        _STAND,
        _RUN,
    ),
}

# The first sentence of those events after which a supplier is asked, if something else keeps it from being asked still.
NOT_ASKED_YET = {
    Event.RETURNED: "It is asked to tender again once its agreement to the framework’s terms is countersigned, and not before.",
    Event.AGREED: "Its listing is suspended: it is asked to tender from the end of the suspension on, and not before.",
}
# To a supplier some of whose listings are suspended when its agreement is countersigned.
ASKED_BUT_WHERE_SUSPENDED = "It is asked to tender from that moment; where its listing is suspended, from the end of the suspension on."


def consequences_of(event: Event, *, is_asked: bool) -> Consequences:
    """What the table says; of a supplier that is not asked in spite of the event, when it will be."""
    follows = CONSEQUENCES[event]
    return follows if is_asked or event not in NOT_ASKED_YET else replace(follows, asked=NOT_ASKED_YET[event])
