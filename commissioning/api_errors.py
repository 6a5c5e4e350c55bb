"""What the acts raise, as HTTP, all in one shape."""

from django.core.exceptions import ObjectDoesNotExist
from django.core.exceptions import ValidationError as InvalidValues
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions

from commissioning.refusals import Gone, Refused


class NotNow(exceptions.APIException):
    """The rules do not allow the act at this moment."""

    status_code = 409
    default_code = "refused"


class ChangedMeanwhile(exceptions.APIException):
    """Somebody else changed the record since the caller read it."""

    status_code = 412
    default_code = "changed_meanwhile"


class RefusalsAsErrors(ExceptionHandler):
    """Turns what the acts raise into HTTP, all in one shape."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Refused is 409, a stale copy 412, wrong values 400, an unknown record 404."""
        if isinstance(exc, Gone):
            return ChangedMeanwhile(str(exc))
        if isinstance(exc, Refused):
            return NotNow(str(exc))
        if isinstance(exc, ObjectDoesNotExist):
            return exceptions.NotFound()
        if isinstance(exc, InvalidValues):
            return exceptions.ValidationError(exc.message_dict if hasattr(exc, "error_dict") else {"non_field_errors": exc.messages})
        return super().convert_known_exceptions(exc)
