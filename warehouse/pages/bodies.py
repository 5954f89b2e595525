"""The bodies that decide: how much of each is recorded, what became of it, and when each meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.counts import MANDATES, proposed
from warehouse.query.coverage import BODIES_COVERED, BodyCoverage
from warehouse.query.ledger_today import ledger_today
from warehouse.query.open_states import IS_OPEN
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

PAGE_ROWS = 50

_DOCUMENTS = "SELECT body, count(*), max(published_on) FROM documents WHERE body IS NOT NULL GROUP BY body"
_COUNTS = f"""
SELECT
    body, {MANDATES}, coalesce(sum(rows) FILTER ({IS_OPEN}), 0)::BIGINT,
    coalesce(sum(rows) FILTER (state = 'overdue'), 0)::BIGINT
FROM today.counts WHERE body IS NOT NULL GROUP BY body"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class ListedBody:
    """A body with its own documents and mandates, those of its organs aside; `open` and `overdue` count entries.

    `proposed` are mandates of its drafts, which no other number counts. `coverage` is None for organs, which have no
    sessions of their own.
    """

    body: str
    documents: int
    newest_on: date | None
    mandates: int
    proposed: int
    open: int
    overdue: int
    coverage: BodyCoverage | None


@dataclass(frozen=True, slots=True)
class Bodies:
    """One page of the bodies, by name, with how many there are."""

    rows: tuple[ListedBody, ...]
    total: int


def bodies_page(home: Path, page: int = 1) -> Bodies:
    """The bodies of which documents are recorded or whose sessions are known, `PAGE_ROWS` a page.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    with one_look(home):
        documents = {row[0]: row[1:] for row in query(home, _DOCUMENTS).rows}
        covered = {row[0]: BodyCoverage(*row) for row in query(home, BODIES_COVERED).rows}
        counts = {row[0]: row[1:] for row in ledger_today(home, _COUNTS, {})}
        drafted = proposed(home)
    names = sorted({*documents, *covered})
    shown = names[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    rows = []
    for name in shown:
        recorded, newest = documents.get(name, (0, None))
        mandates, still_open, overdue = counts.get(name, (0, 0, 0))
        proposes = drafted.get(name, 0)
        rows.append(ListedBody(name, recorded, newest, mandates, proposes, still_open, overdue, covered.get(name)))
    return Bodies(tuple(rows), len(names))
