"""The documents whose tasks may be otherwise on two days of a snapshot, in the order of their names.

The first days of all states are read to find them: with two million tasks, half a second of a processor. So what was
found is kept for the other pages of the same question, which take a tenth of a second each.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from warehouse.query.ledger_pieces import DECIDED
from warehouse.query.ledger_today import ledger_name
from warehouse.query.lending import is_lent
from warehouse.query.opening import reading
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    import duckdb

# The first fill a page of the API, or nearly; a list of all changes takes more and more, so that it ends sooner.
FEWEST_AT_ONCE, MOST_AT_ONCE = 10, 640

# A state lasts until the next one begins, so what ended in between is among what began.
_CHANGED = """
CREATE OR REPLACE TEMP TABLE changed AS
SELECT rowid AS place FROM ledger_tasks
WHERE len(list_filter(states, lambda span: span.since > $day AND span.since <= $day_last)) > 0
UNION
SELECT rowid FROM ledger_tasks WHERE known_at > $known AND known_at <= $known_last"""
# Where sources that were watched on the first day are no longer, or others are, nothing overdue is sure to be so still.
_OVERDUE = """
INSERT INTO changed
SELECT rowid FROM ledger_tasks
WHERE len(list_filter(states, lambda span:
    span.state = 'overdue' AND span.since <= $day_last AND coalesce(span.until > $day, true))) > 0"""
_WATCHED = """
SELECT type, parent, min(since) FROM answers_watched WHERE until >= least($day, current_date) GROUP BY type, parent"""
# The reason of a change may be in another task of the document. Hashes of all documents fit into memory, ids do not.
_TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT hash(document_id) AS document FROM ledger_tasks WHERE rowid IN (SELECT place FROM changed)
UNION
SELECT hash(document_id) FROM ledger_past WHERE replaced_at > $known AND known_at <= $known_last"""
_PLACES = """
SELECT rowid::UINTEGER AS place FROM documents
WHERE hash(document_id) IN (SELECT document FROM touched)
    AND ($body IS NULL OR body = $body OR starts_with(body, $body || '-'))
ORDER BY coalesce(symbol, title, ''), place"""
_SAID = "SELECT task_key, is_mandate, type FROM said WHERE coalesce(is_mandate, type) IS NOT NULL"
_NAME = "SELECT coalesce(symbol, title, '') FROM documents WHERE rowid = $place"
_IDS = "SELECT document_id FROM documents WHERE rowid IN ({places})"

Watched = dict[tuple[str, str], date]


class Moment(NamedTuple):
    """A day, and up to when what was recorded is known on it."""

    day: date
    known: datetime


class Said(NamedTuple):
    """What a person decided about a task, as far as its words are shown by it."""

    is_mandate: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """What is the same for all pages: the rows of the documents in the order of their names, decisions, and the watch.

    `watched` has, for each of the two days, from when on answers to a type of mandate of an organ were watched.
    """

    places: memoryview
    said: Mapping[str, Said]
    watched: tuple[Watched, Watched]


def touched(
    path: Path, connection: duckdb.DuckDBPyConnection, first: Moment, last: Moment, body: str | None
) -> Touched:
    """The documents with a task whose state began, or of which something became known, between two moments."""
    home = path.parent
    if path == snapshot_path(home) and is_lent(home):
        return _kept(home, ledger_name(home), first, last, body)
    return _found(connection, first, last, body)


# Four bytes for each of these documents.
@lru_cache(maxsize=8)
def _kept(home: Path, _ledger: str, first: Moment, last: Moment, body: str | None) -> Touched:
    with reading(home) as connection:
        return _found(connection, first, last, body)


def _found(connection: duckdb.DuckDBPyConnection, first: Moment, last: Moment, body: str | None) -> Touched:
    days, known = ({name: getattr(first, name), f"{name}_last": getattr(last, name)} for name in Moment._fields)
    connection.execute(_CHANGED, days | known)
    watched = _watched(connection, first.day), _watched(connection, last.day)
    if watched[0] != watched[1]:
        connection.execute(_OVERDUE, days)
    connection.execute(_TOUCHED, known)
    rows = connection.sql(_PLACES, params={"body": body}).to_arrow_table()
    # The last buffer of a column has its numbers.
    buffer = rows["place"].combine_chunks().buffers()[-1]
    places = memoryview(buffer or b"").cast("B").cast("I")[: len(rows)]
    connection.execute(DECIDED)
    said = {key: Said(*values) for key, *values in connection.execute(_SAID).fetchall()}
    return Touched(places, said, watched)


def _watched(connection: duckdb.DuckDBPyConnection, day: date) -> Watched:
    return {(kind, parent): since for kind, parent, since in connection.execute(_WATCHED, {"day": day}).fetchall()}


def pieces(connection: duckdb.DuckDBPyConnection, places: memoryview, name: str) -> Iterator[frozenset[str]]:
    """The ids of these documents, some at a time, from that name on; those of one name come together."""
    count, name_of = len(places), partial(_name, connection, places)
    start, size = bisect_left(range(count), name, key=name_of), FEWEST_AT_ONCE
    while start < count:
        end = min(start + size, count)
        if end < count and (last := name_of(end - 1)) == name_of(end):
            end = bisect_right(range(count), last, end, key=name_of)
        sql = _IDS.format(places=", ".join(map(str, places[start:end])))
        yield frozenset(row[0] for row in connection.execute(sql).fetchall())
        start, size = end, min(2 * size, MOST_AT_ONCE)


def _name(connection: duckdb.DuckDBPyConnection, places: memoryview, place: int) -> str:
    ((name,),) = connection.execute(_NAME, {"place": places[place]}).fetchall()
    return str(name)
