"""The addresses of the pages, which begin with the path of the public address where that has one.

A proxy that shows the register below https://example.org/mandates/ may take that path away from the requests that it
passes on, or leave it there; and on this machine people ask without it. All of them get the same page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from starlette.routing import Match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

    from config.settings import Settings

_IN_PATHS = "/:@!$&'()*+,;=~"


def root_of(settings: Settings) -> str:
    """The path of the public address, as /mandates, without escapes; empty where the register has a host of its own."""
    return unquote(urlsplit(settings.register_url or "").path)


def path(*steps: str, root: str = "") -> str:
    """The address of one of our pages: `path("bodies", "UN/GA")` is /bodies/UN%2FGA."""
    return quote(root) + "/" + "/".join(quote(step, safe=":") for step in steps)


def query(base: str, **values: Any) -> str:
    """An address with what is asked for; nothing and empty values are left out."""
    given = {name: value for name, value in values.items() if value not in (None, "", [], ())}
    return f"{base}?{urlencode(given, doseq=True)}" if given else base


def same_page(request: Request, **changed: Any) -> str:
    """The address of this page with some of its parameters changed; None removes one."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changed]
    more = [(name, str(value)) for name, value in changed.items() if value is not None]
    asked, itself = urlencode(kept + more), on_this_host(request.scope["path"])
    return f"{itself}?{asked}" if asked else itself


def on_this_host(asked: str) -> str:
    """The address of a path that was asked for. With two slashes in front, it would begin with the name of a host."""
    return "/" + quote(asked.lstrip("/"), safe=_IN_PATHS)


def inner_path(scope: Scope) -> str:
    """The path that a request asks for within the register."""
    asked: str = scope["path"]
    # What is mounted has a root of its own, and the one of the whole under another name.
    return asked.removeprefix(scope.get("app_root_path", scope.get("root_path", "")))


class Rooted:
    """Around the application: the requests that it gets have its root in their path, whatever a proxy took away."""

    def __init__(self, app: ASGIApp, root: str, routes: Sequence[BaseRoute]) -> None:
        self.app, self.root, self.routes = app, root, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and self.root:
            scope = {**scope, "root_path": self.root, "path": self.root + self._inner(scope["path"])}
        await self.app(scope, receive, send)

    def _inner(self, asked: str) -> str:
        if asked != self.root and not asked.startswith(f"{self.root}/"):
            return asked
        rest = asked.removeprefix(self.root) or "/"
        # Where the root is /mandates, /mandates/KEY is a mandate, because there is no page /KEY.
        return asked if self._has(asked) and not self._has(rest.rstrip("/") or "/") else rest

    def _has(self, asked: str) -> bool:
        scope = {"type": "http", "method": "GET", "path": asked}
        return any(route.matches(scope)[0] is Match.FULL for route in self.routes)
