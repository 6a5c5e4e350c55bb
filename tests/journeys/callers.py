"""Programs that call the API, each with somebody's token; what they must get is said with each call."""

from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from rest_framework.test import APIClient


class Caller:
    """A program that acts for the person of this address, or without one for nobody."""

    def __init__(self, email: str = "") -> None:
        self.client = APIClient()
        if email:
            printed = StringIO()
            call_command("api_token", email, stdout=printed)
            self.client.credentials(HTTP_AUTHORIZATION=f"Token {printed.getvalue().strip()}")

    def reads(self, address: str, *, status: int = 200, **narrowed: Any) -> Any:
        """What is at an address below `/api/v1/`."""
        return self._answer(self.client.get(f"/api/v1/{address}", narrowed), status)

    def finds(self, plural: str, **narrowed: Any) -> list[Any]:
        """The records that the caller may see."""
        found: list[Any] = self.reads(f"{plural}/", **narrowed)["results"]
        return found

    def finds_one(self, plural: str, **narrowed: Any) -> Any:
        """The one record that the caller may see."""
        (found,) = self.finds(plural, **narrowed)
        return found

    def sends(self, address: str, body: dict[str, Any] | None = None, *, status: int = 200, key: str = "") -> Any:
        """Carry an act out."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._answer(self.client.post(f"/api/v1/{address}", body or {}, format="json", headers=headers), status)

    def makes(self, address: str, body: dict[str, Any] | None = None) -> Any:
        """Bring a record about."""
        return self.sends(address, body, status=201)

    def is_refused(self, address: str, body: dict[str, Any] | None = None, *, status: int = 409, key: str = "") -> str:
        """Why an act was not carried out, in the one shape of all errors."""
        errors: list[Any] = self.sends(address, body, status=status, key=key)["errors"]
        assert all(error.keys() == {"code", "detail", "attr"} for error in errors)
        return " ".join(error["detail"] for error in errors)

    def hands_over(self, address: str, name: str, content: bytes) -> Any:
        """Send a file."""
        return self._answer(self.client.post(f"/api/v1/{address}", {"file": SimpleUploadedFile(name, content)}, format="multipart"), 200)

    def downloads(self, address: str) -> bytes:
        """The bytes at an address."""
        response = self.client.get(f"/api/v1/{address}")
        assert response.status_code == 200
        return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]

    def _answer(self, response: Any, status: int) -> Any:
        assert response.status_code == status, f"{response.status_code}: {response.content.decode()[:2000]}"
        return response.json()
