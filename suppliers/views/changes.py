"""Pages of changes of suppliers: another name, others who control it, or other members of a consortium."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe

from commissioning import intake
from commissioning.pages import Act, ActForm, ListPage, OwnPage, RecordPage, act_paths, find_visible
from suppliers.actions import changes, new_members
from suppliers.filters import SupplierChangeFilters
from suppliers.forms import changes as forms
from suppliers.forms.frameworks import GiveReason
from suppliers.models import ShareConfirmation, SupplierChange
from suppliers.reading_applications import shares_in_words

TELL = Act(
    changes.tell_of_change,
    "Tell of another name or other control",
    "The authority whose lists you stand on records a new name, or looks at who controls you now. Buyers whom it concerns are told then.",
    button="Tell the authority",
    form=forms.TellOfChange,
    done="The authority has been told. You can attach files until it has acted.",
    primary=False,
)
TELL_OF_MEMBERS = Act(
    new_members.tell_of_new_members,
    "Tell of new members",
    "Name all who are members from the day on, with their shares of liability: they add up to 100.00 percent. Whoever you leave out leaves the "
    "consortium. Each confirms its share; then the authority records the new members, and the buyers whom it concerns are told.",
    button="Tell the authority",
    form=forms.TellOfNewMembers,
    done="The members have been asked to confirm their shares. You can attach files until the authority has acted.",
    when=lambda supplier, at: supplier.is_consortium and not supplier.changes.waiting().filter(kind=SupplierChange.Kind.MEMBERS).exists(),
    primary=False,
)


def _can_record(change: Any, at: datetime) -> bool:
    is_agreed = not change.shares.exclude(status=ShareConfirmation.Status.CONFIRMED).exists()
    return change.is_of_members and is_agreed and bool(change.can_be_recorded(at))


ACTS = (
    Act(
        changes.record_new_name,
        "Record the new name",
        "The supplier has the new name from now on, and the lists are published with it. What is dated before its day keeps the old name.",
        form=ActForm,
        done="The new name is recorded. The supplier and the buyers whom it concerns have been told.",
        when=lambda change, at: change.is_of_name and change.can_be_recorded(at),
    ),
    Act(
        changes.decide_change_of_control,
        "Decide on the change of control",
        "A suspension or a removal is carried out at once, on each of your lists. The supplier and the buyers whom it concerns are told.",
        form=forms.DecideOnListings,
        done="The change of control is decided on. The supplier and the buyers whom it concerns have been told.",
        when=lambda change, at: change.is_of_control,
    ),
    Act(
        new_members.record_new_members,
        "Record the new members",
        "They are the members from now on, and those before them stay on record with their dates. A suspension or a removal is carried out at "
        "once, on each of your lists. The consortium, the companies and the buyers whom it concerns are told.",
        form=forms.DecideOnListings,
        done="The new members are recorded. The consortium, the companies and the buyers whom it concerns have been told.",
        when=_can_record,
    ),
    Act(
        new_members.refuse_new_members,
        "Do not record the new members",
        form=forms.GiveReasons,
        done="The new members are not recorded, and the consortium and the companies have been told.",
        when=lambda change, at: change.is_of_members,
        primary=False,
    ),
    Act(
        changes.refuse_new_name,
        "Do not record the new name",
        form=forms.GiveReasons,
        done="The new name is not recorded, and the supplier has been told.",
        when=lambda change, at: change.is_of_name,
        primary=False,
    ),
    Act(
        changes.attach_to_change,
        "Attach a file",
        button="Attach",
        form=forms.AttachToChange,
        done="The file is attached.",
        primary=False,
    ),
    Act(
        changes.withdraw_change,
        "Withdraw what was told",
        "Nothing of it is recorded, and you may tell the authority anew. The authority reads the reason, and so does each company that it concerns.",
        form=GiveReason,
        done="It is withdrawn, and the authority has been told.",
        primary=False,
    ),
    Act(
        changes.remove_from_change,
        "Remove a file",
        button="Remove",
        form=forms.RemoveFromChange,
        done="The file is removed.",
        when=lambda change, at: change.files().exists() and not change.shares.exclude(status=ShareConfirmation.Status.WAITING).exists(),
        primary=False,
    ),
)


class SupplierChanges(OwnPage, ListPage):
    """The changes that the viewer's supplier told of, or that the viewer's authority was told of."""

    title = "Changes of suppliers"
    model = SupplierChange
    columns = ("Change", "Supplier", "From", "Told", "Where it stands")
    empty = "There is no change here. A supplier tells of one from its public profile."
    filter_class = SupplierChangeFilters

    def get_queryset(self) -> Any:
        """With the suppliers, and the shares of new members."""
        return super().get_queryset().select_related("supplier__organisation").prefetch_related("shares")

    def row(self, record: Any) -> Any:
        """Change, supplier, day, moment, phase."""
        status = {"status": (record.is_of_control and record.outcome) or record.status, "text": record.phase()}
        return (
            {"text": record.get_kind_display(), "href": record.get_absolute_url()},
            str(record.supplier),
            record.effective_on,
            record.created_at,
            status,
        )


class SupplierChangePage(RecordPage):
    """What the supplier tells, with its files, and what the authority made of it."""

    model = SupplierChange
    acts = ACTS
    related = ("supplier__organisation", "authority")
    template_name = "suppliers/supplier_change.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The files, and the places on lists that it concerns."""
        listings = self.record.listings().select_related("supplier__organisation", "framework_list", "area")
        shown = set(ShareConfirmation.objects.visible_to(self.request.user).filter(change=self.record).values_list("pk", flat=True))
        return {
            **super().get_context_data(**kwargs),
            "files": list(self.record.files()),
            "listings": list(listings.unended(self.at)[:200]),
            "shares": list(self.record.shares.select_related("company")),
            "shown": shown,
            "sees_reasons": self.record.supplier.organisation_id in getattr(self.request.user, "organisations", ()),
            "before": shares_in_words(self.record.old_members),
        }

    def trail(self) -> list[Any]:
        """Nothing of it here: the supplier's page has the trail of its organisation."""
        return []


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, document_id: UUID) -> FileResponse:
    """A file that the supplier attached, as a download."""
    return intake.serve(get_object_or_404(find_visible(SupplierChange, request.user, pk).files(), pk=document_id))


urlpatterns = [
    path("", SupplierChanges.as_view(), name="index"),
    path("<uuid:pk>/", SupplierChangePage.as_view(), name="workspace"),
    path("<uuid:pk>/files/<uuid:document_id>/", file, name="file"),
    *act_paths(SupplierChange, ACTS),
]
