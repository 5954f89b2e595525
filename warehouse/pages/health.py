"""How the installation is doing: what needs attention, its sources, its last days, and what waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from warehouse.load.landing import waiting_batches
from warehouse.pages.watched import watched_of
from warehouse.query.condition import outbox, totals
from warehouse.query.coverage import series_of
from warehouse.query.opening import one_look, reading
from warehouse.query.queries import query
from warehouse.query.source_states import ILL, source_states, states_left
from warehouse.store.snapshot import is_behind, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from config.sources import Source
    from warehouse.pages.watched import Watched
    from warehouse.query.condition import Outbox, Totals
    from warehouse.query.coverage import SeriesCoverage
    from warehouse.query.source_states import SourceState

DAYS_SHOWN, REREADINGS_SHOWN, FAILURES_SHOWN = 14, 10, 15
_ORDER = ("blocked", "failing", "late", "unlisted", "healthy", "off")

# Parts are counted by the crawl that handed them over, at its end; their documents are their own.
_DAYS = """
SELECT
    finished_at::DATE, count(*) FILTER (outcome <> 'part'), count(*) FILTER (outcome = 'failed'),
    sum(items_seen)::BIGINT, sum(entries)::BIGINT, max(finished_at)
FROM batches WHERE finished_at >= $first GROUP BY ALL"""
_FAILURES = f"""
SELECT source_id, finished_at, error FROM batches
WHERE outcome = 'failed' AND finished_at >= (SELECT max(finished_at) FROM batches) - INTERVAL {DAYS_SHOWN} DAY
ORDER BY finished_at DESC, source_id LIMIT {FAILURES_SHOWN}"""  # noqa: S608 - numbers of our own
_REREADINGS = f"""
SELECT "at"::DATE, count(*), sum(gained)::BIGINT, sum(lost)::BIGINT, sum(changed)::BIGINT FROM rereadings
GROUP BY ALL ORDER BY 1 DESC LIMIT {REREADINGS_SHOWN}"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Day:
    """The crawls that ended on a day (UTC): how many, how many failed, what they listed, and what they brought.

    `last` is when the last one ended; None on a day without any.
    """

    day: date
    crawls: int
    failed: int
    items: int
    documents: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A crawl that failed, and why."""

    source_id: str
    at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class Reread:
    """The documents that newer rules or a newer reader read otherwise on a day, and what that did to their mandates."""

    day: date
    documents: int
    gained: int
    lost: int
    changed: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person should know. `kind` names the sentence, the other fields are what it needs.

    source (one that is `state`), items (some of a source cannot be read), dead, undecided and held (messages), series
    (one with numbers that are late, failed or not watched), batches, behind, place (its batches cannot be counted).
    """

    kind: str
    name: str = ""
    state: str = ""
    count: int = 0
    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HealthPage:
    """The condition at one moment (UTC). `has_sources` is false where sources.yaml could not be read.

    `gaps` are the series of which a number has been missing only lately, which may still come; others are problems.
    `sources` come in the order of their need; `watched` says by their ids when they were watched.
    """

    at: datetime
    published: datetime
    problems: tuple[Problem, ...]
    sources: tuple[SourceState, ...]
    has_sources: bool
    watched: Mapping[str, Watched]
    gaps: tuple[SeriesCoverage, ...]
    totals: Totals
    outbox: Outbox
    batches: int
    days: tuple[Day, ...]
    failures: tuple[Failure, ...]
    rereadings: tuple[Reread, ...]

    @property
    def switched_on(self) -> int:
        """How many sources are watched at all."""
        return sum(each.health.state not in {"off", "unlisted"} for each in self.sources)

    @property
    def healthy(self) -> int:
        """How many of them are healthy."""
        return sum(each.health.state == "healthy" for each in self.sources)


def health_page(home: Path, sources: Sequence[Source] | None, *, has_place: bool) -> HealthPage:
    """How the installation is doing, from the snapshot and the files beside it.

    `sources` are those of sources.yaml, None where it could not be read: then the snapshot alone says which there are.
    With `has_place`, several machines share a landing place, at which a page does not look.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    now = datetime.now(UTC)
    with one_look(home):
        states = source_states(home, sources, now) if sources is not None else states_left(home)
        known = sorted(states, key=_urgency)
        with reading(home) as connection:
            series = series_of(connection)
        sums, letters = totals(home), outbox(home, now)
        days = _days(home, now.date())
        failures = tuple(Failure(*row) for row in query(home, _FAILURES).rows)
        rereadings = tuple(Reread(*row) for row in query(home, _REREADINGS).rows)
        watched = watched_of(home, now)
    batches = len(waiting_batches(home))
    problems = [*_of_sources(known, series), *_of_files(letters, batches, is_late=is_behind(home), has_place=has_place)]
    return HealthPage(
        at=now,
        published=datetime.fromtimestamp(snapshot_path(home).stat().st_mtime, UTC),
        problems=tuple(problems),
        sources=tuple(known),
        has_sources=sources is not None,
        watched=watched,
        gaps=tuple(each for each in series if each.open_holes and not _needs_care(each)),
        totals=sums,
        outbox=letters,
        batches=batches,
        days=days,
        failures=failures,
        rereadings=rereadings,
    )


def _days(home: Path, today: date) -> tuple[Day, ...]:
    """The last days, today first; those without a crawl among them, or nobody would see that there was none."""
    wanted = [today - timedelta(days=back) for back in range(DAYS_SHOWN)]
    known = {row[0]: Day(*row) for row in query(home, _DAYS, {"first": wanted[-1]}).rows}
    return tuple(known.get(day) or Day(day, 0, 0, 0, 0, None) for day in wanted)


def _urgency(each: SourceState) -> tuple[int, bool, str]:
    return _ORDER.index(each.health.state), not each.health.items.failed, each.health.source_id


def _needs_care(series: SeriesCoverage) -> bool:
    """Whether a number has been missing for days, or was seen and could not be read."""
    return series.is_late or series.failed > 0


def _of_sources(known: Sequence[SourceState], series: Sequence[SeriesCoverage]) -> Iterator[Problem]:
    for each in known:
        health = each.health
        if health.state in ILL:
            yield Problem("source", health.source_id, health.state, since=health.since, reason=health.reason)
    for each in known:
        health = each.health
        if health.items.failing and health.state != "unlisted":
            first = health.items.failing[0]
            said = f"{first.title or first.url}: {first.reason}"
            yield Problem("items", health.source_id, count=health.items.failed, reason=said)
    for one in series:
        if _needs_care(one):
            yield Problem("series", one.name, count=one.open_holes + one.failed, since=one.missing_since)


def _of_files(letters: Outbox, batches: int, *, is_late: bool, has_place: bool) -> Iterator[Problem]:
    counts = {"dead": letters.states["dead"], "undecided": letters.undecided, "held": letters.states["held"]}
    for kind, count in (counts | {"batches": batches}).items():
        if count:
            yield Problem(kind, count=count)
    if is_late:
        yield Problem("behind")
    if has_place:
        yield Problem("place")
