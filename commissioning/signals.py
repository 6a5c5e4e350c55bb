"""News that the ground hands up, sent inside the act's transaction so that a failing listener undoes the act."""

from django.dispatch import Signal

# Sent with `membership` (a Membership that has ended), `by` and `at`.
membership_ended = Signal()
