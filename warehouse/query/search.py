"""Finding words: phrases, prefixes, filters, the best first, with the words marked in their passage."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import zlib
from dataclasses import dataclass, fields
from heapq import nsmallest
from math import log
from typing import TYPE_CHECKING, Any

from warehouse.model import QueryError
from warehouse.query.search_volumes import (
    MARK_CLOSE,
    MARK_OPEN,
    TOKENS,
    facets,
    index_path,
    is_current,
    of_volume,
    opened,
    places_given,
    volumes,
)
from warehouse.query.search_words import expression, terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from warehouse.query.search_words import Terms

# A word in half of a million documents would be ranked for a second; so the newest of so many hits are ranked.
RANKED_HITS = 5_000
# How many of the newest entries show how frequent a term is.
SAMPLED = 5_000
# A word with less than a fourth of the rarest word's weight hardly changes the order.
LEAST_PART = 4
# bm25 counts each of its terms in the whole volume, 25 ns a hit, and takes 1.5 us to rank one. So it is cheaper to rank
# without a filter where the filter has that much more hits than the rarest word.
COUNTED_A_RANKED = 60
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
Found = tuple[int, list[tuple[Any, ...]]]

# The weights are those of symbol, title, passage and facets.
_NEWEST_SCORES = """
SELECT bm25(words, 10.0, 4.0, 1.0, 0.0), -rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"""
_NEWEST = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
_SCORES = "SELECT rowid, bm25(words, 10.0, 4.0, 1.0, 0.0) FROM words WHERE words MATCH ? AND rowid >= ?"
_SAMPLE = "SELECT count(*) FROM words WHERE words MATCH ? AND rowid > ?"

_ENTRY = """
SELECT
    unit, document_id, version_id, mandate_id, symbol, title, body, kind, published_on, url, number, page, type, packed
FROM entries WHERE place = ?"""

_SHOWN = f"CREATE VIRTUAL TABLE words USING fts5 (symbol, title, passage, tokenize = '{TOKENS}')"
_SHOW = "INSERT INTO words (rowid, symbol, title, passage) VALUES (?, ?, ?, ?)"
_SNIPPETS = "SELECT rowid, snippet(words, 2, ?, ?, ' … ', 40) FROM words WHERE words MATCH ?"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be; None asks for nothing.

    `unit` is "document" or "mandate"; `due` the year, the month or the day in which a deadline ends (2027, 2027-05,
    2027-05-31).
    """

    unit: str | None = None
    body: str | None = None
    kind: str | None = None
    stage: str | None = None
    language: str | None = None
    year: int | None = None
    type: str | None = None
    addressee_id: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A document or a mandate that holds the words. `passage` has them between `MARK_OPEN` and `MARK_CLOSE`."""

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
        QueryError: there is no snapshot, nothing to look for, or `due` is not a date.
    """
    asked = terms(words)
    narrowing = _narrowing(filters or Filters())
    total, rows = _current(home, lambda index: _found(index, asked, narrowing, limit))
    hits = _hits(expression(asked.wanted, asked.unwanted), rows)
    return Answer(hits, min(total, RANKED_HITS), more=total > RANKED_HITS)


def _narrowing(filters: Filters) -> list[str]:
    """The terms for FTS5 that every hit must have."""
    if filters.due is not None and not re.fullmatch(r"\d{4}(-\d\d){0,2}", filters.due, re.ASCII):
        raise QueryError(f"{filters.due!r} is not a year, a month or a day (2027, 2027-05, 2027-05-31)")
    values = ((field.name, getattr(filters, field.name)) for field in fields(filters))
    given = facets((name, str(value)) for name, value in values if value is not None)
    return [f'"{facet}"' for facet in given.split()]


def _current(home: Path, ask: Callable[[sqlite3.Connection], Found]) -> Found:
    """What the index of the present snapshot answers; it is made first where it is missing, old or damaged."""
    damage = None
    try:
        with opened(index_path(home)) as index:
            if is_current(index, home):
                return ask(index)
    except sqlite3.DatabaseError as error:
        # An extended code has the plain one in its last byte.
        damage = str(error) if error.sqlite_errorcode & 0xFF in DAMAGED else None
    # DuckDB takes 50 ms to import, and most questions need none of it.
    from warehouse.query.search_index import refresh  # noqa: PLC0415

    refresh(home, damage=damage)
    with opened(index_path(home)) as index:
        return ask(index)


def _found(index: sqlite3.Connection, asked: Terms, narrowing: Sequence[str], limit: int) -> Found:
    """How many of the newest entries there are, and the best of them, the newest first among equals."""
    every = expression([*asked.wanted, *narrowing], asked.unwanted)
    ranking = expression(_weighty(index, asked.wanted, narrowing))
    found: list[tuple[float, int]] = []
    for number in volumes(index):
        most = RANKED_HITS + 1 - len(found)
        if every == ranking:
            found += index.execute(of_volume(number, _NEWEST_SCORES), (every, most))
        elif places := [row[0] for row in index.execute(of_volume(number, _NEWEST), (every, most))]:
            scores = dict(index.execute(of_volume(number, _SCORES), (ranking, places[-1])))
            found += [(scores[place], -place) for place in places]
        if len(found) > RANKED_HITS:
            break
    best = nsmallest(limit, found[:RANKED_HITS])
    return len(found), [index.execute(_ENTRY, (-place,)).fetchone() for _, place in best]


def _weighty(index: sqlite3.Connection, wanted: Sequence[str], narrowing: Sequence[str]) -> list[str]:
    """The terms to rank by, judged by the newest entries; all of them in a small index.

    bm25 gives no weight to a word that half of all entries have, and little to a frequent one beside a rare one; a
    filter weighs nothing. Counting them is left out, unless more would have to be ranked.
    """
    last = places_given(index)
    if last < SAMPLED:
        return [*wanted, *narrowing]
    sample = of_volume(volumes(index)[0], _SAMPLE)
    counts = {term: index.execute(sample, (term, last - SAMPLED)).fetchone()[0] for term in (*wanted, *narrowing)}
    weights = {term: max(0.0, log((SAMPLED - counts[term] + 0.5) / (counts[term] + 0.5))) for term in wanted}
    words = [term for term in wanted if LEAST_PART * weights[term] >= max(weights.values())]
    most = min(COUNTED_A_RANKED * min(counts[term] for term in wanted), SAMPLED // 2)
    return [*words, *(term for term in narrowing if counts[term] <= most)]


def _hits(asked: str, rows: Sequence[tuple[Any, ...]]) -> tuple[Hit, ...]:
    """Mark the words: the few texts that are shown go through an index in memory, which finds them the same way."""
    with contextlib.closing(sqlite3.connect(":memory:")) as shown:
        shown.execute(_SHOWN)
        for place, row in enumerate(rows, 1):
            named = (row[4], row[5]) if row[0] == "document" else (None, None)
            shown.execute(_SHOW, (place, *named, zlib.decompress(row[-1]).decode()))
        marked = dict(shown.execute(_SNIPPETS, (MARK_OPEN, MARK_CLOSE, asked)))
    passages = (" ".join(marked.get(place, "").split()) for place in range(1, len(rows) + 1))
    return tuple(Hit(*(*row[:-1], passage)) for row, passage in zip(rows, passages, strict=True))
