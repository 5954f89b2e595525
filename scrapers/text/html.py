"""The main text of a web page, without the chrome around it; paragraphs stay paragraphs.

A block becomes a paragraph with an empty line around it, a list item starts with its number or a bullet, a table row
is a line with tabs. Nothing else is added, so that a quote of the text is a quote of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapers.publication import LeftOut, TextError
from scrapers.text.chrome import left_out, why_chrome
from scrapers.text.flow import Flow
from scrapers.text.html_lists import BULLET, OpenList
from scrapers.text.markup import parsed, soup_of
from scrapers.text.pdf_lines import superscripts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.text.blocks import Block, BlockKind

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "ul",
))
# fmt: on
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "blockquote": "quotation",
    "table": "table",
}
_ROWS_AND_CELLS = frozenset(("td", "th", "tr", "tbody", "thead", "tfoot", "caption"))
_NOTE_ROLES = frozenset(("doc-footnote", "doc-endnote", "doc-endnotes"))
_NOTE_NAMES = re.compile(r"(?:foot|end)notes?(?:text)?(?![a-z])")
_MAIN_PATHS = ("//main", "//*[@role='main']", "//article", "//*[@id='content' or @id='main-content' or @id='main']")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
# Below this a page's <main> holds no document: the text is beside it.
_ENOUGH = 200
# Selecting by CSS in five million characters takes 5 s; without it they take a third of that.
LONGEST_SELECTED = 5_000_000


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The text of a page, its blocks (spans into the text), and what it leaves out."""

    text: str
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...]


def html_text(page: str, *, css: str | None = None) -> str:
    """The main text of `page` alone; see `read_html`."""
    return read_html(page, css=css).text


def read_html(page: str, *, css: str | None = None) -> HtmlText:
    """The main text of `page` with its blocks; `css` names the part that holds it where the operator knows.

    Raises:
        TextError: there is no such part, or the page is too long to look for it, or it cannot be read.
    """
    root = parsed(page)
    body = root.find("body")
    body = root if body is None else body
    if css is not None:
        return _read(_selected(root, css, len(page)), body, "outside the selected part")
    for path in _MAIN_PATHS:
        found = _outermost(element for element in root.xpath(path) if why_chrome(element) is None)
        if found:
            main = max(found, key=_length)
            read = _read([main], body, "outside the main part")
            if len(read.text) >= _ENOUGH:
                return read
    return _read([body], body, "")


def _length(element: Any) -> float:
    """Characters in an element, its scripts included."""
    return float(element.xpath("string-length()"))


def _selected(root: Any, css: str, size: int) -> list[Any]:
    if size > LONGEST_SELECTED:
        raise TextError(f"the page has {size:,} characters, over the limit of {LONGEST_SELECTED:,}")
    soup = soup_of(root)
    chosen = {id(tag) for tag in soup.select(css)}
    if not chosen:
        raise TextError(f"nothing on the page matches {css!r}, where the text should be")
    elements = root.iter("*")
    return _outermost(element for tag, element in zip(soup.find_all(True), elements, strict=True) if id(tag) in chosen)


def _outermost(elements: Iterator[Any]) -> list[Any]:
    """The elements, given in the order of the page, that are not within another of them."""
    found: list[Any] = []
    for element in elements:
        if not found or not any(around is found[-1] for around in element.iterancestors()):
            found.append(element)
    return found


def _read(parts: list[Any], body: Any, outside: str) -> HtmlText:
    """The text of `parts` of a page. `outside` is the reason why the rest of its body is left out."""
    walk = _Walk()
    for part in parts:
        walk.through(part)
    text, blocks = walk.flow.finished()
    return HtmlText(text, blocks, left_out([*walk.dropped, *_rest(parts, body, outside)]))


def _rest(parts: list[Any], body: Any, reason: str) -> Iterator[tuple[str, Any]]:
    """What of `body` is not within `parts`: the largest elements, and the words between them."""
    around = {element for part in parts for element in part.iterancestors()}
    kept = set(parts)
    ways = [iter((body,))]
    while ways:
        element = next(ways[-1], None)
        if element is None:
            ways.pop()
            continue
        if element in around:
            if element.text:
                yield reason, element.text
            ways.append(iter(element))
        elif element not in kept:
            yield why_chrome(element) or reason, element
        if element.tail and element is not body:
            yield reason, element.tail


