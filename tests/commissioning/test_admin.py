"""The administration is for curators; they look at records, change reference data on the trail, and bring sheets in through acts."""

from datetime import date

import pytest
import rules
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.urls import reverse
from knox.models import AuthToken
from rules.permissions import permissions

from commissioning import clock
from commissioning.actions.people import invite_person
from commissioning.curating import CuratorAdmin
from commissioning.models import ClockJob, ClosedDay, Letter, Organisation, PeriodRule, Role, TrailEntry, User
from tests.commissioning.administration import last_entry, place
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
JOB = ClockJob("test")
GROUND = ["organisation", "user", "personalinvitation", "periodrule", "closedday", "commissioningfunction", "trailentry", "letter"]
CSV, XLSX = "0", "1"


@pytest.mark.parametrize("model", GROUND)
def test_a_curator_lists_and_searches_every_kind_of_record(desk, hillingdon, model):
    invite_person(hillingdon.pk, email="x@hillingdon.example", name="X", role=Role.OPENER, by=JOB)
    assert desk.get(place(model)).status_code == 200
    assert desk.get(place(model), {"q": "hillingdon"}).status_code == 200


@pytest.mark.parametrize("model", GROUND)
def test_nobody_else_gets_in(client, hillingdon, model):
    client.force_login(cast.person(hillingdon, Role.PROCUREMENT_LEAD))
    assert client.get(place(model), follow=True).status_code == 403
    client.logout()
    assert client.get(place(model), follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))


def test_every_kind_of_record_of_ours_is_curated_and_none_is_deleted_but_closed_days(rf, curator):
    request = rf.get("/")
    request.user = curator
    deletable = set()
    for model, its_admin in admin.site._registry.items():
        assert model._meta.app_label in {"commissioning", "suppliers", "procurement", "contracts"}
        assert isinstance(its_admin, CuratorAdmin)
        if its_admin.has_delete_permission(request):
            deletable.add(model)
    assert deletable == {ClosedDay}


@pytest.mark.parametrize(
    ("model", "lookup", "guess"),
    [
        ("user", "password__startswith", "md5"),
        ("user", "last_login__gte", "2000-01-01"),
        ("user", "is_active__in", "1"),
        ("user", "memberships__user__password__startswith", "md5"),
        ("letter", "body__contains", "a"),
        ("letter", "recipient__password__startswith", "md5"),
        ("letter", "sent_at__gte", "2000-01-01"),
    ],
)
def test_a_list_answers_no_guess_at_what_it_does_not_show(desk, hillingdon, model, lookup, guess):
    invite_person(hillingdon.pk, email="x@hillingdon.example", name="X", role=Role.OPENER, by=JOB)
    assert desk.get(place(model), {lookup: guess}).status_code == 400
    assert desk.get(place(model, "export"), {lookup: guess}).status_code in {400, 403}


def test_every_filter_that_a_list_offers_still_works(desk, hillingdon, rf, curator):
    ClosedDay.objects.create(on=date(2008, 5, 5), reason="A strike")
    invite_person(hillingdon.pk, email="x@hillingdon.example", name="X", role=Role.OPENER, by=JOB)
    request = rf.get("/")
    request.user = curator
    offered = 0
    for model, its_admin in admin.site._registry.items():
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for spec in its_admin.get_changelist_instance(request).get_filters(request)[0]:
            for choice in spec.choices(its_admin.get_changelist_instance(request)):
                offered += 1
                assert desk.get(f"{page}{choice['query_string']}").status_code == 200, choice
    assert offered > 20
    for lookup in ({"on__year": 2008}, {"on__year": 2008, "on__month": 5, "on__day": 5}):
        assert desk.get(place("closedday"), lookup).status_code == 200


