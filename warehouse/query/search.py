"""Finding words: phrases, prefixes, filters, the best first, with the words marked in their passage."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.model import QueryError
from warehouse.query.search_index import index_path, is_current, opened, refresh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# A word in half of a million documents would be ranked for a second; so the newest of so many hits are ranked.
ranked_hits = 5_000
# How many of the newest entries show whether a word is in more than half of all.
sampled = 5_000
# The index holds the beginnings of words from here on; a shorter one would be gathered from thousands of words.
shortest_prefix = 3
# Marks in a passage; characters that no document holds, so that nothing in a text can pass for a mark.
mark_open, mark_close = "\ue000", "\ue001"

_term = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))(\*?)')

# Each filter is asked only where its value is not null, so the statements are as fixed as the filters are few.
# Without a filter the index is asked alone: looking up thousands of entries costs more than finding and ranking them.
_newest = "SELECT rowid FROM words WHERE words MATCH :words ORDER BY rowid DESC LIMIT :most"
_newest_of = """
SELECT words.rowid FROM words JOIN entries ON entries.place = words.rowid
WHERE words MATCH :words
    AND (:unit IS NULL OR unit = :unit) AND (:body IS NULL OR body = :body) AND (:kind IS NULL OR kind = :kind)
    AND (:stage IS NULL OR stage = :stage) AND (:language IS NULL OR language = :language)
    AND (:year IS NULL OR year = :year) AND (:type IS NULL OR type = :type)
    AND (:addressee_id IS NULL OR addressee_id = :addressee_id)
ORDER BY words.rowid DESC LIMIT :most"""

# bm25 counts each of its words in the whole index: 25 ms for one that is everywhere, at a million documents. Yet it
# gives a word that half of all hold no weight, so in a large index such words are left out of the ranking; where no
# other is asked for, titles come first.
_ranked = """
SELECT rowid, bm25(words, 10.0, 4.0, 1.0) AS score FROM words WHERE words MATCH :weighty AND rowid >= :oldest
ORDER BY score, rowid DESC"""
# Downwards FTS5 would look for the next such title to the very end, past `oldest`; upwards it begins there.
_titled = "SELECT rowid FROM words WHERE words MATCH :titled AND rowid >= :oldest ORDER BY rowid"
_sample = "SELECT max(place), count(*) FROM entries WHERE place > (SELECT max(place) FROM entries) - :sampled"
_holding = "SELECT count(*) FROM words WHERE words MATCH :term AND rowid > :newest - :sampled"

_entry = """
SELECT
    unit, document_id, version_id, mandate_id, symbol, title, body, kind, published_on, url, number, page, type, packed
FROM entries JOIN passages USING (place) WHERE place = ?"""

_shown = "CREATE VIRTUAL TABLE words USING fts5 (symbol, title, passage, tokenize = 'unicode61 remove_diacritics 2')"
_show = "INSERT INTO words (rowid, symbol, title, passage) VALUES (?, ?, ?, ?)"
_snippets = "SELECT rowid, snippet(words, 2, ?, ?, ' … ', 40) FROM words WHERE words MATCH ?"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be; None asks for nothing. `unit` is "document" or "mandate"."""

    unit: str | None = None
    body: str | None = None
    kind: str | None = None
    stage: str | None = None
    language: str | None = None
    year: int | None = None
    type: str | None = None
    addressee_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document or a mandate that holds the words. `passage` has them between `mark_open` and `mark_close`."""

    unit: str
    document_id: str
    version_id: str | None
    mandate_id: str | None
    symbol: str | None
    title: str
    body: str | None
    kind: str
    published_on: str | None
    url: str
    number: str | None
    page: int | None
    type: str | None
    passage: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The best hits, and how many there are; with `more` there are at least so many."""

    hits: tuple[Hit, ...]
    total: int
    more: bool


