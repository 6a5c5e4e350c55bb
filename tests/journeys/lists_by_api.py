"""The lists are made over the API: the framework, its suppliers, the round, an appeal, an early release, the publication."""

from datetime import datetime
from typing import Any

from commissioning.models import Role
from tests.journeys.callers import Caller
from tests.journeys.moments import APPEALED_AT, APPEALS_END_AT, APPLICATIONS_CLOSE_AT, DECIDED_AT, PUBLISHED_AT, RELEASED_AT, it_is
from tests.journeys.newcomers import DOH, HILLINGDON, THE_TRUSTS_TEAM, are_brought_in

COMPANIES = {"bupa": "BUPA Membership Commissioning Ltd", "drfoster": "Dr Foster Intelligence", "tribal": "Tribal Consulting Ltd", "chks": "CHKS"}
LISTS = {"micro": "micro", "macro": "function_macro", "end-to-end": "end_to_end"}
AREAS = ("assessment", "contracting", "performance", "engagement")
APPLICANTS = ("bupa", "drfoster", "partners", "tribal")


def bids_of(short_name: str) -> str:
    """The address of a supplier's bid manager."""
    return f"bids@{short_name}.example"


def doh_registers_the_trust_and_the_suppliers(curator: Caller) -> None:
    """And a consortium, led by one of the companies; everybody's people are invited."""
    curator.makes("organisations/", {"kind": "commissioner", "name": HILLINGDON, "identifiers": [{"scheme": "GB-NHS", "value": "5AT"}]})
    companies = {short: curator.makes("suppliers/", {"name": name, "short_name": short}) for short, name in COMPANIES.items()}
    shares = [("chks", True, "60.00"), ("drfoster", False, "30.00")]
    consortium: dict[str, Any] = {"name": "Partners In Commissioning", "short_name": "partners"}
    consortium["members"] = [
        {"company": companies[short]["organisation"], "leads": leads, "liability_share": share} for short, leads, share in shares
    ]
    assert "100.00" in curator.is_refused("suppliers/register-consortium/", consortium, status=400)
    consortium["members"][1]["liability_share"] = "40.00"
    assert curator.makes("suppliers/register-consortium/", consortium)["kind"] == "consortium"
    _people_come_in(curator)


def _people_come_in(curator: Caller) -> None:
    doh, trust = curator.finds_one("organisations", kind="authority"), curator.finds_one("organisations", kind="commissioner")
    officer = {"email": "appeals@doh.example", "name": "Appeals officer", "role": "appeals_officer"}
    curator.sends(f"organisations/{doh['id']}/invite-person/", officer)
    assert "not a role of a commissioner" in curator.is_refused(f"organisations/{trust['id']}/invite-person/", officer, status=400)
    team = {"lead": Role.PROCUREMENT_LEAD, "approver": Role.APPROVER, **THE_TRUSTS_TEAM}
    by = "curator@doh.example"
    are_brought_in(DOH, {"appeals@doh.example": ("Appeals officer, Department of Health", Role.APPEALS_OFFICER)}, by=by)
    are_brought_in(HILLINGDON, {f"{name}@hillingdon.example": (f"{Role(role).label}, {HILLINGDON}", role) for name, role in team.items()}, by=by)
    for supplier in curator.finds("suppliers"):
        manager = {bids_of(supplier["short_name"]): (f"Bid manager, {supplier['name']}", Role.BID_MANAGER)}
        are_brought_in(supplier["name"], manager, by=by)


def doh_sets_up_the_framework(curator: Caller) -> None:
    """Three lists, four areas, a service in each; nobody else sees it before it is established."""
    framework = curator.makes(
        "frameworks/",
        {
            "authority": curator.finds_one("organisations", kind="authority")["id"],
            "reference": "fesc",
            "title": "Framework for Procuring External Support for Commissioners",
            "description": "External support for commissioners.",
            "regime": "PCR2006",
            "starts_on": "2040-01-09",
            "ends_on": "2044-01-08",
            "appeal_rule": "FESC_APPEAL",
            "standstill_rule": "PCR06_STANDSTILL_E",
        },
    )
    here = f"frameworks/{framework['id']}"
    for code, scope in LISTS.items():
        curator.makes(f"{here}/add-list/", {"code": code, "name": code.capitalize(), "scope_kind": scope})
    areas = [curator.makes(f"{here}/add-area/", {"code": code, "name": code.capitalize()}) for code in AREAS]
    assert "a service in each area" in curator.is_refused(f"{here}/establish-framework/")
    for area in areas:
        curator.makes(f"{here}/add-service/", {"area": area["id"], "code": f"{area['code']}-review", "name": "Review"})
    Caller().reads(f"{here}/", status=404)
    assert curator.sends(f"{here}/establish-framework/")["status"] == "live"
    assert Caller().reads(f"{here}/")["reference"] == "fesc"


def place(caller: Caller) -> dict[str, str]:
    """The micro list and the performance area, by id."""
    lists, areas = caller.finds("lists"), caller.finds("areas")
    return {
        "framework_list": next(each["id"] for each in lists if each["code"] == "micro"),
        "area": next(each["id"] for each in areas if each["code"] == "performance"),
    }


