"""The upright scale of a chart: round numbers from zero to a little above the highest value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# The units of all figures: those of a viewBox, which browsers scale. Left of the plot is room for six digits,
# above it for the unit, and below it for two lines.
WIDTH, HEIGHT = 760.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 8.0, 30.0, 40.0
_STEPS = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the plot: its height in the figure, and the number it marks."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Scale:
    """From 0 to `top`."""

    top: int
    step: int

    def y(self, value: float) -> float:
        """Where a value is in the figure, from above."""
        return round(HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM), 1)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The lines, from below."""
        return tuple(Tick(self.y(value), value) for value in range(0, self.top + 1, self.step))


def scale(values: Iterable[float]) -> Scale:
    """The scale on which all of these values have room; without any, from 0 to 1."""
    highest = max(values, default=0)
    rough = max(highest / _STEPS, 1)
    power = 10 ** math.floor(math.log10(rough))
    step = int(next(power * times for times in (1, 2, 5, 10) if power * times >= rough))
    return Scale(max(math.ceil(highest / step), 1) * step, step)