def search(home: Path, words: str, filters: Filters | None = None, *, limit: int = 10) -> Answer:
    """The hits for words: all of them must be there; "a phrase" in quotes, prefix* with a star, -word for without.

    Raises:
        QueryError: there is no snapshot, or nothing to look for.
    """
    wanted, unwanted = _terms(words)
    expression = " NOT ".join([f"({' AND '.join(wanted)})", *unwanted])
    if not is_current(home):
        refresh(home)
    asked = {name: getattr(filters or Filters(), name) for name in Filters.__slots__}
    narrow = any(value is not None for value in asked.values())
    asked |= {"words": expression, "most": ranked_hits + 1}
    with opened(index_path(home)) as index:
        newest = [row[0] for row in index.execute(_newest_of if narrow else _newest, asked)]
        rows = _entries(index, _best(index, wanted, newest), limit)
    return Answer(_hits(expression, rows), min(len(newest), ranked_hits), more=len(newest) > ranked_hits)


def _best(index: sqlite3.Connection, wanted: Sequence[str], newest: Sequence[int]) -> Iterator[int]:
    """These places, the one that fits the words best first, the newest first among equals."""
    if not newest:
        return
    if weighty := _weighty(index, wanted):
        first = index.execute(_ranked, {"weighty": " AND ".join(weighty), "oldest": newest[-1]}).fetchall()
    else:
        titled = f"{{symbol title}} : ({' AND '.join(wanted)})"
        first = index.execute(_titled, {"titled": titled, "oldest": newest[-1]}).fetchall()[::-1]
    among = frozenset(newest)
    yield from dict.fromkeys([*(place for place, *_score in first if place in among), *newest])


def _weighty(index: sqlite3.Connection, wanted: Sequence[str]) -> Sequence[str]:
    """The terms that not every second entry holds, judged by the newest entries; all of them in a small index."""
    newest, entries = index.execute(_sample, {"sampled": sampled}).fetchone()
    if newest <= sampled:
        return wanted
    asked = {"newest": newest, "sampled": sampled}
    return [term for term in wanted if 2 * index.execute(_holding, asked | {"term": term}).fetchone()[0] <= entries]


def _entries(index: sqlite3.Connection, places: Iterator[int], limit: int) -> list[tuple[Any, ...]]:
    """The entries of the first places; the words of a former text have no entry any more."""
    rows: list[tuple[Any, ...]] = []
    for place in places:
        rows += index.execute(_entry, (place,)).fetchall()
        if len(rows) == limit:
            break
    return rows


def _terms(words: str) -> tuple[list[str], list[str]]:
    """What must be there and what must not, as FTS5 writes it; whatever a person types is a word, never an operator."""
    wanted: list[str] = []
    unwanted: list[str] = []
    # What UTF-8 or SQLite cannot hold (a lone surrogate, a NUL) is in no text either.
    words = words.encode("utf-8", "replace").decode().replace("\0", " ")
    for minus, phrase, word, star in _term.findall(words):
        text = (phrase or word).rstrip("*")
        prefix = star or (word.endswith("*") and "*") or ""
        if prefix and len(text) < shortest_prefix:
            raise QueryError(
                f"{text}*: a prefix needs at least {shortest_prefix} letters; shorter ones match too many words"
            )
        if re.search(r"\w", text):
            (unwanted if minus else wanted).append('"' + text.replace('"', '""') + '"' + prefix)
    if not wanted:
        raise QueryError(f"{words!r} contains no words to search for")
    return wanted, unwanted


def _hits(expression: str, rows: Sequence[tuple[Any, ...]]) -> tuple[Hit, ...]:
    """Mark the words: the few texts that are shown go through an index in memory, which finds them the same way."""
    with contextlib.closing(sqlite3.connect(":memory:")) as shown:
        shown.execute(_shown)
        for place, row in enumerate(rows, 1):
            named = (row[4], row[5]) if row[0] == "document" else (None, None)
            shown.execute(_show, (place, *named, zlib.decompress(row[-1]).decode()))
        marked = dict(shown.execute(_snippets, (mark_open, mark_close, expression)))
    passages = (" ".join(marked.get(place, "").split()) for place in range(1, len(rows) + 1))
    return tuple(Hit(*(*row[:-1], passage)) for row, passage in zip(rows, passages, strict=True))
