"""A first draft of a source from one look at an address: its feed where it has one, else its most list-like rows.

A guess for a person to check with `mandates sources check`, never for use unseen.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapers.crawl import dates
from scrapers.http import urls
from scrapers.kinds.paging import text_of
from scrapers.text.markup import parsed, soup_of

if TYPE_CHECKING:
    from scrapers.http.client import Fetched

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
# Fewer rows than this are a menu or an accident.
_LEAST_ROWS = 3
_LEAST_TITLE = 12


@dataclass(frozen=True, slots=True)
class Rows:
    """A group of like elements on a page: their selector, how many, and how like a listing they are."""

    css: str
    link: str
    count: int
    score: float
    titles: tuple[str, ...]
    date: str | None


def propose(page: Fetched, *, private: bool = False) -> str:
    """YAML for a source at the page's address, with what was seen as comments."""
    head = page.body.lstrip()[:1]
    name = _name(page.url)
    if head in {b"{", b"["}:
        return _json_source(page, name, private=private)
    text = text_of(page, None)
    if re.search(r"<(rss|feed|rdf:RDF)\b", text[:2000]):
        return _yaml(name, "feed", page.url, {}, (), private=private)
    feeds = feeds_of(text, page.url)
    found = rows_of(text)
    said = tuple(f"A feed of this page: {url}" for url in feeds)
    if feeds:
        return _yaml(name, "feed", feeds[0], {}, said, private=private)
    if not found:
        said = ("No rows found: fill in the selectors.",)
        return _yaml(name, "listing", page.url, _listing(None), said, private=private)
    best = found[0]
    said += (f"{best.count} rows, such as: " + " | ".join(best.titles[:3]),)
    said += tuple(f"Alternative: {rows.css} ({rows.count} rows)" for rows in found[1:3])
    return _yaml(name, "listing", page.url, _listing(best), said, private=private)


def feeds_of(text: str, url: str) -> tuple[str, ...]:
    """Feeds that a page names, those of its own part first."""
    soup = soup_of(parsed(text))
    links = [link.get("href") for link in soup.select("a.feed-icon[href]")]
    links += [link.get("href") for link in soup.select("link[rel~=alternate][href]") if link.get("type") in _FEED_TYPES]
    found = (urls.joined(url, str(link)) for link in links if link)
    return tuple(dict.fromkeys(each for each in found if each and "/comments/" not in each))


def rows_of(text: str) -> tuple[Rows, ...]:
    """Groups of like elements that each hold one link with a long text, the most list-like first."""
    soup = soup_of(parsed(text))
    for chrome in soup.select("nav, header, footer, aside, script, style, form"):
        chrome.decompose()
    groups: dict[str, list[Any]] = defaultdict(list)
    for element in soup.select("article, li, tr, div, p, dd, section, h2, h3"):
        if element.parent is not None:
            groups[_selector(element)].append(element)
    found = [rows for css, elements in groups.items() if (rows := _group(css, elements)) is not None]
    return tuple(sorted(found, key=lambda rows: -rows.score))


def _group(css: str, elements: list[Any]) -> Rows | None:
    linked = [(element, links) for element in elements if (links := _title_links(element))]
    if len(linked) < _LEAST_ROWS or len(linked) < 0.6 * len(elements):
        return None
    titles = tuple(" ".join(links[0].get_text(" ").split()) for _, links in linked)
    if len(set(titles)) < 0.8 * len(titles):
        return None
    ways = Counter(_way(element, links[0]) for element, links in linked)
    link, times = ways.most_common(1)[0]
    dated = next((place for element, _ in linked if (place := _dated(element)) is not None), None)
    one_each = sum(len({each.get("href") for each in links}) == 1 for _, links in linked) / len(linked)
    average = sum(map(len, titles)) / len(titles)
    score = len(linked) ** 0.5 * one_each * (times / len(linked)) * min(average, 80) * (1.5 if dated else 1.0)
    return Rows(css, link, len(linked), score, titles, dated)


def _title_links(element: Any) -> list[Any]:
    return [link for link in element.select("a[href]") if len(link.get_text(" ").strip()) >= _LEAST_TITLE]


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
    for heading in ("h1", "h2", "h3", "h4"):
        if link.find_parent(heading) in element.select(heading):
            return f"{heading} a"
    parent = link.parent
    return "a" if parent is element or parent is None else f"{_simple(parent)} a"


def _dated(element: Any) -> str | None:
    for part in element.select("time, [class*=date], [class*=created], td, span"):
        words = " ".join(part.get_text(" ").split())
        if len(words) < 60 and dates.read(words) is not None:  # noqa: PLR2004 - a date, not a sentence
            return _simple(part)
    return None


def _listing(rows: Rows | None) -> dict[str, Any]:
    link = rows.link if rows else "a"
    fields: dict[str, Any] = {
        "title": {"css": link, "required": True},
        "url": {"css": link, "attr": "href", "required": True},
    }
    if rows is not None and rows.date is not None:
        fields["date"] = {"css": rows.date}
    return {
        "item": {"css": rows.css if rows else "article", "expect": {"min": 1}},
        "fields": fields,
        "detail": {"follow": True},
    }


def _json_source(page: Fetched, name: str, *, private: bool) -> str:
    try:
        tree = json.loads(page.body)
    except ValueError:
        tree = None
    if isinstance(tree, dict) and "jsonfeed.org" in str(tree.get("version")):
        return _yaml(name, "feed", page.url, {}, (), private=private)
    path, row = _rows_in(tree, "")
    keys = sorted(row) if row else []
    title = next((key for key in keys if "title" in key.lower() or key.lower() == "name"), "title")
    link = next((key for key in keys if key.lower() in {"url", "link", "href", "uri"}), "url")
    fields = {"title": {"json": title, "required": True}, "url": {"json": link, "required": True}}
    said = (f"The keys of a row: {', '.join(keys)}",) if keys else ("No list found: fill in the path.",)
    return _yaml(name, "json", page.url, {"item": {"json": path or "*"}, "fields": fields}, said, private=private)


def _rows_in(tree: Any, path: str) -> tuple[str, dict[str, Any]]:
    """The path of the first list of objects, and one of them."""
    if isinstance(tree, list) and tree and isinstance(tree[0], dict):
        return f"{path}*", tree[0]
    if isinstance(tree, dict):
        for key, value in tree.items():
            found = _rows_in(value, f"{path}{key}.")
            if found[1]:
                return found
    return "", {}


def _name(url: str) -> str:
    host = urls.host_of(url).removeprefix("www.")
    words = re.findall(r"[a-z0-9]+", f"{host.split('.')[0]} {url.partition(host)[2]}".lower())
    return "-".join(dict.fromkeys(words))[:48].strip("-") or "new-source"


def _yaml(name: str, kind: str, url: str, blocks: dict[str, Any], said: tuple[str, ...], *, private: bool) -> str:
    """A source as YAML; values are written as JSON, which YAML reads."""
    lines = [f"# {' '.join(words.split())[:300]}" for words in said]
    lines += [
        f"- id: {name}",
        f"  kind: {kind}",
        "  off: proposed by a program, not yet checked",
        f"  url: {json.dumps(url)}",
    ]
    for block, value in blocks.items():
        if block == "fields":
            lines.append("  fields:")
            lines += [f"    {field}: {json.dumps(rule, ensure_ascii=False)}" for field, rule in value.items()]
        else:
            lines.append(f"  {block}: {json.dumps(value, ensure_ascii=False)}")
    if private:
        lines.append("  policy: {private_addresses: true}")
    return "\n".join([*lines, "  every: 1d", ""])
