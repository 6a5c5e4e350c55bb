"""What a page says to its reader."""

import re


def words(response):
    """All of it, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))
