"""The search index: a SQLite FTS5 file beside the snapshot, made from it and made again whenever it does not fit.

It holds the words of documents (newest text) and of mandates, what to filter by, and the passages themselves: taking
ten texts out of the snapshot costs 5 ms each, for DuckDB unpacks their neighbours too. DuckDB's own full-text
extension is not in its wheel and took 34 s for 20,000 documents, against 3 to 5 s here.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import zlib
from typing import TYPE_CHECKING, Any

from warehouse.model import QueryError
from warehouse.query.queries import reading
from warehouse.store.lock import Deadline, turn
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

log = logging.getLogger(__name__)

# Bump when the tables below change; an index of another version is made again.
index_version = 4
# Each round reads the keys of all documents, so a few large rounds; 20,000 texts of 8 kB are 160 MB.
_documents_at_once = 20_000

_schema = """
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE entries (
    place INTEGER PRIMARY KEY AUTOINCREMENT, unit TEXT, document_id TEXT, version_id TEXT, mandate_id TEXT,
    symbol TEXT, title TEXT, body TEXT, kind TEXT, stage TEXT, language TEXT, year INTEGER, published_on TEXT,
    url TEXT, number TEXT, page INTEGER, type TEXT, addressee_id TEXT
);
CREATE INDEX by_document ON entries (document_id);
CREATE TABLE passages (place INTEGER PRIMARY KEY, packed BLOB);
CREATE VIRTUAL TABLE words USING fts5 (
    symbol, title, passage, content = '', prefix = '3', tokenize = 'unicode61 remove_diacritics 2'
);
"""

# Texts are append-only, so what is new comes after the row last seen; a new analysis is known by its time.
_changed = """
SELECT document_id FROM documents WHERE rowid > $documents
UNION SELECT document_id FROM versions WHERE rowid > $versions
UNION SELECT document_id FROM versions WHERE version_id IN (
    SELECT version_id FROM analyses WHERE analysed_at > $analysed::TIMESTAMPTZ
)
ORDER BY document_id"""

_reached = """
SELECT
    (SELECT coalesce(max(rowid), -1) FROM documents), (SELECT coalesce(max(rowid), -1) FROM versions),
    (SELECT coalesce(max(analysed_at), TIMESTAMPTZ '1970-01-01')::VARCHAR FROM analyses)"""

_identity = "SELECT applied_at::VARCHAR FROM migrations WHERE version = 1"

_documents = """
SELECT
    'document', documents.document_id, current.version_id, NULL, documents.symbol, documents.title, documents.body,
    documents.kind, documents.stage, documents.language, year(documents.published_on), documents.published_on::VARCHAR,
    documents.url, NULL, NULL, NULL, NULL, coalesce(versions.text, documents.summary, '')
FROM documents
LEFT JOIN (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id FROM sightings
    WHERE version_id IS NOT NULL AND document_id IN (SELECT unnest($ids)) GROUP BY document_id
) AS current USING (document_id)
LEFT JOIN versions ON versions.version_id = current.version_id
WHERE documents.document_id IN (SELECT unnest($ids))"""

_mandates = r"""
SELECT
    'mandate', documents.document_id, mandates.version_id, mandates.mandate_id, documents.symbol, documents.title,
    documents.body, documents.kind, documents.stage, documents.language, year(documents.published_on),
    documents.published_on::VARCHAR, documents.url, clauses.number, clauses.page, mandates.type,
    mandates.addressee_id,
    CASE WHEN count(*) OVER (PARTITION BY clauses.clause_id) = 1 THEN clauses.display
        ELSE regexp_replace(mandates.quote, '\s+', ' ', 'g') END
