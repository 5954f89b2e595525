"""The main text of a web page, without the chrome around it; paragraphs stay paragraphs.

A block becomes a paragraph with an empty line around it, a list item starts with its number or a bullet, a table row
is a line with tabs. Nothing else is added, so that a quote of the text is a quote of the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scrapers.publication import TextError
from scrapers.text.pdf_lines import superscripts

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# fmt: off
_chrome_tags = frozenset((
    "script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "form", "button", "select", "input",
    "textarea", "nav", "footer", "aside", "dialog", "menu", "head", "link", "meta", "canvas", "audio", "video", "map",
))
_blocks = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
    "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))
# fmt: on
_chrome_roles = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "menu", "alert", "dialog"))
# Whole words of class and id; "header" is not among them: articles have headers of their own.
_chrome_names = re.compile(
    r"(?<![a-z])(breadcrumbs?|nav(bar|igation)?|menu|sidebar|footer|site-header|masthead|cookies?|cookie-banner|social|share|"
    r"sharing|pager|pagination|skip-link|visually-hidden|sr-only|related|advert|subscribe|feed-icon|toolbar|tabs)(?![a-z])"
)
_main_paths = ("//main", "//*[@role='main']", "//article", "//*[@id='content' or @id='main-content' or @id='main']")
_spaces = re.compile(r"[ \t\r\n\f\v]+")
# Below this a page's <main> holds no document: the text stands beside it.
_enough = 200
# Selecting by CSS in five million characters takes 5 s; without it they take a third of that.
longest_selected = 5_000_000


def html_text(page: str, *, css: str | None = None) -> str:
    """The main text of `page`; `css` names the part that holds it where the operator knows.

    Raises:
        TextError: there is no such part, or the page is too long to look for it.
    """
    from lxml import html  # noqa: PLC0415 - 60 ms that other texts need not pay
    from lxml.etree import ParserError, XMLSyntaxError  # noqa: PLC0415

    try:
        # An encoding declared in an already decoded page makes lxml refuse it.
        root: Any = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", page.replace("\x00", "")))
    except (ParserError, XMLSyntaxError, ValueError) as error:
        raise TextError(f"the page cannot be read as HTML: {error}") from error
    if css is not None:
        return _text_of(_selected(page, css))
    for path in _main_paths:
        found: list[Any] = [element for element in root.xpath(path) if not _is_chrome(element)]
        if found:
            text = _text_of(max(found, key=lambda element: len(element.text_content())))
            if len(text) >= _enough:
                return text
    body = root.find("body")
    return _text_of(body if body is not None else root)


def _selected(page: str, css: str) -> Any:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - see above
    from lxml import html  # noqa: PLC0415 - see above

    if len(page) > longest_selected:
        raise TextError(f"the page has {len(page):,} characters, over the limit of {longest_selected:,}")
    found = BeautifulSoup(page, "lxml").select(css)
    if not found:
        raise TextError(f"the page has no part {css!r}, where the text should stand")
    return html.fromstring("<div>" + "".join(str(part) for part in found) + "</div>")


def _is_chrome(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return True
    if element.tag in _chrome_tags or element.get("role") in _chrome_roles or element.get("hidden") is not None:
        return True
    if element.get("aria-hidden") == "true" or "display:none" in (element.get("style") or "").replace(" ", ""):
        return True
    named, numbered = element.get("class"), element.get("id")
    if named is None and numbered is None:
        return False
    names = f"{named or ''} {numbered or ''}".lower()
    # The page's own body may be called "sidebar-left" for its layout.
    return element.tag not in {"body", "html", "main", "article"} and bool(_chrome_names.search(names))


def _text_of(element: HtmlElement) -> str:
    parts: list[str] = []
    _walk(element, parts)
    text = "".join(parts)
    text = re.sub(r"[ \t\r\f\v\xa0]*\n[ \t\r\f\v\xa0]*", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n ") + "\n" if text.strip() else ""


def _walk(root: HtmlElement, parts: list[str]) -> None:
    """Write the text of `root`; a stack of its own, because pages nest deeper than Python recurses."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        if done:
            _after(element, parts)
            if element is not root:
                _say(element.tail, parts, element.getparent())
            continue
        if _is_chrome(element) and element is not root:
            _say(element.tail, parts, element.getparent())
            continue
        _before(element, parts)
        _say(element.text, parts, element)
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))


def _say(words: str | None, parts: list[str], around: Any) -> None:
    if not words:
        return
    if around is not None and around.tag == "pre":
        parts.append(words)
        return
    if around is not None and around.tag == "sup" and words.strip().isdigit():
        words = words.strip().translate(superscripts)
    # Most pieces of a page need no change, and asking so is ten times quicker than the pattern.
    if "  " in words or not words.isprintable():
        words = _spaces.sub(" ", words)
    if words.startswith(" ") and (not parts or parts[-1][-1:] in {" ", "\n", "\t", ""}):
        words = words[1:]
    if words:
        parts.append(words)


def _before(element: Any, parts: list[str]) -> None:
    if element.tag == "br":
        parts.append("\n")
    elif element.tag == "li":
        parts.append("\n" + _bullet(element))
    elif element.tag in {"td", "th"}:
        if element.getprevious() is not None:
            parts.append("\t")
    elif element.tag == "tr":
        parts.append("\n")
    elif element.tag in _blocks:
        parts.append("\n\n")


def _after(element: Any, parts: list[str]) -> None:
    if element.tag in _blocks and element.tag not in {"td", "th", "tr", "li"}:
        parts.append("\n\n")
    elif element.tag in {"tr", "li"}:
        parts.append("\n")


def _bullet(item: Any) -> str:
    around = item.getparent()
    if around is None or around.tag != "ol":
        return "• "
    start = around.get("start") or "1"
    first = int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1
    place = first + sum(1 for _ in item.itersiblings("li", preceding=True))
    style = around.get("type")
    if style in {"a", "A"} and 0 < place <= 26:  # noqa: PLR2004 - letters of the alphabet
        return f"({chr(ord(style) + place - 1)}) "
    return f"{place}. "
