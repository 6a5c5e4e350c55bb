"""A contract for each lot is given its scope, offered, signed by both, and read by everybody on the register."""

from io import StringIO

from django.core.management import call_command

from contracts.models import Contract
from tests.journeys.the_tender import ACUTE, RESULTS
from tests.journeys.visitors import Town

WINNERS = {ACUTE: "bupa", RESULTS: "drfoster"}


def contract_for(title: str) -> Contract:
    """The contract for a lot."""
    return Contract.objects.get(title=title)


def hillingdon_offers_both_contracts(town: Town) -> None:
    """Each says which functions the supplier takes over; what the trust always retains is in it already."""
    manager = town.person("contracts@hillingdon.example")
    manager.goes_to("/desk/")
    for title in WINNERS:
        manager.goes_to(contract_for(title).get_absolute_url())
        manager.sees("Patient and public involvement")
        manager.acts(
            "Set the scope", {"Settlement: in what way": "Checks what is due; the trust pays."}, choices=["Performance management", "Settlement"]
        )
        manager.acts("Offer the contract")
        manager.sees("Both parties have been asked to sign.")
    manager.looks_by_phone()


def both_parties_sign(town: Town) -> None:
    """The same terms, each for its own organisation; the second signature concludes the contract."""
    manager = town.person("contracts@hillingdon.example")
    for title, winner in WINNERS.items():
        for signatory in (manager, town.person(f"bids@{winner}.example")):
            signatory.goes_to(contract_for(title).get_absolute_url())
            signatory.acts(
                "Sign the contract",
                {"In what capacity do you sign?": "With delegated authority"},
                choices=["I sign these terms for my organisation"],
            )
        signatory.sees("Concluded")
        assert contract_for(title).signed_at


def everybody_reads_the_register(town: Town) -> None:
    """What was agreed, what is retained, and that the trust remains the statutory body."""
    anybody = town.stranger()
    anybody.goes_to("/contracts/")
    anybody.sees(RESULTS)
    anybody.looks_by_phone()
    anybody.follows(ACUTE)
    anybody.sees("Hillingdon PCT remains the statutory body.")
    for retained in ("Patient and public involvement", "Emergency planning", "Handling of contracts"):
        anybody.sees(retained)
    anybody.looks_by_phone()
    anybody.follows("Hillingdon PCT")
    anybody.sees("Settlement")
    for address in ("/search/?q=acute", "/organisations/", "/accessibility/", "/privacy/", "/how-we-keep-bids-safe/", "/api/"):
        anybody.goes_to(address)
    anybody.page.context.close()


def everybody_finds_what_is_theirs(town: Town) -> None:
    """The lead's calendar, letters and trail."""
    lead = town.person("lead@hillingdon.example")
    for address in ("/calendar/", "/letters/", "/account/", contract_for(ACUTE).award.lot.tender.get_absolute_url()):
        lead.goes_to(address)
    lead.follows("Everything that happened")
    lead.looks_by_phone()


def every_chain_holds() -> None:
    """The trail of the whole story."""
    said = StringIO()
    call_command("verify_trail", stdout=said)
    assert "Every chain holds" in said.getvalue()