def doh_admits_suppliers(curator: Caller) -> None:
    """Applications until the deadline, decisions after it, all sent at one moment; one is refused."""
    framework = curator.finds_one("frameworks")
    words = {"title": "Admission 2040", "closes_at": APPLICATIONS_CLOSE_AT.isoformat(), "notice": "Apply for each list and area."}
    round_ = curator.makes(f"frameworks/{framework['id']}/open-round/", words)
    here = f"rounds/{round_['id']}"
    curator.sends(f"{here}/announce-round/")
    for short_name in APPLICANTS:
        _applies(Caller(bids_of(short_name)), here, short_name)
    a_place = curator.finds("places")[0]
    decision = {"place": a_place["id"], "outcome": "accepted", "reasons": "It meets each criterion."}
    assert "the round closes" in curator.is_refused(f"{here}/decide-place/", decision)
    it_is(DECIDED_AT)
    for each in curator.finds("places"):
        application = curator.reads(f"applications/{each['application']}/")
        is_tribal = curator.reads(f"suppliers/{application['supplier']}/")["short_name"] == "tribal"
        outcome = (
            {"outcome": "refused", "reasons": "No team was named."} if is_tribal else {"outcome": "accepted", "reasons": "It meets each criterion."}
        )
        curator.sends(f"{here}/decide-place/", {"place": each["id"], **outcome})
    tribal = Caller(bids_of("tribal"))
    assert tribal.finds_one("places")["outcome"] is None
    assert datetime.fromisoformat(curator.sends(f"{here}/send-decisions/")["appeals_end_at"]) == APPEALS_END_AT
    assert tribal.finds_one("places")["outcome"] == "refused"


def _applies(applicant: Caller, round_address: str, short_name: str) -> None:
    supplier = next(each for each in applicant.finds("suppliers") if each["short_name"] == short_name)
    application = applicant.makes(f"{round_address}/apply/", {"supplier": supplier["id"]})
    here = f"applications/{application['id']}"
    saved = applicant.sends(f"{here}/save-application/", {"revision": 0, "statement": "We validate activity data.", "places": [place(applicant)]})
    assert saved["draft"]["revision"] == 1
    applicant.is_refused(f"{here}/save-application/", {"revision": 0, "statement": "Older.", "places": []}, status=412)
    (version,) = applicant.sends(f"{here}/submit-application/")["versions"]
    assert version["signature"]
    Caller(bids_of("chks")).reads(f"{here}/", status=404)


def tribal_appeals_and_is_heard(curator: Caller) -> None:
    """Publication waits for the window's end and for the appeal, which an officer upholds who took no part in the decision."""
    it_is(APPEALED_AT)
    tribal, officer = Caller(bids_of("tribal")), Caller("appeals@doh.example")
    refused = tribal.finds_one("places")
    appeal = tribal.makes(f"places/{refused['id']}/lodge-appeal/", {"grounds": "The team is on page four."})
    here = f"appeals/{appeal['id']}"
    Caller(bids_of("bupa")).reads(f"{here}/", status=404)
    tribal.is_refused(f"{here}/uphold-appeal/", {"reasons": "Because."}, status=403)
    officer.sends(f"{here}/acknowledge-appeal/")
    officer.sends(f"{here}/hear-appeal/", {"hearing_note": "Heard by telephone."})
    it_is(RELEASED_AT)
    round_ = curator.finds_one("rounds")
    assert "open" in curator.is_refused(f"rounds/{round_['id']}/publish-lists/")
    assert officer.sends(f"{here}/uphold-appeal/", {"reasons": "The team was overlooked."})["status"] == "upheld"
    assert tribal.finds_one("places")["listing"]


def doh_releases_the_list_early_to_hillingdon(curator: Caller) -> None:
    """A week before publication, for three suppliers that it names."""
    named = [each["id"] for each in curator.finds("suppliers") if each["short_name"] in {"bupa", "drfoster", "partners"}]
    release = {
        **place(curator),
        "buyer": curator.finds_one("organisations", kind="commissioner")["id"],
        "suppliers": named,
        "expires_at": PUBLISHED_AT.isoformat(),
        "reason": "The trust's contracts for acute care are due for renewal.",
    }
    curator.makes(f"frameworks/{curator.finds_one('frameworks')['id']}/grant-early-release/", release)
    assert len(Caller("lead@hillingdon.example").finds_one("early-releases")["suppliers"]) == 3
    assert Caller(bids_of("bupa")).finds("early-releases") == []
    assert Caller().finds("publications") == []


def doh_publishes_the_lists(curator: Caller) -> None:
    """Anybody reads who stands where, with those whom the appeal brought in."""
    it_is(PUBLISHED_AT)
    curator.sends(f"rounds/{curator.finds_one('rounds')['id']}/publish-lists/")
    publication = Caller().reads(f"publications/{Caller().finds_one('publications')['id']}/")
    assert {entry["short_name"] for entry in publication["entries"]} == set(APPLICANTS)
