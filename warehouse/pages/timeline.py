"""The timeline: deadlines by month, mandates by body and year, and how long answers to requests took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.query.ledger_today import ledger_today
from warehouse.query.opening import one_look

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MONTHS_SHOWN, MONTHS_BEHIND = 24, 6
YEARS_SHOWN = 20
# A chart with more parts than these cannot be read; the rest is one part.
BODIES_SHOWN = 7

# The committees of a body count with it.
_OF_IT = "($body::VARCHAR IS NULL OR body = $body OR starts_with(body, $body || '-'))"
_PARENT = "split_part(body, '-', 1)"
_BODIES = f"""
SELECT {_PARENT}, sum(mandates)::BIGINT FROM today.counts WHERE body IS NOT NULL
GROUP BY 1 ORDER BY 2 DESC, 1"""  # noqa: S608 - our own words, and so below
_DUE = f"""
SELECT year(due_end)::INTEGER, month(due_end)::INTEGER, state, count(*) FROM today.ledger
WHERE {_OF_IT} AND due_end >= $first AND due_end < $after GROUP BY ALL"""  # noqa: S608
# A mandate counts once, however often it is asked for without a deadline; most are in the first of their rows.
_ASIDE = f"""
WITH later AS (
    SELECT DISTINCT mandate_key FROM today.ledger WHERE {_OF_IT} AND due_end IS NULL AND NOT is_first
)
SELECT
    count(*) FILTER (due_end < $first), count(*) FILTER (due_end >= $after),
    count(*) FILTER (due_end IS NULL AND is_first AND NOT is_later) + (SELECT count(*) FROM later)
FROM (SELECT due_end, is_first, mandate_key IN (FROM later) AS is_later FROM today.ledger WHERE {_OF_IT})"""  # noqa: S608
_YEARS = f"""
SELECT year(published_on)::INTEGER, CASE WHEN $body::VARCHAR IS NULL THEN {_PARENT} ELSE body END,
    sum(mandates)::BIGINT
FROM today.counts WHERE {_OF_IT} GROUP BY ALL"""  # noqa: S608
# What counts is the first answer to a request, from the day of the document that asks. Only answers are grouped by
# their request: all requests of a million documents take more memory than there is.
_REACTIONS = f"""
WITH requests AS (
    SELECT *, state IN ('answered', 'partly_answered') AND since >= published_on AS is_answer FROM today.ledger
    WHERE {_OF_IT} AND type = 'reporting_request' AND published_on IS NOT NULL
), counted AS (SELECT year(published_on) AS asked, count(*) AS requests FROM requests WHERE is_first GROUP BY asked),
answers AS (
    SELECT
        year(any_value(published_on)) AS asked, min(since) AS answered, arg_min(due_end, since) AS due,
        date_diff('day', any_value(published_on), min(since)) AS days
    FROM requests WHERE is_answer GROUP BY mandate_key
)
SELECT
    asked::INTEGER, any_value(requests)::INTEGER, count(days)::INTEGER, median(days)::INTEGER,
    quantile_disc(days, 0.9)::INTEGER, count(days) FILTER (due IS NOT NULL)::INTEGER,
    count(days) FILTER (answered <= due)::INTEGER
