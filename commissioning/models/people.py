"""Organisations, people, and who does what for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin, _user_has_perm  # type: ignore[attr-defined]
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from commissioning.models.base import DocketedRecord, Record, RecordQuerySet, move
from commissioning.models.regimes import OrganisationClass
from commissioning.models.trail import Docket
from commissioning.same_names import LONGEST_KEY, key_of


class Role(models.TextChoices):
    """What somebody does for an organisation."""

    CURATOR = "curator", "Framework curator"
    APPEALS_OFFICER = "appeals_officer", "Appeals officer"
    ESCROW_HOLDER = "escrow_holder", "Escrow holder"
    CENTRAL_SUPPORT_ADVISER = "central_support_adviser", "Central support adviser"
    PROCUREMENT_LEAD = "procurement_lead", "Procurement lead"
    APPROVER = "approver", "Approver"
    OPENER = "opener", "Opener"
    EVALUATOR = "evaluator", "Evaluator"
    PANEL_CHAIR = "panel_chair", "Panel chair"
    CONTRACT_MANAGER = "contract_manager", "Contract manager"
    BOARD_SECRETARY = "board_secretary", "Board secretary"
    BID_MANAGER = "bid_manager", "Bid manager"
    CONTRIBUTOR = "contributor", "Contributor"


class Kind(models.TextChoices):
    """What an organisation is to the framework."""

    AUTHORITY = "authority", "Framework authority"
    COMMISSIONER = "commissioner", "Commissioner"
    SUPPLIER = "supplier", "Supplier"


ROLES_OF = {
    Kind.AUTHORITY: {Role.CURATOR, Role.APPEALS_OFFICER, Role.ESCROW_HOLDER, Role.CENTRAL_SUPPORT_ADVISER},
    Kind.COMMISSIONER: {
        Role.PROCUREMENT_LEAD,
        Role.APPROVER,
        Role.OPENER,
        Role.EVALUATOR,
        Role.PANEL_CHAIR,
        Role.CONTRACT_MANAGER,
        Role.BOARD_SECRETARY,
    },
    Kind.SUPPLIER: {Role.BID_MANAGER, Role.CONTRIBUTOR},
}


# Whoever answers for an organisation's people; it never has none.
LEAD_OF: dict[str, Role] = {Kind.AUTHORITY: Role.CURATOR, Kind.COMMISSIONER: Role.PROCUREMENT_LEAD, Kind.SUPPLIER: Role.BID_MANAGER}
# Whoever holds a commissioner's lead to account: no lead brings them in or ends their role.
CONTROL = (Role.APPROVER, Role.BOARD_SECRETARY)


class OrganisationQuerySet(RecordQuerySet):
    """Organisations as their viewers see them."""

    def visible_to(self, user: Any) -> "OrganisationQuerySet":
        """All: who takes part in public procurement is public; what they do in it is not."""
        return self.all()

    def trail_readable_by(self, user: Any) -> "OrganisationQuerySet":
        """The viewer's own, and for a framework curator all."""
        if user.is_authenticated and user.holds(Role.CURATOR):
            return self.all()
        return self.filter(pk__in=getattr(user, "organisations", ()))

    def called(self, names: Iterable[str], day: date) -> "OrganisationQuerySet":
        """Those that exist on that day or later, and whose name nobody could tell from one of these."""
        keys = {key_of(name) for name in names}
        return self.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day), name_key__in=keys)


class Organisation(DocketedRecord):
    """A legal person: the framework authority, a commissioner, or a supplier. Closed, never deleted."""

    Kind: TypeAlias = Kind
    MOVES = {
        "describe_organisation": move(),
        "succeed_organisation": move(),
        "invite_person": move(),
        "change_reference_data": move(),
        "remove_reference_data": move(),
    }

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=LONGEST_KEY, editable=False, db_index=True, help_text="The name as it is compared with others.")
    body_class = models.ForeignKey(
        OrganisationClass,
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="+",
        help_text="Which class of public bodies a commissioner is of.",
    )
    address = models.TextField(blank=True)
    valid_from = models.DateField(null=True, blank=True, help_text="The first day on which it existed.")
    valid_to = models.DateField(null=True, blank=True, help_text="The last day on which it existed.")
    successors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="predecessors")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_from__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="an_organisation_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def check_fields(self) -> None:
        """Refuse values that do not fit, and keep the name's key with it."""
        self.name_key = key_of(self.name)
        super().check_fields()

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("organisation:workspace", args=[self.pk])

    def has_ended_by(self, day: date) -> bool:
        """Whether its last day is before that one."""
        return self.valid_to is not None and self.valid_to < day

    def people(self, *roles: str) -> "models.QuerySet[User]":
        """Those who now act for it in one of these roles (none named: in any)."""
        memberships = Membership.objects.filter(organisation=self, ended_at__isnull=True)
        if roles:
            memberships = memberships.filter(role__in=roles)
        return User.objects.filter(is_active=True, memberships__in=memberships).distinct()


