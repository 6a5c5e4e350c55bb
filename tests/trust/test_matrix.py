"""Every route, by every method that it knows, for every actor: who sees, who may, and who is told what somebody is told of nothing."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.test import RequestFactory

from tests.trust import world as making
from tests.trust.administration import ADMIN_SITE, ADMINISTRATION
from tests.trust.asking import Answer, Town
from tests.trust.expectations import ACCOUNT_PAGES, ALL, ROWS, SIGN_IN, Row
from tests.trust.routes import METHODS, Route, operations, routes, strange, without_ids

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
# What an empty act gets of those who may: it is done, or something is missing, or this is not the moment.
DONE = frozenset({"200", "201", "302", "400", "409"})
ROUTES = {route.name: route for route in routes()}
NAMED = [(row, name) for row in ROWS for name in row.names.split()]
ASKED = [(row, ROUTES[name]) for row, name in NAMED if name in ROUTES]
ACCOUNT = {name: gets for gets, names in ACCOUNT_PAGES.items() for name in names.split()}
ADMIN = [route for route in ROUTES.values() if route.is_admin]
OURS = [route for route in ROUTES.values() if not route.is_admin and route.name not in ACCOUNT]


def _rows(rows: list[tuple[Row, Route]]) -> Any:
    """A test for each, those of the API and those of the pages where another worker takes them."""
    group = {is_api: pytest.mark.xdist_group(f"matrix-{is_api}") for is_api in (True, False)}
    tests = [pytest.param(row, route, marks=group[route.is_api], id=f"{route} of {row.on}" if row.on else str(route)) for row, route in rows]
    return pytest.mark.parametrize(("row", "route"), tests)


every_route = _rows(ASKED)
every_hidden_route = _rows([(row, route) for row, route in ASKED if "rival" not in row.sees])


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker) -> Iterator[Town]:
    """One world for all of these tests; what they ask is taken back each time, and the world at their end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Town(making.build())
        transaction.set_rollback(True)


def place(town: Town, row: Row, route: Route) -> str:
    return route.address(town.world.subjects[row.on].words)


def ask(town: Town, row: Row, route: Route, actor: str, method: str, address: str = "") -> Answer:
    offered = operations().get((route.name, method))
    media = offered.media if offered and offered.media.startswith("multipart") else "application/json" if route.is_api else ""
    return town.ask(actor, method, address or place(town, row, route), town.world.subjects[row.on].at, media)


def somebody(row: Row) -> str:
    """One who may, or who sees where there is nothing to do; and rather one whose record it is."""
    who = row.may or row.sees
    return next((actor for actor in ("manager", "lead", "curator") if actor in who), min(who))


def expected(row: Row, route: Route, actor: str, method: str) -> frozenset[str]:
    """What the row says that this actor gets."""
    actor = actor.removeprefix("token:")
    is_act = row.may is not None and (method != "GET" or not route.is_api or "POST" not in route.methods)
    if actor == "nobody" and (is_act or actor not in row.sees or (route.is_api and method != "GET")):
        stopped = "401" if method != "GET" else row.api
        return frozenset({stopped if route.is_api else SIGN_IN if is_act else row.page})
    if actor in row.but:
        return frozenset({row.but[actor]})
    if actor not in row.sees:
        return frozenset({"404"})
    if is_act and actor not in (row.may or ()):
        return frozenset({"403"})
    if method == "GET":
        return frozenset({row.gets})
    offered = operations().get((route.name, method))
    return frozenset({"400"}) if offered and offered.is_required else DONE


def test_every_route_has_a_row():
    named = {name for _, name in NAMED}
    missing = [f"{route.name} ({route.pattern})" for route in OURS if route.name not in named]
    assert not missing, f"Nobody has said who may ask for {'; '.join(missing)}. Name it in a row of ROWS in tests/trust/expectations.py."
    twice = {name for name, number in Counter(route.name for route in routes()).items() if number > 1}
    assert twice == {"account_email"}, f"Two routes are called {', '.join(twice)}, so that one of them is asked for by nobody. Rename it."


def test_every_row_names_routes_that_there_are():
    gone = sorted({name for _, name in NAMED if name not in ROUTES})
    assert not gone, f"There is no route {', '.join(gone)} any more. Take it out of ROWS in tests/trust/expectations.py."


