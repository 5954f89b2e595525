"""What of a page is not its text: scripts, hidden parts, and the chrome around the text.

What is left out is not lost: it is listed, with the reason and its first words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scrapers.publication import LeftOut

if TYPE_CHECKING:
    from collections.abc import Iterable

# One entry for each element; the longest menus have some 150 parts.
MOST_ENTRIES = 200
LONGEST_WORDS = 200
_SCRIPTS = frozenset(("script", "style", "noscript", "template"))
# fmt: off
_TAGS = _SCRIPTS | frozenset((
    "svg", "iframe", "object", "embed", "form", "button", "select", "input", "textarea", "nav", "footer", "aside",
    "dialog", "menu", "head", "link", "meta", "canvas", "audio", "video", "map",
))
# fmt: on
_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "menu", "alert", "dialog"))
# Whole words of class and id; "header" is not among them: articles have headers of their own.
_NAMES = re.compile(
    r"(?<![a-z])(breadcrumbs?|nav(bar|igation)?|menu|sidebar|footer|site-header|masthead|cookies?|cookie-banner|social|share|"
    r"sharing|pager|pagination|skip-link|visually-hidden|sr-only|related|advert|subscribe|feed-icon|toolbar|tabs)(?![a-z])"
)


def why_chrome(element: Any) -> str | None:  # noqa: PLR0911 - one sign after the other
    """Why an element is not part of the text: "script", "hidden text", "chrome: nav"; None where it is."""
    tag, given = element.tag, element.attrib
    if tag in _TAGS:
        return "script" if tag in _SCRIPTS else f"chrome: {tag}"
    if not given:
        return None
    role = given.get("role")
    if role in _ROLES:
        return f"chrome: {role}"
    if "hidden" in given or given.get("aria-hidden") == "true":
        return "hidden text"
    style = given.get("style")
    if style is not None and "display:none" in style.replace(" ", ""):
        return "hidden text"
    named, numbered = given.get("class"), given.get("id")
    if named is None and numbered is None:
        return None
    # The page's own body may be called "sidebar-left" for its layout.
    if tag in {"body", "html", "main", "article"}:
        return None
    found = _NAMES.search(f"{named or ''} {numbered or ''}".lower())
    return f"chrome: {found[1]}" if found is not None else None


def left_out(dropped: Iterable[tuple[str, Any]], *, longest: int = LONGEST_WORDS) -> tuple[LeftOut, ...]:
    """The entries for elements, or bare words, that were dropped, each with its reason; words are cut at `longest`."""
    entries: list[LeftOut] = []
    more = 0
    for reason, part in dropped:
        words = " ".join(part.split())[:longest] if isinstance(part, str) else _first_words(part)
        if words and len(entries) < MOST_ENTRIES:
            entries.append(LeftOut(words, reason))
        else:
            more += bool(words)
    if more:
        entries.append(LeftOut("", f"{more:,} more parts are not listed"))
    return tuple(entries)


def _first_words(element: Any) -> str:
    """The beginning of an element's words; blanks alone are looked through to the end."""
    from lxml.etree import iterwalk  # noqa: PLC0415 - loaded already where there is an element

    found: list[str] = []
    size = 0
    inner = iterwalk(element, events=("start", "end"))
    for event, part in inner:
        words = None
        if event == "start":
            if part.tag in _SCRIPTS and part is not element:
                inner.skip_subtree()
            else:
                words = part.text
        elif part is not element:
            words = part.tail
        if words and (words := " ".join(words.split())):
            found.append(words)
            size += len(words) + 1
            if size > LONGEST_WORDS:
                break
    return " ".join(found)[:LONGEST_WORDS]
