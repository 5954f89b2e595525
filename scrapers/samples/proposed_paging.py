"""How a list goes on, by the links to its other pages: a parameter that counts, a number in the path, or "next"."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from scrapers.http import urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_LINKS = 2_000
_LONGEST_URL = 1_000
# A link to another page says its number, or that it is the next one; a year or an id in a link is no page.
_NUMBER = re.compile(r"\D{0,12}(\d{1,4})\D{0,12}")
_HIGHEST = 1_000


@dataclass(frozen=True, slots=True)
class Pages:
    """The URL to ask for, with `{page}` where the path counts, and the `paging` of the source."""

    url: str
    paging: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Link:
    """A link to a numbered page: what it says, and the number in its address."""

    said: int
    value: int


def pages_of(soup: Any, url: str) -> Pages | None:
    """How a page leads to the next ones; None where it does not show."""
    links = [
        (link, target)
        for link in soup.find_all("a", href=True, limit=_MOST_LINKS)
        if (target := urls.joined(url, str(link.get("href")))) and len(target) <= _LONGEST_URL
    ]
    places: dict[str, set[_Link]] = defaultdict(set)
    for link, target in links:
        said = _NUMBER.fullmatch(" ".join(link.get_text(" ").split()))
        if said is not None and 0 < int(said[1]) <= _HIGHEST and urls.host_of(target) == urls.host_of(url):
            for place, value in (*_parameters(url, target), *_numbers_in_path(url, target)):
                places[place].add(_Link(int(said[1]), value))
    for place, found in sorted(places.items(), key=lambda entry: -len(entry[1])):
        if (counted := _counted(sorted(found, key=lambda each: each.said))) is not None:
            start, step = counted
            count = {"start": start} | ({"step": step} if step > 1 else {})
            return Pages(place, count) if "{page}" in place else Pages(url, {"param": place, **count})
    if soup.find(["a", "link"], rel="next", href=True):
        return Pages(url, {"next": {"css": "[rel~=next]"}})
    return None


def _parameters(url: str, target: str) -> Iterator[tuple[str, int]]:
    """The one parameter in which a link differs from the list's own address, if it is a number."""
    ours, theirs = urlsplit(url), urlsplit(target)
    if ours.path != theirs.path:
        return
    own, other = dict(parse_qsl(ours.query)), dict(parse_qsl(theirs.query))
    differ = [name for name in other if other[name] != own.get(name)]
    if len(differ) == 1 and set(own) <= set(other) and other[differ[0]].isdecimal() and len(other[differ[0]]) < 6:  # noqa: PLR2004 - an offset
        yield differ[0], int(other[differ[0]])


def _numbers_in_path(url: str, target: str) -> Iterator[tuple[str, int]]:
    """The one number in the path in which a link differs from the list's own address, or by which it is longer."""
    if urlsplit(url).query != urlsplit(target).query:
        return
    own = re.split(r"(\d+)", urlsplit(url).path)
    other = re.split(r"(\d+)", urlsplit(target).path)
    differ = [place for place in range(1, len(other), 2) if place >= len(own) or other[place] != own[place]]
    begins = "".join(own).rstrip("/")
    if len(differ) != 1 or not other[differ[0]].isdecimal() or len(other[differ[0]]) > 4:  # noqa: PLR2004 - a page
        return
    place = differ[0]
    is_same_shape = other[::2] == own[::2]
    goes_on = len(own) < len(other) and urlsplit(target).path.startswith(begins + "/")
    if is_same_shape or goes_on:
        path = "".join([*other[:place], "{page}", *other[place + 1 :]])
        parts = urlsplit(target)
        yield f"{parts.scheme}://{parts.netloc}{path}" + (f"?{parts.query}" if parts.query else ""), int(other[place])


def _counted(links: Sequence[_Link]) -> tuple[int, int] | None:
    """The number of the first page, and what each adds; None where the links do not count evenly."""
    numbers = {each.said: each.value for each in links}
    if len(numbers) != len(links) or (len(numbers) == 1 and 1 in numbers):
        return None
    (first, value), *others = numbers.items()
    if others:
        last, end = others[-1]
        step, rest = divmod(end - value, last - first)
    else:
        # From one link: page 2 is 1 where pages are counted from 0, else 2; a larger number counts rows.
        step, rest = (1, 0) if value in {first, first - 1} else divmod(value, first - 1)
    start = value - (first - 1) * step
    even = all(each.value == start + (each.said - 1) * step for each in links)
    return (start, step) if even and not rest and step > 0 and start >= 0 else None
