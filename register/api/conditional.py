"""Conditional requests: an answer is the same for as long as the snapshot, the day and the program are.

So its ETag is known before anything is looked up, and a client that has the answer already costs no query.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from register.api.asking import desk_of

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

# Whoever has an answer asks each time whether it still holds, which is cheap.
CACHING = "private, no-cache"
_PROGRAM = version("mandate-monitor")


class NotModifiedError(Exception):
    """The client has the answer already."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


async def conditional(request: Request, response: Response) -> None:
    """Give the answer its ETag, or end the request where the client has that answer.

    The tag is a weak one: the server may compress what it tags.
    """
    # Whatever is asked from here on sees this snapshot or a newer one.
    published = desk_of(request).office.looking.identity()
    if published is None:
        return
    etag = etag_of(published, request)
    if etag in {each.strip() for each in request.headers.get("if-none-match", "").split(",")}:
        raise NotModifiedError(etag)
    response.headers.update({"ETag": etag, "Cache-Control": CACHING})


async def ask_ledger(request: Request, response: Response, function: Callable[..., Answer], *arguments: Any) -> Answer:
    """What `function(home, …)` finds in the ledger of today; raises as `Desk.ask`.

    The answer has no tag where it may be one of the snapshot before: nobody may keep it as that of this one.
    """
    desk = desk_of(request)
    found = await desk.ask(function, desk.settings.home, *arguments)
    if not desk.certainty.is_sure:
        if "ETag" in response.headers:
            del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return found


async def not_modified(_request: Request, error: Exception) -> Response:
    """The answer without a body."""
    assert isinstance(error, NotModifiedError)  # noqa: S101 - starlette hands a handler only errors of its class
    return Response(status_code=304, headers={"ETag": error.etag, "Cache-Control": CACHING})


def etag_of(published: str, request: Request) -> str:
    """The tag of what this address gives today, of this snapshot.

    The address is part of it, so that a tag is never taken for that of an address which gives an error.
    """
    # States are those of a day in UTC, and how late a number is, is counted in hours.
    now = datetime.now(UTC)
    time = f"{now:%Y-%m-%dT%H}" if request.url.path.endswith("/coverage") else f"{now:%Y-%m-%d}"
    known = (published, time, _PROGRAM, request.url.path, request.url.query)
    return f'W/"{hashlib.sha256(repr(known).encode()).hexdigest()[:24]}"'
