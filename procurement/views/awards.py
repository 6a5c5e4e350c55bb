"""Pages of the award: the buyer's, and what each bidder was told."""

from datetime import datetime
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import path

from commissioning.pages import Act, RecordPage, offered
from procurement.actions.awards import announce_award, confirm_award, reopen_evaluation
from procurement.forms.awards import AnnouncementForm, ReopeningForm
from procurement.models import Award, AwardNotice, Challenge, ConsensusChange, Tender
from procurement.views import challenges
from procurement.views.buyers import BuyersPage
from procurement.views.notices import outcome_of

ACTS = (
    Act(
        announce_award,
        title="Announce the award",
        intro="Every bidder is told at the same moment, with its own scores and reasons and the winner’s name and scores. The standstill begins.",
        button="Announce to all bidders",
        form=AnnouncementForm,
        done="The award is announced, and every bidder is told.",
    ),
    Act(
        confirm_award,
        title="Confirm the award",
        intro="The award becomes final, every bidder is told, and a contract is drafted for each lot that is awarded. "
        "It can be confirmed once the standstill is over and no challenge is open.",
        done="The award is confirmed.",
        when=lambda tender, at: tender.standstill_ends_at is not None and at >= tender.standstill_ends_at,
    ),
    Act(
        reopen_evaluation,
        title="Open the evaluation again",
        intro="The intended award is set aside and the ranking is made anew. Every bidder who was notified is told why, "
        "and so are the panel and the approver. Prices being known, an agreed score then changes only if a second person confirms it.",
        form=ReopeningForm,
        done="The evaluation is open again.",
        primary=False,
    ),
)


def award_context(tender: Tender, user: Any, at: datetime) -> dict[str, Any]:
    """The decisions about each lot, who was told of them, and what stands in the way."""
    awards = {award.lot_id: award for award in _standing(Award.objects.visible_to(user).filter(lot__tender=tender))}
    notices = AwardNotice.objects.visible_to(user).filter(invitation__tender=tender)
    contested = Challenge.objects.visible_to(user).filter(invitation__tender=tender)
    lots = tender.lots.prefetch_related("decisions_not_to_award").order_by("number")
    return {
        "lots": [(lot, awards.get(lot.pk), _unawarded(lot)) for lot in lots],
        "notices": list(_with_bidders(notices).order_by("-created_at", "invitation__supplier__organisation__name")),
        "challenges": list(_with_bidders(contested)),
        "changes": list(ConsensusChange.objects.visible_to(user).of(tender)),
        "sequels": outcome_of(tender, user)["sequels"],
        "may_read": user.has_perm("procurement.read_submission", tender),
    }


def _with_bidders(records: Any) -> Any:
    """With the bidders, and the names that they had, in a constant number of queries."""
    return records.select_related("invitation__supplier__organisation").prefetch_related("invitation__supplier__changes")


class AwardPage(BuyersPage):
    """What was decided for each lot, who was told, until when the standstill runs, and what stands in the way."""

    template_name = "procurement/awards/award.html"
    acts = ACTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The decisions, the notices and the challenges."""
        context = {**super().get_context_data(**kwargs), "title": f"Award: {self.record}"}
        return {**context, **award_context(self.record, self.viewer, self.at)}


def _standing(awards: Any) -> Any:
    """Those that were not set aside."""
    return awards.exclude(status=Award.Status.SET_ASIDE).select_related("lot", "supplier__organisation").prefetch_related("supplier__changes")


def _unawarded(lot: Any) -> Any:
    """The decision to let the lot to nobody, if that is how it stands."""
    return next((decision for decision in lot.decisions_not_to_award.all() if decision.set_aside_at is None), None)


class OutcomePage(LoginRequiredMixin, RecordPage):
    """What one bidder was told, and what it can do until when."""

    model = AwardNotice
    related = ("invitation__tender__buyer", "invitation__supplier__organisation")
    template_name = "procurement/awards/outcome.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The notice, and the bidder's challenges."""
        user, invitation = self.request.user, self.record.invitation
        return {
            **super().get_context_data(**kwargs),
            "title": f"Outcome: {invitation.tender}",
            "invitation": invitation,
            "tender": invitation.tender,
            "acts": offered(challenges.LODGING, invitation, user, self.at) if self.record.set_aside_at is None else [],
            "challenges": list(Challenge.objects.visible_to(user).filter(invitation=invitation)),
            "sequels": outcome_of(invitation.tender, user)["sequels"],
        }


tender_urlpatterns = [path("<uuid:pk>/award/", AwardPage.as_view(), name="award")]
urlpatterns = [path("<uuid:pk>/", OutcomePage.as_view(), name="workspace")]
