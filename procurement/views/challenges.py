"""Pages of challenges, for the bidder and for the buyer."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import path

from commissioning.pages import Act, RecordPage, act_paths
from procurement.actions.challenges import lodge_challenge, reject_challenge, uphold_challenge, withdraw_challenge
from procurement.forms.awards import ChallengeForm, RejectionForm, UpholdingForm, WithdrawalForm
from procurement.models import Challenge, Invitation
from procurement.views.buyers import EVERYDAY

LODGING = (
    Act(
        lodge_challenge,
        title="Challenge the award",
        intro="Until your challenge is decided, the award cannot be confirmed. Only the buyer reads what you write.",
        button="Lodge the challenge",
        form=ChallengeForm,
        done="Your challenge is received.",
        when=lambda invitation, at: invitation.tender.is_standing_still(at),
        template="procurement/challenges/lodge.html",
    ),
)
ACTS = (
    Act(
        reject_challenge,
        title="Reject the challenge",
        intro="The intended award stands. It can be confirmed once the standstill is over.",
        form=RejectionForm,
        done="The challenge is rejected, and the bidder is told.",
    ),
    Act(
        uphold_challenge,
        title="Uphold the challenge",
        intro="The intended award is set aside, and every bidder is told.",
        form=UpholdingForm,
        done="The challenge is upheld, and the bidder is told.",
    ),
    Act(
        withdraw_challenge,
        title="Withdraw the challenge",
        intro="The award can then be confirmed once the standstill is over.",
        form=WithdrawalForm,
        done="The challenge is withdrawn.",
        primary=False,
    ),
)


class ChallengePage(LoginRequiredMixin, RecordPage):
    """What is challenged, by whom, and what was decided."""

    model = Challenge
    left_out = EVERYDAY
    related = ("invitation__tender__buyer", "invitation__supplier__organisation", "decided_by")
    acts = ACTS
    template_name = "procurement/challenges/challenge.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The challenge and its tender."""
        return {**super().get_context_data(**kwargs), "tender": self.record.invitation.tender}


invitation_urlpatterns = act_paths(Invitation, LODGING)
urlpatterns = [path("<uuid:pk>/", ChallengePage.as_view(), name="workspace"), *act_paths(Challenge, ACTS)]
