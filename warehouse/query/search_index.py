"""Making the search index from the snapshot: what is new or changed, and all of it where the index does not fit.

It holds the words of documents (newest text) and of mandates, what to filter by, and the passages themselves: taking
ten texts out of the snapshot costs 5 ms each, for DuckDB unpacks their neighbours too. DuckDB's own full-text
extension is not in its wheel and took 34 s for 20,000 documents, against 3 to 5 s here.
"""

from __future__ import annotations

import logging
import sqlite3
import zlib
from typing import TYPE_CHECKING, Any

from warehouse.model import QueryError
from warehouse.query.lending import edition
from warehouse.query.opening import reading
from warehouse.query.search_volumes import (
    INDEX_VERSION,
    UNITS,
    Unit,
    create_shelves,
    create_volume,
    facets,
    first_place,
    index_path,
    newest_volume,
    of_unit,
    of_volume,
    opened,
    places_given,
    plain,
    volume,
)
from warehouse.store.lock import Deadline, turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import duckdb

log = logging.getLogger(__name__)

# Each round reads the keys of all documents, so a few large rounds; 20,000 texts of 8 kB are 160 MB.
_DOCUMENTS_AT_ONCE = 20_000
_NOTHING_YET = ("-1", "-1", "1970-01-01")

# Texts are append-only, so what is new comes after the row last seen; a new analysis is known by its time. The oldest
# come first: of too many hits the newest are ranked.
_CHANGED = """
SELECT document_id FROM documents WHERE document_id IN (
    SELECT document_id FROM documents WHERE rowid > $documents
    UNION SELECT document_id FROM versions WHERE rowid > $versions
    UNION SELECT document_id FROM versions WHERE version_id IN (
        SELECT version_id FROM analyses WHERE analysed_at > $analysed::TIMESTAMPTZ
    )
)
ORDER BY coalesce(published_on, first_seen::DATE), rowid"""

_REACHED = """
SELECT
    (SELECT coalesce(max(rowid), -1) FROM documents), (SELECT coalesce(max(rowid), -1) FROM versions),
    (SELECT coalesce(max(analysed_at), TIMESTAMPTZ '1970-01-01')::VARCHAR FROM analyses)"""

_IDENTITY = "SELECT applied_at::VARCHAR FROM migrations WHERE version = 1"

# The text that was shown last. A document was seen last when it became known or later, so only sightings since then are
# read; but one that arrived late, from a crawl before that, may be the only one with a text.
_CURRENT = """
SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) FROM sightings
WHERE version_id IS NOT NULL AND document_id IN (SELECT unnest($ids))
    AND ($late OR last_seen >= (SELECT min(first_seen) FROM documents WHERE document_id IN (SELECT unnest($ids))))
GROUP BY document_id"""

_DOCUMENTS = """
SELECT
    'document', documents.document_id, current.version_id, NULL, documents.symbol, documents.title, documents.body,
    documents.kind, documents.stage, documents.language, documents.published_on::VARCHAR, documents.url, NULL, NULL,
    NULL, NULL, NULL, coalesce(versions.text, documents.summary, '')
FROM (SELECT unnest($ids) AS document_id, unnest($versions) AS version_id) AS current
JOIN documents USING (document_id)
LEFT JOIN versions ON versions.version_id = current.version_id"""

_MANDATES = r"""
SELECT
    'mandate', documents.document_id, mandates.version_id, mandates.mandate_id, documents.symbol, documents.title,
    documents.body, documents.kind, documents.stage, documents.language, documents.published_on::VARCHAR, documents.url,
    clauses.number, clauses.page, mandates.type, mandates.addressee_id,
    array_to_string(list_distinct([mandates.due_end] || list_transform(mandates.dues, lambda each: each.due_end)), ' '),
    CASE WHEN count(*) OVER (PARTITION BY clauses.clause_id) = 1 THEN clauses.display
        ELSE regexp_replace(mandates.quote, '\s+', ' ', 'g') END
FROM mandates JOIN clauses USING (clause_id) JOIN documents ON documents.document_id = mandates.document_id
WHERE mandates.version_id IN (SELECT unnest($versions))"""

_MARKS = "INSERT OR REPLACE INTO state VALUES (?, ?)"
_INSERT_ENTRY = "INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_WORDS = "INSERT INTO words (rowid, symbol, title, passage, facets) VALUES (?, ?, ?, ?, ?)"
# An index that holds no texts has to be given the words that it shall forget.
_FORGET_WORDS = "INSERT INTO words (words, rowid, symbol, title, passage, facets) VALUES ('delete', ?, ?, ?, ?, ?)"
_OPTIMIZE = "INSERT INTO words (words) VALUES ('optimize')"
_ENTRIES = "SELECT * FROM entries WHERE document_id = ?"
_SHELF = "SELECT * FROM entries WHERE place BETWEEN ? AND ?"
_DELETE_ENTRIES = "DELETE FROM entries WHERE document_id = ?"


def refresh(home: Path, *, damage: str | None = None, wait_seconds: float | None = None) -> int:
    """Bring the index up to the present snapshot; how many documents were indexed (again).

    `damage` is what was found wrong with the index, which is then made from nothing.

    Raises:
        QueryError: there is no snapshot, or the index cannot be written.
        LockedError: another process is indexing and did not finish within `wait_seconds`.
    """
    with turn(home / "search.lock", Deadline(wait_seconds)):
        if damage:
            _discard(home, damage)
        made_from = edition(home)
        with reading(home) as snapshot:
            return _made_anew_if_needed(home, snapshot, made_from)


