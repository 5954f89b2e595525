"""On which of the last days each source was watched without a gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

DAYS_WATCHED = 90

_SPANS = "SELECT source_id, since, watched_until FROM source_watch ORDER BY source_id, since"


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a source was not watched (UTC); `until` is None where it goes on."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A source in the days from `first` to `last`: when it was watched first, and its gaps since then."""

    first: date
    last: date
    begun: datetime
    gaps: tuple[Gap, ...]

    @property
    def spans(self) -> tuple[tuple[int, int, str], ...]:
        """The days, counted from 0, that it was not watched: (first, last, before or gap)."""
        begun = (self.begun.date() - self.first).days
        before = ((0, begun - 1, "before"),) if begun > 0 else ()
        gaps = (
            (max((each.since.date() - self.first).days, 0), (self._end(each) - self.first).days, "gap")
            for each in self.gaps
        )
        return (*before, *gaps)

    def _end(self, gap: Gap) -> date:
        return gap.until.date() if gap.until is not None else self.last


def watched_of(home: Path, now: datetime) -> dict[str, Watched]:
    """When each source was watched in the last days, by its id.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    first = now - timedelta(days=DAYS_WATCHED - 1)
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for source, since, until in query(home, _SPANS).rows:
        spans.setdefault(source, []).append((since, until))
    return {
        source: Watched(
            first.date(),
            now.date(),
            found[0][0],
            tuple(each for each in _gaps(found, now) if each.until is None or each.until.date() >= first.date()),
        )
        for source, found in spans.items()
    }


def _gaps(spans: Sequence[tuple[datetime, datetime]], now: datetime) -> Iterator[Gap]:
    for (_, ended), (began, _) in pairwise(spans):
        yield Gap(ended, began)
    if spans[-1][1] < now:
        yield Gap(spans[-1][1], None)
