"""HTML listings: rows by CSS, XPath or a pattern over the page's text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapers.crawl.item import Item, read_rows
from scrapers.http import urls
from scrapers.kinds.paging import text_of
from scrapers.publication import ReadError, TextError
from scrapers.text.html import html_text
from scrapers.text.markup import parsed, seen_words, soup_of

if TYPE_CHECKING:
    from config.source_blocks import Item as ItemRule
    from config.source_fields import FieldRule, Fields
    from config.sources import ListingSource
    from scrapers.http.client import Fetched
    from scrapers.kinds.paging import PagedSource

# Five million characters take 5 s to parse; a listing of a thousand rows has half a million.
LONGEST_PAGE = 5_000_000


@dataclass(frozen=True, slots=True)
class CssRow:
    """A row found by CSS; `node` is a BeautifulSoup tag."""

    node: Any

    @property
    def words(self) -> str:
        """The row as a person sees it."""
        return " ".join(self.node.get_text(" ").split())

    def find(self, rule: FieldRule) -> list[str]:
        """Texts or attributes of what `css` selects; the row itself without `css`."""
        nodes = [self.node] if rule.css is None else self.node.select(rule.css)
        if rule.css is not None and not nodes and self.node.css.match(rule.css):
            # A selector may mean the row itself: a listing may be made of nothing but links.
            nodes = [self.node]
        if rule.attr is None:
            return [node.get_text(" ") if rule.css is None else node.get_text() for node in nodes]
        values = [node.get(rule.attr) for node in nodes]
        return [" ".join(value) if isinstance(value, list) else value for value in values if value]


@dataclass(frozen=True, slots=True)
class XpathRow:
    """A row found by XPath; `node` is an lxml element."""

    node: Any

    @property
    def words(self) -> str:
        """The row as a person sees it."""
        return " ".join(seen_words(self.node).split())

    def find(self, rule: FieldRule) -> list[str]:
        """What the XPath gives: texts of elements, or strings as they are."""
        found = self.node.xpath(rule.xpath or ".")
        found = found if isinstance(found, list) else [found]
        if rule.attr is not None:
            found = [value for node in found if (value := getattr(node, "get", lambda _: None)(rule.attr))]
        return [value if isinstance(value, str) else seen_words(value) for value in found if not _is_number(value)]


def _is_number(value: object) -> bool:
    return isinstance(value, float | bool)


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row that a pattern found in the page's text; its named groups are the fields."""

    match: re.Match[str]

    @property
    def words(self) -> str:
        """The row as a person sees it."""
        return " ".join(self.match.group(0).split())

    def find(self, rule: FieldRule) -> list[str]:
        """The named group, or the whole row."""
        found = self.match.groupdict().get(rule.group) if rule.group else self.match.group(0)
        return [found] if found else []


def read_page(source: ListingSource, page: Fetched) -> tuple[list[Item], str | None]:
    """The rows of a page and the address of the next.

    Raises:
        ReadError: as `read_listing`.
    """
    text = text_of(page, source.policy.charset)
    return read_listing(text, page.url, source.item, source.fields), next_page(source, page)


def read_listing(page: str, url: str, item: ItemRule, fields: Fields) -> list[Item]:
    """The rows of a page.

    Raises:
        ReadError: a page that is too long, a selector that cannot be used, or a field that must not be missing.
    """
    if len(page) > LONGEST_PAGE:
        raise ReadError(f"the page has {len(page):,} characters, over the limit of {LONGEST_PAGE:,}")
    return read_rows(_rows(page, item), fields, url, origin="listing")


def _rows(page: str, item: ItemRule) -> list[Any]:
    if item.regex is not None:
        return [TextRow(match) for match in re.finditer(item.regex, html_text(page))]
    if item.xpath is not None:
        return [XpathRow(node) for node in _xpath(page, item.xpath) if hasattr(node, "xpath")]
    return [CssRow(node) for node in _css(page, item.css or "body")]


def next_page(source: PagedSource, page: Fetched) -> str | None:
    """The address of the next page by its link; None where there is none, or none is looked for."""
    rule = source.paging.next if source.paging is not None else None
    if rule is None:
        return None
    text = text_of(page, source.policy.charset)
    rows: list[Any] = (
        [XpathRow(node) for node in _xpath(text, "/html")]
        if rule.xpath
        else [CssRow(node) for node in _css(text, "html")]
    )
    found = [link for row in rows for link in row.find(rule.model_copy(update={"attr": rule.attr or "href"}))]
    target = urls.joined(page.url, found[0]) if found else None
    return None if target == page.url else target


def _tree(page: str) -> Any:
    try:
        return parsed(page)
    except TextError as error:
        raise ReadError(str(error)) from error


def _css(page: str, selector: str) -> list[Any]:
    from soupsieve import SelectorSyntaxError  # noqa: PLC0415 - 60 ms that the other kinds need not pay

    try:
        return list(soup_of(_tree(page)).select(selector))
    except SelectorSyntaxError as error:
        raise ReadError(f"the selector {selector!r} cannot be used: {error}") from error


def _xpath(page: str, path: str) -> list[Any]:
    from lxml import etree  # noqa: PLC0415 - see above

    try:
        found = _tree(page).xpath(path)
    except (etree.XPathError, ValueError) as error:
        raise ReadError(f"the XPath {path!r} cannot be used: {error}") from error
    return found if isinstance(found, list) else []


def page_row(page: str, fields: Fields) -> CssRow | XpathRow:
    """A whole page as one row, for the fields that are on an item's own page."""
    if any(rule.xpath for rule in fields.given().values()):
        return XpathRow(_xpath(page, "/html")[0])
    return CssRow(_css(page, "html")[0])