def test_what_curators_look_at_they_cannot_type_over(desk, hillingdon, curator):
    invite_person(hillingdon.pk, email="x@hillingdon.example", name="X", role=Role.OPENER, by=JOB)
    records = {
        "organisation": hillingdon,
        "user": curator,
        "trailentry": last_entry(hillingdon),
        "letter": Letter.objects.get(),
        "personalinvitation": hillingdon.personal_invitations.get(),
    }
    for model, record in records.items():
        page = place(model, "change", record.pk)
        assert desk.get(page).status_code == 200, model
        assert desk.post(page, {"name": "Typed over", "email": "typed@over.example"}).status_code == 403, model
        assert desk.post(place(model, "delete", record.pk), {"post": "yes"}).status_code == 403, model
        assert desk.get(place(model, "add")).status_code == 403, model
    assert Letter.objects.get().body not in desk.get(place("letter", "change", Letter.objects.get().pk)).content.decode()


def test_the_administration_does_not_tell_when_a_letter_was_read(desk, hillingdon):
    """Near a deadline it would tell who is at work on a bid."""
    invite_person(hillingdon.pk, email="x@hillingdon.example", name="X", role=Role.OPENER, by=JOB)
    Letter.objects.update(read_at=clock.london(2008, 5, 5, 11, 11))
    for page in (place("letter"), place("letter", "change", Letter.objects.get().pk)):
        shown = desk.get(page).content.decode()
        assert "read at" not in shown.lower()
        assert "11:11" not in shown
    assert desk.get(place("letter"), {"read_at__isnull": "0"}).status_code == 400
    assert desk.get(place("letter", "export")).status_code == 403


def test_acts_are_buttons_that_lead_to_the_acts_own_pages(desk, hillingdon):
    page = desk.get(place("organisation", "change", hillingdon.pk)).content.decode()
    for verb in ("invite_person", "describe_organisation", "succeed_organisation"):
        assert reverse(f"organisation:{verb}", args=[hillingdon.pk]) in page
        assert desk.get(reverse(f"organisation:{verb}", args=[hillingdon.pk])).status_code == 200
    assert reverse("organisation:register_organisation") in desk.get(place("organisation")).content.decode()
    assert desk.get(place("organisation", "history", hillingdon.pk)).url == reverse("trail", args=[hillingdon.docket_id])


def test_the_register_page_registers(desk):
    told = {"kind": "commissioner", "name": "Ealing PCT", "GB-NHS": "5hx", "valid_from_day": "1", "valid_from_month": "4", "valid_from_year": "2002"}
    answer = desk.post(reverse("organisation:register_organisation"), told)
    ealing = Organisation.objects.get(name="Ealing PCT")
    assert answer.url == ealing.get_absolute_url()
    assert (str(ealing.identifiers.get()), ealing.valid_from) == ("GB-NHS:5HX", date(2002, 4, 1))
    wrong = desk.post(reverse("organisation:register_organisation"), {**told, "GB-NHS": "5"})
    assert wrong.status_code == 400
    assert "is not of the form of an ODS code" in wrong.content.decode()
    assert "Ealing PCT" in wrong.content.decode()


def test_what_libraries_keep_of_people_is_not_in_the_administration(desk):
    """Tokens, second factors, addresses and groups: a curator who could see or make them could be anybody."""
    for model in (AuthToken, Authenticator, EmailAddress, Group, Session, LogEntry):
        assert not admin.site.is_registered(model)
        assert desk.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/").status_code == 404
    admin.site.register(Group, admin.ModelAdmin)
    assert not admin.site.is_registered(Group), "whoever declares another one is not heard"


def test_the_administrations_own_way_to_a_new_password_leads_to_the_accounts(desk, curator):
    assert desk.get(reverse("admin:password_change")).url == reverse("account_change_password")
    assert desk.post(reverse("admin:password_change"), {"old_password": "x", "new_password1": "y", "new_password2": "y"}).status_code == 302
    assert User.objects.get(pk=curator.pk).check_password("correct horse battery")


def test_a_record_links_to_its_own_page_and_no_address_leads_from_an_id_to_any_record(desk, hillingdon, curator):
    page = desk.get(place("organisation", "change", hillingdon.pk)).content.decode()
    assert f'href="{hillingdon.get_absolute_url()}" class="viewsitelink"' in page
    assert "/admin/r/" not in page
    kind = ContentType.objects.get_for_model(Organisation)
    assert desk.get(f"/admin/r/{kind.pk}/{hillingdon.pk}/").status_code == 404
    letters = desk.get(place("periodrule", "change", PeriodRule.objects.first().pk)).content.decode()
    assert "viewsitelink" not in letters


