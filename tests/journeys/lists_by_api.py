"""The lists are made over the API: the framework, its suppliers, the round, an appeal, an early release, the publication."""

import json
from datetime import datetime
from typing import Any

from commissioning import proof
from commissioning.models import Role
from tests.journeys.callers import Caller
from tests.journeys.moments import APPEALED_AT, APPEALS_END_AT, APPLICATIONS_CLOSE_AT, DECIDED_AT, HEARD_AT, PUBLISHED_AT, RELEASED_AT, SHORTLY, it_is
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
    curator.makes(
        "organisations/", {"kind": "commissioner", "name": HILLINGDON, "body_class": "PCT", "identifiers": [{"scheme": "GB-NHS", "value": "5AT"}]}
    )
    companies = {short: curator.makes("suppliers/", {"name": name, "short_name": short}) for short, name in COMPANIES.items()}
    shares = [("chks", True, "60.00"), ("drfoster", False, "30.00"), ("bupa", False, "5.00")]
    consortium: dict[str, Any] = {"name": "Partners In Commissioning", "short_name": "partners"}
    consortium["members"] = [
        {"company": companies[short]["organisation"], "leads": leads, "liability_share": share} for short, leads, share in shares
    ]
    assert "100.00" in curator.is_refused("suppliers/register-consortium/", consortium, status=400)
    consortium["members"][2]["liability_share"] = "10.00"
    assert curator.makes("suppliers/register-consortium/", consortium)["kind"] == "consortium"
    _people_come_in(curator)


def _people_come_in(curator: Caller) -> None:
    doh, trust = curator.finds_one("organisations", kind="authority"), curator.finds_one("organisations", kind="commissioner")
    officer = {"email": "appeals@doh.example", "name": "Appeals officer", "role": "appeals_officer"}
    curator.sends(f"organisations/{doh['id']}/invite-person/", officer)
    assert "not a role of a commissioner" in curator.is_refused(f"organisations/{trust['id']}/invite-person/", officer, status=400)
    team = {"approver": Role.APPROVER, **THE_TRUSTS_TEAM}
    by = "curator@doh.example"
    are_brought_in(DOH, {"appeals@doh.example": ("Appeals officer, Department of Health", Role.APPEALS_OFFICER)}, by=by)
    are_brought_in(HILLINGDON, {"lead@hillingdon.example": (f"Procurement lead, {HILLINGDON}", Role.PROCUREMENT_LEAD)}, by=by)
    trusts_team = {f"{name}@hillingdon.example": (f"{Role(role).label}, {HILLINGDON}", role) for name, role in team.items()}
    are_brought_in(HILLINGDON, trusts_team, by="lead@hillingdon.example")
    for supplier in curator.finds("suppliers"):
        manager = {bids_of(supplier["short_name"]): (f"Bid manager, {supplier['name']}", Role.BID_MANAGER)}
        are_brought_in(supplier["name"], manager, by=by)


def doh_sets_up_the_framework(curator: Caller) -> None:
    """Three lists, four areas, a service in each; nobody else sees it before it is published."""
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
    assert "a service in each area" in curator.is_refused(f"{here}/publish-framework/")
    for area in areas:
        curator.makes(f"{here}/add-service/", {"area": area["id"], "code": f"{area['code']}-review", "name": "Review"})
    assert "Say who may buy" in curator.is_refused(f"{here}/publish-framework/")
    curator.sends(f"{here}/set-buyers/", {"classes": ["PCT"]})
    curator.sends(f"{here}/set-award-criteria/", {"criteria": [{"code": code, "title": code, "weight": "50"} for code in ("quality", "price")]})
    Caller().reads(f"{here}/", status=404)
    assert curator.sends(f"{here}/publish-framework/")["status"] == "live"
    assert Caller().reads(f"{here}/")["reference"] == "fesc"
    assert Caller().finds_one("framework-versions")["number"] == 1


def place(caller: Caller, list_code: str = "micro", area_code: str = "performance") -> dict[str, str]:
    """A list and an area by id: the micro list and the performance area, unless others are named."""
    lists, areas = caller.finds("lists"), caller.finds("areas")
    return {
        "framework_list": next(each["id"] for each in lists if each["code"] == list_code),
        "area": next(each["id"] for each in areas if each["code"] == area_code),
    }


