"""One clause through the years: the resolutions that adopted it again, with its words in each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from warehouse.links.difference import difference
from warehouse.links.steady import steady
from warehouse.load.keyed import rows_of
from warehouse.load.keys import without_number
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from warehouse.links.difference import Change

# A series that is renewed each year is two hundred years old then.
MOST_STEPS = 200

# As the view `clause_life` for one clause, from it back to the first and on to all that followed: the view reads the
# words of all clauses. UNION leaves out what was there before, so a circle ends.
_LINKS = f"""
WITH RECURSIVE past AS (
    SELECT $document AS document_id, $clause AS clause_key
    UNION
    SELECT earlier_document, earlier_clause
    FROM past JOIN clause_links ON later_document = past.document_id AND later_clause = past.clause_key
    WHERE relation = 'renews' AND earlier_clause IS NOT NULL
), life AS (
    SELECT document_id, clause_key FROM past
    UNION
    SELECT later_document, later_clause
    FROM life JOIN clause_links ON earlier_document = life.document_id AND earlier_clause = life.clause_key
    WHERE relation = 'renews' AND later_clause IS NOT NULL
)
SELECT earlier_document, earlier_clause, later_document, later_clause, change
FROM clause_links JOIN life ON earlier_document = life.document_id AND earlier_clause = life.clause_key
WHERE relation = 'renews' LIMIT {MOST_STEPS}"""  # noqa: S608 - our own words
_DOCUMENTS = "SELECT document_id, symbol, title, session, published_on, language FROM documents WHERE {condition}"
_NEWEST = "SELECT version_id FROM current_versions WHERE {condition}"
_WORDS = """
SELECT document_id, clause_key, number, display, is_mandate FROM clauses
WHERE clause_key IN (SELECT unnest($clauses::VARCHAR[])) AND version_id IN (SELECT unnest($versions::VARCHAR[]))"""


@dataclass(frozen=True, slots=True)
class Year:
    """A resolution of the series and what it made of the clause: first, same, reworded, changed or dropped.

    It is the same if only dates, sessions and numbers of documents moved, and reworded if it asks for the same in other
    words.

    `clause_key` and `number` are None where it dropped the clause; `asks` where the clause has a mandate. `words` are
    the clause without its number, compared with those of the resolution before: all kept where there is none, all taken
    out where it was dropped. `apart` is how many sessions it came after the one before, where that is more than before
    and after it: a resolution between the two may not be recorded. Else it is None.
    """

    change: str
    document_id: str
    symbol: str | None
    title: str
    session: int | None
    published_on: date | None
    language: str | None
    clause_key: str | None
    number: str | None
    asks: bool
    words: tuple[Change, ...]
    apart: int | None = None


def years_of(home: Path, document_id: str, clause_key: str) -> tuple[Year, ...]:
    """The resolutions that have or had the clause, oldest first; empty where it was neither renewed nor renews another.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    links = query(home, _LINKS, {"document": document_id, "clause": clause_key}).rows
    if not links:
        return ()
    later = {(row[2], row[3]) for row in links}
    first = sorted({(row[0], row[1]) for row in links} - later)
    names = sorted({row[0] for row in links} | {row[2] for row in links})
    words = _words(home, names, sorted({key for row in links for key in (row[1], row[3]) if key}))
    known = {row[0]: row for row in rows_of(asker(home), _DOCUMENTS, "document_id", names)}
    before = dict.fromkeys(first) | {(row[2], row[3]): row for row in links}
    found = []
    for (document, clause), link in before.items():
        if document not in known:
            continue
        number, asks, now = words.get((document, clause), (None, False, ""))
        former = words.get((link[0], link[1]), (None, False, now))[2] if link else now
        change = link[4] if link else "first"
        if change == "same" and steady(former) != steady(now):
            change = "reworded"
        step = (change, *known[document], clause, number, asks, difference(former, now))
        found.append(Year(*step))
    return with_gaps(sorted(found, key=_when))


def with_gaps(years: Sequence[Year]) -> tuple[Year, ...]:
    """The steps of a series, oldest first, with how many sessions those are apart between which one may be missing.

    A series that turns from yearly to every second year has no gap: a step is set against both of its neighbours.

    The first one is set against the two that follow. The last one may be the first of another pace.
    """
    sessions = [year.session or 0 for year in years]
    steps = [later - earlier if earlier and later else 0 for earlier, later in pairwise(sessions)]
    before = [next(iter(steps[2:]), 0), *steps]
    wide = {
        place: step
        for place, (other, step, after) in enumerate(zip(before, steps, steps[1:], strict=False), start=1)
        if min(other, after) > 0 and max(other, after) < step
    }
    return tuple(replace(year, apart=wide.get(place)) for place, year in enumerate(years))


def _words(
    home: Path, documents: Sequence[str], clauses: Sequence[str]
) -> dict[tuple[str, str | None], tuple[str | None, bool, str]]:
    """The number and the words of each clause in the newest text of its document."""
    versions = [row[0] for row in rows_of(asker(home), _NEWEST, "document_id", documents)]
    rows = query(home, _WORDS, {"clauses": list(clauses), "versions": versions}).rows
    return {
        (document, clause): (number, asks, without_number(number, display).lstrip(". )"))
        for document, clause, number, display, asks in rows
    }


def _when(year: Year) -> tuple[str, int, str]:
    return year.published_on.isoformat() if year.published_on else "", year.session or 0, year.document_id
