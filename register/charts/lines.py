"""Lines over years; where a year has no value, the line is broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from register.charts.scale import LEFT, RIGHT, WIDTH, scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from register.charts.scale import Tick

_LABELS = 14


@dataclass(frozen=True, slots=True)
class Point:
    """A value in the figure; `says` describes it, `href` is where it leads, if anywhere."""

    x: float
    y: float
    says: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its points; `path` is the way through them as SVG writes it."""

    look: int
    path: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The figure; `labels` are the places along it and what is written there."""

    lines: tuple[Line, ...]
    labels: tuple[tuple[float, str], ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """One value for each place, or None; `says` describes each."""

    look: int
    values: tuple[float | None, ...]
    says: tuple[str, ...]


def lines(labels: Sequence[str], series: Sequence[Values], hrefs: Sequence[str | None]) -> Lines:
    """The lines of these series over the places of these labels, which lead to `hrefs`."""
    heights = scale(value for each in series for value in each.values if value is not None)
    step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    across = [round(LEFT + (place + 0.5) * step, 1) for place in range(len(labels))]
    every = -(-len(labels) // _LABELS)
    found = []
    for each in series:
        path, points, drawing = [], [], False
        for x, value, says, href in zip(across, each.values, each.says, hrefs, strict=True):
            if value is not None:
                y = heights.y(value)
                path.append(f"{'L' if drawing else 'M'}{x} {y}")
                points.append(Point(x, y, says, href))
            drawing = value is not None
        found.append(Line(each.look, " ".join(path), tuple(points)))
    written = tuple(
        (x, label) for place, (x, label) in enumerate(zip(across, labels, strict=True)) if place % every == 0
    )
    return Lines(tuple(found), written, heights.ticks)
