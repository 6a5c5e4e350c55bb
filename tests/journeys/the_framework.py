"""The Department of Health sets the framework up, admits suppliers to its lists, hears an appeal, and publishes."""

import json
from datetime import date

from commissioning.models import Role
from suppliers.models import AdmissionRound, Appeal, Application, Framework, MemberConfirmation, Supplier
from tests.journeys.moments import APPEALS_END_AT, APPLICATIONS_CLOSE_AT, BEGINS_AT, HEARD_AT, PUBLISHED_AT, SHORTLY, it_is
from tests.journeys.newcomers import DOH, HILLINGDON, THE_TRUSTS_TEAM, are_brought_in, invites
from tests.journeys.visitors import Town, Visitor

FESC = "Framework for Procuring External Support for Commissioners"
LISTS = {
    "micro": ("Micro", "A particular service"),
    "macro": ("Macro", "A whole function"),
    "end-to-end": ("End-to-end", "The whole of commissioning"),
}
PERFORMANCE = "Performance management, settlement and review"
AREAS = {
    "assessment": ("Assessment and planning", "Needs assessment"),
    "contracting": ("Contracting and procurement", "Specification"),
    "performance": (PERFORMANCE, "Validation of activity data"),
    "engagement": ("Patient and public engagement", "Surveys"),
}
SERVICES = dict(AREAS.values())
COMPANIES = {
    "bupa": "BUPA Membership Commissioning Ltd",
    "drfoster": "Dr Foster Intelligence",
    "tribal": "Tribal Consulting Ltd",
    "healthdialog": "Health Dialog Services Corporation",
    "chks": "CHKS",
    "mckesson": "McKesson Information Solutions",
}
PARTNERS = "Partners In Commissioning"
# For which places each applies: list and area.
PLACES = {
    "bupa": [("Micro", PERFORMANCE), ("Micro", "Contracting and procurement")],
    "drfoster": [("Micro", PERFORMANCE)],
    "tribal": [(on, area) for on in ("Micro", "Macro") for area in ("Contracting and procurement", PERFORMANCE)],
    "healthdialog": [("Macro", "Assessment and planning")],
    "partners": [("Micro", PERFORMANCE)],
}


def the_curator_moves_the_clock_to_2040(curator: Visitor) -> None:
    """On the demo's own page."""
    curator.follows("Move the clock", within=curator.page.get_by_role("region", name="Demonstration"))
    curator.types_moment("Go to another moment", BEGINS_AT)
    curator.presses("Move the clock")
    curator.sees("It is now Monday 9 January 2040")


def hillingdons_people_come_in(town: Town, curator: Visitor) -> Visitor:
    """The curator registers the trust and invites its lead, who invites a second person; the rest come in as they did."""
    curator.goes_to("/organisations/")
    curator.follows("Register an organisation")
    curator.chooses("Commissioner", among="What it is to the framework")
    curator.selects("Class of public body", "Primary care trust")
    curator.types({"Name": HILLINGDON, "ODS code": "5AT"})
    curator.presses("Register an organisation")
    curator.sees("The organisation is registered.")
    lead = invites(town, curator, HILLINGDON, "lead@hillingdon.example", "Procurement lead, Hillingdon PCT", Role.PROCUREMENT_LEAD)
    invites(town, lead, HILLINGDON, "approver@hillingdon.example", "Approver, Hillingdon PCT", Role.APPROVER)
    team = {f"{name}@hillingdon.example": (f"{Role(role).label} {name}, Hillingdon PCT", role) for name, role in THE_TRUSTS_TEAM.items()}
    are_brought_in(HILLINGDON, team, by="lead@hillingdon.example")
    are_brought_in(DOH, {"appeals@doh.example": ("Appeals officer, Department of Health", Role.APPEALS_OFFICER)}, by="curator@doh.example")
    return lead


