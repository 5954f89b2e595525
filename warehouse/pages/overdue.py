"""What is overdue, the latest deadlines first, worked out in pieces: that of a million documents would not fit.

A deadline that has passed is called overdue only where a source that would show the answer was watched from the last
day on, which depends on the type of the task and on the body. Most of them are not, so only numbers are joined, and
the keys are read for the few rows that are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from warehouse.query.counts import DECIDED
from warehouse.query.kept import Kept
from warehouse.query.ledger_spans import WATCHED_TODAY, spans_today
from warehouse.query.ledger_today import ledger_name
from warehouse.query.opening import reading

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import duckdb

# A quarter of a million tasks take some 60 MB.
PIECE_ROWS = 250_000
_LAST = "SELECT coalesce(max(rowid), -1) FROM ledger_tasks"
_WATCHED = f"CREATE OR REPLACE TEMP TABLE watched AS {WATCHED_TODAY}"
_PASSED = f"""
CREATE OR REPLACE TEMP TABLE passed AS
SELECT
    rowid AS place, hash(task_key) AS task, hash(document_id) AS document, asked.number AS occurrence, asked.due_end,
    asked.is_expected
FROM ({
    spans_today(
        "rowid, task_key, document_id", "rowid BETWEEN $first AND $last", due="< current_date", states=["overdue"]
    )
})"""  # noqa: S608 - our own words, and so below
_BODIES = """
CREATE OR REPLACE TEMP TABLE bodies AS
SELECT hash(document_id) AS document, split_part(body, '-', 1) AS parent FROM documents
WHERE split_part(body, '-', 1) IN (SELECT parent FROM watched)
    AND hash(document_id) IN (SELECT document FROM passed)"""
_READ = """
CREATE OR REPLACE TEMP TABLE read AS
SELECT hash(task_key) AS task, arg_max(type, rowid) AS type FROM mandates
WHERE hash(task_key) IN (SELECT task FROM passed SEMI JOIN bodies USING (document)) GROUP BY 1"""
_OVERDUE = f"""
CREATE OR REPLACE TEMP TABLE overdue AS
SELECT place, occurrence, due_end, is_expected
FROM (
    SELECT passed.*, bodies.parent, coalesce(said.value, read.type) AS type
    FROM passed JOIN bodies USING (document)
    LEFT JOIN read USING (task)
    LEFT JOIN ({DECIDED.format(field="type")}) AS said ON hash(said.task_key) = passed.task
) AS late
SEMI JOIN watched ON watched.type = late.type AND watched.parent = late.parent AND watched.since <= late.due_end"""  # noqa: S608
_COUNT = "SELECT count(*) FROM overdue"
# Those of the last days, since the days alone may leave it open which come first.
_LATEST = """
SELECT task_key, document_id, occurrence, due_end, is_expected
FROM (FROM overdue QUALIFY rank() OVER (ORDER BY due_end DESC) <= $shown) AS latest
JOIN ledger_tasks ON ledger_tasks.rowid = latest.place
WHERE ledger_tasks.rowid IN (SELECT place FROM overdue)
ORDER BY due_end DESC, task_key, occurrence LIMIT $shown"""


@dataclass(frozen=True, slots=True)
class Late:
    """One occurrence of a task whose deadline has passed without an answer."""

    task_key: str
    document_id: str
    occurrence: int
    due_end: date
    is_expected: bool


@dataclass(frozen=True, slots=True)
class Overdue:
    """The first of them, and how many there are."""

    latest: tuple[Late, ...]
    count: int


# By piece, so that whoever asks again goes on where a question ended that took too long.
_pieces: Kept[Overdue] = Kept(256)


def overdue(home: Path, shown: int) -> Overdue:
    """What is overdue today, the latest deadlines first, `shown` of them at most.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    today = ledger_name(home)
    with reading(home) as connection:
        connection.execute(_WATCHED)
        if not connection.execute("FROM watched").fetchall():
            return Overdue((), 0)
        ((last,),) = connection.execute(_LAST).fetchall()
        found = [
            _pieces.get((home, today, first, shown), partial(_piece, connection, first, shown))
            for first in range(0, last + 1, PIECE_ROWS)
        ]
    latest = sorted(
        (each for piece in found for each in piece.latest),
        key=lambda each: (-each.due_end.toordinal(), each.task_key, each.occurrence),
    )
    return Overdue(tuple(latest[:shown]), sum(piece.count for piece in found))


def _piece(connection: duckdb.DuckDBPyConnection, first: int, shown: int) -> Overdue:
    connection.execute(_PASSED, {"first": first, "last": first + PIECE_ROWS - 1})
    for statement in (_BODIES, _READ, _OVERDUE):
        connection.execute(statement)
    ((count,),) = connection.execute(_COUNT).fetchall()
    rows = connection.execute(_LATEST, {"shown": shown}).fetchall() if count else []
    return Overdue(tuple(Late(*row) for row in rows), count)