FROM counted LEFT JOIN answers USING (asked) GROUP BY asked ORDER BY asked"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Month:
    """How many deadlines end in a month, by the state that they have today."""

    first: date
    states: dict[str, int]

    @property
    def total(self) -> int:
        """All deadlines of the month."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Year:
    """How many mandates the documents of a year have, by body, or by organ of the one body that is asked for."""

    year: int
    bodies: dict[str, int]

    @property
    def total(self) -> int:
        """All mandates of the year."""
        return sum(self.bodies.values())

    def sum_of(self, names: Iterable[str]) -> int:
        """The mandates of some bodies."""
        return sum(self.bodies.get(name, 0) for name in names)


@dataclass(frozen=True, slots=True)
class Reaction:
    """How the requests for a report that were made in a year were answered.

    `median` and `most` are the days until the first answer, for half and for nine in ten of the `answered` ones; None
    where there are none. Of these `dated` had a deadline, and `timely` came by its last day.
    """

    year: int
    asked: int
    answered: int
    median: int | None
    most: int | None
    dated: int
    timely: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The page for all bodies, or for one (`body`) with its organs.

    `bodies` are all bodies with their mandates, the largest first. `earlier` and `later` deadlines are outside of
    `months`, `open_ended` mandates have no deadline. `names` are the bodies or organs of `years`, the largest first;
    those that no longer fit in are in `rest`. `years_before` are mandates of years before the first one shown, and
    `undated` those of documents without a day.
    """

    body: str | None
    bodies: tuple[tuple[str, int], ...]
    months: tuple[Month, ...]
    states: tuple[str, ...]
    earlier: int
    later: int
    open_ended: int
    names: tuple[str, ...]
    rest: tuple[str, ...]
    years: tuple[Year, ...]
    years_before: int
    undated: int
    reactions: tuple[Reaction, ...]


def timeline(home: Path, body: str | None = None, first: date | None = None) -> Timeline:
    """The timeline from the month of `first` on, else from some months before the present one.

    A body that is not among the known ones has no mandates.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    begin = month_after(first or datetime.now(UTC).date(), 0 if first else -MONTHS_BEHIND)
    of_it: dict[str, Any] = {"body": body}
    between = of_it | {"first": begin, "after": month_after(begin, MONTHS_SHOWN)}
    with one_look(home):
        bodies = tuple((name, count) for name, count in ledger_today(home, _BODIES, {}))
        due = {(year, month, state): count for year, month, state, count in ledger_today(home, _DUE, between)}
        ((earlier, later, open_ended),) = ledger_today(home, _ASIDE, between)
        years = ledger_today(home, _YEARS, of_it)
        reactions = ledger_today(home, _REACTIONS, of_it)
    starts = [month_after(begin, place) for place in range(MONTHS_SHOWN)]
    present = {state for _, _, state in due}
    months = tuple(
        Month(day, {state: due[key] for state in present if (key := (day.year, day.month, state)) in due})
        for day in starts
    )
    names, rest, shown, before = _by_year(years)
    return Timeline(
        body=body,
        bodies=bodies,
        months=months,
        states=tuple(sorted(present)),
        earlier=earlier,
        later=later,
        open_ended=open_ended,
        names=names,
        rest=rest,
        years=shown,
        years_before=before,
        undated=sum(count for year, _, count in years if year is None),
        reactions=tuple(Reaction(*row) for row in reactions[-YEARS_SHOWN:]),
    )


def month_after(day: date, months: int) -> date:
    """The first day of the month that is so many months after that of `day`; at the ends of the calendar, its ends."""
    count = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    return date(count // 12, count % 12 + 1, 1)


def _by_year(
    rows: list[tuple[Any, ...]],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Year, ...], int]:
    """The bodies that are shown by name, the others, the years, and the mandates of earlier years."""
    dated = [(year, body or "", count) for year, body, count in rows if year is not None]
    if not dated:
        return (), (), (), 0
    last = max(year for year, _, _ in dated)
    first = max(min(year for year, _, _ in dated), last - YEARS_SHOWN + 1)
    found: dict[int, dict[str, int]] = {year: {} for year in range(first, last + 1)}
    sums: dict[str, int] = {}
    for year, body, count in dated:
        if year >= first:
            found[year][body] = count
            sums[body] = sums.get(body, 0) + count
    largest = sorted(sums, key=lambda body: (-sums[body], body))
    shown = tuple(Year(year, bodies) for year, bodies in found.items())
    before = sum(count for year, _, count in dated if year < first)
    return tuple(largest[:BODIES_SHOWN]), tuple(sorted(largest[BODIES_SHOWN:])), shown, before
