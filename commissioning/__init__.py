"""The ground floor: who we are, who may act, what time it is, and what happened."""

from commissioning.celery import app as celery_app

__all__ = ["celery_app"]
