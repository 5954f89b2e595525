"""What was seen of each counted series and of each body, and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from warehouse.query.coverage import coverage_of
from warehouse.query.opening import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from warehouse.query.coverage import BodyCoverage, NotSeen, SeriesCoverage

# A series with thousands of open numbers is a wrong configuration, and one list of them nobody reads.
NUMBERS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Series:
    """One series with its numbers that are not there: all of them as spans `(first, last, state)`, the first listed.

    A state is missing, hole (asked for in vain for so long that it may never have been used) or failed.
    """

    coverage: SeriesCoverage
    spans: tuple[tuple[int, int, str], ...]
    numbers: tuple[NotSeen, ...]

    @property
    def unlisted(self) -> int:
        """How many numbers that are not there are not listed."""
        return self.coverage.missing + self.coverage.failed - len(self.numbers)


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """The series in the order of sources, and the bodies in that of their names.

    `is_complete` says that nobody needs to look at anything.
    """

    series: tuple[Series, ...]
    bodies: tuple[BodyCoverage, ...]
    is_complete: bool


def coverage_page(home: Path) -> CoveragePage:
    """The coverage as the snapshot has it.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    with reading(home) as connection:
        found = coverage_of(connection)
    numbers: dict[tuple[str, str], list[NotSeen]] = {}
    for each in found.not_seen:
        numbers.setdefault((each.source_id, each.series), []).append(each)
    series = []
    for covered in found.series:
        absent = numbers.get((covered.source_id, covered.series), [])
        series.append(Series(covered, tuple(_spans(absent)), tuple(absent[:NUMBERS_SHOWN])))
    return CoveragePage(tuple(series), found.bodies, found.is_complete)


def state_of(number: NotSeen) -> str:
    """Why a number is not there: missing, hole or failed."""
    return "hole" if number.is_known_hole else number.state


def _spans(numbers: Iterable[NotSeen]) -> Iterator[tuple[int, int, str]]:
    """Numbers that follow each other in the same state, together."""
    for (_, state), group in groupby(
        enumerate(numbers), key=lambda placed: (placed[1].number - placed[0], state_of(placed[1]))
    ):
        span = [each.number for _, each in group]
        yield span[0], span[-1], state