def with_services(caller: Caller, *codes: str) -> dict[str, Any]:
    """A place, with all services of the area's menu."""
    asked = place(caller, *codes)
    area = next(each for each in caller.finds("areas") if each["id"] == asked["area"])
    return {**asked, "services": [each["id"] for each in area["services"]]}


def asked_for(caller: Caller) -> Any:
    """The one place on the micro list that the caller asked for."""
    return caller.finds_one("places", framework_list=place(caller)["framework_list"])


def doh_admits_suppliers(curator: Caller) -> None:
    """Applications until the deadline, decisions after it, all sent at one moment; one is refused."""
    framework = curator.finds_one("frameworks")
    words = {"title": "Admission 2040", "closes_at": APPLICATIONS_CLOSE_AT.isoformat(), "notice": "Apply for each list and area."}
    round_ = _issued_anew(curator, curator.makes(f"frameworks/{framework['id']}/open-round/", words), words)
    here = f"rounds/{round_['id']}"
    for short_name in APPLICANTS:
        _applies(Caller(bids_of(short_name)), here, short_name)
    a_place = Caller(bids_of(APPLICANTS[0])).finds("places")[0]
    decision = {"place": a_place["id"], "outcome": "accepted", "reasons": "It meets each criterion."}
    assert "the round closes" in curator.is_refused(f"{here}/decide-place/", decision)
    it_is(DECIDED_AT)
    for each in curator.finds("places"):
        application = curator.reads(f"applications/{each['application']}/")
        is_micro = each["framework_list"] == place(curator)["framework_list"]
        is_tribal = is_micro and curator.reads(f"suppliers/{application['supplier']}/")["short_name"] == "tribal"
        outcome = (
            {"outcome": "refused", "reasons": "No team was named."} if is_tribal else {"outcome": "accepted", "reasons": "It meets each criterion."}
        )
        curator.sends(f"{here}/decide-place/", {"place": each["id"], **outcome})
    tribal = Caller(bids_of("tribal"))
    assert {each["outcome"] for each in tribal.finds("places")} == {None}
    assert datetime.fromisoformat(curator.sends(f"{here}/send-decisions/")["appeals_end_at"]) == APPEALS_END_AT
    assert asked_for(tribal)["outcome"] == "refused"
    assert sorted(each["outcome"] for each in tribal.finds("places")) == ["accepted", "refused"]


def _issued_anew(curator: Caller, first: Any, words: dict[str, str]) -> Any:
    """The round that is announced in place of the first, which is withdrawn with its reason once it is public."""
    here = f"rounds/{first['id']}"
    curator.sends(f"{here}/announce-round/")
    assert Caller().reads(f"{here}/")["status"] == "open"
    assert curator.sends(f"{here}/withdraw-round/", {"reason": "The notice left out the questions."})["status"] == "withdrawn"
    second = curator.makes(f"{here}/reissue-round/", words)
    curator.sends(f"rounds/{second['id']}/announce-round/")
    tribal = Caller(bids_of("tribal"))
    own = next(each["id"] for each in tribal.finds("suppliers") if each["short_name"] == "tribal")
    assert "was withdrawn" in tribal.is_refused(f"{here}/apply/", {"supplier": own})
    return second


def _every_member_confirms(applicant: Caller, application: str) -> None:
    """Without each of the three nothing is submitted."""
    assert "confirm" in applicant.is_refused(f"{application}/submit-application/", status=400)
    applicant.sends(f"{application}/ask-members/")
    for member in ("chks", "drfoster", "bupa"):
        caller = Caller(bids_of(member))
        confirmation = caller.finds_one("confirmations")
        caller.sends(f"confirmations/{confirmation['id']}/confirm-application/")


def decided_round(curator: Caller) -> str:
    """The id of the round whose decisions were sent."""
    (found,) = [each["id"] for each in curator.finds("rounds") if each["status"] == "decided"]
    return str(found)


