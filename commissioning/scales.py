"""What scores mean in words: a scale is a text with a line for each score, the lowest first."""

PUBLISHED_SCALE = """\
Unacceptable: there is no answer, or it does not meet the requirement at all.
Poor: it leaves major doubts whether the requirement would be met.
Weak: it leaves some doubts whether the requirement would be met.
Acceptable: it shows that the requirement would be met.
Good: it shows with evidence that the requirement would be met in full.
Excellent: it shows with strong evidence that more than the requirement would be met."""


def meanings(scale: str) -> list[str]:
    """What each score means, from 0 upwards; nothing if the scale says nothing."""
    return [line.strip() for line in scale.splitlines() if line.strip()]


def fault_of(scale: str, max_score: int) -> str:
    """What is wrong with the scale for scores from 0 to `max_score`, as a sentence; empty if nothing is."""
    given, needed = len(meanings(scale)), max_score + 1
    return "" if given == needed else f"say on a line each what the scores 0 to {max_score} mean: there are {given} lines, and {needed} are needed."
