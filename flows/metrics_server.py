"""The metrics over HTTP, on this machine only: a proxy with authentication is what may show them to others."""

from __future__ import annotations

import logging
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from config.strict_yaml import ConfigError
from flows.metrics import CONTENT_TYPE, exposition
from warehouse.model import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.settings import Settings

log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
# Of one request, so that one who says nothing does not keep a thread.
PATIENCE = 10.0


class ServingError(Exception):
    """The port cannot be listened at: another program does, or this user may not."""


def serve(settings: Settings, port: int, *, ready: Callable[[str], None]) -> None:
    """Answer until the process is stopped; `ready` is called with the address (port 0 takes a free one).

    Raises:
        ServingError: the port cannot be listened at.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE
        server_version = "mandates"
        sys_version = ""

        def do_GET(self) -> None:
            """The metrics, and nothing else."""
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(HTTPStatus.NOT_FOUND, "the metrics are at /metrics")
                return
            try:
                body = exposition(settings).encode()
            except (ConfigError, WarehouseError) as error:
                log.warning("no metrics: %s", error)
                self.send_error(HTTPStatus.SERVICE_UNAVAILABLE, "see the log of mandates metrics")
                return
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """A line for each request would drown what matters."""
            log.debug(format, *args)

    try:
        server = ThreadingHTTPServer((LOOPBACK, port), Handler)
    except OSError as error:
        raise ServingError(f"{LOOPBACK}:{port}: {error.strerror or error}; --serve 0 takes a free port") from error
    with server:
        ready(f"http://{LOOPBACK}:{server.server_port}/metrics")
        server.serve_forever()
