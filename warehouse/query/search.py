"""Finding words: phrases, prefixes, filters, the best first, with the words marked in their passage."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from dataclasses import dataclass
from heapq import nsmallest
from itertools import zip_longest
from math import log
from typing import TYPE_CHECKING, Any, TypeVar

from warehouse.query.filters import DOCUMENT_FIELDS, RECORDED_FIELDS, Filters
from warehouse.query.search_volumes import (
    MARK_CLOSE,
    MARK_OPEN,
    TOKENS,
    UNITS,
    Unit,
    facets,
    index_path,
    is_current,
    of_unit,
    of_volume,
    opened,
    places_given,
    plain,
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
Asked = TypeVar("Asked")
# The filters that the index knows, by what they are called in it.
INDEXED = {
    "body": "body", "kind": "kind", "stage": "stage", "language": "language", "year": "year", "type": "type",
    "addressee": "addressee_id", "due": "due",
}  # fmt: skip

# The weights are those of symbol, title, passage and facets.
_NEWEST_SCORES = """
SELECT bm25(words, 10.0, 4.0, 1.0, 0.0), -rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"""
_NEWEST = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
_SCORES = "SELECT rowid, bm25(words, 10.0, 4.0, 1.0, 0.0) FROM words WHERE words MATCH ? AND rowid >= ?"
_SAMPLE = "SELECT count(*) FROM words WHERE words MATCH ? AND rowid > ?"

_ENTRY = """
SELECT
    document_id, version_id, mandate_id, symbol, title, body, kind, published_on, url, number, page, type, packed
FROM entries WHERE place = ?"""
_OF_DOCUMENT = of_unit("document", _ENTRY.replace("place = ?", "document_id = ?"))
_IDS = "SELECT place, coalesce(mandate_id, document_id), published_on FROM entries WHERE place IN ({marks})"

_SHOWN = f"CREATE VIRTUAL TABLE words USING fts5 (symbol, title, passage, tokenize = '{TOKENS}')"
_SHOW = "INSERT INTO words (rowid, symbol, title, passage) VALUES (?, ?, ?, ?)"
_SNIPPETS = "SELECT rowid, snippet(words, 2, ?, ?, ' … ', 40) FROM words WHERE words MATCH ?"
_HIGHLIGHTS = "SELECT rowid, highlight(words, 2, ?, ?) FROM words WHERE words MATCH ?"


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


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ids of the hits, the best first; with `more` there are others, which are older and were not looked at.

    `since` is the day (ISO 8601) of the oldest that has one.
    """

    ids: tuple[str, ...]
    more: bool
    since: str | None


def search(
    home: Path, words: str, filters: Filters | None = None, *, unit: Unit | None = None, limit: int = 10
) -> Answer:
    """The hits for words: all of them must be there; "a phrase" in quotes, prefix* with a star, -word for without.

    Filters are taken by the letter here, without a star. Only those of `INDEXED` count; the ledger knows the others.

    Raises:
        QueryError: there is no snapshot, or nothing to look for.
    """
    asked = terms(words)
    narrowing = _narrowing(filters or Filters())

    def ask(index: sqlite3.Connection) -> Answer:
        found = {each: _scored(index, each, asked, narrowing) for each in UNITS if unit in (None, each)}
        best = [[(each, -place) for _, place in _best(hits, limit)] for each, hits in found.items()]
        # How well a document fits and how well a mandate does cannot be compared, so the best of both take turns.
        turns = [hit for hits in zip_longest(*best) for hit in hits if hit][:limit]
        rows = [(each, *index.execute(of_unit(each, _ENTRY), (place,)).fetchone()) for each, place in turns]
        total = sum(min(len(hits), RANKED_HITS) for hits in found.values())
        return Answer(_hits(asked.all, rows), total, more=any(len(hits) > RANKED_HITS for hits in found.values()))

    return _current(home, ask)


def ranking(home: Path, words: str, filters: Filters, *, unit: Unit) -> Ranking:
    """The ids of all mandates or all documents that hold the words, `RANKED_HITS` at most; raises as `search`.

    It narrows only by what documents are, for the ledger knows better what became of their mandates.
    """
    asked = terms(words)
    narrowing = _narrowing(exact(filters))

    def ask(index: sqlite3.Connection) -> Ranking:
        hits = _scored(index, unit, asked, narrowing)
        places = [-place for _, place in _best(hits, RANKED_HITS)]
        rows = index.execute(of_unit(unit, _IDS.format(marks=", ".join("?" * len(places)))), places).fetchall()
        ids = {place: entry for place, entry, _ in rows}
        since = min((day for _, _, day in rows if day is not None), default=None)
        return Ranking(tuple(ids[place] for place in places), more=len(hits) > RANKED_HITS, since=since)

    return _current(home, ask)


