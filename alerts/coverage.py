"""A line for each counted series in a digest: how many of its numbers were seen, and which are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.escape import one_line
from alerts.match import watches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alerts.frame import Frame
    from config.subscriptions import Subscription
    from warehouse.query.coverage import SeriesCoverage

# A reader with every body gets the gaps, which come first; `mandates coverage` has the rest.
MOST_SERIES = 8


def coverage_lines(
    words: Frame, series: Sequence[SeriesCoverage], asked: Sequence[Subscription]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The lines for the series that these subscriptions could bring anything of, under one heading; gaps first."""
    wanted = [each for each in series if any(watches(one, each.body, each.source_id) for one in asked)]
    wanted.sort(key=lambda each: (not (each.open_holes or each.failed) and each.is_watched, each.name))
    lines = [_line(words, each) for each in wanted[:MOST_SERIES]]
    if len(wanted) > MOST_SERIES:
        lines.append(words.more_series.of(len(wanted) - MOST_SERIES))
    return ((words.coverage, tuple(lines)),) if lines else ()


def _line(words: Frame, series: SeriesCoverage) -> str:
    """Such as "A/RES/80 (UNGA): 213 of 214 numbers seen; 1 missing since 3 May 2026"."""
    name = one_line(f"{series.name} ({series.body})" if series.body else series.name, 80)
    seen = words.covered.format(name=name, seen=series.seen, numbers=series.numbers)
    return words.also.join([seen, *_gaps(words, series)])


def _gaps(words: Frame, series: SeriesCoverage) -> Iterator[str]:
    if series.open_holes:
        since = series.missing_since
        known = words.covered_since.format(date=words.date(since.date())) if since else ""
        yield " ".join(filter(None, (words.covered_missing.of(series.open_holes), known)))
    if series.known_holes:
        yield words.covered_holes.of(series.known_holes)
    if series.failed:
        yield words.covered_failed.of(series.failed)
    if not series.is_watched:
        last = series.last_success
        yield words.covered_unwatched.format(date=words.date(last.date())) if last else words.covered_never
