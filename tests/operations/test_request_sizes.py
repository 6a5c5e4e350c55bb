"""A server that is really listening refuses what is too big from its head alone, and writes none of it to a disk."""

import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.operations.conftest import Up, wait_for

FORM = "Content-Type: multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="bid.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n'


@pytest.fixture
def web(start, settled_var: Path, port: int, tmp_path: Path) -> Iterator[Up]:
    """The web server alone, whose temporary files lie in a folder of its own."""
    (tmp_path / "spool").mkdir()
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class=gthread", "--threads=2", f"--bind=127.0.0.1:{port}"]
    up = start([*command, "commissioning.wsgi"], VAR=str(settled_var), TMPDIR=str(tmp_path / "spool"))
    wait_for(lambda: "Booting worker" in up.said(), 60, up.said)
    return up


def answer(port: int, path: str, *headers: str, body: bytes = b"") -> str:
    """What comes back to a request of which no more is sent than this."""
    head = "\r\n".join([f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close", FORM, *headers, "", ""])
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall(head.encode() + body)
        return connection.makefile("rb").read().decode()


def test_a_stranger_who_announces_gigabytes_is_answered_before_sending_them(web: Up, port: int, tmp_path: Path) -> None:
    huge = f"Content-Length: {10 * 1024**3}"
    for path, headers in (
        ("/account/login/", []),
        ("/receipts/check/", ["Cookie: sessionid=made-up"]),
        ("/nowhere/", ["Authorization: Token made-up"]),
    ):
        said = answer(port, path, huge, *headers, body=PART)
        assert said.startswith("HTTP/1.1 413 "), (path, said[:200])
        assert "larger than 1 MB" in said
    said = answer(port, "/api/v1/tenders/", huge, "Authorization: Token made-up")
    assert said.startswith("HTTP/1.1 413 ")
    assert '"detail": "This is larger than 105 MB' in said
    assert not list((tmp_path / "spool").iterdir())


def test_a_body_that_does_not_say_how_long_it_is_is_not_read(web: Up, port: int, tmp_path: Path) -> None:
    for path, shape in (("/account/login/", "The length of what you sent is missing"), ("/api/v1/tenders/", '"code": "length_required"')):
        said = answer(port, path, "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n" % (len(PART), PART))
        assert said.startswith("HTTP/1.1 411 "), said[:200]
        assert shape in said
    with pytest.raises(OSError, match=r"reset|pipe"):
        pour(port, megabytes=800)
    assert not list((tmp_path / "spool").iterdir())


def pour(port: int, megabytes: int) -> None:
    """Sends a body of unknown length until the other side hangs up, or all of it is gone."""
    head = f"POST /account/login/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall(head.encode())
        for _ in range(megabytes):
            connection.sendall(b"100000\r\n" + bytes(0x100000) + b"\r\n")