def documents_with(home: Path, words: str, filters: Filters) -> int | None:
    """How many documents `ranking` would find; None where the index does not know all filters of documents.

    Raises as `search`.
    """
    asked, known = terms(words), exact(filters)
    if (DOCUMENT_FIELDS | RECORDED_FIELDS) & filters.given.keys() - known.given.keys():
        return None
    every = expression([*asked.wanted, *_narrowing(known)], asked.unwanted)

    def ask(index: sqlite3.Connection) -> int:
        found = 0
        for number in volumes(index, "document"):
            newest = of_volume("document", number, _NEWEST)
            found += sum(1 for _ in index.execute(newest, (every, RANKED_HITS - found)))
            if found == RANKED_HITS:
                break
        return found

    return _current(home, ask)


def exact(filters: Filters) -> Filters:
    """The filters by what documents are that the index knows: a ranking is the same whatever the others are."""
    known = {name: values for name, values in filters.given.items() if name in DOCUMENT_FIELDS & INDEXED.keys()}
    return Filters.of(**{name: each for name, each in known.items() if not any("*" in str(value) for value in each)})


def passages(home: Path, words: str, document_ids: Sequence[str]) -> dict[str, str]:
    """The passage of each of these documents that holds the words, marked as in a `Hit`; raises as `search`."""
    asked = terms(words)

    def ask(index: sqlite3.Connection) -> dict[str, str]:
        found = [index.execute(_OF_DOCUMENT, (document,)).fetchone() for document in document_ids]
        rows = [("document", *row) for row in found if row is not None]
        return {hit.document_id: hit.passage for hit in _hits(asked.all, rows)}

    return _current(home, ask)


def marked(words: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Each text whole, with the words marked as in a `Hit`; as it is where it does not hold all of them.

    Raises:
        QueryError: there is nothing to look for.
    """
    asked = terms(words)
    with contextlib.closing(sqlite3.connect(":memory:")) as shown:
        shown.execute(_SHOWN)
        bare = [plain(text.encode("utf-8", "replace").decode()) for text in texts]
        shown.executemany(_SHOW, ((place, None, None, text) for place, text in enumerate(bare)))
        found = dict(shown.execute(_HIGHLIGHTS, (MARK_OPEN, MARK_CLOSE, asked.all)))
    return tuple(found.get(place, text) for place, text in enumerate(bare))


def _narrowing(filters: Filters) -> list[str]:
    """The terms for FTS5 that every hit must have."""
    wanted = ((facet, filters.given.get(name, ())) for name, facet in INDEXED.items())
    terms_of = (facets((facet, str(value)) for value in values).split() for facet, values in wanted)
    return [_either([f'"{each}"' for each in values]) for values in terms_of if values]


def _either(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"({' OR '.join(values)})"


def _current(home: Path, ask: Callable[[sqlite3.Connection], Asked]) -> Asked:
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


def _scored(index: sqlite3.Connection, unit: Unit, asked: Terms, narrowing: Sequence[str]) -> list[tuple[float, int]]:
    """The score of each of the newest entries, the lowest the best, with its place below zero; one too many at most."""
    every = expression([*asked.wanted, *narrowing], asked.unwanted)
    ranking = expression(_weighty(index, unit, asked.wanted, narrowing))
    found: list[tuple[float, int]] = []
    for number in volumes(index, unit):
        most = RANKED_HITS + 1 - len(found)
        if every == ranking:
            found += index.execute(of_volume(unit, number, _NEWEST_SCORES), (every, most))
        elif places := [row[0] for row in index.execute(of_volume(unit, number, _NEWEST), (every, most))]:
            scores = dict(index.execute(of_volume(unit, number, _SCORES), (ranking, places[-1])))
            found += [(scores[place], -place) for place in places]
        if len(found) > RANKED_HITS:
            break
    return found


def _best(hits: Sequence[tuple[float, int]], limit: int) -> list[tuple[float, int]]:
    """The best of the newest, the newest first among equals."""
    return nsmallest(limit, hits[:RANKED_HITS])


def _weighty(index: sqlite3.Connection, unit: Unit, wanted: Sequence[str], narrowing: Sequence[str]) -> list[str]:
    """The terms to rank by, judged by the newest entries; all of them in a small index.

    bm25 gives no weight to a word that half of all entries have, and little to a frequent one beside a rare one; a
    filter weighs nothing. Counting them is left out, unless more would have to be ranked.
    """
    last = places_given(index, unit)
    if last < SAMPLED:
        return [*wanted, *narrowing]
    sample = of_volume(unit, volumes(index, unit)[0], _SAMPLE)
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
