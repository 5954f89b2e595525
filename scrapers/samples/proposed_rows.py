"""The rows of a page that look most like a list: like elements, each with a title that links on, or with a file."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from scrapers.crawl import dates
from scrapers.samples.proposed_detail import CHROME, file_format, file_links
from scrapers.text.markup import parsed, soup_of

# Fewer rows than this are a menu or an accident.
_LEAST_ROWS = 3
_LEAST_TITLE = 12
# Elements within a row; what has more holds rows. Each is looked at several times, so that a page costs no square.
_LARGEST_ROW = 200
_HEADINGS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True, slots=True)
class Rows:
    """A group of like elements on a page: their selector, how many, and how like a listing they are.

    `link` selects the title and its link, `first` is that link in the first row. Where the link is only to a file,
    `title` selects the title. `files` selects the files of a row, where it has some besides the title's link, and
    `several` says that it has more than one.
    """

    css: str
    link: str
    first: str
    count: int
    score: float
    titles: tuple[str, ...]
    date: str | None
    title: str | None = None
    files: str | None = None
    several: bool = False


def rows_of(text: str) -> tuple[Rows, ...]:
    """Groups of like elements that each hold one link with a long text, or a file, the most list-like first."""
    soup = soup_of(parsed(text))
    for chrome in soup.select(CHROME):
        chrome.decompose()
    groups: dict[str, list[Any]] = defaultdict(list)
    for element in soup.select("article, li, tr, div, p, dd, section, h2, h3"):
        if element.parent is not None and len(element.find_all(limit=_LARGEST_ROW)) < _LARGEST_ROW:
            groups[_selector(element)].append(element)
    found = [rows for css, elements in groups.items() if (rows := _group(css, elements)) is not None]
    return tuple(sorted(found, key=lambda rows: -rows.score))


def _group(css: str, elements: list[Any]) -> Rows | None:
    linked = [(element, links) for element in elements if (links := _title_links(element))]
    if len(linked) < _LEAST_ROWS or len(linked) < 0.6 * len(elements):
        return _with_files_only(css, elements)
    titles = tuple(" ".join(links[0].get_text(" ").split()) for _, links in linked)
    if len(set(titles)) < 0.8 * len(titles):
        return None
    ways = Counter(_way(element, links[0]) for element, links in linked)
    link, times = ways.most_common(1)[0]
    dated = _first_dated([element for element, _ in linked])
    one_each = sum(len({_stem(each) for each in links}) == 1 for _, links in linked) / len(linked)
    score = _score(titles, one_each * times / len(linked), dated=dated is not None)
    rows = [element for element, _ in linked]
    first = str(linked[0][1][0].get("href"))
    return Rows(css, link, first, len(linked), score, titles, dated, None, *_files_of(rows, _form_of(linked[0][1][0])))


def _with_files_only(css: str, elements: list[Any]) -> Rows | None:
    """Rows of words and a file: "Decision on boats  [PDF]"."""
    rows = [(element, links) for element in elements if (links := [each for each in _links(element) if _form_of(each)])]
    if len(rows) < _LEAST_ROWS or len(rows) < 0.6 * len(elements):
        return None
    places = Counter(_titled(element) for element, _ in rows)
    title, times = places.most_common(1)[0]
    titles = tuple(_words_at(element, title) for element, _ in rows)
    if len(set(titles)) < 0.8 * len(titles) or min(map(len, titles)) < _LEAST_TITLE:
        return None
    dated = _first_dated([element for element, _ in rows])
    one_each = sum(len({_stem(each) for each in links}) == 1 for _, links in rows) / len(rows)
    score = _score(titles, one_each * times / len(rows), dated=dated is not None)
    files, several = _files_of([element for element, _ in rows], None)
    first = str(rows[0][1][0].get("href"))
    return Rows(css, files or "a", first, len(rows), score, titles, dated, title or css, files, several)


def _score(titles: tuple[str, ...], regular: float, *, dated: bool) -> float:
    average = sum(map(len, titles)) / len(titles)
    return float(len(titles) ** 0.5 * regular * min(average, 80) * (1.5 if dated else 1.0))


def _files_of(rows: list[Any], own: str | None) -> tuple[str | None, bool]:
    """The selector of the files that the rows have, and whether a row has several; `own` is what the title leads to."""
    found = [[form for link in _links(row) if (form := _form_of(link))] for row in rows]
    forms = [form for form in ("docx", "pdf") if any(form in each for each in found)]
    several = any(len(each) > 1 for each in found)
    with_files = sum(bool(each) for each in found) >= 0.6 * len(rows)
    # A title that leads to the only file needs no rule of its own.
    return (file_links(forms), several) if forms and with_files and (several or own is None) else (None, False)


def _form_of(link: Any) -> str | None:
    return file_format(f"https://example.org/{str(link.get('href')).lstrip('/')}")


def _stem(link: Any) -> str:
    """The address of a link, without the ending of a file: the Word and the PDF of a document are one."""
    href = str(link.get("href"))
    return href.rpartition(".")[0] if _form_of(link) else href


def _links(element: Any) -> list[Any]:
    return list(element.select("a[href]"))


def _title_links(element: Any) -> list[Any]:
    return [link for link in _links(element) if len(link.get_text(" ").strip()) >= _LEAST_TITLE]


def _titled(element: Any) -> str | None:
    """The part of a row that has its title and no link; None where that is the row itself."""
    for part in element.select("h1, h2, h3, h4, strong, b, td, span, div, p"):
        if (
            not part.select("a")
            and len(part.get_text(" ").strip()) >= _LEAST_TITLE
            and dates.read(_plain(part)) is None
        ):
            return _simple(part)
    return None


def _words_at(element: Any, css: str | None) -> str:
    found = element.select(css) if css is not None else [element]
    return _plain(found[0]) if found else ""


def _plain(element: Any) -> str:
    return " ".join(element.get_text(" ").split())[:200]


def _selector(element: Any) -> str:
    """Tag with its most telling class; the parent's too where the tag alone says nothing."""
    own = _simple(element)
    return own if "." in own else f"{_simple(element.parent)} > {own}"


def _simple(element: Any) -> str:
    classes = [name for name in element.get("class") or [] if re.fullmatch(r"[a-zA-Z][\w-]*", name)]
    # Counters ("row-3", "node-41", "odd") differ from row to row.
    telling = [name for name in classes if not re.search(r"\d", name) and name not in {"odd", "even", "first", "last"}]
    return f"{element.name}.{telling[0]}" if telling else str(element.name)


def _way(element: Any, link: Any) -> str:
    for heading in _HEADINGS:
        if link.find_parent(heading) in element.select(heading):
            return f"{heading} a"
    parent = link.parent
    return "a" if parent is element or parent is None else f"{_simple(parent)} a"


def _first_dated(elements: list[Any]) -> str | None:
    return next((place for element in elements if (place := _dated(element)) is not None), None)


def _dated(element: Any) -> str | None:
    for part in element.select("time, [class*=date], [class*=created], td, span"):
        words = " ".join(part.get_text(" ").split())
        if len(words) < 60 and dates.read(words) is not None:  # noqa: PLR2004 - a date, not a sentence
            return _simple(part)
    return None
