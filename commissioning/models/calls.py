"""Calls of the API that must not be carried out twice."""

from django.conf import settings
from django.db import models


class ApiCall(models.Model):
    """That a call with an Idempotency-Key was carried out, and its status; what it was answered is not kept, for it may yet be withdrawn."""

    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False)
    key = models.CharField(max_length=100, editable=False)
    request_hash = models.CharField(max_length=64, editable=False)
    status = models.PositiveSmallIntegerField(default=0, editable=False)
    at = models.DateTimeField(editable=False, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_call_per_caller_and_key")]

    def __str__(self) -> str:
        return f"{self.caller_id} {self.key}"
