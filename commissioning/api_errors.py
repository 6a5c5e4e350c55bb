"""What the acts raise, as HTTP, all in one shape."""

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.core.exceptions import ValidationError as InvalidValues
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions

from commissioning.api_parsers import TooBig
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
        """Refused is 409, a stale copy 412, wrong values 400 (a file too big 413, of a wrong kind 415), an unknown record 404."""
        if isinstance(exc, Gone):
            return ChangedMeanwhile(str(exc))
        if isinstance(exc, Refused):
            return NotNow(str(exc))
        if isinstance(exc, RequestDataTooBig):
            return TooBig()
        if isinstance(exc, ObjectDoesNotExist):
            return exceptions.NotFound()
        if isinstance(exc, InvalidValues):
            wrong = exceptions.ValidationError(exc.message_dict if hasattr(exc, "error_dict") else {"non_field_errors": exc.messages})
            wrong.status_code = getattr(exc, "status", wrong.status_code)
            return wrong
        return super().convert_known_exceptions(exc)
