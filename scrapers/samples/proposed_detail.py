"""How an item leads to its document, by one look at the item's own page and at most one further.

The page is the document, or links to a file, or to a second page with the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrapers.crawl.choice import format_of
from scrapers.http import urls
from scrapers.kinds.paging import text_of
from scrapers.publication import ScraperError
from scrapers.text.documents import html_type, media_type_of
from scrapers.text.html import html_text
from scrapers.text.markup import parsed, soup_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapers.http.client import Fetched

CHROME = "nav, header, footer, aside, script, style, form"
# A page with this much of its own text is the document, and files on it are annexes or brochures.
_A_DOCUMENT = 2_000
_LEADS_ON = re.compile(
    r"\b(view|show|open|read|download|document|full text|text|voir|ouvrir|lire|télécharger|texte|ver|abrir|leer|"
    r"descargar|texto|pdf|word)\b",
    re.IGNORECASE,
)
_MOST_WORDS = 8
_FILES = {"docx": ".docx", "pdf": ".pdf"}


@dataclass(frozen=True, slots=True)
class Way:
    """The `detail` of a source, whether it has files to choose from, and what a person should know."""

    detail: dict[str, Any]
    choose: bool = False
    said: tuple[str, ...] = field(default=())


def way_of(pages: Sequence[Fetched]) -> Way:
    """The way from an item to its document by the pages that were looked at: the item's own, and the next."""
    if not pages or not _is_page(pages[0]):
        return Way({"follow": True})
    first = _looked_at(pages[0])
    if first.is_document:
        said = (f"The item's page has the text; it also links to {len(first.files)} files.",) if first.files else ()
        return Way({"follow": True}, said=said)
    if first.files:
        return _to_files({}, first)
    if first.leads_on is None or len(pages) == 1:
        return Way({"follow": True}, said=("No text and no file was found on the item's page: complete `detail`.",))
    css = f"a[href*={_quoted(_telling(first.leads_on))}]"
    if not _is_page(pages[1]):
        return Way({"file": {"css": css}})
    second = _looked_at(pages[1])
    via = {"via": [{"css": css}]}
    return _to_files(via, second) if second.files else Way(via)


def leads_on(page: Fetched) -> str | None:
    """The page to look at after an item's own, where that is neither the document nor links to a file."""
    if not _is_page(page):
        return None
    seen = _looked_at(page)
    link = None if seen.is_document or seen.files else seen.leads_on
    return urls.joined(page.url, link) if link else None


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is on a page: whether it is the document itself, its links to files by format, a link that leads on."""

    is_document: bool
    files: tuple[str, ...]
    leads_on: str | None


def _looked_at(page: Fetched) -> _Looked:
    try:
        soup = soup_of(parsed(text_of(page, None)))
        for chrome in soup.select(CHROME):
            chrome.decompose()
        words = html_text(str(soup))
    except ScraperError:
        return _Looked(is_document=False, files=(), leads_on=None)
    links = [(str(link.get("href")), " ".join(link.get_text(" ").split())) for link in soup.select("a[href]")]
    files = tuple(form for href, _ in links if (form := file_format(urls.joined(page.url, href))))
    on = (
        href
        for href, said in links
        if len(said.split()) <= _MOST_WORDS and _LEADS_ON.search(said) and _is_elsewhere(page.url, href)
    )
    return _Looked(len(words) >= _A_DOCUMENT, files, next(on, None))


def _to_files(detail: dict[str, Any], page: _Looked) -> Way:
    forms = [form for form in _FILES if form in page.files]
    return Way({**detail, "file": {"css": file_links(forms)}}, choose=len(page.files) > 1)


def file_links(forms: Sequence[str]) -> str:
    """A selector for links to files of these formats."""
    return ", ".join(f'a[href*="{_FILES[form]}" i]' for form in forms)


def file_format(url: str | None) -> str | None:
    """The format of the file that an address leads to, where it is one that can be read: "docx" or "pdf"."""
    form = format_of(url, "") if url else None
    return form if form in _FILES and _FILES[form] in (url or "").lower() else None


def _telling(href: str) -> str:
    """The part of an address that is likely the same for all items: up to its first number or query."""
    path = re.split(r"[?#]", href, maxsplit=1)[0]
    return re.split(r"\d", path, maxsplit=1)[0] or path


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_elsewhere(base: str, href: str) -> bool:
    target = urls.joined(base, href)
    return target is not None and target != urls.joined(base, base) and urls.host_of(target) == urls.host_of(base)


def _is_page(page: Fetched) -> bool:
    return media_type_of(page.body, media_type=page.media_type, name=page.url) == html_type
