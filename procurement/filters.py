"""How lists of this floor are narrowed, on pages and in the API alike. Nothing here can be asked that its answer would not show."""

import django_filters
from django.db.models import QuerySet

from commissioning.filters import Unanswered, commissioner, of_visible
from commissioning.finding import found_by
from procurement.models import Advice, Bid, ChangeOfOpeners, Invitation, Lot, Receipt, Tender, TenderClarification
from suppliers.models import Framework


class TenderFilters(django_filters.FilterSet):
    """Tenders by buyer, by where they stand, by framework, and by words of their title or reference."""

    q = django_filters.CharFilter(method="with_words", label="Title or reference")
    buyer = commissioner()
    status = django_filters.ChoiceFilter(choices=Tender.Status, empty_label="Any", label="Status")
    framework = of_visible(Framework, field_name="framework_list__framework", label="Framework")

    class Meta:
        model = Tender
        fields: list[str] = []

    def with_words(self, tenders: QuerySet[Tender], name: str, text: str) -> QuerySet[Tender]:
        """Those whose title or reference has the text in it."""
        return found_by(tenders, text, "title__icontains", "reference__icontains")


class OpenTenderFilters(TenderFilters):
    """Open tenders by buyer, framework and words; they all have one status."""

    status = None


class OwnTenderFilters(TenderFilters):
    """A buyer's own tenders by status, framework and words."""

    buyer = None


class ChangeOfOpenersFilters(django_filters.FilterSet):
    """Changes of openers by tender, and those that wait for a second person."""

    tender = of_visible(Tender, label="Tender")
    waiting = django_filters.BooleanFilter(field_name="confirmed_at", lookup_expr="isnull", label="Waits for a second person")

    class Meta:
        model = ChangeOfOpeners
        fields: list[str] = []


class LotFilters(django_filters.FilterSet):
    """Lots by tender."""

    tender = of_visible(Tender, label="Tender")

    class Meta:
        model = Lot
        fields: list[str] = []


class InvitationFilters(django_filters.FilterSet):
    """Invitations by tender; never by what a supplier intends."""

    tender = of_visible(Tender, label="Tender")

    class Meta:
        model = Invitation
        fields: list[str] = []


class OwnInvitationFilters(django_filters.FilterSet):
    """A supplier's invitations by where their tender stands."""

    status = django_filters.ChoiceFilter(field_name="tender__status", choices=Tender.Status, empty_label="Any", label="Status")

    class Meta:
        model = Invitation
        fields: list[str] = []


class ClarificationFilters(Unanswered):
    """Clarifications by tender, and those that wait for an answer."""

    tender = of_visible(Tender, field_name="about__tender", label="Tender")

    class Meta:
        model = TenderClarification
        fields: list[str] = []


class OwnClarificationFilters(ClarificationFilters):
    """Those of one tender that wait for an answer."""

    tender = None


class BidFilters(django_filters.FilterSet):
    """A supplier's bids by invitation, tender and lot."""

    invitation = of_visible(Invitation, label="Invitation")
    tender = of_visible(Tender, field_name="invitation__tender", label="Tender")
    lot = of_visible(Lot, label="Lot")

    class Meta:
        model = Bid
        fields: list[str] = []


class ReceiptFilters(django_filters.FilterSet):
    """A supplier's receipts by tender."""

    tender = of_visible(Tender, field_name="submission__bid__invitation__tender", label="Tender")

    class Meta:
        model = Receipt
        fields: list[str] = []


class AdviceFilters(django_filters.FilterSet):
    """Advice by tender."""

    tender = of_visible(Tender)

    class Meta:
        model = Advice
        fields = ["tender"]