def _applies(applicant: Caller, round_address: str, short_name: str) -> None:
    supplier = next(each for each in applicant.finds("suppliers") if each["short_name"] == short_name)
    application = applicant.makes(f"{round_address}/apply/", {"supplier": supplier["id"]})
    here = f"applications/{application['id']}"
    wanted = [with_services(applicant), *([with_services(applicant, "macro", "assessment")] if short_name == "tribal" else [])]
    saved = applicant.sends(f"{here}/save-application/", {"revision": 0, "statement": "We validate activity data.", "places": wanted})
    assert saved["draft"]["revision"] == 1
    applicant.is_refused(f"{here}/save-application/", {"revision": 0, "statement": "Older.", "places": []}, status=412)
    if short_name == "partners":
        _every_member_confirms(applicant, here)
    (version,) = applicant.sends(f"{here}/submit-application/")["versions"]
    assert proof.examine(json.dumps(version).encode()).holds
    Caller(bids_of("chks")).reads(f"{here}/", status=404)


def tribal_appeals_on_the_last_instant(curator: Caller) -> None:
    """Refused on one of two lists, it drafts an appeal with a ground and evidence, and lodges it just before the window ends."""
    it_is(APPEALED_AT)
    tribal, officer = Caller(bids_of("tribal")), Caller("appeals@doh.example")
    appeal = tribal.makes(f"places/{asked_for(tribal)['id']}/draft-appeal/")
    here = f"appeals/{appeal['id']}"
    ground = next(each["id"] for each in tribal.finds("appeal-grounds") if each["code"] == "not-read")
    point = {"ground": ground, "argument": "The team is on page four.", "remedy": "listed"}
    tribal.sends(f"{here}/save-appeal/", {"revision": 0, "points": [point]})
    for other in (officer, curator, Caller(bids_of("bupa"))):
        other.reads(f"{here}/", status=404)
    it_is(APPEALS_END_AT - SHORTLY)
    lodged = tribal.sends(f"{here}/lodge-appeal/")
    assert datetime.fromisoformat(lodged["lodged_at"]) < APPEALS_END_AT
    assert lodged["waits_for"]["who"] == "An appeals officer"
    Caller(bids_of("bupa")).reads(f"{here}/", status=404)


def an_officer_hears_the_appeal_and_upholds_it(curator: Caller) -> None:
    """After the window: a question with its clock, a hearing with its minutes, a decision ground by ground, and the remedy carried out."""
    tribal, officer = Caller(bids_of("tribal")), Caller("appeals@doh.example")
    here = f"appeals/{tribal.finds_one('appeals')['id']}"
    it_is(APPEALS_END_AT)
    officer.sends(f"{here}/acknowledge-appeal/")
    asked = officer.makes(f"{here}/ask-for-information/", {"asked_of": "appellant", "question": "Who leads the team?"})
    tribal.sends(f"further-information/{asked['id']}/give-information/", {"answer": "The first who is named."})
    officer.sends(f"{here}/arrange-hearing/", {"form": "oral", "starts_at": HEARD_AT.isoformat(), "where": "By telephone"})
    assert "once it has begun" in officer.is_refused(f"{here}/hear-appeal/", {"attended": "All.", "minutes": "Early."})
    it_is(HEARD_AT)
    officer.sends(f"{here}/hear-appeal/", {"attended": "The bid manager.", "minutes": "Page four was shown."})
    findings = [{"point": tribal.reads(f"{here}/")["points"][0]["id"], "finding": "made_out", "reasons": "Page four names the team."}]
    decision = {"findings": findings, "reasons": "The team was overlooked.", "remedy": "listed"}
    assert "comment on the minutes" in officer.is_refused(f"{here}/uphold-appeal/", decision)
    tribal.sends(f"{here}/comment-on-minutes/", {"comments": "Nothing is to be corrected."})
    tribal.is_refused(f"{here}/uphold-appeal/", decision, status=403)
    it_is(RELEASED_AT)
    publish = f"rounds/{decided_round(curator)}/publish-lists/"
    assert "1 appeal is open" in curator.is_refused(publish)
    assert officer.sends(f"{here}/uphold-appeal/", decision)["status"] == "upheld"
    assert "not carried out" in curator.is_refused(publish)
    assert asked_for(tribal)["listing"] is None
    assert curator.sends(f"{here}/list-appellant/")["status"] == "carried_out"
    assert asked_for(tribal)["listing"]


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
    curator.sends(f"rounds/{decided_round(curator)}/publish-lists/")
    publication = Caller().reads(f"publications/{Caller().finds_one('publications')['id']}/")
    assert {entry["short_name"] for entry in publication["entries"] if entry["list"] == "micro"} == set(APPLICANTS)
    assert {entry["list"] for entry in publication["entries"] if entry["short_name"] == "tribal"} == {"micro", "macro"}
