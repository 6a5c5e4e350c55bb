"""The worker and beat: they announce what is due, and no rule waits for them."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["folder"] = "commissioning.folder_queue:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commissioning.settings")
app = Celery("commissioning")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
