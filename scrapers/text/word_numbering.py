"""The numbers that Word counts by itself: "1.", "(a)", "(iv)", "Article 3". They are in no paragraph's words.

Word keeps one counter a level for each abstract numbering; lists that refer to the same one go on counting, unless
theirs starts again (`startOverride`). A paragraph starts the levels below it again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from scrapers.text.counting import letters, roman
from scrapers.text.word_package import W
from scrapers.text.word_styles import value

BULLET = "•"
_LEVELS = 9
_DASHES = frozenset("-–—")
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Label:
    """A paragraph's label as printed, what joins it to the words, and its depth from 1."""

    text: str
    glue: str
    level: int


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str
    glue: str
    # The level (from 1) whose paragraphs start this one again; 0 for none, None for all above it.
    restart: int | None
    legal: bool


class Numbering:
    """The counters of a document; `label` is asked for its paragraphs in order."""

    def __init__(self, root: Any) -> None:
        found = root if root is not None else ()
        self._abstract = {each.get(f"{W}abstractNumId"): each for each in found if each.tag == f"{W}abstractNum"}
        self._lists = {each.get(f"{W}numId"): each for each in found if each.tag == f"{W}num"}
        self._by_style = {name: each for each in self._abstract.values() if (name := value(each, "styleLink"))}
        # Of each definition its levels, and the levels that it gives to styles; looked up for each paragraph.
        self._defined = {key: _by_place(each, "lvl") for key, each in self._abstract.items()}
        self._styled = {
            key: {value(level, "pStyle"): at for at, level in reversed(levels.items())}
            for key, levels in self._defined.items()
        }
        self._overridden = {key: _by_place(each, "lvlOverride") for key, each in self._lists.items()}
        self._levels: dict[tuple[str, int], _Level | None] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    def level_of_style(self, num_id: str, style: str) -> int:
        """The level that a list gives to a paragraph style; the first where it names none."""
        abstract = self._abstract_of(num_id)
        levels = self._styled[abstract.get(f"{W}abstractNumId")] if abstract is not None else {}
        return levels.get(style, 0)

    def label(self, num_id: str, place: int) -> Label | None:
        """The label of the next paragraph at level `place` (from 0) of a list; None where it has none."""
        level = self._level(num_id, place)
        if level is None:
            return None
        counters = self._count(num_id, place)
        if level.format == "bullet":
            return Label(level.text if level.text in _DASHES else BULLET, level.glue, place + 1)

        def said(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            other = self._level(num_id, at)
            if other is None:
                return ""
            number = counters[at]
            return _said(other.start if number is None else number, "decimal" if level.legal else other.format)

        text = _PLACE.sub(said, level.text).strip()
        return Label(text, level.glue, place + 1) if text else None

    def _count(self, num_id: str, place: int) -> list[int | None]:
        abstract = self._abstract_of(num_id)
        key = abstract.get(f"{W}abstractNumId") if abstract is not None else num_id
        counters = self._counters.setdefault(key, [None] * _LEVELS)
        if num_id not in self._begun:
            self._begun.add(num_id)
            for at, override in self._overridden[num_id].items():
                if value(override, "startOverride") is not None:
                    counters[at] = None
        for above in range(place):
            # "1.1" where no "1" came before.
            if counters[above] is None and (level := self._level(num_id, above)) is not None:
                counters[above] = level.start
        level = self._level(num_id, place)
        now = counters[place]
        counters[place] = (level.start if level is not None else 1) if now is None else now + 1
        for below in range(place + 1, _LEVELS):
            under = self._level(num_id, below)
            if under is None or under.restart is None or under.restart > place:
                counters[below] = None
        return counters

    def _abstract_of(self, num_id: str) -> Any:
        named = self._lists.get(num_id)
        abstract = self._abstract.get(value(named, "abstractNumId")) if named is not None else None
        if abstract is not None and (link := value(abstract, "numStyleLink")):
            return self._by_style.get(link, abstract)
        return abstract

    def _level(self, num_id: str, place: int) -> _Level | None:
        key = (num_id, place)
        if key not in self._levels:
            self._levels[key] = self._read(num_id, place)
        return self._levels[key]

    def _read(self, num_id: str, place: int) -> _Level | None:
        abstract = self._abstract_of(num_id)
        if abstract is None:
            return None
        override = self._overridden[num_id].get(place)
        own = override.find(f"{W}lvl") if override is not None else None
        level = own if own is not None else self._defined[abstract.get(f"{W}abstractNumId")].get(place)
        if level is None:
            return None
        start = value(override, "startOverride") if override is not None else None
        restart = value(level, "lvlRestart")
        return _Level(
            start=_number(start, _number(value(level, "start"), 0)),
            format=value(level, "numFmt") or "decimal",
            text=value(level, "lvlText") or "",
            glue="" if value(level, "suff") == "nothing" else " ",
            restart=None if restart is None else _number(restart, 0),
            legal=level.find(f"{W}isLgl") is not None,
        )


def _by_place(around: Any, name: str) -> dict[int, Any]:
    """The first element of each level, by its place from 0."""
    found: dict[int, Any] = {}
    for each in around.iterchildren(W + name):
        at = _number(each.get(f"{W}ilvl"), _LEVELS)
        if at < _LEVELS:
            found.setdefault(at, each)
    return found


def _number(said: str | None, default: int) -> int:
    return int(said) if said and re.fullmatch(r"\d{1,6}", said) else default


def _said(number: int, how: str) -> str:
    if how in {"lowerLetter", "upperLetter"}:
        said = letters(number, repeated=True)
    elif how in {"lowerRoman", "upperRoman"}:
        said = roman(number)
    elif how == "decimalZero":
        return f"{number:02}"
    elif how == "none":
        return ""
    elif how == "ordinal":
        ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending}"
    else:
        # Numbers in words and in other scripts are written in digits: the order is what people refer to.
        return str(number)
    return said.upper() if how.startswith("upper") else said
