"""Plain HTTP over what a site has at its addresses: validators, 304, HEAD, faults, and a record of what was asked."""

from __future__ import annotations

import hashlib
import socket
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol

from demo import faults, pages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; `target` is the path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is at an address; `changed` becomes Last-Modified. An empty body has no validators."""

    body: bytes
    media_type: str
    changed: datetime
    status: int = 200

    @property
    def etag(self) -> str:
        """Strong: the same for the same bytes only."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class Served(Protocol):
    """What can be served."""

    requests: list[Request]

    def answer(self, target: str) -> Answer:
        """What is at an address."""

    def fault_at(self, target: str) -> str | None:
        """How that address fails, if it does."""


class Server(ThreadingHTTPServer):
    """A thread for each connection; all end with the server."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], site: Served) -> None:
        self.site = site
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection as open."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Note the connection as ended."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients of a test site hang up when they have seen enough."""

    def end_connections(self) -> None:
        """End kept-alive connections, whose threads would otherwise wait for a next request."""
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "example"
    sys_version = ""
    # Head and body leave together: written apart, each answer waits 40 ms for the client's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        site = self.server.site
        site.requests.append(Request(self.command, self.path, dict(self.headers.items())))
        kind = site.fault_at(self.path)
        if kind:
            self._fail(kind)
            return
        self._send(site.answer(self.path))

    do_HEAD = do_GET  # noqa: N815 - the name http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives
        """Keep quiet."""

    def _fail(self, kind: str) -> None:
        self.close_connection = True
        with suppress(OSError):
            for piece in faults.wire(kind, self.path):
                self.wfile.write(piece)
                self.wfile.flush()

    def _send(self, answer: Answer) -> None:
        validated = answer.status == HTTPStatus.OK and answer.body
        if validated and self._is_known(answer):
            self.send_response(HTTPStatus.NOT_MODIFIED)
        else:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
        if validated:
            self.send_header("ETag", answer.etag)
            self.send_header("Last-Modified", pages.http_date(answer.changed))
        self.end_headers()
        if self.command != "HEAD" and not (validated and self._is_known(answer)):
            self.wfile.write(answer.body)

    def _is_known(self, answer: Answer) -> bool:
        """Whether the client has these bytes; an ETag counts before a date (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return answer.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")} or tags.strip() == "*"
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and answer.changed <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False