def doh_sets_up_the_framework(curator: Visitor) -> None:
    """Three lists, four areas and a menu of services; then it is in force."""
    curator.goes_to("/frameworks/")
    curator.follows("Draft a framework")
    curator.types({"Reference": "fesc", "Title": FESC, "Description": "External support for commissioners."})
    curator.selects("The law that it is set up under", "Public Contracts Regulations 2006")
    curator.types_day("First day", date(2040, 1, 9))
    curator.types_day("Last day", date(2044, 1, 8))
    curator.selects("How long a refused supplier may appeal", "Appeals under the framework of 2007")
    curator.selects("How long a buyer waits between intended award and contract", "Standstill, notices sent electronically (regulations of 2006)")
    curator.presses("Draft a framework")
    curator.sees("at least one list")
    for code, (name, scope) in LISTS.items():
        curator.begins_act("Add a list")
        curator.types({"Name": name, "Code": code})
        curator.chooses(scope)
        curator.presses("Add a list")
    for code, (name, _) in AREAS.items():
        curator.acts("Add an area", {"Name": name, "Code": code})
    curator.sees("a service in each area")
    for name, service in AREAS.values():
        curator.begins_act("Add a service")
        curator.selects("Area", name)
        curator.types({"Name": service, "Code": service.lower().replace(" ", "-")})
        curator.presses("Add a service")
    curator.follows("Entitled buyers")
    curator.chooses("Primary care trust", among="Every body of these classes")
    curator.presses("Save")
    curator.follows("Award criteria")
    for number, (title, code) in enumerate((("Quality", "quality"), ("Price", "price")), start=1):
        row = f"Criterion {number}"
        curator.types({"What is judged": title, "Code": code, "Weight among its siblings, out of 100": "50"}, among=row)
    curator.presses("Save")
    curator.follows("Check what is missing")
    curator.sees("Nothing is missing.")
    curator.follows("Publish the framework")
    curator.presses("Publish it now")
    curator.sees("The version is published.")
    curator.looks_by_phone()


def doh_registers_the_suppliers(town: Town, curator: Visitor) -> None:
    """Companies, and a consortium that one of them leads; each has a bid manager."""
    for short_name, name in COMPANIES.items():
        curator.goes_to("/suppliers/")
        curator.follows("Register a supplier")
        curator.types({"Name": name, "Short name": short_name})
        curator.presses("Register a supplier")
    curator.goes_to("/suppliers/")
    curator.follows("Register a consortium")
    curator.types({"Name": PARTNERS, "Short name": "partners", "Profile": "The other members and the shares are illustrative."})
    curator.selects("The company that leads", "CHKS")
    curator.types({"The company that leads: share of liability, percent": "60.00", "Member 2: share of liability, percent": "30.00"})
    curator.selects("Member 2", COMPANIES["healthdialog"])
    curator.presses("Register a consortium", status=400)
    curator.sees("They must add up to 100.00")
    curator.selects("Member 3", COMPANIES["mckesson"])
    curator.types({"Member 3: share of liability, percent": "10.00"})
    curator.presses("Register a consortium")
    curator.sees("Leads the consortium")
    invites(town, curator, COMPANIES["bupa"], "bids@bupa.example", "Bid manager, BUPA", Role.BID_MANAGER)
    for firm in Supplier.objects.exclude(short_name="bupa").select_related("organisation"):
        manager = {f"bids@{firm.short_name}.example": (f"Bid manager, {firm}", Role.BID_MANAGER)}
        are_brought_in(firm.organisation.name, manager, by="curator@doh.example")


def the_round() -> AdmissionRound:
    """The one that was begun last."""
    return AdmissionRound.objects.latest("created_at")


def application_of(short_name: str) -> Application:
    """The one that the supplier began last."""
    return Application.objects.filter(supplier__short_name=short_name).latest("created_at")


def doh_withdraws_its_notice_and_issues_another(town: Town, curator: Visitor) -> None:
    """A supplier has begun to apply; it is told why the round ends, and the new one leads back to the old."""
    _announces_a_round(curator, "Apply for the lists.")
    tribal = town.person("bids@tribal.example")
    tribal.goes_to(the_round().get_absolute_url())
    tribal.acts("Apply", button="Begin an application")
    withdrawn = the_round().get_absolute_url()
    curator.goes_to(withdrawn)
    curator.acts("Withdraw the round", {"Reason": "The notice did not say that each list and area is decided on its own."})
    curator.sees("The round is withdrawn")
    curator.begins_act("Issue the round anew")
    curator.types({"Notice": "Apply for each list and area on its own."})
    curator.types_moment("Deadline for applications", APPLICATIONS_CLOSE_AT)
    curator.presses("Begin the new round")
    curator.acts("Announce the round")
    tribal.goes_to(withdrawn)
    tribal.sees("The notice did not say that each list and area is decided on its own.")


def _announces_a_round(curator: Visitor, notice: str) -> None:
    """Its notice is public from then on, and every supplier gets a letter."""
    curator.goes_to(Framework.objects.get().get_absolute_url())
    curator.begins_act("Draft an admission round")
    curator.types({"Title": "Admission to the lists, 2040", "Notice": notice})
    curator.types_moment("Deadline for applications", APPLICATIONS_CLOSE_AT)
    curator.presses("Draft an admission round")
    curator.acts("Announce the round")
    curator.sees("every supplier has been told")


