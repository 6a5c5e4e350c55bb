"""What an application's receipt says."""

from typing import Any

from commissioning.proof import Words

KIND = "receipt for an application"


def in_words(content: dict[str, Any]) -> Words:
    """To what framework and round, and whose application it was."""
    return [
        ("Framework", f"{content['framework']['title']} ({content['framework']['reference']})"),
        ("Round", str(content["round"]["title"])),
        ("Applicant", str(content["supplier"]["name"])),
    ]
