"""News that the suppliers' floor hands up, sent inside the act's transaction so that a failing listener undoes the act."""

from django.dispatch import Signal

# Sent with `listing`, `event` (a consequences.Event), `until` (when a suspension ends; None for any other event), `detail` (a sentence
# that says more of the event, or nothing), `by` and `at`.
listing_changed = Signal()