def test_everything_that_the_api_offers_is_asked_for():
    offered = set(operations())
    asked = {(route.name, method) for _, route in ASKED if route.is_api for method in route.methods}
    missing = [f"{method} {operations()[name, method].path} ({name})" for name, method in sorted(offered - asked)]
    assert not missing, f"The OpenAPI document offers {'; '.join(missing)}, and no row of ROWS in tests/trust/expectations.py asks for it."
    assert {name for name, _ in asked - offered} == {"api-schema"}, "The OpenAPI document leaves these out."


def askers(town: Town, row: Row, route: Route, method: str) -> list[str]:
    """Everybody; but for what is public, and the button of a page that everybody has asked for already, somebody of each kind."""
    everybody = town.actors(route)
    if row.sees == ALL and row.may is None:
        return [actor for actor in everybody if actor.removeprefix("token:") in {"nobody", "curator", "lead", "manager", "rival"}]
    if method == route.methods[0] or route.is_api:
        return everybody
    return list({expected(row, route, actor, method): actor for actor in [*everybody, "rival"]}.values())


@every_route
def test_each_actor_gets_what_is_theirs(town, row, route):
    for method in route.methods:
        answers = {actor: ask(town, row, route, actor, method).said for actor in askers(town, row, route, method)}
        due = {actor: expected(row, route, actor, method) for actor in answers}
        wrong = {actor: f"{said}, not {' or '.join(sorted(due[actor]))}" for actor, said in answers.items() if said not in due[actor]}
        assert not wrong, f"{method} {route.pattern} of {row.on or 'nothing'}: {wrong}"


@every_hidden_route
def test_a_stranger_is_told_what_is_told_of_nothing(town, row, route):
    for method in route.methods:
        strangers = [actor for actor in ("rival", "otherlead", "nobody") if expected(row, route, actor, method) == {"404"}]
        for actor in strangers[:1] + strangers[1:][-1:]:
            assert_nothing_is_told(town, row, route, actor, method)


def assert_nothing_is_told(town: Town, row: Row, route: Route, actor: str, method: str) -> None:
    """The same answer as for what does not exist, but for its id."""
    address = place(town, row, route)
    assert strange(address) != address
    told, of_nothing = (ask(town, row, route, actor, method, each) for each in (address, strange(address)))
    assert told.said == of_nothing.said == "404", f"{actor} asks {method} {route.pattern}: {told.said}, and {of_nothing.said} of nothing"
    assert (without_ids(told.text), told.headers) == (without_ids(of_nothing.text), of_nothing.headers), f"{actor} asks {method} {route.pattern}"


@pytest.mark.parametrize("route", OURS, ids=str)
def test_a_method_that_a_route_does_not_know_is_refused_to_owner_and_stranger_alike(town, route):
    row = next(row for row, each in ASKED if each == route)
    owner = somebody(row)
    for actor in (owner, "uninvited"):
        for method in set(METHODS) - set(route.methods):
            assert ask(town, row, route, actor, method).said in {"403", "404", "405", *{"302"} & {row.gets, *row.but.values()}}, (actor, method)


def owned_by_one_supplier() -> list[tuple[Row, Route]]:
    """Every route whose pattern carries an invitation, a clarification, a bid, a receipt, a file of a bid or an outcome."""
    nouns = "invitations|clarifications|bids|receipts|outcomes|challenges|opened-bids"
    carries = re.compile(rf"(api/v1/\^)?({nouns})/[<(]|tenders/<uuid:pk>/.*<uuid:bid>")
    rows = {route: row for row, route in reversed(ASKED) if row.on != "answered question"}
    return [(rows[route], route) for route in OURS if carries.match(route.pattern)]


@pytest.mark.parametrize("actor", ["rival", "token:rival", "uninvited", "member"])
def test_a_rival_gets_404_for_every_route_of_anothers_invitation_clarification_bid_receipt_file_and_outcome(town, actor):
    asked = [(row, route, method) for row, route in owned_by_one_supplier() for method in route.methods if actor in town.actors(route)]
    for row, route, method in asked:
        assert_nothing_is_told(town, row, route, actor, method)
    records = {row.on for row, _, _ in asked} - {"opened tender"}
    assert records == {"invitation", "question", "bid", "receipt", "outcome", "challenge", "opened bid"}


@pytest.mark.parametrize("name", ACCOUNT)
def test_the_sign_in_pages_open_for_whom_they_are_for(town, name):
    route, (for_nobody, for_people) = ROUTES[name], ACCOUNT[name]
    subject = town.world.subjects["sign-in link"]
    address = route.address(subject.words)
    for actor in town.actors(route):
        assert town.ask(actor, "GET", address, subject.at).said == (for_nobody if actor == "nobody" else for_people), actor
    for method in METHODS[1:]:
        assert town.ask("nobody", method, address, subject.at).said in ({SIGN_IN} if for_nobody == SIGN_IN else {"200", "302", "404", "405"}), method
        assert town.ask("manager", method, address, subject.at).said in {"200", "302", "404", "405"}, method