# Reference data.


def test_a_refused_change_is_on_the_trail_though_django_undoes_the_request(desk, doh, curator):
    rule = PeriodRule.objects.get(code="FESC_APPEAL")
    form = desk.get(place("periodrule", "change", rule.pk)).context_data["adminform"].form
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    typed = {name: "" if value is None else value for name, value in typed.items() if value is not False}
    permission, kept = "commissioning.change_reference_data", permissions["commissioning.change_reference_data"]
    rules.set_perm(permission, rules.always_deny)
    try:
        answer = desk.post(place("periodrule", "change", rule.pk), {**typed, "length": "12"})
    finally:
        rules.set_perm(permission, kept)
    assert answer.status_code == 403
    assert PeriodRule.objects.get(pk=rule.pk).length == 10
    entry = last_entry(doh)
    assert (entry.verb, entry.outcome, entry.actor) == ("change_reference_data", TrailEntry.Outcome.REFUSED, curator)
    assert TrailEntry.objects.filter(docket=doh.docket, outcome=TrailEntry.Outcome.REFUSED).count() == 1


def test_a_refused_removal_is_on_the_trail(desk, doh):
    desk.post(place("closedday", "add"), {"on": "2026-06-15", "calendar": "ENG", "reason": "A royal occasion"})
    permission, kept = "commissioning.remove_reference_data", permissions["commissioning.remove_reference_data"]
    rules.set_perm(permission, rules.always_deny)
    try:
        assert desk.post(place("closedday", "delete", ClosedDay.objects.get().pk), {"post": "yes"}).status_code == 403
    finally:
        rules.set_perm(permission, kept)
    assert (last_entry(doh).verb, last_entry(doh).outcome) == ("remove_reference_data", TrailEntry.Outcome.REFUSED)


def test_a_changed_period_rule_is_on_the_authoritys_trail_with_what_it_said_before(desk, doh, curator):
    rule = PeriodRule.objects.get(code="FESC_APPEAL")
    page = place("periodrule", "change", rule.pk)
    form = desk.get(page).context_data["adminform"].form
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    typed = {name: "" if value is None else value for name, value in typed.items() if value is not False}
    assert desk.post(page, {**typed, "length": "12"}).status_code == 302
    rule.refresh_from_db()
    assert rule.length == 12
    entry = last_entry(doh)
    assert (entry.verb, entry.actor) == ("change_reference_data", curator)
    assert entry.facts == {"table": "commissioning.periodrule", "row": "FESC_APPEAL", "before": {"length": 10}, "after": {"length": 12}}


def test_a_closed_day_comes_and_goes_on_the_trail(desk, doh):
    assert desk.post(place("closedday", "add"), {"on": "2026-06-15", "calendar": "ENG", "reason": "A royal occasion"}).status_code == 302
    day = ClosedDay.objects.get()
    assert last_entry(doh).facts["after"] == {"on": "2026-06-15", "calendar": "ENG", "reason": "A royal occasion"}
    assert desk.post(place("closedday", "delete", day.pk), {"post": "yes"}).status_code == 302
    assert not ClosedDay.objects.exists()
    assert (last_entry(doh).verb, last_entry(doh).facts["before"]["reason"]) == ("remove_reference_data", "A royal occasion")


def test_several_closed_days_taken_out_at_once_are_each_on_the_trail(desk, doh):
    for number in (15, 16):
        desk.post(place("closedday", "add"), {"on": f"2026-06-{number}", "calendar": "ENG", "reason": "Mistake"})
    chosen = {"action": "delete_selected", "_selected_action": [day.pk for day in ClosedDay.objects.all()], "post": "yes"}
    desk.post(place("closedday"), chosen)
    assert TrailEntry.objects.filter(docket=doh.docket, verb="remove_reference_data").count() == 2


def test_a_wrong_closed_day_is_refused_at_its_field(desk):
    answer = desk.post(place("closedday", "add"), {"on": "2026-02-30", "calendar": "ENG", "reason": "?"})
    assert answer.status_code == 200
    assert "on" in answer.context_data["adminform"].form.errors