FROM mandates JOIN clauses USING (clause_id) JOIN documents ON documents.document_id = mandates.document_id
WHERE mandates.version_id IN (SELECT unnest($versions))"""

_insert_entry = "INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_insert_passage = "INSERT INTO passages VALUES (?, ?)"
_delete_passages = "DELETE FROM passages WHERE place IN (SELECT place FROM entries WHERE document_id = ?)"
_insert_words = "INSERT INTO words (rowid, symbol, title, passage) VALUES (?, ?, ?, ?)"


def index_path(home: Path) -> Path:
    """Where the index is."""
    return home / "search.db"


def refresh(home: Path, *, wait_seconds: float = 60.0) -> int:
    """Bring the index up to the present snapshot; how many documents were indexed (again).

    Raises:
        QueryError: there is no snapshot, or the index cannot be written.
        LockedError: another process is indexing and did not finish within `wait_seconds`.
    """
    with turn(home / "search.lock", Deadline(wait_seconds)):
        stamp = _stamp(home)
        with reading(home) as snapshot:
            return _made_anew_if_needed(home, snapshot, stamp)


def is_current(home: Path) -> bool:
    """Whether the index was made from the snapshot that is there now; no clock is asked, for clocks go back."""
    if not index_path(home).exists():
        return False
    with contextlib.suppress(sqlite3.DatabaseError), opened(index_path(home)) as index:
        known = index.execute("SELECT value FROM state WHERE name = 'snapshot'").fetchone()
        return known is not None and known[0] == _stamp(home)
    return False


def _stamp(home: Path) -> str:
    """Which snapshot is there: each is another file."""
    try:
        found = snapshot_path(home).stat()
    except FileNotFoundError:
        return ""
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"


def _made_anew_if_needed(home: Path, snapshot: duckdb.DuckDBPyConnection, stamp: str) -> int:
    try:
        return _refreshed(home, snapshot, stamp)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            # Nothing is wrong with the index.
            raise QueryError(f"{index_path(home)}: cannot be written ({error}); free some space") from error
        log.warning("%s does not match (%s): rebuilding it", index_path(home), error)
        for path in home.glob("search.db*"):
            path.unlink()
    try:
        return _refreshed(home, snapshot, stamp)
    except sqlite3.DatabaseError as error:
        raise QueryError(f"{index_path(home)}: cannot be written ({error})") from error


def _refreshed(home: Path, snapshot: duckdb.DuckDBPyConnection, stamp: str) -> int:
    identity = f"{index_version} {snapshot.execute(_identity).fetchall()[0][0]}"
    with opened(index_path(home)) as index:
        index.execute("PRAGMA synchronous = NORMAL")
        state = _state(index, identity)
        reached = snapshot.execute(_reached).fetchall()[0]
        marks = {"documents": int(state[0]), "versions": int(state[1]), "analysed": state[2]}
        changed = [row[0] for row in snapshot.execute(_changed, marks).fetchall()]
        for place in range(0, len(changed), _documents_at_once):
            _index(index, snapshot, changed[place : place + _documents_at_once])
        names = ("documents", "versions", "analysed")
        index.executemany(
            "INSERT OR REPLACE INTO state VALUES (?, ?)",
            [("identity", identity), ("snapshot", stamp), *zip(names, map(str, reached), strict=True)],
        )
        index.commit()
    return len(changed)


def _state(index: sqlite3.Connection, identity: str) -> tuple[str, str, str]:
    """How far the index has come; an empty or foreign one is laid out again."""
    known: dict[str, str] = {}
    if index.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        known = dict(index.execute("SELECT name, value FROM state"))
    if known.get("identity") != identity:
        index.executescript(
            "DROP TABLE IF EXISTS state; DROP TABLE IF EXISTS entries; "
            "DROP TABLE IF EXISTS passages; DROP TABLE IF EXISTS words;"
        )
        index.executescript(_schema)
        return "-1", "-1", "1970-01-01"
    return known["documents"], known["versions"], known["analysed"]


def _index(index: sqlite3.Connection, snapshot: duckdb.DuckDBPyConnection, ids: list[str]) -> None:
    # The words of a former text stay behind without an entry, and so are never shown: SQLite before 3.43 cannot take
    # them out of an index that holds no texts.
    former = [(document,) for document in ids]
    index.executemany(_delete_passages, former)
    index.executemany("DELETE FROM entries WHERE document_id = ?", former)
    rows: list[tuple[Any, ...]] = snapshot.execute(_documents, {"ids": ids}).fetchall()
    versions = [row[2] for row in rows if row[2]]
    rows += snapshot.execute(_mandates, {"versions": versions}).fetchall()
    for *entry, passage in rows:
        place = index.execute(_insert_entry, entry).lastrowid
        # A mandate is found by its own words; those of its document's title would bring up all its neighbours.
        symbol, title = (entry[4], entry[5]) if entry[0] == "document" else (None, None)
        index.execute(_insert_words, (place, symbol, title, passage))
        index.execute(_insert_passage, (place, zlib.compress(passage.encode(), level=1)))


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The index, for reading or writing.

    It has no write-ahead log: whoever may only read the folder could not open it with one, and nobody reads an index
    that is being written, for it does not fit the snapshot.
    """
    connection = sqlite3.connect(path, timeout=60)
    try:
        yield connection
    finally:
        connection.close()
