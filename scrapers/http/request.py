"""A request: an address and the terms on which it is asked, with headers of the source's own and a body to post.

The headers may hold a key. So they go nowhere else: not to a host that a link or a redirect leads to, and never from an
https address down to http. What the environment holds is looked up when a request is made, and kept nowhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from config.source_requests import VARIABLE
from scrapers.http import urls
from scrapers.http.validators import conditions
from scrapers.publication import RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from config.source_answers import Accept, Missing
    from config.source_blocks import Policy
    from config.source_requests import Post
    from scrapers.publication import Validators

_VALUE = re.compile(r"[\x20-\x7e]{1,8000}")
# Shorter than this, the value of a variable is a word that may stand anywhere ("en").
_SHORTEST_SECRET = 6
# After these redirects a body is sent again; after the others a browser goes on with GET (RFC 9110, 15.4).
_KEEP_THE_BODY = frozenset((307, 308))


@dataclass(frozen=True, slots=True)
class OwnHeaders:
    """The headers of a source as they are configured, and the origins (scheme, host) that get them."""

    written: Mapping[str, str] = field(repr=False)
    origins: frozenset[tuple[str, str]]

    @staticmethod
    def of(written: Mapping[str, str], addresses: Collection[str], aliases: Collection[str] = ()) -> OwnHeaders:
        """The headers for the hosts of a source's own addresses, and for other names of these hosts."""
        schemes = {urlsplit(url).scheme for url in addresses}
        hosts = {*map(urls.host_of, addresses), *map(urls.ascii_host, aliases)}
        # From http a publisher may redirect to https, not the other way.
        schemes |= {"https"}
        return OwnHeaders(written, frozenset((scheme, host) for scheme in schemes for host in hosts))

    def at(self, url: str) -> dict[str, str]:
        """The headers for an address, with the values of their variables; none for a host that is not the source's own.

        Raises:
            RefusedError: a variable is not set, or its value cannot be sent.
        """
        if not self.written or (urlsplit(url).scheme, urls.host_of(url)) not in self.origins:
            return {}
        return {name: _with_variables(name, value) for name, value in self.written.items()}

    def hidden(self, words: str) -> str:
        """Words without the values of the variables, should a publisher repeat them."""
        for value in self.written.values():
            for name in VARIABLE.findall(value):
                secret = os.environ.get(name, "").strip()
                if len(secret) >= _SHORTEST_SECRET:
                    words = words.replace(secret, "…")
        return words


def _with_variables(header: str, written: str) -> str:
    def value_of(found: re.Match[str]) -> str:
        value = os.environ.get(found[1], "").strip()
        if not value:
            raise RefusedError(f"the header {header} needs the environment variable {found[1]}, which is not set")
        if not _VALUE.fullmatch(value):
            raise RefusedError(f"the environment variable {found[1]} must hold one line of printable ASCII")
        return value

    return VARIABLE.sub(value_of, written)


@dataclass(frozen=True, slots=True)
class Body:
    """What is posted, and its media type."""

    content: bytes
    media_type: str

    @property
    def words(self) -> str:
        """It as text."""
        return self.content.decode("utf-8", errors="replace")

    @property
    def name(self) -> str:
        """What tells it from another body for the same address: a short hash."""
        return hashlib.sha256(self.content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, and on which terms; see `Fetcher.get`."""

    url: str
    policy: Policy
    accept: Accept
    validators: Validators | None = None
    missing: Missing | None = None
    hosts: frozenset[str] | None = None
    headers: OwnHeaders | None = None
    post: Body | None = None

    @property
    def own_headers(self) -> dict[str, str]:
        """The headers for its address, with the conditions and what a body needs."""
        own = self.headers.at(self.url) if self.headers is not None else {}
        body = {"Content-Type": self.post.media_type} if self.post is not None else {}
        return own | body | conditions(self.validators)

    def led_to(self, url: str, status: int) -> Request:
        """The same after a redirect.

        Raises:
            RefusedError: a body would go to another host.
        """
        if self.post is None:
            return replace(self, url=url)
        if status not in _KEEP_THE_BODY:
            return replace(self, url=url, post=None)
        if (urlsplit(url).scheme, urlsplit(url).netloc) != (urlsplit(self.url).scheme, urlsplit(self.url).netloc):
            raise RefusedError("a POST was redirected to another host", url=urls.public(self.url))
        return replace(self, url=url)


def named(url: str, body: Body | None) -> str:
    """What a request is remembered by: its address without keys, and which body was posted there."""
    return urls.public(url) + (f" POST {body.name}" if body is not None else "")


def body_of(post: Post, page: int | None) -> Body:
    """A body as it is sent, with the number of the page in the place of `{page}`."""
    if post.json_body is not None:
        words = json.dumps(_paged(post.json_body, page), ensure_ascii=False)
        return Body(words.encode("utf-8", errors="replace"), "application/json")
    if post.form is not None:
        pairs = {name: _paged_words(value, page) for name, value in post.form.items()}
        return Body(urlencode(pairs).encode(), "application/x-www-form-urlencoded")
    return Body(
        _paged_words(post.text or "", page).encode("utf-8", errors="replace"), post.type or "text/plain; charset=utf-8"
    )


def _paged(value: Any, page: int | None) -> Any:
    if isinstance(value, str):
        # An interface that counts wants a number, not "50".
        return page if value == "{page}" and page is not None else _paged_words(value, page)
    if isinstance(value, dict):
        return {key: _paged(each, page) for key, each in value.items()}
    return [_paged(each, page) for each in value] if isinstance(value, list) else value


def _paged_words(words: str, page: int | None) -> str:
    return words if page is None else words.replace("{page}", str(page))
