"""Stacked bars, one for each month or year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from register.charts.scale import LEFT, RIGHT, WIDTH, scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from register.charts.scale import Tick

# How much of its column a bar fills, and how wide it becomes at most where there are few.
_FILLED, _WIDEST = 0.76, 60.0
# Beside one another there is room for so many labels.
_LABELS = 14


@dataclass(frozen=True, slots=True)
class Column:
    """What one bar shows: a count for each series, in their order.

    `label` is written below it where there is room, and under the first of those in a `group` (a year of months) what
    they have in common; `says` describes it whole, `href` is where it leads, if anywhere.
    """

    label: str
    says: str
    values: tuple[int, ...]
    href: str | None = None
    group: str = ""

    @property
    def total(self) -> int:
        """The height of the bar."""
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar; `look` is the number of its colour and pattern."""

    y: float
    height: float
    look: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the figure, with what it shows. `shows_label` and `shows_group` say what is written below it."""

    column: Column
    x: float
    width: float
    pieces: tuple[Piece, ...]
    shows_label: bool
    shows_group: bool

    @property
    def middle(self) -> float:
        """Where its label is written."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Bars:
    """The figure; `now` is where the present is in it, if it is."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    now: float | None = None


def stacked(columns: Sequence[Column], looks: Sequence[int], now: float | None = None) -> Bars:
    """The bars of these columns, the first series at the bottom; `looks` has one look for each series.

    `now` is the present in columns from the left: 1.5 is in the middle of the second.
    """
    heights = scale(column.total for column in columns)
    step = (WIDTH - LEFT - RIGHT) / max(len(columns), 1)
    width = min(_FILLED * step, _WIDEST)
    every = -(-len(columns) // _LABELS)
    found, group = [], ""
    for place, column in enumerate(columns):
        pieces, below = [], 0
        for value, look in zip(column.values, looks, strict=True):
            if value:
                top, bottom = heights.y(below + value), heights.y(below)
                pieces.append(Piece(top, round(bottom - top, 1), look))
                below += value
        x = round(LEFT + (place + 0.5) * step - width / 2, 1)
        shows = place % every == 0
        found.append(Bar(column, x, round(width, 1), tuple(pieces), shows, shows and column.group != group))
        group = column.group if shows else group
    return Bars(tuple(found), heights.ticks, None if now is None else round(LEFT + now * step, 1))