class Identifier(models.Model):
    """What a register calls an organisation: an ODS code, a company number, a PPON, ..."""

    class Scheme(models.TextChoices):
        ODS = "GB-NHS", "ODS code"
        COMPANIES_HOUSE = "GB-COH", "Companies House number"
        PPON = "GB-PPON", "Public procurement organisation number"
        CHARITY = "GB-CHC", "Charity Commission number"
        UKPRN = "GB-UKPRN", "UK provider reference number"
        VAT = "VAT", "VAT registration number"
        OTHER = "OTHER", "Other"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=20, choices=Scheme)
    value = models.CharField(max_length=50)

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [models.UniqueConstraint(fields=["scheme", "value"], name="one_organisation_per_identifier")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class PeopleQuerySet(RecordQuerySet):
    """People as their viewers see them."""

    def visible_to(self, user: Any) -> "PeopleQuerySet":
        """Oneself and those who act for the same organisations; for a framework curator all."""
        if user.is_authenticated and user.holds(Role.CURATOR):
            return self.all()
        colleagues = Membership.objects.filter(organisation__in=getattr(user, "organisations", ()), ended_at__isnull=True).values("user")
        return self.filter(models.Q(pk=user.pk) | models.Q(pk__in=colleagues))

    def curators(self) -> "PeopleQuerySet":
        """The framework curators of every authority."""
        return self.filter(is_active=True, memberships__in=Membership.objects.filter(role=Role.CURATOR, ended_at__isnull=True)).distinct()

    def acting_for(self, organisations: Any) -> "PeopleQuerySet":
        """Everybody with a role for one of these that has not ended, be their account open or closed."""
        return self.filter(memberships__in=Membership.objects.filter(organisation__in=organisations, ended_at__isnull=True)).distinct()

    def trail_readable_by(self, user: Any) -> "PeopleQuerySet":
        """One's own; for a framework curator all."""
        return self.all() if user.is_authenticated and user.holds(Role.CURATOR) else self.filter(pk=user.pk)


class People(BaseUserManager.from_queryset(PeopleQuerySet)):
    """Makes users, known by their e-mail address."""

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """A new user, with a trail of their own; without a password nobody can sign in as them."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.docket = Docket.objects.create(kind=user._meta.label_lower, title=name)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """By e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin, DocketedRecord):
    """A person who signs in by e-mail. What they may do follows from their memberships alone."""

    MOVES = {
        "create_api_token": move(),
        "revoke_api_token": move(),
        "renew_calendar_link": move(),
        "set_password": move(),
        "rename_person": move(),
        "deactivate_person": move(),
        "reactivate_person": move(),
    }

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    calendar_link = models.PositiveIntegerField(
        default=1, editable=False, help_text="Counts the links to their calendar: only the newest is answered."
    )

    objects = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_e_mail_address")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Their page, for themselves, their colleagues and curators."""
        return reverse("user:workspace", args=[self.pk])

    @cached_property
    def roles(self) -> frozenset[tuple[Any, str]]:
        """Each (organisation id, role) that this person holds now; read once per request."""
        return frozenset(self.memberships.filter(ended_at__isnull=True).values_list("organisation_id", "role"))

    @cached_property
    def organisations(self) -> frozenset[Any]:
        """The ids of the organisations that this person acts for."""
        return frozenset(organisation for organisation, _ in self.roles)

    def holds(self, role: str, organisation_id: Any = None) -> bool:
        """Whether this person holds the role, for that organisation or (None) for any."""
        return any(held == role and organisation_id in (None, where) for where, held in self.roles)

    @property
    def is_staff(self) -> bool:
        """Whether the administration site opens for them: framework curators only."""
        return self.is_active and self.holds(Role.CURATOR)

    @property
    def works_for_a_public_body(self) -> bool:
        """Whether they act for the authority or a commissioner, and so need a second factor."""
        return any(role not in ROLES_OF[Kind.SUPPLIER] for _, role in self.roles)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether a rule lets them; no flag on the user overrides the rules."""
        return self.is_active and _user_has_perm(self, perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the administration site shows the application."""
        return self.is_staff


@dataclass(frozen=True)
class ClockJob:
    """A named job that acts when time has come, where no person does; one that `comes_again` tries again what it was refused."""

    name: str
    comes_again: bool = False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """A job is code that was reviewed: it may what it calls."""
        return True


Actor = User | ClockJob


class OfAnOrganisation(RecordQuerySet):
    """What an organisation keeps to its own people, and to framework curators."""

    def visible_to(self, user: Any) -> "OfAnOrganisation":
        """The viewer's own organisations'; for a framework curator all."""
        if user.is_authenticated and user.holds(Role.CURATOR):
            return self.all()
        return self.filter(organisation__in=getattr(user, "organisations", ()))


class Membership(Record):
    """Somebody holds a role for an organisation, until it ends."""

    ROOT = "organisation"
    MOVES = {"end_membership": move()}

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = OfAnOrganisation.as_manager()

    class Meta:
        ordering = ["organisation", "role", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="one_membership_per_person_role_and_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.organisation}"

    def get_absolute_url(self) -> str:
        """The people of its organisation."""
        return reverse("organisation:people", args=[self.organisation_id])

    def docket_keeper(self) -> Organisation:
        """Its organisation."""
        return self.organisation


class PersonalInvitation(Record):
    """An invitation by e-mail to act for an organisation; its link is signed, works once, and ends."""

    ROOT = "organisation"
    MOVES = {"accept_invitation": move(), "withdraw_invitation": move()}

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="personal_invitations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="personal_invitations")
    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=30, choices=Role)
    expires_at = models.DateTimeField(editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = OfAnOrganisation.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_invitation_at_a_time_per_person_role_and_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} as {self.get_role_display()}, {self.organisation}"

    def get_absolute_url(self) -> str:
        """The people of its organisation."""
        return reverse("organisation:people", args=[self.organisation_id])

    def docket_keeper(self) -> Organisation:
        """Its organisation."""
        return self.organisation
