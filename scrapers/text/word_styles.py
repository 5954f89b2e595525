"""What the styles of a Word file say of its paragraphs and runs, each with what it inherits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from scrapers.text.word_package import W

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_OFF = frozenset(("0", "false", "off", "none"))
_LOWEST_OUTLINE = 8


def value(element: Any, path: str) -> str | None:
    """The `w:val` of what is at `path` ("numPr/numId") in an element; None where there is none."""
    for name in path.split("/"):
        element = element.find(W + name) if element is not None else None
    return None if element is None else element.get(f"{W}val")


def switch(properties: Any, name: str) -> bool | None:
    """Whether a property such as bold is on; None where it is not mentioned."""
    found = properties.find(W + name) if properties is not None else None
    return None if found is None else found.get(f"{W}val") not in _OFF


@dataclass(frozen=True, slots=True)
class Style:
    """What a style sets; None is what it leaves to others. `heading` counts from 1, 0 is the title; size in points."""

    num_id: str | None = None
    level: int | None = None
    heading: int | None = None
    quotation: bool = False
    hidden: bool | None = None
    bold: bool | None = None
    size: float | None = None


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: Any) -> None:
        self._elements: dict[str, Any] = {}
        self._known: dict[str, Style] = {}
        self.default = ""
        for element in root.iter(f"{W}style") if root is not None else ():
            name = element.get(f"{W}styleId") or ""
            self._elements[name] = element
            if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in {"1", "true", "on"}:
                self.default = name
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr") if root is not None else None
        self._base = run_style(defaults)

    def style(self, name: str | None) -> Style:
        """A style with all that it inherits; one that is not defined, or inherits from itself, ends there."""
        chain: dict[str, None] = {}
        while name and name in self._elements and name not in self._known and name not in chain:
            chain[name] = None
            name = value(self._elements[name], "basedOn")
        found = self._known.get(name or "", self._base)
        for each in reversed(chain):
            found = self._known[each] = over(found, _own(self._elements[each]))
        return found


def _own(element: Any) -> Style:
    properties = element.find(f"{W}pPr")
    named = value(element, "name") or ""
    heading = _HEADING.fullmatch(named)
    own = paragraph_style(properties)
    if heading is not None:
        own = replace(own, heading=int(heading[1]))
    elif named.lower() in {"title", "subtitle"}:
        own = replace(own, heading=1)
    return over(run_style(element.find(f"{W}rPr")), replace(own, quotation="quote" in named.lower()))


def paragraph_style(properties: Any) -> Style:
    """What a paragraph's own properties set."""
    if properties is None:
        return Style()
    outline = value(properties, "outlineLvl") or ""
    level = value(properties, "numPr/ilvl") or ""
    return Style(
        num_id=value(properties, "numPr/numId"),
        level=int(level) if re.fullmatch(r"\d", level) else None,
        heading=int(outline) + 1 if re.fullmatch(r"\d", outline) and int(outline) <= _LOWEST_OUTLINE else None,
    )


def run_style(properties: Any) -> Style:
    """What a run's own properties set."""
    if properties is None or not len(properties):
        return Style()
    size = value(properties, "sz") or ""
    return Style(
        hidden=switch(properties, "vanish"),
        bold=switch(properties, "b"),
        # Word counts in half points.
        size=int(size) / 2 if re.fullmatch(r"\d{1,4}", size) else None,
    )


def over(below: Style, above: Style) -> Style:
    """What is set above, and below it where that sets nothing."""
    return Style(
        num_id=above.num_id if above.num_id is not None else below.num_id,
        level=above.level if above.level is not None else below.level,
        heading=above.heading if above.heading is not None else below.heading,
        quotation=above.quotation or below.quotation,
        hidden=above.hidden if above.hidden is not None else below.hidden,
        bold=above.bold if above.bold is not None else below.bold,
        size=above.size if above.size is not None else below.size,
    )