def suppliers_apply(town: Town) -> None:
    """Each for its places; BUPA thinks again and submits a second version."""
    for short_name, places in PLACES.items():
        applicant = town.person(f"bids@{short_name}.example")
        applicant.goes_to(the_round().get_absolute_url())
        applicant.acts("Apply", button="Begin an application")
        _writes_the_application(applicant, places)
        if short_name == "partners":
            _every_member_confirms(town, applicant)
            applicant.begins_act("Submit the application")
        applicant.presses("Submit the application")
        applicant.sees("The application is received.")
    bupa = town.person("bids@bupa.example")
    bupa.goes_to(application_of("bupa").get_absolute_url())
    bupa.acts("Write the application", {"Statement": "We validate activity data, and we have said so better."}, button="Save the draft")
    bupa.follows("Go back")
    bupa.sees("Your draft differs from what was received.")
    bupa.acts("Submit the application", button="Submit in place of version 1")
    bupa.sees("Version 2")
    anybody_checks_the_receipt(town, bupa.downloads("Receipt"))


def anybody_checks_the_receipt(town: Town, receipt: bytes) -> None:
    """That BUPA's was signed; and that one in which a letter was changed was not."""
    anybody = town.stranger()
    anybody.goes_to("/receipts/check/")
    anybody.hands_over("Receipt file", "receipt.json", receipt)
    anybody.presses("Check it")
    anybody.sees(COMPANIES["bupa"])
    forged = json.loads(receipt)
    forged["receipt"]["supplier"]["name"] = "Somebody Else Ltd"
    anybody.types({"Or its text": json.dumps(forged)})
    anybody.presses("Check it")
    anybody.sees("This is not our receipt")
    anybody.page.context.close()


def _writes_the_application(applicant: Visitor, places: list[tuple[str, str]]) -> None:
    applicant.begins_act("Write the application")
    applicant.types({"Statement": "We validate activity data."})
    for list_name, area in places:
        applicant.opens(list_name)
        applicant.chooses(SERVICES[area], among=f"{list_name}: {area}")
    applicant.presses("Save and check")
    applicant.sees("The draft is saved.")


def _every_member_confirms(town: Town, applicant: Visitor) -> None:
    """Without all three nothing is submitted; the first to be asked declines, is asked again, and confirms."""
    applicant.sees("confirm")
    applicant.looks_by_phone()
    for statement in ("", "We validate activity data, all three of us."):
        applicant.goes_to(application_of("partners").get_absolute_url())
        if statement:
            applicant.acts("Write the application", {"Statement": statement}, button="Save the draft")
            applicant.follows("Go back")
        applicant.acts("Ask the members to confirm")
        for member in ("chks", "healthdialog", "mckesson"):
            _answers_as_a_member(town.person(f"bids@{member}.example"), declines=member == "mckesson" and not statement)
    applicant.goes_to(application_of("partners").get_absolute_url())


def _answers_as_a_member(member: Visitor, *, declines: bool) -> None:
    member.goes_to("/desk/")
    member.goes_to(_asked_of(member).get_absolute_url())
    member.sees("Members and their shares of liability")
    if declines:
        member.acts("Decline", {"Reason": "It does not say who does what."})
    else:
        member.acts("Confirm")
    member.sees("It does not say who does what." if declines else "Your company has confirmed the application.")


def _asked_of(member: Visitor) -> MemberConfirmation:
    return MemberConfirmation.objects.filter(company__supplier__short_name=member.name.removeprefix("bids-")).latest("created_at")


def doh_decides_and_sends_all_decisions(curator: Visitor) -> None:
    """After the deadline, place by place in draft; then every letter at one moment. Tribal is refused on one list."""
    curator.goes_to(the_round().get_absolute_url())
    curator.follows("Decide on the next place")
    while curator.page.get_by_role("button", name="Save the draft decision").count():
        is_tribal = curator.page.get_by_role("heading", level=1).get_by_text(f"{COMPANIES['tribal']}: Micro, {PERFORMANCE}").count()
        curator.chooses("Not accepted" if is_tribal else "Accepted")
        curator.types({"Reasons": "No team was named." if is_tribal else "It meets each criterion."})
        curator.presses("Save the draft decision")
    curator.acts("Send all decisions")
    curator.sees("the window for appeals is open")
    assert "Publish the lists" not in curator.page.content()


def tribal_appeals(town: Town) -> None:
    """Against the reasons that it was given, begun within the window and lodged just before it ends."""
    tribal = town.person("bids@tribal.example")
    tribal.goes_to("/letters/")
    tribal.looks_by_phone()
    tribal.goes_to(application_of("tribal").get_absolute_url())
    tribal.sees("No team was named.")
    tribal.follows("Appeal against this refusal")
    tribal.presses("Begin an appeal")
    tribal.begins_act("Write the appeal")
    tribal.types({"Something that was submitted was not considered": "The team is named on page four of the statement."})
    tribal.selects("What you ask for: something that was submitted was not considered", "Be listed")
    tribal.presses("Save")
    tribal.begins_act("Attach evidence")
    tribal.hands_over("File", "page-four.txt", b"The team.")
    tribal.presses("Attach")
    it_is(APPEALS_END_AT - SHORTLY)
    tribal.acts("Lodge the appeal")
    tribal.sees("The appeal is lodged.")


