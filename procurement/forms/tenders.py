"""Forms for drafting, approving and running a tender."""

from typing import Any
from uuid import UUID

from django import forms

from commissioning import clock
from commissioning.form_fields import DayField, MomentField
from commissioning.pages import ActForm
from commissioning.refusals import Refused
from procurement.dates import hints, proposed, time_to_bid
from procurement.notice import documents_of, lots_in_full
from procurement.rules import trusts_led_by
from suppliers.configuration import entitles, latest_versions
from suppliers.models import Framework, FrameworkList, ServiceArea

_LONG = forms.Textarea(attrs={"rows": 6})


class DraftTender(ActForm):
    """Which list and area a new tender is for, and what it is called."""

    buyer = forms.TypedChoiceField(coerce=UUID, label="For which trust?", widget=forms.RadioSelect)
    framework_list = forms.TypedChoiceField(coerce=UUID, label="Which list?", widget=forms.RadioSelect)
    area = forms.TypedChoiceField(coerce=UUID, label="Which area?", widget=forms.RadioSelect)
    title = forms.CharField(max_length=200, label="Title", help_text="What suppliers and the public will know it by.")
    description = forms.CharField(max_length=20000, required=False, label="What you want to buy", widget=_LONG)

    def prepare(self) -> None:
        """The parts of the frameworks in force under which they may buy, and the trusts that the viewer leads; what leaves no choice is not asked."""
        trusts = list(trusts_led_by(self.user))
        open_to_them = [version.framework_id for version in latest_versions() if any(entitles(version.content, trust) for trust in trusts)]
        live = Framework.objects.visible_to(self.user).filter(status=Framework.Status.LIVE, pk__in=open_to_them)
        self._offer("framework_list", FrameworkList.objects.visible_to(self.user).filter(framework__in=live))
        self._offer("area", ServiceArea.objects.visible_to(self.user).filter(framework__in=live))
        if len(trusts) > 1:
            self.fields["buyer"].choices = [(trust.pk, str(trust)) for trust in trusts]  # type: ignore[attr-defined]
        else:
            del self.fields["buyer"]

    def _offer(self, name: str, parts: Any) -> None:
        groups: dict[str, list[tuple[UUID, str]]] = {}
        for part in parts.select_related("framework"):
            groups.setdefault(f"{part.framework} ({part.framework.reference})", []).append((part.pk, str(part)))
        choices = list(groups.items()) if len(groups) > 1 else [choice for group in groups.values() for choice in group]
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class DescribeTender(ActForm):
    """What is to be bought."""

    title = forms.CharField(max_length=200, label="Title")
    description = forms.CharField(max_length=20000, label="What you want to buy", widget=_LONG, help_text="Suppliers and the public read this.")
    is_public = forms.BooleanField(required=False, label="Show the notice to the public once it is issued. Bids are never shown.")

    def prepare(self) -> None:
        """As it stands now."""
        self.initial.update({name: getattr(self.record, name) for name in ("title", "description", "is_public")})


class SetTimeline(ActForm):
    """When questions close, when bids are due, and the contract's term."""

    questions_close_at = MomentField(label="Questions close", help_text="The first moment at which no question can be asked.")
    answers_due_at = MomentField(label="Questions answered by", required=False)
    closes_at = MomentField(label="Bids are due", help_text="The deadline: a bid that comes at this moment or later is not received.")
    contract_starts_on = DayField(label="The contract starts")
    contract_ends_on = DayField(label="The contract ends")

    def prepare(self) -> None:
        """As it stands now; where nothing is set, as the period rules propose it from today."""
        self.at = clock.now()
        kept = {name: getattr(self.record, name) for name in self.fields}
        self.is_proposed = not kept["closes_at"]
        self.proposal = self._proposal()
        self.initial.update(self.proposal if self.is_proposed else kept)

    def _proposal(self) -> dict[str, Any]:
        try:
            return dict(proposed(self.record, self.at))
        except Refused:
            return {}

    def second_looks(self) -> list[str]:
        """What is worth a second look in the dates as they stand."""
        return [*hints(self.record), sentence] if (sentence := time_to_bid(self.record, self.at)) else hints(self.record)


class ApproveTender(ActForm):
    """Which proposal was shown."""

    proposal_hash = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Hold on to the proposal that the page shows."""
        self.initial["proposal_hash"] = self.record.proposal_hash
        self.lots, self.documents = lots_in_full(self.record), list(documents_of(self.record))
        self.openers = list(self.record.openers.order_by("name", "pk"))


class GiveReason(ActForm):
    """Why."""

    reason = forms.CharField(max_length=10000, label="Reason", widget=_LONG)


class CancelTender(ActForm):
    """Why a tender ends without an award."""

    reason = forms.CharField(max_length=10000, label="Reason", widget=_LONG, help_text="Everybody who was invited gets this reason.")


class ProposeExtension(ActForm):
    """A later deadline, the contract's term where it has to move as well, and the reason."""

    closes_at = MomentField(label="New deadline", help_text="It only moves later.")
    contract_starts_on = DayField(label="The contract starts", required=False, help_text="After bids are due. Left empty, it stays as it is.")
    contract_ends_on = DayField(label="The contract ends", required=False, help_text="Left empty, it stays as it is.")
    reason = forms.CharField(max_length=4000, label="Reason", widget=_LONG, help_text="Every supplier invited gets this reason.")

    def prepare(self) -> None:
        """The term as it is, and the deadline unless it has passed."""
        self.initial.update({name: getattr(self.record, name) for name in ("contract_starts_on", "contract_ends_on")})
        if self.record.is_receiving(clock.now()):
            self.initial["closes_at"] = self.record.closes_at


class ExtendDeadline(ActForm):
    """Which proposal was shown."""

    extension = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Hold on to the proposal that the page shows."""
        waiting = self.record.extensions.waiting().first()
        self.initial["extension"] = waiting and waiting.pk


class RemoveDocument(ActForm):
    """Which document."""

    document = forms.TypedChoiceField(coerce=UUID, label="Which document?", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The documents that there are."""
        self.fields["document"].choices = [(each.pk, each.name) for each in documents_of(self.record)]  # type: ignore[attr-defined]