class _Walk:
    """The way through parts of a page, from beginning to end; nothing is looked at twice."""

    def __init__(self) -> None:
        self.flow = Flow()
        self.dropped: list[tuple[str, Any]] = []
        # The elements around that say what kind of block the words in them are, and how deep.
        self._around: list[tuple[Any, BlockKind, int]] = []
        self._lists: list[OpenList] = []
        self._labelled: list[bool] = []
        self._bold = self._pre = self._raised = 0
        self._table: Any = None

    def through(self, root: Any) -> None:
        """Write the text of `root`."""
        from lxml.etree import iterwalk  # noqa: PLC0415 - 60 ms that other texts need not pay

        walk = iterwalk(root, events=("start", "end"))
        left = None
        self.flow.line(2)
        self._begin()
        for event, element in walk:
            if event == "start":
                reason = why_chrome(element)
                if reason is not None and element is not root:
                    self.dropped.append((reason, element))
                    walk.skip_subtree()
                    left = element
                    continue
                self._enter(element, element.tag)
                if element.text:
                    self._say(element.text)
                continue
            if element is left:
                left = None
            else:
                self._leave(element, element.tag)
            if element.tail and element is not root:
                self._say(element.tail)

    def _enter(self, element: Any, tag: str) -> None:  # noqa: C901 - one branch a kind of element
        if tag in _BLOCKS:
            self.flow.line(2)
            if kind := self._kind(element, tag):
                self._around.append((element, kind, int(tag[1]) if kind == "heading" else self._level()))
            if tag in {"ul", "ol"}:
                self._lists.append(OpenList(element))
            self._begin()
            self._pre += tag == "pre"
        elif tag == "li":
            self._item(element)
        elif tag in {"b", "strong"}:
            self._bold += 1
        elif tag == "sup":
            self._raised += 1
        elif tag == "br":
            self.flow.line()
            if self.flow.after_empty_line:
                self._begin()
        elif tag in {"td", "th"}:
            if element.getprevious() is not None:
                self.flow.tab()
        elif tag == "tr":
            self.flow.line()
            self._begin()

    def _leave(self, element: Any, tag: str) -> None:
        if tag in _BLOCKS:
            self.flow.line(2)
            self._pre -= tag == "pre"
            if tag in {"ul", "ol"}:
                self._lists.pop()
        elif tag in {"li", "tr"}:
            self.flow.line()
            if tag == "li" and self._labelled.pop():
                self.flow.drop_label()
        else:
            self._bold -= tag in {"b", "strong"}
            self._raised -= tag == "sup"
            return
        if self._around and self._around[-1][0] is element:
            self._around.pop()
        self._begin()

    def _item(self, element: Any) -> None:
        around = self._lists[-1] if self._lists and self._lists[-1].element is element.getparent() else None
        label = around.label(element) if around is not None else BULLET
        kinds = {self._kind(element, "li"), self._kind_around()}
        kind: BlockKind = "footnote" if "footnote" in kinds else "item"
        self.flow.line()
        self._labelled.append(bool(label))
        self._around.append((element, "footnote" if kind == "footnote" else "paragraph", self._level()))
        self._table = None
        self.flow.begin(kind, self._level(), label=label)

    def _level(self) -> int:
        return len(self._lists)

    def _kind(self, element: Any, tag: str) -> BlockKind | None:
        """What an element makes of the words in it; None where that is what is around it."""
        given = element.attrib
        if given and (given.get("role") in _NOTE_ROLES or _named_note(given)):
            return "footnote"
        if self._kind_around() == "table" and tag not in _ROWS_AND_CELLS and tag not in _KINDS:
            # Pages are laid out in tables: a paragraph in a cell is a paragraph.
            return "paragraph"
        return _KINDS.get(tag)

    def _kind_around(self) -> BlockKind:
        return self._around[-1][1] if self._around else "paragraph"

    def _begin(self) -> None:
        """The next words begin a block of the kind that is around, or another row of the same table."""
        element, level = (self._around[-1][0], self._around[-1][2]) if self._around else (None, 0)
        kind = self._kind_around()
        if kind == "table" and self._table is element:
            return
        self._table = element if kind == "table" else None
        self.flow.begin(kind, level)

    def _say(self, words: str) -> None:
        bold = self._bold > 0
        if self._raised and (mark := words.strip()).isdigit():
            if self.flow.begins and self._kind_around() == "paragraph":
                self.flow.begin("footnote")
            words = mark.translate(superscripts)
        elif self._pre:
            for number, line in enumerate(words.split("\n")):
                if number:
                    self.flow.line()
                self.flow.words(line, bold=bold)
            return
        # Most pieces of a page need no change, and asking so is ten times quicker than the pattern.
        elif "  " in words or not words.isprintable():
            words = _SPACES.sub(" ", words)
        self.flow.words(words, bold=bold)


def _named_note(given: Any) -> bool:
    names = f"{given.get('class') or ''} {given.get('id') or ''}".lower()
    return "note" in names and _NOTE_NAMES.search(names) is not None
