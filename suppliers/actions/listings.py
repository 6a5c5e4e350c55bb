"""Who stands on the lists, and who may be asked to tender."""

from datetime import datetime

from django.db.models import Q, QuerySet

from commissioning.models import Organisation
from suppliers.models import EarlyRelease, FrameworkList, Listing, ServiceArea, Supplier


def suppliers_to_ask(buyer: Organisation, framework_list: FrameworkList, area: ServiceArea, at: datetime) -> QuerySet[Supplier]:
    """Whom this buyer may ask to tender at that moment, and must: every supplier that stands on the published list for the area.

    Before publication it is those that an early release in force for this buyer names, if they are accepted on that list
    and area. Nobody is asked outside the framework's term, nor one whose listing is suspended or has ended.
    """
    if not framework_list.framework.is_in_force(at):
        return Supplier.objects.none()
    released = EarlyRelease.objects.in_force(at).filter(buyer=buyer, framework_list=framework_list, area=area)
    listings = Listing.objects.on(framework_list, area).unbroken(at)
    shown = listings.filter(Q(published_at__lte=at) | Q(supplier__in=released.values("suppliers")))
    return Supplier.objects.filter(pk__in=shown.values("supplier")).select_related("organisation")
