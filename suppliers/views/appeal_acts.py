"""The acts on an appeal as pages: the appellant's, the officer's, and those that carry a decision out."""

from datetime import datetime
from typing import Any

from commissioning.pages import Act
from suppliers.actions import appeal_decisions as decisions
from suppliers.actions import appeals, evidence, hearings
from suppliers.forms import appeals as forms
from suppliers.forms.admissions import MaybeReason
from suppliers.models.appeals import Remedy


def _is_live_draft(appeal: Any, at: datetime) -> bool:
    return not appeal.has_lapsed(at)


def _is_arranged(appeal: Any, at: datetime) -> bool:
    return appeal.hearings.arranged().exists()


def _has_begun(appeal: Any, at: datetime) -> bool:
    return appeal.hearings.arranged().filter(starts_at__lte=at).exists()


def _all_is_in(appeal: Any, at: datetime) -> bool:
    return not appeal.information.awaited(at).exists() and not appeal.hearings.open_for_comments(at).exists()


def _asks_for(remedy: Remedy) -> Any:
    return lambda appeal, at: appeal.remedy == remedy


OF_THE_APPELLANT = (
    Act(
        appeals.save_appeal,
        "Write the appeal",
        "Only your own people see the draft. Argue at least one ground, and say for each what you ask for.",
        button="Save",
        form=forms.SaveAppeal,
        done="The draft is saved. It is not lodged.",
        when=_is_live_draft,
        template="suppliers/save_appeal.html",
    ),
    Act(
        appeals.lodge_appeal,
        "Lodge the appeal",
        "The appeal is handed in as it is saved, and cannot be changed any more. The lists are not published while it is open.",
        done="The appeal is lodged.",
        when=_is_live_draft,
    ),
    Act(
        evidence.attach_evidence,
        "Attach evidence",
        button="Attach",
        form=forms.AttachEvidence,
        done="The file is attached.",
        when=evidence.may_attach,
        primary=False,
    ),
    Act(
        evidence.remove_evidence,
        "Remove a file",
        button="Remove",
        form=forms.RemoveEvidence,
        done="The file is removed.",
        when=lambda appeal, at: appeal.evidence().exists(),
        primary=False,
    ),
    Act(
        hearings.comment_on_minutes,
        "Comment on the minutes",
        form=forms.CommentOnMinutes,
        done="Your comments are with the officer.",
        when=lambda appeal, at: appeal.hearings.open_for_comments(at).exists(),
        template="suppliers/comment_on_minutes.html",
    ),
    Act(
        appeals.withdraw_appeal,
        "Withdraw the appeal",
        "The refusal stands. You cannot appeal against it again.",
        form=MaybeReason,
        done="The appeal is withdrawn.",
        primary=False,
    ),
)
OF_THE_OFFICER = (
    Act(
        appeals.acknowledge_appeal,
        "Acknowledge the appeal",
        "You become its officer, and the appellant is told.",
        done="The appeal is acknowledged.",
    ),
    Act(
        hearings.arrange_hearing,
        "Arrange a hearing",
        "The appellant gets an invitation.",
        form=forms.ArrangeHearing,
        done="The hearing is arranged, and the appellant is invited.",
        when=lambda appeal, at: not _is_arranged(appeal, at),
    ),
    Act(
        hearings.hear_appeal,
        "Record the hearing",
        "The minutes go to the appellant, who has some working days to comment on them.",
        form=forms.HearAppeal,
        done="The hearing is recorded, and the minutes are with the appellant.",
        when=_has_begun,
    ),
    Act(
        hearings.adjourn_hearing,
        "Adjourn the hearing",
        "The appellant is told why. Then arrange another.",
        form=forms.AdjournHearing,
        done="The hearing is adjourned, and the appellant has been told.",
        when=_is_arranged,
        primary=False,
    ),
    Act(
        decisions.uphold_appeal,
        "Uphold the appeal",
        "At least one ground is made out. The curators carry the remedy out; the lists are not published before.",
        form=forms.UpholdAppeal,
        done="The appeal is upheld, and the appellant has been told.",
        when=_all_is_in,
        template="suppliers/decide_appeal.html",
    ),
    Act(
        decisions.dismiss_appeal,
        "Dismiss the appeal",
        "No ground is made out. The refusal stands.",
        form=forms.DecideAppeal,
        done="The appeal is dismissed, and the appellant has been told.",
        when=_all_is_in,
        template="suppliers/decide_appeal.html",
    ),
    Act(
        decisions.remit_appeal,
        "Remit the appeal",
        "The place is assessed anew, by people who took no part in the decision.",
        form=forms.DecideAppeal,
        done="The appeal is remitted, and the appellant has been told.",
        when=_all_is_in,
        template="suppliers/decide_appeal.html",
    ),
    Act(
        hearings.ask_for_information,
        "Ask for further information",
        "The time for an answer begins now. You decide when the answer is there, or that time is over.",
        button="Ask",
        form=forms.AskForInformation,
        done="The question is asked.",
        primary=False,
    ),
    Act(
        appeals.give_appeal,
        "Give the appeal to another officer",
        "Where its officer is absent, or turns out to have an interest in it.",
        form=forms.GiveAppeal,
        done="The appeal has another officer, and the appellant has been told.",
        primary=False,
    ),
)
ASSESS_ANEW = Act(
    decisions.assess_anew,
    "Assess the place anew",
    "The decision is a draft until you send it.",
    button="Save the draft decision",
    form=forms.AssessAnew,
    done="The draft decision is saved.",
    when=lambda appeal, at: appeal.goes_back_to_assessment,
    template="suppliers/assess_anew.html",
)
OF_THE_CURATORS = (
    Act(
        decisions.list_appellant,
        "List the appellant",
        "The appellant stands on the list for the area from now, and is published with the next version of the lists.",
        done="The appellant is listed. The decision is carried out.",
        when=_asks_for(Remedy.LISTED),
    ),
    Act(
        decisions.reissue_reasons,
        "Send the reasons anew",
        "The appellant gets the refusal once more, with these reasons. A new window for appeals opens.",
        form=forms.ReissueReasons,
        done="The reasons are sent, and a new window for appeals is open. The decision is carried out.",
        when=_asks_for(Remedy.REASONS_REISSUED),
    ),
    ASSESS_ANEW,
    Act(
        decisions.send_fresh_decision,
        "Send the decision made anew",
        "The appellant gets its letter. If it is refused, a new window for appeals opens. This cannot be taken back.",
        done="The decision is sent, and the appeal carried out.",
        when=lambda appeal, at: hasattr(appeal, "fresh_decision"),
    ),
)
ACTS = (*OF_THE_APPELLANT, *OF_THE_OFFICER, *OF_THE_CURATORS)
GIVE_INFORMATION = Act(
    hearings.give_information,
    "Answer the officer’s question",
    button="Send the answer",
    form=forms.GiveInformation,
    done="Your answer is with the officer.",
    when=lambda asked, at: asked.is_awaited(at),
    template="suppliers/give_information.html",
)
