"""The numbers and bullets of a page's lists, as browsers count them."""

from __future__ import annotations

import re
from typing import Any

from scrapers.text.counting import letters, roman

BULLET = "•"
_STYLE = re.compile(r"list-style(?:-type)?\s*+:\s*+([a-z-]++)", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,6}")
_STYLES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "decimal": "1",
    "none": "none",
    "disc": BULLET,
    "circle": BULLET,
    "square": BULLET,
}


class OpenList:
    """A list that is being read, with the number that its next item has."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self._style = _style(element) or ("1" if element.tag == "ol" else BULLET)
        self._next = _number(element.get("start"), 1)

    def label(self, item: Any) -> str:
        """The label of the next item: "3.", "(c)", "(iv)", "•"; empty where the list shows none."""
        place = _number(item.get("value"), self._next)
        self._next = place + 1
        style = _style(item) or self._style
        if style in {BULLET, "none"}:
            return BULLET if style == BULLET else ""
        counted = {"a": letters, "i": roman}.get(style.lower(), str)(place)
        counted = counted.upper() if style.isupper() else counted
        return f"{counted}." if counted.lstrip("-").isdigit() else f"({counted})"


def _style(element: Any) -> str | None:
    kind: str | None
    if not element.attrib:
        return None
    if (kind := element.get("type")) in {"1", "a", "A", "i", "I"}:
        return kind
    found = _STYLE.search(element.get("style") or "")
    return _STYLES.get(found[1].lower()) if found else None


def _number(said: str | None, default: int) -> int:
    return int(said) if said and _NUMBER.fullmatch(said) else default
