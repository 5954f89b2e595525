"""A listing of posts that was saved as plain text: titles, each with "Submitted by X on" under it.

Content management systems print the author and the date of a post in one line. Where such lines repeat, the text is a
listing and not one document. A date that was lost on the way stays missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from scrapers.crawl import dates
from scrapers.crawl.words import author_of

if TYPE_CHECKING:
    from datetime import date

    from mandates.model import Precision

_BYLINE = re.compile(
    r"^[ \t]*+(?:Submitted|Posted|Published|Written) by[ \t]++(?P<author>[^\n]{1,120}?)[ \t]{1,9}+on\b"
    r"[ \t]*+(?P<date>[^\n]{0,60})$",
    re.MULTILINE | re.IGNORECASE,
)
_CHROME = re.compile(r"^(Subscribe to|Read more|Next page|Previous page|Pages?\b)[^\n]{0,80}$", re.IGNORECASE)
# One such line may be in any text; two make a listing.
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `start` and `end` are offsets of its body in the text of the listing."""

    title: str
    author: str | None
    published: tuple[date, Precision] | None
    start: int
    end: int


def posts_in(text: str) -> tuple[Post, ...]:
    """The posts of a listing, in order; none where the text is something else."""
    bylines = list(_BYLINE.finditer(text))
    if len(bylines) < _LEAST:
        return ()
    found: list[Post] = []
    starts = [0, *(byline.start() for byline in bylines)]
    heads = [_title_before(text, first, place) for first, place in pairwise(starts)]
    titled = [(byline, head) for byline, head in zip(bylines, heads, strict=True) if head is not None]
    for number, (byline, head) in enumerate(titled, start=1):
        end = titled[number][1][0] if number < len(titled) else len(text)
        found.append(
            Post(
                title=" ".join(text[head[0] : head[1]].split()),
                author=author_of(byline["author"]),
                published=dates.read(byline["date"]) if byline["date"].strip() else None,
                start=byline.end(),
                end=_without_chrome(text, byline.end(), end),
            )
        )
    return tuple(found)


def _title_before(text: str, first: int, place: int) -> tuple[int, int] | None:
    """The span of the last line with words before `place`, looked for down to `first`; None where there is none."""
    end = first + len(text[first:place].rstrip())
    start = max(text.rfind("\n", first, end) + 1, first)
    return (start, end) if text[start:end].strip() else None


def _without_chrome(text: str, start: int, end: int) -> int:
    """Where the body ends once links of the page ("Subscribe to …") are left off its end."""
    lines = text[start:end].split("\n")
    while len(lines) > 1 and (not (line := lines[-1].strip()) or _CHROME.match(line)):
        lines.pop()
    return start + len("\n".join(lines).rstrip())
