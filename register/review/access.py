"""Who may decide: whoever has the link that was printed at the start, on this machine, in our own forms.

Another site that is open in the browser can neither read these pages nor send a form to them: names for this machine
other than its own are refused, the cookie is not sent on behalf of another site, and each form carries a value that
only a page of ours can hold. Other ports of this machine count as the same site, so the origin is checked, too.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse

from register.addresses import path, query
from register.desk import desk

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The first step of the addresses of these pages.
HOME = "review"
TOKEN = "token"  # noqa: S105 - the name of a parameter
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
# Nothing of these pages is kept by the browser. They say their origin to themselves, by which forms are known.
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


class Access:
    """The secrets of one start: the token of the link, the session that it is exchanged for, and the key of seals."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.names = LOCAL_NAMES | {host.lower()}
        self._token = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        self._key = secrets.token_bytes(32)

    def link(self, address: str, root: str = "") -> str:
        """The link to print, once, for the register at this address, whose pages are below `root`."""
        return query(address + path(HOME, root=root), **{TOKEN: self._token})

    def has_token(self, said: str) -> bool:
        """Whether it is the token."""
        return _same(said, self._token)

    def is_admitted(self, request: Request) -> bool:
        """Whether the browser has the session."""
        return _same(request.cookies.get(_cookie(request), ""), self._session)

    def admit(self, request: Request, response: Response) -> None:
        """Give the browser the session, until it is closed."""
        below = desk(request).path(HOME)
        response.set_cookie(_cookie(request), self._session, path=below, httponly=True, samesite="strict")

    def seal(self, *parts: str | None) -> str:
        """A value that only our own pages can hold, for a form about these parts."""
        said = "\0".join(part or "" for part in parts)
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()

    def is_sealed(self, seal: str, *parts: str | None) -> bool:
        """Whether it is the seal of these parts."""
        return _same(seal, self.seal(*parts))


class Door:
    """Around each page of the review: it lets nobody in without the session, and no form that is not ours."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive)
        if (answer := self._answer(request)) is not None:
            await answer(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, marked)

    def _answer(self, request: Request) -> Response | None:
        """A refusal, or what exchanges the token; None where the page itself answers."""
        if _name(request) not in self.access.names:
            return _refused(request, "review_elsewhere", HTTPStatus.MISDIRECTED_REQUEST)
        if (token := request.query_params.get(TOKEN)) is not None:
            if not self.access.has_token(token):
                return _refused(request, "review_closed", HTTPStatus.FORBIDDEN)
            # The address without the token, so that it is neither seen nor kept by the browser.
            answer = RedirectResponse(desk(request).path(HOME), HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
            self.access.admit(request, answer)
            return answer
        if not self.access.is_admitted(request):
            return _refused(request, "review_closed", HTTPStatus.FORBIDDEN)
        if request.method == "POST" and not _is_ours(request.headers):
            return _refused(request, "review_foreign", HTTPStatus.FORBIDDEN)
        return None


def _is_ours(headers: Headers) -> bool:
    """Whether a form was sent by a page of this very address; each browser says so when it sends one."""
    is_same_origin = headers.get("origin") == f"http://{headers.get('host')}"
    return is_same_origin and headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _refused(request: Request, what: str, status: HTTPStatus) -> Response:
    answer = desk(request).page("trouble.html.j2", status=status, what=what)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _same(said: str, known: str) -> bool:
    return hmac.compare_digest(said.encode(), known.encode())


def _name(request: Request) -> str:
    name, colon, port = request.headers.get("host", "").lower().rpartition(":")
    return name if colon and port.isdecimal() else request.headers.get("host", "").lower()


def _cookie(request: Request) -> str:
    """Cookies do not know ports, and there may be a register for each of several homes."""
    port = request.headers.get("host", "").rpartition(":")[2]
    return f"review-{port}" if port.isdecimal() and port.isascii() else "review"
