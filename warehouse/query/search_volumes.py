"""The search index as a file: SQLite with FTS5, the words in volumes of so many entries each.

In one large FTS5 table, a word that is everywhere, the beginning of a word and bm25 all cost what the table holds. So
the words are in volumes; a question goes from the newest to the oldest and ends where enough is found, and what it
does in each is bounded by the volume. The cost of writing is bounded in the same way: FTS5 merges within a table.

Documents and mandates are apart, each with places of their own: in common volumes, two words of which all documents are
full took 90 ms to say that no document has both.

A filter is a word too: each entry's facets are indexed as words that nobody can type and no text contains, so FTS5
intersects them with the others in one pass. Joining a table of entries cost 3 us for each that did not fit.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Literal

from warehouse.store.paths import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Bump when the tables below, the tokens or the facets change; an index of another version is made again.
INDEX_VERSION = 7
VOLUME = 65_536
Unit = Literal["document", "mandate"]
UNITS: tuple[Unit, ...] = ("document", "mandate")
# Letters of a plane for private use count as letters of words to FTS5, but are never typed; those of documents are
# replaced. The first begins a facet, the others are around a word that was found.
FACET, MARK_OPEN, MARK_CLOSE = "\U000ffffd", "\ue000", "\ue001"
TOKENS = "unicode61 remove_diacritics 2"
# FTS5 answers for a beginning of another length by putting together all words that begin so.
PREFIXES = "2 3 4"

# What FTS5 gathers in memory before it writes. With its own 1 MB, half of the work was merging what it had written.
GATHERED_BYTES = 32 * 1024 * 1024

_STATE = "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT)"
_SHELVES = (
    """CREATE TABLE entries (
        place INTEGER PRIMARY KEY AUTOINCREMENT, document_id TEXT, version_id TEXT, mandate_id TEXT,
        symbol TEXT, title TEXT, body TEXT, kind TEXT, stage TEXT, language TEXT, published_on TEXT, url TEXT,
        number TEXT, page INTEGER, type TEXT, addressee_id TEXT, due TEXT, packed BLOB
    )""",
    "CREATE INDEX entries_by_document ON entries (document_id)",
)

_VOLUME = f"""
CREATE VIRTUAL TABLE words USING fts5 (
    symbol, title, passage, facets, content = '', prefix = '{PREFIXES}', tokenize = '{TOKENS}'
)"""
_GIVEN = "SELECT seq FROM sqlite_sequence WHERE name = ?"
_GATHER = "INSERT INTO words (words, rank) VALUES ('hashsize', ?)"
_UNWRITTEN = str.maketrans(dict.fromkeys((FACET, MARK_OPEN, MARK_CLOSE), " "))


def index_path(home: Path) -> Path:
    """Where the index is."""
    return home / "search.db"


def stamp(home: Path) -> str:
    """Which snapshot is there: each is another file."""
    try:
        found = snapshot_path(home).stat()
    except FileNotFoundError:
        return ""
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"


def is_current(index: sqlite3.Connection, home: Path) -> bool:
    """Whether the index was made from the snapshot that is there now; no clock is asked, for clocks go back."""
    known = index.execute("SELECT value FROM state WHERE name = 'snapshot'").fetchone()
    return known is not None and known[0] == stamp(home)


def volume(place: int) -> int:
    """The volume of an entry, or the newest one where that is older."""
    return place // VOLUME


def first_place(number: int) -> int:
    """The place that a volume begins with."""
    return number * VOLUME


def newest_volume(places: int) -> int:
    """The newest volume when so many places were given: it always holds a whole volume's entries, and fewer than two.

    With few entries bm25 could not tell a frequent word from a rare one, and the newest hits would come last.
    """
    return max(0, places // VOLUME - 1)


def of_unit(unit: Unit, statement: str) -> str:
    """A statement about `entries`, for those of documents or those of mandates."""
    return statement.replace("entries", f"{unit}_entries")


def of_volume(unit: Unit, number: int, statement: str) -> str:
    """A statement about `words`, for the words of one volume."""
    return statement.replace("words", f"{unit}_words_{number:d}")


def create_shelves(index: sqlite3.Connection) -> None:
    """Make an empty file an index without entries."""
    index.execute(_STATE)
    for unit in UNITS:
        for statement in _SHELVES:
            index.execute(of_unit(unit, statement))
        create_volume(index, unit, 0)


def create_volume(index: sqlite3.Connection, unit: Unit, number: int) -> None:
    """Add an empty volume."""
    index.execute(of_volume(unit, number, _VOLUME))
    index.execute(of_volume(unit, number, _GATHER), (GATHERED_BYTES,))


def places_given(index: sqlite3.Connection, unit: Unit) -> int:
    """How many places were ever given; that of an entry that is gone is not given again."""
    given = index.execute(_GIVEN, (of_unit(unit, "entries"),)).fetchone()
    return int(given[0]) if given else 0


def volumes(index: sqlite3.Connection, unit: Unit) -> range:
    """All volumes, the newest first."""
    return range(newest_volume(places_given(index, unit)), -1, -1)


def facets(values: Iterable[tuple[str, str | None]]) -> str:
    """The words for names and values, such as body and IPU, or due and 2027-05; what has no value has no word.

    Small and capital letters make no difference, as in all filters.
    """
    return " ".join(f"{FACET}{name.replace('_', '')}0{value.lower().encode().hex()}" for name, value in values if value)


def plain(words: str) -> str:
    """A text without the letters that mean something here."""
    return words.translate(_UNWRITTEN)


@contextlib.contextmanager
def opened(path: Path, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
    """The index, for reading or writing.

    It has no write-ahead log: whoever may only read the folder could not open it with one, and nobody reads an index
    that is being written, for it does not fit the snapshot.

    Raises:
        sqlite3.DatabaseError: it is damaged, or missing and not for writing.
    """
    mode = "rwc" if writing else "ro"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", timeout=60, uri=True)
    try:
        yield connection
    finally:
        connection.close()
