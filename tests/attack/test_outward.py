"""Machines that are asked try to send us elsewhere, with the token in our hands."""

from __future__ import annotations

import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fairdue.foundation import outward
from fairdue.invoicing.channels import access_point

pytestmark = pytest.mark.no_database


class Pointer(BaseHTTPRequestHandler):
    """Answers `/documents` with a way to `/stolen`, and notes who came there with what."""

    status = 302
    seen: list[tuple[str, str]] = []

    def _answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        Pointer.seen.append((self.path, self.headers.get("Authorization", "")))
        self.send_response(Pointer.status if self.path == "/documents" else 200)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/stolen")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = _answer  # noqa: N815 - names of the standard library

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def pointer(monkeypatch):
    Pointer.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pointer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("FAIRDUE_ACCESS_POINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("FAIRDUE_ACCESS_POINT_TOKEN", "the token")
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_access_point_sends_the_token_nowhere_else(pointer, monkeypatch, status):
    monkeypatch.setattr(Pointer, "status", status)
    with pytest.raises(access_point.AwayError, match=str(status)):
        access_point.submit("d", "a", "b", b"<x/>")
    assert Pointer.seen == [("/documents", "Bearer the token")]


def test_a_question_stays_where_it_was_asked(pointer):
    with pytest.raises(urllib.error.HTTPError) as told:
        outward.ask(urllib.request.Request(f"{pointer}/documents"), 5)
    told.value.close()
    assert [path for path, _ in Pointer.seen] == ["/documents"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://169.254.169.254", "http://127.0.0.1.evil.example"]
)
def test_an_access_point_is_https_or_this_machine(monkeypatch, url):
    monkeypatch.setenv("FAIRDUE_ACCESS_POINT_URL", url)
    assert access_point.address() == ""
