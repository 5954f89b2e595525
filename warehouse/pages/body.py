"""The page of a body: its sessions, what it asks for by type and year, and how long answers took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.pages.body_sessions import sessions_of
from warehouse.query.counts import ENTRIES, MANDATES, proposed
from warehouse.query.coverage import BODIES_COVERED, BodyCoverage
from warehouse.query.ledger_today import ledger_today
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.pages.body_sessions import BodySessions

YEARS = 10

_OF_IT = "(body = $body OR starts_with(body, $body || '-'))"
_DOCUMENTS = f"""
SELECT body, count(*) FROM documents WHERE {_OF_IT} GROUP BY body ORDER BY body"""  # noqa: S608 - our own words
_BY_YEAR = f"""
SELECT year(published_on), type, {MANDATES} FROM today.counts
WHERE {_OF_IT} GROUP BY ALL ORDER BY 1 DESC NULLS LAST, 2"""  # noqa: S608 - our own words
_STATES = f"""
SELECT state, {ENTRIES} FROM today.counts WHERE {_OF_IT} GROUP BY state ORDER BY 2 DESC, state"""  # noqa: S608 - our own words
# An answer counts from the day of the document that asks to the day of the one that answers.
_REACTIONS = f"""
SELECT
    type, count(*), median(days)::INTEGER, quantile_disc(days, 0.9)::INTEGER,
    count(*) FILTER (due_end IS NOT NULL), count(*) FILTER (since <= due_end)
FROM (
    SELECT type, since, due_end, date_diff('day', published_on, since) AS days FROM today.ledger
    WHERE {_OF_IT} AND state IN ('answered', 'partly_answered') AND since >= published_on
)
GROUP BY type ORDER BY 2 DESC, type"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Year:
    """How many mandates of each type the documents of one year have; of those without a date where it is None."""

    year: int | None
    types: dict[str, int]

    @property
    def total(self) -> int:
        """The mandates of all types."""
        return sum(self.types.values())


@dataclass(frozen=True, slots=True)
class Reaction:
    """How long answers to mandates of one type took, in days from the document that asks: half of them, nine in ten.

    `timely` of the `dated` ones, which have a deadline, came by its last day.
    """

    type: str
    answered: int
    median: int
    most: int
    dated: int
    timely: int


@dataclass(frozen=True, slots=True)
class BodyPage:
    """A body with all its organs (`parts`, itself among them, with their documents).

    `years` are the newest `YEARS` in which it asked for something, and what has no date; `types` those of any of them.
    `states` count entries; `proposed` are the mandates of drafts, which are in no other number. `coverage` is None for
    organs, which have no sessions of their own.
    """

    body: str
    parts: tuple[tuple[str, int], ...]
    coverage: BodyCoverage | None
    sessions: BodySessions
    states: tuple[tuple[str, int], ...]
    years: tuple[Year, ...]
    types: tuple[str, ...]
    reactions: tuple[Reaction, ...]
    proposed: int

    @property
    def documents(self) -> int:
        """How many documents are recorded, those of its organs included."""
        return sum(count for _, count in self.parts)

    @property
    def of_organs(self) -> int:
        """How many of them are documents of its organs."""
        return sum(count for name, count in self.parts if name != self.body)

    @property
    def parent(self) -> str | None:
        """The body whose organ it is."""
        parent, _, rest = self.body.partition("-")
        return parent if rest else None


def body_page(home: Path, body: str, page: int = 1) -> BodyPage | None:
    """A body, with that page of its past sessions; None where neither documents nor sessions of it are known.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    asked = {"body": body}
    with one_look(home):
        parts = tuple((name, count) for name, count in query(home, _DOCUMENTS, asked).rows)
        covered = query(home, f"{BODIES_COVERED} WHERE body = $body", asked).rows
        if not parts and not covered:
            return None
        years: dict[int | None, dict[str, int]] = {}
        for year, kind, count in ledger_today(home, _BY_YEAR, asked):
            years.setdefault(year, {})[kind] = count
        dated = [year for year in years if year is not None][:YEARS]
        newest = tuple(Year(year, types) for year, types in years.items() if year is None or year in dated)
        return BodyPage(
            body,
            parts,
            BodyCoverage(*covered[0]) if covered else None,
            sessions_of(home, body, page),
            tuple((state, count) for state, count in ledger_today(home, _STATES, asked)),
            newest,
            tuple(sorted({kind for each in newest for kind in each.types})),
            tuple(Reaction(*row) for row in ledger_today(home, _REACTIONS, asked)),
            sum(proposed(home, body).values()),
        )
