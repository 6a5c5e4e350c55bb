"""News that procurement hands up, sent inside the act's transaction so that a failing listener undoes the act."""

from django.dispatch import Signal

# Sent with `award` (a confirmed Award), `by` and `at`.
award_confirmed = Signal()
