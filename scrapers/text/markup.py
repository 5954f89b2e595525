"""Pages of HTML to trees, whatever is wrong with them. THE one place where HTML is parsed.

libxml2 stops without an error where elements are nested 2,048 deep (256 by default), and what follows is lost: a page
of the nineties with 300 unclosed <font> loses its last clauses. Browsers go on: Blink makes what is nested more than
512 deep a sibling of what it is in. So does `parsed`, for pages that libxml2 would cut off.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from scrapers.publication import TextError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

# Elements within elements that a page may have before the innermost are closed. Those whose end may be left out (<li>,
# <td>) are not counted: with them a tree gets some five times as deep, which is still below libxml2's 2,048.
DEPTH = 200
# fmt: off
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))
_END_IMPLIED = frozenset((
    "html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option",
    "optgroup",
))
# fmt: on
# libxml2 also stops at </html>, and what follows </body> is not in the body: browsers ignore both.
_ENDS = re.compile(rb"</(?:body|html)\b[^<>]*+>", re.IGNORECASE)
# Every branch takes all it can and never gives back: a page of nothing but "<a" is read once.
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)\b.*?(?:</(?P=raw)\b|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)[^>]*+",
    re.IGNORECASE | re.DOTALL,
)


def parsed(page: str) -> Any:
    """The root element (lxml) of `page`, with everything that is in it.

    Raises:
        TextError: there is no element in it, or it is nested too deeply even so.
    """
    root, cut = _parsed(page)
    if cut:
        root, cut = _parsed(flattened(page))
    if cut:
        raise TextError("the page is nested too deeply")
    return root


def _parsed(page: str) -> tuple[Any, bool]:
    """The root, and whether libxml2 gave up before the end."""
    from lxml import etree  # noqa: PLC0415 - 60 ms that other texts need not pay

    # Bytes in a stated encoding: what the page declares was for the bytes that came, and is ignored here.
    # Nobody reads comments, and lxml's `iterwalk` is quadratic in those side by side (6.1: 8,000 of them take .18 s).
    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    raw = page.replace("\x00", "").encode("utf-8", errors="replace")
    try:
        root = etree.fromstring(_ENDS.sub(b"", raw), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise TextError(f"the page cannot be read as HTML: {error}") from error
    if root is None:
        raise TextError("the page cannot be read as HTML: there is no element in it")
    return root, any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log)


def flattened(page: str) -> str:
    """The page with the innermost element closed wherever another would open inside more than `DEPTH`.

    No words are lost. Ends of what is not open are dropped, and each end is written out for all that it ends: libxml2
    looks through everything that is open for the beginning of an end, which is quadratic.
    """
    parts: list[str] = []
    around: list[str] = []
    opened: Counter[str] = Counter()
    done = 0
    for tag in _TAG.finditer(page):
        name = (tag["name"] or "").lower()
        if not name or name in _VOID or name in _END_IMPLIED:
            continue
        parts.append(page[done : tag.start()])
        done = tag.start()
        if not tag["end"]:
            if len(around) >= DEPTH:
                parts.append(f"</{_closed(around, opened)}>")
            around.append(name)
            opened[name] += 1
            continue
        done = min(tag.end() + 1, len(page))
        while opened[name]:
            last = _closed(around, opened)
            parts.append(f"</{last}>")
            if last == name:
                break
    return "".join((*parts, page[done:]))


def _closed(around: list[str], opened: Counter[str]) -> str:
    name = around.pop()
    opened[name] -= 1
    return name


def seen_words(element: Any) -> str:
    """The words in an element as a person sees them, without its scripts and styles."""
    if element.find(".//script") is None and element.find(".//style") is None:
        return str(element.xpath("string()"))
    from lxml.etree import iterwalk  # noqa: PLC0415 - see above

    words: list[str] = []
    walk = iterwalk(element, events=("start", "end"))
    for event, part in walk:
        if event == "end":
            words.append(part.tail or "" if part is not element else "")
        elif part.tag in {"script", "style"}:
            walk.skip_subtree()
        else:
            words.append(part.text or "")
    return "".join(words)


def soup_of(root: Any) -> BeautifulSoup:
    """The same page as BeautifulSoup has it, for selecting by CSS: the same elements in the same order."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - 60 ms that other texts need not pay
    from bs4.builder import HTMLTreeBuilder  # noqa: PLC0415

    class FromTree(HTMLTreeBuilder):
        """Takes the tree instead of parsing the page once more."""

        def feed(self, markup: object) -> None:
            _feed(root, self.soup)

    return BeautifulSoup("", builder=FromTree())


def _feed(root: Any, soup: Any) -> None:
    """Say to a soup that is being made what a parser would say."""
    from lxml.etree import iterwalk  # noqa: PLC0415

    for event, element in iterwalk(root, events=("start", "end")):
        if event == "start":
            # `dict(attrib)` asks for each name again, and refuses those with a control character.
            soup.handle_starttag(element.tag, None, None, dict(element.items()))
            if element.text:
                soup.handle_data(element.text)
            continue
        soup.handle_endtag(element.tag)
        if element.tail and element is not root:
            soup.handle_data(element.tail)
    soup.endData()