def _made_anew_if_needed(home: Path, snapshot: duckdb.DuckDBPyConnection, made_from: str) -> int:
    try:
        return _refreshed(home, snapshot, made_from)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            # Nothing is wrong with the index.
            raise QueryError(f"{index_path(home)}: cannot be written ({error}); free some space") from error
        _discard(home, str(error))
    try:
        return _refreshed(home, snapshot, made_from)
    except sqlite3.DatabaseError as error:
        raise QueryError(f"{index_path(home)}: cannot be written ({error})") from error


def _discard(home: Path, reason: str) -> None:
    log.warning("%s: %s; rebuilding it", index_path(home), reason)
    for path in home.glob("search.db*"):
        path.unlink()


def _refreshed(home: Path, snapshot: duckdb.DuckDBPyConnection, made_from: str) -> int:
    identity = f"{INDEX_VERSION} {snapshot.execute(_IDENTITY).fetchall()[0][0]}"
    with opened(index_path(home), writing=True) as index:
        former = _state(index)
    if former and former.get("identity") != identity:
        _discard(home, "was made by another version, or from another warehouse")
        former = {}
    with opened(index_path(home), writing=True) as index:
        index.execute("PRAGMA synchronous = NORMAL")
        index.execute("BEGIN")
        if not former:
            create_shelves(index)
        names = ("documents", "versions", "analysed")
        reached = snapshot.execute(_REACHED).fetchall()[0]
        marks = {name: former.get(name, start) for name, start in zip(names, _NOTHING_YET, strict=True)}
        changed = [row[0] for row in snapshot.execute(_CHANGED, marks).fetchall()]
        before = {unit: places_given(index, unit) for unit in UNITS}
        for first in range(0, len(changed), _DOCUMENTS_AT_ONCE):
            ids = changed[first : first + _DOCUMENTS_AT_ONCE]
            if former:
                _forget(index, ids)
            _add(index, _rows(snapshot, ids))
        for unit in UNITS:
            _shelve(index, unit, before[unit])
        index.executemany(_MARKS, [("identity", identity), ("snapshot", made_from), *zip(names, reached, strict=True)])
        index.commit()
    return len(changed)


def _state(index: sqlite3.Connection) -> dict[str, str]:
    """What an index says of itself; nothing where it is empty."""
    if not index.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        return {}
    return dict(index.execute("SELECT name, value FROM state"))


def _rows(snapshot: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[tuple[Any, ...]]:
    """The entries of some documents without their places, in the order of the documents, with their words last."""
    current = dict(snapshot.execute(_CURRENT, {"ids": ids, "late": False}).fetchall())
    if missing := [document for document in ids if document not in current]:
        current |= dict(snapshot.execute(_CURRENT, {"ids": missing, "late": True}).fetchall())
    pairs = {"ids": ids, "versions": [current.get(document) for document in ids]}
    rows: list[tuple[Any, ...]] = snapshot.execute(_DOCUMENTS, pairs).fetchall()
    rows += snapshot.execute(_MANDATES, {"versions": list(current.values())}).fetchall()
    order = {document: position for position, document in enumerate(ids)}
    return sorted(rows, key=lambda row: order[row[1]])


def _add(index: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    insert: dict[Unit, str] = {unit: of_unit(unit, _INSERT_ENTRY) for unit in UNITS}
    for unit, *row in rows:
        *entry, words = (plain(value) if isinstance(value, str) else value for value in row)
        index.execute(insert[unit], (*entry, zlib.compress(words.encode(), level=1)))


def _forget(index: sqlite3.Connection, ids: Iterable[str]) -> None:
    for unit in UNITS:
        newest = newest_volume(places_given(index, unit))
        for document in ids:
            for entry in index.execute(of_unit(unit, _ENTRIES), (document,)).fetchall():
                index.execute(of_volume(unit, min(volume(entry[0]), newest), _FORGET_WORDS), _words(unit, entry))
            index.execute(of_unit(unit, _DELETE_ENTRIES), (document,))


def _shelve(index: sqlite3.Connection, unit: Unit, before: int) -> None:
    """Index the words of what was added since so many places were given."""
    given = places_given(index, unit)
    former, newest = newest_volume(before), newest_volume(given)
    first, shelf = before + 1, of_unit(unit, _SHELF)
    if before and newest > former:
        # The newest volume holds what the next one begins with, until the next has enough to be one.
        first = min(first, first_place(former + 1))
        for entry in index.execute(shelf, (first, before)):
            index.execute(of_volume(unit, former, _FORGET_WORDS), _words(unit, entry))
    for number in range(former, newest + 1):
        if number > former:
            create_volume(index, unit, number)
        last = given if number == newest else first_place(number + 1) - 1
        entries = index.execute(shelf, (max(first, first_place(number)), last))
        index.executemany(of_volume(unit, number, _INSERT_WORDS), (_words(unit, entry) for entry in entries))
        if number < newest:
            # What is full is put together once, so that a word is found in one place instead of several.
            index.execute(of_volume(unit, number, _OPTIMIZE))


def _words(unit: Unit, entry: Sequence[Any]) -> tuple[int, str | None, str | None, str, str]:
    """What FTS5 is given of an entry: the same again when it shall forget it."""
    place, _, _, _, symbol, title, body, kind, stage, language, day, *_, task, addressee, due, packed = entry
    values = [("body", body), ("kind", kind), ("stage", stage), ("language", language)]
    values += [("year", day and day[:4]), ("type", task), ("addressee_id", addressee)]
    values += [("due", end[:length]) for end in (due or "").split() for length in (4, 7, 10)]
    # A mandate is found by its own words; those of its document's title would bring up all its neighbours.
    named = (symbol, title) if unit == "document" else (None, None)
    return place, *named, zlib.decompress(packed).decode(), facets(values)
