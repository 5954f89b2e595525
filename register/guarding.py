"""What keeps readers and the machine safe: headers, limits of a request, and failures that say what they are.

Everything shown comes from outside. Templates escape it; and should one not, the policy lets no script or style run
that is not a file of ours, and nothing be fetched from elsewhere.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from register.addresses import inner_path, on_this_host
from register.api.problems import problem
from register.desk import BusyError, desk
from warehouse.model import LargeQueryError, SlowQueryError, WarehouseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
ADDRESS_CHARACTERS = 4_000
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
RETRY_SECONDS = "5"
# Where programs ask, who want errors in the form that the API has.
_API = "/api/"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Around the application: the headers of every answer, and the limits of every request.

    `forms` are the paths within the register to which a form may be sent, beside the `methods` that all paths have.
    """

    def __init__(
        self, app: ASGIApp, methods: frozenset[str], hosts: frozenset[str], forms: frozenset[str] = frozenset()
    ) -> None:
        self.app, self.methods, self.hosts, self.forms = app, methods, hosts, forms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self.app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        # Another site could lead a name of its own to this machine, and its scripts would then read the pages.
        if _name(Headers(scope=scope).get("host", "")) not in self.hosts:
            words = "The register is not available under this name; MANDATES_REGISTER_URL or --name allows it."
            return _refused(scope, HTTPStatus.MISDIRECTED_REQUEST, words)
        if len(scope["raw_path"]) + len(scope["query_string"]) > ADDRESS_CHARACTERS:
            return _refused(scope, HTTPStatus.REQUEST_URI_TOO_LONG, "The address is too long.")
        is_form = scope["method"] == "POST" and inner_path(scope) in self.forms
        if scope["method"] not in self.methods and not is_form:
            allowed = ", ".join(sorted(self.methods))
            return _refused(scope, HTTPStatus.METHOD_NOT_ALLOWED, "The register is read-only.", {"Allow": allowed})
        return None


def _refused(scope: Scope, status: HTTPStatus, words: str, headers: Mapping[str, str] | None = None) -> Response:
    """A sentence, in the form in which the API has its errors where a program asks."""
    if inner_path(scope).startswith(_API):
        return problem(status, status.phrase, words, headers)
    return PlainTextResponse(f"{words}\n", status, headers)


async def not_found(request: Request, error: Exception) -> Response:
    """A page that does not exist, or any other refusal by a page."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    asked = inner_path(request.scope)
    if asked.startswith(_API):
        # A path with a line break leads nowhere, so not to the API, either.
        return problem(status, HTTPStatus(status).phrase, "There is nothing at this address.")
    if status == HTTPStatus.NOT_FOUND and asked.endswith("/") and asked.strip("/"):
        itself = on_this_host(request.scope["path"].rstrip("/"))
        there = f"{itself}?{request.url.query}" if request.url.query else itself
        return RedirectResponse(there, HTTPStatus.TEMPORARY_REDIRECT)
    return _trouble(request, "not_found" if status == HTTPStatus.NOT_FOUND else "refused", status)


async def busy(request: Request, error: Exception) -> Response:
    """A question that took too long, or could not begin in time."""
    log.warning("%s: %s", request.url.path, error or type(error).__name__)
    response = _trouble(
        request, "slow" if isinstance(error, SlowQueryError) else "busy", HTTPStatus.SERVICE_UNAVAILABLE
    )
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


async def too_large(request: Request, error: Exception) -> Response:
    """A question that needs more memory than the register lets DuckDB have."""
    log.warning("%s: %s", request.url.path, error)
    return _trouble(request, "large", HTTPStatus.SERVICE_UNAVAILABLE)


async def unreadable(request: Request, error: Exception) -> Response:
    """No snapshot yet, or one that cannot be read: the log has the reason, with its path."""
    log.warning("%s: %s", request.url.path, error)
    missing = request.app.state.office.looking.identity() is None
    response = _trouble(request, "empty" if missing else "unreadable", HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


class Mistakes:
    """A mistake of ours is logged with its traceback, and answered with a page, which the guard gives its headers.

    Starlette would answer it outside of the guard.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception:
            if begun or scope["type"] != "http":
                raise
            log.exception("%s: internal error, please report it", scope["path"])
            page = _trouble(Request(scope), "broken", HTTPStatus.INTERNAL_SERVER_ERROR)
            await page(scope, receive, send)


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


def _trouble(request: Request, what: str, status: int) -> Response:
    return desk(request).page("trouble.html.j2", status=status, what=what)


HANDLERS = {
    HTTPException: not_found,
    SlowQueryError: busy,
    BusyError: busy,
    LargeQueryError: too_large,
    WarehouseError: unreadable,
}
