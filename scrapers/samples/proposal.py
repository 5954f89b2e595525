"""A first draft of a source from one look at an address: its feed where it has one, else its most list-like rows.

A guess for a person to check with `mandates sources check`, never for use unseen.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from scrapers.http import urls
from scrapers.kinds.json_records import parse
from scrapers.kinds.paging import text_of
from scrapers.samples.proposed_detail import Way, file_format, leads_on, way_of
from scrapers.samples.proposed_paging import pages_of
from scrapers.samples.proposed_rows import rows_of
from scrapers.text.markup import parsed, soup_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapers.http.client import Fetched
    from scrapers.samples.proposed_rows import Rows

# The mandates are in the document to which an entry leads, and not in the entry.
_FOLLOWED = {"detail": {"follow": True}}
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")


def propose(page: Fetched, *, private: bool = False, beyond: Sequence[Fetched] = ()) -> str:
    """YAML for a source at the page's address, with what was seen as comments.

    `beyond` are the page of its first item, and the one that this leads to (`next_look`), where they were looked at.
    """
    head = page.body.lstrip()[:1]
    name = _name(page.url)
    if head in {b"{", b"["}:
        return _json_source(page, name, private=private)
    text = text_of(page, None)
    if re.search(r"<(rss|feed|rdf:RDF)\b", text[:2000]):
        return _yaml(name, "feed", page.url, _FOLLOWED, (), private=private)
    feeds = feeds_of(text, page.url)
    if feeds:
        said = tuple(f"A feed of this page: {url}" for url in feeds)
        return _yaml(name, "feed", feeds[0], _FOLLOWED, said, private=private)
    found = rows_of(text)
    if not found:
        said = ("No rows found: fill in the selectors.",)
        return _yaml(name, "listing", page.url, _listing(None, Way({"follow": True})), said, private=private)
    best = found[0]
    way = way_of(beyond)
    said = (f"{best.count} rows, such as: " + " | ".join(best.titles[:3]), *way.said)
    said += tuple(f"Alternative: {rows.css} ({rows.count} rows)" for rows in found[1:3])
    blocks = _listing(best, way)
    pages = pages_of(soup_of(parsed(text)), page.url)
    if pages is not None:
        blocks["paging"] = pages.paging
    return _yaml(name, "listing", pages.url if pages is not None else page.url, blocks, said, private=private)


def next_look(page: Fetched, beyond: Sequence[Fetched] = ()) -> str | None:
    """The next page to look at for a proposal: that of the first item, then the one that it leads to; at most two."""
    if len(beyond) > 1:
        return None
    if beyond:
        return leads_on(beyond[0])
    text = text_of(page, None)
    if page.body.lstrip()[:1] in {b"{", b"["} or re.search(r"<(rss|feed|rdf:RDF)\b", text[:2000]):
        return None
    rows = rows_of(text) if not feeds_of(text, page.url) else ()
    first = urls.joined(page.url, rows[0].first) if rows and not rows[0].files else None
    return None if first is None or file_format(first) else first


def feeds_of(text: str, url: str) -> tuple[str, ...]:
    """Feeds that a page names, those of its own part first."""
    soup = soup_of(parsed(text))
    links = [link.get("href") for link in soup.select("a.feed-icon[href]")]
    links += [link.get("href") for link in soup.select("link[rel~=alternate][href]") if link.get("type") in _FEED_TYPES]
    found = (urls.joined(url, str(link)) for link in links if link)
    return tuple(dict.fromkeys(each for each in found if each and "/comments/" not in each))


def _listing(rows: Rows | None, way: Way) -> dict[str, Any]:
    link = rows.link if rows else "a"
    title = rows.title if rows is not None and rows.title is not None else link
    fields: dict[str, Any] = {
        "title": {"css": title, "required": True},
        "url": {"css": link, "attr": "href", "required": True},
    }
    blocks: dict[str, Any] = {"item": {"css": rows.css if rows else "article", "expect": {"min": 1}}, "fields": fields}
    if rows is not None and rows.date is not None:
        fields["date"] = {"css": rows.date}
    if rows is not None and rows.files is not None:
        fields["file"] = {"css": rows.files, "attr": "href", "many": True}
    else:
        blocks["detail"] = way.detail
    if way.choose or (rows is not None and rows.several):
        # Word before PDF.
        blocks["choose"] = {}
    return blocks


def _json_source(page: Fetched, name: str, *, private: bool) -> str:
    try:
        tree = json.loads(page.body)
    except ValueError:
        tree = None
    if isinstance(tree, dict) and "jsonfeed.org" in str(tree.get("version")):
        return _yaml(name, "feed", page.url, _FOLLOWED, (), private=private)
    path, row = _rows_in(tree, "")
    keys = sorted(row) if row else []
    title = next((key for key in keys if "title" in key.lower() or key.lower() == "name"), "title")
    link = next((key for key in keys if key.lower() in {"url", "link", "href", "uri"}), "url")
    fields = {"title": {"json": title, "required": True}, "url": {"json": link, "required": True}}
    said = (f"The keys of a row: {', '.join(keys)}",) if keys else ("No list found: fill in the path.",)
    return _yaml(name, "json", page.url, {"item": {"json": path or "*"}, "fields": fields}, said, private=private)


def rows_in_json(body: bytes) -> tuple[str, tuple[str, ...]]:
    """The path of the rows in an answer in JSON, and the keys of a row; both empty where no list of objects is in it.

    Raises:
        ReadError: it is not JSON.
    """
    path, row = _rows_in(parse(body), "")
    return path, tuple(sorted(row))


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
