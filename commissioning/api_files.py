"""Files in the API: how one is sent, and how it is named in an address."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

A_DOCUMENT = "(?P<document>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"


class UploadBody(serializers.Serializer):
    """One file."""

    file = serializers.FileField(use_url=False)


class AnswerUploadBody(UploadBody):
    """One file, and the question that it answers, if any."""

    question = serializers.UUIDField(required=False)


def uploaded(request: Request, shape: type[UploadBody] = UploadBody) -> dict[str, Any]:
    """What came in a multipart body; a 400 that names the file if there is none."""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    read: dict[str, Any] = body.validated_data
    return read
