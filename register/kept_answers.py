"""Whole answers, kept until the next publication: many readers ask for what another one asked for a moment before.

An answer depends on the snapshot, the hour, the address and the language, and on nothing else of its reader. Pages for
which that is not so, such as the first one, which says what is new since the last visit, are not among those kept.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import Request

from register.addresses import inner_path
from register.desk import CERTAINTY, Certainty, language_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from register.desk import Office

KEPT_BYTES = 32_000_000
# A file of all mandates that were found would push out hundreds of pages.
ANSWER_BYTES = 1_000_000
# What an answer takes beside its body, about: its headers, its address, and its place among the others.
_BESIDE_BYTES = 2_000
# The others depend on who asks (the first page) or on files beside the snapshot (health, bulk), or cost little.
_ADDRESSES = re.compile(
    r"/(search(\.(csv|ics|atom|parquet))?|timeline|coverage|(documents|mandates|bodies|addressees)(/.*)?|"
    r"api/v1/(?!bulk\b).*)",
    re.DOTALL,
)
# Who asks in one of these ways may be answered without the whole.
_PARTLY = ("if-none-match", "if-modified-since", "range")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer with status 200: its headers and its body as they are sent."""

    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send) -> None:
        """Answer with it."""
        # A copy: what is around the application adds headers of its own.
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.body})


class Answers:
    """The answers about one edition, some megabytes of them: those that were not asked for longest go first.

    Only the thread of the event loop may use it. `found` counts the questions that one of them answered.
    """

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self.found = self.taken = 0
        self._most = most_bytes
        self._edition = ""
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, edition: str, key: Hashable) -> Kept | None:
        """What was answered; None where nobody asked it of this edition."""
        if edition != self._edition:
            self._edition, self.taken = edition, 0
            self._kept.clear()
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
        return kept

    def keep(self, edition: str, key: Hashable, kept: Kept) -> None:
        """Keep an answer, unless another edition is asked by now, or somebody else's is kept already."""
        if edition != self._edition or key in self._kept:
            return
        self._kept[key] = kept
        self.taken += _size(kept)
        while self.taken > self._most:
            _, oldest = self._kept.popitem(last=False)
            self.taken -= _size(oldest)


def _size(kept: Kept) -> int:
    return len(kept.body) + _BESIDE_BYTES


class Keeping:
    """Around the application: gives what was answered before; what several ask for at a time is worked out once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming: dict[Hashable, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if not _may_be_kept(scope):
            await self._app(scope, receive, send)
            return
        office: Office = scope["app"].state.office
        answers, edition = office.answers, _edition(office)
        key = _key(scope)
        kept = answers.get(edition, key)
        if kept is None and (coming := self._coming.get((edition, key))) is not None:
            await coming.wait()
            kept = answers.get(edition, key)
        if kept is not None:
            answers.found += 1
            await kept.send(send)
            return
        # Whoever waited for an answer that was not kept does not wait again for somebody else's.
        own = asyncio.Event()
        self._coming.setdefault((edition, key), own)
        copied = _Copied(send)
        certainty = Certainty()
        try:
            await self._app({**scope, CERTAINTY: certainty}, receive, copied.send)
            if certainty.is_sure and (whole := copied.whole()) is not None:
                answers.keep(edition, key, whole)
        finally:
            own.set()
            if self._coming.get((edition, key)) is own:
                del self._coming[edition, key]


class _Copied:
    """Sends an answer on, and keeps a copy of one that others may have, too."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._headers: list[tuple[bytes, bytes]] | None = None
        self._body = bytearray()
        self._is_whole = False

    async def send(self, message: Message) -> None:
        """A part of it."""
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            is_for_all = "set-cookie" not in headers and "no-store" not in headers.get("cache-control", "")
            if message["status"] == HTTPStatus.OK and is_for_all:
                self._headers = list(message["headers"])
        elif self._headers is not None:
            self._body += message.get("body", b"")
            self._is_whole = not message.get("more_body", False)
            if len(self._body) > ANSWER_BYTES:
                self._headers = None
                self._body.clear()
        await self._send(message)

    def whole(self) -> Kept | None:
        """The answer; None where it is not one to keep, or has not come to its end."""
        return Kept(self._headers, bytes(self._body)) if self._headers is not None and self._is_whole else None


def _may_be_kept(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    is_asked_partly = any(name in Headers(scope=scope) for name in _PARTLY)
    return not is_asked_partly and _ADDRESSES.fullmatch(inner_path(scope)) is not None


def _edition(office: Office) -> str:
    """The snapshot and the hour: states are those of a day, and how late a number is, is counted in hours."""
    return f"{office.looking.identity()} {datetime.now(UTC):%Y-%m-%dT%H}"


def _key(scope: Scope) -> Hashable:
    """The question. Addresses in answers begin as the reader's does; the language may come from the browser."""
    request = Request(scope)
    headers = request.headers
    is_compressed = "gzip" in headers.get("accept-encoding", "")
    # The path has the root of the register in it, whether a proxy took that away or not.
    where = scope["scheme"], headers.get("host"), scope["path"], scope["query_string"]
    return *where, language_of(request), is_compressed
