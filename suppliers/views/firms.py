"""Pages of suppliers: the directory and public profiles."""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import path

from commissioning import registry
from commissioning.pages import Act, BeginPage, ListPage, RecordPage, act_paths
from suppliers.actions import firms
from suppliers.filters import SupplierFilters
from suppliers.forms.firms import DescribeSupplier, RegisterConsortium, RegisterSupplier
from suppliers.models import Application, ConsortiumMember, Listing, Offer, Supplier, SupplierChange
from suppliers.views.changes import TELL, TELL_OF_MEMBERS

REGISTER = Act(firms.register_supplier, "Register a supplier", form=RegisterSupplier, done="The supplier is registered. Invite its bid manager next.")
REGISTER_CONSORTIUM = Act(
    firms.register_consortium,
    "Register a consortium",
    "The members are registered before it. Their shares of liability add up to 100.00 percent.",
    form=RegisterConsortium,
    done="The consortium is registered. Invite its bid manager next.",
)
DESCRIBE = Act(firms.describe_supplier, "Change the profile", form=DescribeSupplier, done="The profile is changed.", primary=False)
ACTS = (DESCRIBE, TELL, TELL_OF_MEMBERS)


class Suppliers(ListPage):
    """Every supplier, by name."""

    title = "Suppliers"
    model = Supplier
    order = "organisation__name"
    ascending = True
    columns = ("Name", "Kind", "Short name")
    empty = "No supplier is registered under this name."
    filter_class = SupplierFilters
    template_name = "suppliers/suppliers.html"

    def get_queryset(self) -> Any:
        """With their organisations."""
        return super().get_queryset().select_related("organisation")

    def row(self, record: Any) -> Any:
        """Name, kind, short name."""
        return {"text": str(record), "href": record.get_absolute_url()}, record.get_kind_display(), record.short_name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the viewer may register one."""
        return {**super().get_context_data(**kwargs), "may_register": self.request.user.has_perm("suppliers.register_supplier")}


class Profile(RecordPage):
    """What is public of a supplier; to its own people also its applications."""

    model = Supplier
    acts = ACTS
    related = ("organisation",)
    template_name = "suppliers/supplier.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its identifiers, members, listings, and the applications that the viewer may see."""
        user: Any = self.request.user
        supplier = self.record
        prefetch_related_objects([supplier], Prefetch("all_members", ConsortiumMember.objects.visible_to(user).select_related("company")))
        listings = Listing.objects.visible_to(user).filter(supplier=supplier).unended(self.at)
        offered = Offer.objects.visible_to(user).shown(self.at).filter(listing__in=listings)
        applications = Application.objects.visible_to(user).filter(supplier=supplier).select_related("round")
        return {
            **super().get_context_data(**kwargs),
            "identifiers": list(supplier.organisation.identifiers.all()),
            "members": supplier.members_now(),
            "earlier_members": supplier.earlier_members(),
            "consortia": self.consortia(),
            "listings": list(
                listings.with_suspensions(self.at)
                .with_agreements()
                .select_related("framework_list__framework", "area")
                .prefetch_related("services")[:200]
            ),
            "offers": list(offered.select_related("listing__framework_list", "listing__area")),
            "applications": list(applications[:20]),
            "names": list(supplier.changes.filter(kind=SupplierChange.Kind.NAME, status=SupplierChange.Status.RECORDED).order_by("-effective_on")),
            "tables": [table(supplier, user, self.at) for table in registry.profiles],
        }

    def consortia(self) -> list[ConsortiumMember]:
        """Its latest place in each of the consortia that it belongs or belonged to."""
        places = self.record.organisation.consortium_places.select_related("consortium__organisation").order_by("created_at", "pk")
        return list({place.consortium_id: place for place in places}.values())


class RegisterPage(BeginPage):
    """A form for a new company."""

    model = Supplier
    act = REGISTER
    cancel = "supplier:index"


class RegisterConsortiumPage(BeginPage):
    """A form for a new consortium."""

    model = Supplier
    act = REGISTER_CONSORTIUM
    cancel = "supplier:index"


urlpatterns = [
    path("", Suppliers.as_view(), name="index"),
    path("register/", RegisterPage.as_view(), name="register_supplier"),
    path("register-consortium/", RegisterConsortiumPage.as_view(), name="register_consortium"),
    path("<uuid:pk>/", Profile.as_view(), name="profile"),
    *act_paths(Supplier, ACTS),
]