def an_officer_takes_the_appeal_up(town: Town) -> None:
    """One who took no part in the decision."""
    officer = town.person("appeals@doh.example")
    officer.goes_to("/desk/")
    officer.goes_to("/appeals/")
    officer.follows(f"Micro, {PERFORMANCE}")
    officer.acts("Acknowledge the appeal")
    officer.begins_act("Ask for further information")
    officer.chooses("The appellant", among="Who is asked")
    officer.types({"Question": "Who leads the team?"})
    officer.presses("Ask")
    tribal = town.person("bids@tribal.example")
    tribal.goes_to(Appeal.objects.get().get_absolute_url())
    tribal.follows("Answer question 1")
    tribal.types({"Answer": "The first who is named."})
    tribal.presses("Send the answer")
    officer.begins_act("Arrange a hearing")
    officer.chooses("Oral", among="Form of the hearing")
    officer.types_moment("When", HEARD_AT)
    officer.types({"Where, or how": "By telephone"})
    officer.presses("Arrange a hearing")


def the_appeal_is_heard_and_upheld(town: Town, curator: Visitor) -> None:
    """The minutes are commented on, the decision is given ground by ground, and the curators carry it out."""
    officer, tribal = town.person("appeals@doh.example"), town.person("bids@tribal.example")
    page = Appeal.objects.get().get_absolute_url()
    officer.goes_to(page)
    said = {"Who attended": "The bid manager.", "Minutes": "The appellant was heard by telephone, and showed the page."}
    officer.acts("Record the hearing", said)
    tribal.goes_to(page)
    tribal.acts("Comment on the minutes", {"Your comments": "Nothing is to be corrected."})
    officer.goes_to(page)
    officer.begins_act("Uphold the appeal")
    officer.chooses("Made out", among="Ground 1: Something that was submitted was not considered")
    officer.types({"Reasons on ground 1": "Page four names it.", "Reasons for the decision as a whole": "The team was overlooked."})
    officer.chooses("Be listed", among="Remedy: the appellant is to")
    officer.presses("Uphold the appeal")
    curator.goes_to("/appeals/queue/")
    curator.follows(f"Micro, {PERFORMANCE}")
    curator.acts("List the appellant")
    curator.sees("The listing that came of it")


def doh_releases_the_micro_list_early_to_hillingdon(town: Town, curator: Visitor) -> None:
    """A week before publication, one buyer may ask the suppliers that are named."""
    curator.goes_to(Framework.objects.get().get_absolute_url())
    curator.begins_act("Grant an early release")
    curator.selects("Buyer", HILLINGDON)
    curator.chooses("Micro", among="List")
    curator.chooses(PERFORMANCE, among="Area")
    curator.chooses(COMPANIES["bupa"], COMPANIES["drfoster"], among="Suppliers")
    curator.types_moment("It holds until", PUBLISHED_AT)
    curator.types({"Reason": "The trust's contracts for acute care are due for renewal."})
    curator.presses("Grant an early release")
    curator.sees("The early release is granted")
    lead = town.person("lead@hillingdon.example")
    lead.goes_to("/early-releases/")
    lead.follows(HILLINGDON)
    lead.sees("In force")


def doh_publishes_the_lists(town: Town, curator: Visitor) -> None:
    """When the window is over and the appeal is decided: anybody reads who stands where."""
    curator.goes_to(the_round().get_absolute_url())
    curator.acts("Publish the lists")
    curator.sees("The lists are published.")
    lead = town.person("lead@hillingdon.example")
    lead.goes_to("/early-releases/")
    lead.follows(HILLINGDON)
    lead.sees("Expired")
    anybody = town.stranger()
    anybody.goes_to("/")
    anybody.looks_by_phone()
    anybody.goes_to("/lists/")
    anybody.follows(Framework.objects.get().title)
    anybody.sees("5 suppliers")
    anybody.looks_by_phone()
    assert COMPANIES["tribal"].encode() in anybody.downloads("CSV, for spreadsheets and programs")
    anybody.goes_to(f"/frameworks/{Framework.objects.get().pk}/lists/micro/performance/")
    for name in (COMPANIES["bupa"], COMPANIES["drfoster"], COMPANIES["tribal"], PARTNERS):
        anybody.sees(name)
    anybody.follows(PARTNERS)
    anybody.sees("Leads the consortium")
    anybody.page.context.close()
