"""What proves that nothing was missed: the numbers of each counted series, and the last session seen of each body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - the API reads the types of the fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

# A number that is missing for so long is no longer just late: crawls have asked for it each time.
LATE_DAYS = 3
# The longest interval of the shipped sources is a day; after three, nobody knows what was published since.
UNWATCHED_DAYS = 3

# The latest session or year of each source; with a former one for as long as it misses something.
_SERIES = """
SELECT
    source_id, body, series, label, lowest, highest, numbers, seen, missing, known_holes, failed, missing_since,
    last_success, source_state,
    missing > known_holes AND coalesce(date_diff('hour', missing_since, now()) >= 24 * $late, false),
    coalesce(date_diff('hour', last_success, now()) < 24 * $unwatched, false)
FROM coverage_series
QUALIFY missing > known_holes OR failed > 0
    OR row_number() OVER (PARTITION BY source_id ORDER BY TRY_CAST(series AS INTEGER) DESC NULLS LAST) = 1
ORDER BY source_id, series"""
_NUMBERS = """
SELECT source_id, series, number, label, state, since, asked_at, coalesce(is_known_hole, false), document_id IS NOT NULL
FROM coverage_numbers WHERE state IN ('missing', 'failed') ORDER BY source_id, series, number"""
BODIES_COVERED = """
SELECT
    body, documents, last_session_seen, newest_on, last_session_held, held_start_on, held_end_on, held_is_expected,
    next_session, next_start_on, next_is_expected, coalesce(sessions_not_seen, []), state
FROM coverage_bodies"""


@dataclass(frozen=True, slots=True)
class SeriesCoverage:
    """One series of a source. `label` has {number} in it; `missing_since` leaves known holes out.

    `is_late` says that a number other than a known hole has been missing for `LATE_DAYS` days, `is_watched` that the
    source was crawled with success in the last `UNWATCHED_DAYS`.
    """

    source_id: str
    body: str | None
    series: str
    label: str | None
    lowest: int
    highest: int
    numbers: int
    seen: int
    missing: int
    known_holes: int
    failed: int
    missing_since: datetime | None
    last_success: datetime | None
    source_state: str
    is_late: bool
    is_watched: bool

    @property
    def name(self) -> str:
        """What people call it: A/RES/81, S/RES, else the id of the source."""
        name = (self.label or "").partition("{number}")[0].rstrip(" /(-.")
        return name if "/" in name else f"{self.source_id} {self.series}".strip()

    @property
    def open_holes(self) -> int:
        """How many numbers are missing that are not known holes."""
        return self.missing - self.known_holes


@dataclass(frozen=True, slots=True)
class NotSeen:
    """A number that is missing, or that was seen and could not be read (`state` failed); times are in UTC."""

    source_id: str
    series: str
    number: int
    label: str | None
    state: str
    since: datetime | None
    asked_at: datetime | None
    is_known_hole: bool
    is_known_elsewhere: bool


@dataclass(frozen=True, slots=True)
class BodyCoverage:
    """The last session seen of a body beside the calendar; `state` as in the view coverage_bodies."""

    body: str
    documents: int
    last_session_seen: int | None
    newest_on: date | None
    last_session_held: int | None
    held_start_on: date | None
    held_end_on: date | None
    held_is_expected: bool | None
    next_session: int | None
    next_start_on: date | None
    next_is_expected: bool | None
    sessions_not_seen: list[int]
    state: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of an installation."""

    series: tuple[SeriesCoverage, ...]
    not_seen: tuple[NotSeen, ...]
    bodies: tuple[BodyCoverage, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing needs a person: every series is watched, and what is missing is new or a known hole."""
        gaps = any(each.is_late or each.failed or not each.is_watched for each in self.series)
        return not gaps and all(each.state != "behind" for each in self.bodies)


def coverage_of(connection: duckdb.DuckDBPyConnection) -> Coverage:
    """The coverage as the live file or a snapshot has it."""
    return Coverage(
        series_of(connection),
        tuple(NotSeen(*row) for row in connection.execute(_NUMBERS).fetchall()),
        tuple(BodyCoverage(*row) for row in connection.execute(f"{BODIES_COVERED} ORDER BY body").fetchall()),
    )


def series_of(connection: duckdb.DuckDBPyConnection) -> tuple[SeriesCoverage, ...]:
    """The coverage of the counted series alone."""
    rows = connection.execute(_SERIES, {"late": LATE_DAYS, "unwatched": UNWATCHED_DAYS}).fetchall()
    return tuple(SeriesCoverage(*row) for row in rows)


def coverage_line(series: Sequence[SeriesCoverage]) -> str:
    """The coverage in one English sentence, gaps first; empty where no source counts numbers."""
    gaps = [_gap(each) for each in series if each.open_holes or each.failed or not each.is_watched]
    whole = [each for each in series if not each.open_holes and not each.failed and each.is_watched]
    seen = ", ".join(map(_whole, whole))
    return "; ".join([*gaps, *([f"without gaps: {seen}"] if seen else [])])


def _whole(series: SeriesCoverage) -> str:
    holes = f" ({series.known_holes:,} known to be a hole)" if series.known_holes else ""
    return f"{series.name} {series.seen:,} of {series.numbers:,}{holes}"


def _gap(series: SeriesCoverage) -> str:
    words = f"{series.name}: {series.seen:,} of {series.numbers:,} numbers seen"
    if series.open_holes:
        since = f" since {series.missing_since:%-d %B %Y}" if series.missing_since else ""
        words += f", {series.open_holes:,} missing{since}"
    if series.known_holes:
        words += f", {series.known_holes:,} known to be a hole"
    if series.failed:
        words += f", {series.failed:,} could not be read"
    if not series.is_watched:
        words += f", not watched since {series.last_success:%-d %B %Y}" if series.last_success else ", never watched"
    return words
