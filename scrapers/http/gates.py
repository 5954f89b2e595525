"""Pages that come in the place of what was asked for: bot checks, log-in pages, error pages, viewers, maintenance.

They come with any status, 200 too. How each is recognised is data: `gates.yaml`, whose head explains the evidence.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["gate", "login", "error", "not-found", "viewer", "maintenance", "parked"]

SIGNATURES = Path(__file__).parent / "gates.yaml"
# So much of a page is looked at: pages of this sort are short, and what marks them is at their beginning.
LOOKED_AT = 200_000
# A page with more visible text than this is a document, unless a signature says otherwise.
LONGEST = 1_000
# Servers that cannot send a page send a line: "Service Unavailable".
LONGEST_LINE = 300
# What feeds, catalogues and site maps begin with: their titles are not the titles of pages.
_DATA = re.compile(
    r"\s*(?:<\?[^>]*>\s*|<!--[^>]*>\s*)*<(?:\w+:)?(?:rss|feed|rdf|oai-pmh|opml|urlset|collection|record)\b"
)
_TITLE = re.compile(r"<title[^<>]*>([^<]{1,500})", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|–—·»-]\s+|\|")
# Each alternative takes what it began, to the end of the page if need be: the pattern stays linear.
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|svg|title)\b.*?(?:</\1[^<>]*>?|\Z)|<[^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_QUOTES = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{LEFT SINGLE QUOTATION MARK}": "'"})


@dataclass(frozen=True, slots=True)
class Signature:
    """What one sort of page is recognised by; all evidence that is given must be there.

    `longest` is the number of characters of visible text beyond which the page is something else.
    """

    id: str
    kind: Kind
    name: str
    headers: tuple[tuple[str, re.Pattern[str]], ...] = ()
    title: re.Pattern[str] | None = None
    words: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()
    address: re.Pattern[str] | None = None
    longest: int = LONGEST

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """From an entry of `gates.yaml`."""
        given = dict(entry)
        headers = tuple((name, re.compile(value)) for name, value in given.pop("headers", {}).items())
        titles, address = given.pop("title", None), given.pop("address", None)
        return cls(
            headers=headers,
            title=re.compile("|".join(titles)) if titles else None,
            words=tuple(given.pop("words", ())),
            markup=tuple(map(_plain_markup, given.pop("markup", ()))),
            address=re.compile(address) if address else None,
            **given,
        )


@dataclass(frozen=True, slots=True)
class _Page:
    titles: tuple[str, ...]
    seen: str
    markup: str
    address: str


@cache
def signatures() -> tuple[Signature, ...]:
    """All entries of `gates.yaml`, in its order; read once (20 ms)."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - 30 ms that `mandates --help` need not pay

    tree: list[dict[str, Any]] = YAML(typ="safe", pure=False).load(SIGNATURES.read_text(encoding="utf-8"))
    return tuple(map(Signature.of, tree))


def recognised(headers: Mapping[str, str], body: bytes, address: str = "") -> Signature | None:
    """The first signature that an answer matches; None where it may be what was asked for.

    `headers` are in lower case, `address` is where redirects led.
    """
    page = _page(body, address)
    for signature in signatures():
        if _has_headers(signature, headers) and _fits(signature, page):
            return signature
    return None


def matches(signature: Signature, headers: Mapping[str, str], body: bytes, address: str = "") -> bool:
    """Whether an answer has all the evidence of one signature."""
    return _has_headers(signature, headers) and _fits(signature, _page(body, address))


def title_of(body: bytes) -> str | None:
    """What an HTML page calls itself; None where it does not say."""
    found = _TITLE.search(body[:LOOKED_AT].decode("utf-8", errors="replace"))
    return " ".join(html.unescape(found.group(1)).split()) or None if found else None


def _has_headers(signature: Signature, headers: Mapping[str, str]) -> bool:
    return all(pattern.search(headers.get(name, "")) for name, pattern in signature.headers)


def _fits(signature: Signature, page: _Page | None) -> bool:
    if not (signature.title or signature.words or signature.markup or signature.address):
        return True
    return page is not None and (
        len(page.seen) <= signature.longest
        and (signature.title is None or any(map(signature.title.fullmatch, page.titles)))
        and (not signature.words or any(words in page.seen for words in signature.words))
        and (not signature.markup or any(marks in page.markup for marks in signature.markup))
        and (signature.address is None or signature.address.search(page.address) is not None)
    )


def _page(body: bytes, address: str) -> _Page | None:
    """An answer as a page; None where it is neither HTML nor a line of plain words."""
    head = body[:LOOKED_AT].removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace").casefold()
    if not head.lstrip().startswith("<"):
        line = _plain_words(head) if len(body) <= LONGEST_LINE else ""
        return _Page((line.strip(" .…!?"),), line, "", address.lower()) if line else None
    if _DATA.match(head[:4_000]):
        return None
    found = _TITLE.search(head)
    title = _plain_words(found.group(1)) if found else ""
    titles = tuple(part.strip(" .…!?") for part in (title, *_PARTS.split(title)))
    return _Page(titles, _plain_words(_UNSEEN.sub(" ", head)), _plain_markup(head), address.lower())


def _plain_words(words: str) -> str:
    return " ".join(html.unescape(words).translate(_QUOTES).split())


def _plain_markup(markup: str) -> str:
    return " ".join(markup.replace('"', "").replace("'", "").split())
