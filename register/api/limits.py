"""What a request may be: an address of bounded length, and a question rather than a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from register.api.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A query with every filter given several times has some 2,000 characters.
MOST_CHARACTERS = 4_000


class Limits:
    """Refuses long addresses, and answers HEAD as GET without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif len(scope["query_string"]) + len(scope.get("raw_path") or b"") > MOST_CHARACTERS:
            words = f"The address has more than {MOST_CHARACTERS:,} characters. Ask for less at a time."
            await problem(414, "URI Too Long", words)(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, _without_body(send))
        else:
            await self._app(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sent