def of_the_administration(route: Route) -> tuple[str, str]:
    """The kind of record, and what is done to it: `suppliers_framework`, `change`; no kind for the site's own pages."""
    name = route.name.removeprefix("admin:")
    kind = next((kind for kind in ADMINISTRATION if name.startswith(f"{kind}_")), "")
    return kind, name.removeprefix(f"{kind}_") if kind else name


def test_every_route_of_the_administration_has_a_row():
    unnamed = [route.name for route in ADMIN if not of_the_administration(route)[0] and of_the_administration(route)[1] not in ADMIN_SITE]
    missing = [name for name in unnamed if not name.startswith("admin:admin/")]
    assert not missing, f"Nobody has said what a curator opens of {', '.join(missing)}. Say it in ADMINISTRATION in tests/trust/administration.py."
    kinds = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert kinds == set(ADMINISTRATION), "ADMINISTRATION in tests/trust/administration.py names kinds that are not curated any more."


def due_to_a_curator(route: Route, is_shown: bool) -> tuple[set[str], set[str]]:
    """What GET and POST of a route of the administration get of a curator; what is not shown to them is not there."""
    kind, what = of_the_administration(route)
    if not kind:
        return {ADMIN_SITE.get(what, "302"), "404"} - ({"404"} if what in ADMIN_SITE else set()), {"200", "302", "403", "404", "405"}
    opened = ADMINISTRATION[kind].split()
    if what == "history":
        return {"200", "302"}, {"200", "302"}
    if what == "process_import":
        return {"405"}, {"200" if what in opened else "403"}
    posted = "edit" if what == "change" else what
    return {"403" if what not in opened else "200" if is_shown or what != "change" else "302"}, {"200"} if posted in opened else {"403"}


@pytest.mark.parametrize("route", ADMIN, ids=str)
def test_the_administration_opens_for_curators_alone(town, route):
    address, is_shown = administered(town, route)
    at = town.world.subjects[""].at
    gets, posts = due_to_a_curator(route, is_shown)
    assert town.ask("curator", "GET", address, at).said in gets
    assert town.ask("curator", "POST", address, at).said in posts
    for actor in set(town.actors(route)) - {"curator"}:
        due = {"admin:login": SIGN_IN if actor == "nobody" else "403", "admin:logout": "302"}.get(route.name, SIGN_IN)
        assert town.ask(actor, "GET", address, at).said == due, actor
    assert {town.ask(actor, method, address, at).said for actor in ("lead", "manager") for method in METHODS[1:]} <= {SIGN_IN, due, "403"}
    assert not {town.ask("curator", method, address, at).said for method in METHODS[2:]} - {"200", "302", "403", "404", "405"}


def administered(town: Town, route: Route) -> tuple[str, bool]:
    """The address for a record that the curator sees, or else for one that there is; and whether they see it."""
    label = next((kind for kind in ADMINISTRATION if f"/{kind.replace('_', '/')}/" in route.pattern), "")
    record, shown = None, None
    if label:
        model = apps.get_model(*label.split("_"))
        request = RequestFactory().get("/")
        request.user = town.world.people["curator"]
        shown = admin.site._registry[model].get_queryset(request).first()
        record = shown or model._default_manager.first()
    return route.address({"object_id": record.pk if record else "none", "app_label": "suppliers", "url": "nothing/"}), shown is not None


def test_a_session_without_a_forms_token_changes_nothing(town):
    """A form of another site that a signed-in person is lured to is refused, wherever it is sent."""
    careful = Town(town.world, checks_forms=True)
    for row, route in ASKED:
        actor = somebody(row)
        for method in {*route.methods} - {"GET"}:
            said = ask(careful, row, route, actor, method).said
            assert said == "403" or route.name == "tender:all", f"{method} {route.pattern}: {said}"
    at = town.world.subjects[""].at
    for route in [*ADMIN, *(ROUTES[name] for name in set(ACCOUNT) - {"account_email"})]:
        address = administered(town, route)[0] if route.is_admin else route.address(town.world.subjects["sign-in link"].words)
        assert careful.ask("curator", "POST", address, at).said == "403", route.name
