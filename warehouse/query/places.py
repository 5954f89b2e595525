"""Where the rows of a document lie in a snapshot, for columns that have no index.

What belongs to one document was mostly recorded together. So the first and the last row of each key, a few bytes for a
document, spare a page reading a whole column to find them; and where a key has no row, as most documents have nothing
that a person decided, the page need not ask. They are worked out once for each publication; without them the same
queries give the same answers.
"""

from __future__ import annotations

from bisect import bisect_left
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.opening import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

# Columns of sha256 (hex), of which so much is enough: rows of other keys are filtered out by the query. Of a million
# keys a hundred share it with another one, and are found more slowly.
_DIGITS = 8
_COLUMNS = (
    ("versions", "document_id"),
    ("clauses", "version_id"),
    ("citations", "version_id"),
    ("relations", "from_document"),
    ("relations", "to_document"),
    ("rereadings", "document_id"),
    ("comparisons_cut", "document_id"),
    ("decisions", "document_id"),
    ("decisions", "task_key"),
    ("task_evidence", "task_key"),
)
_NOWHERE = (0, -1)
# So many rows are taken sooner than a column is read.
_FEW_ROWS = 1_000
# The columns of that, of four bytes each.
_COLUMNS_FOUND = ("key", "first", "last")
_SPANS = """
SELECT
    try_cast('0x' || left({column}, {digits}) AS UINTEGER) AS key, min(rowid)::UINTEGER AS first,
    max(rowid)::UINTEGER AS last
FROM {table} WHERE key IS NOT NULL GROUP BY key ORDER BY key"""


@dataclass(frozen=True, slots=True)
class _Spans:
    """For each key, in order, its first and its last row."""

    keys: memoryview
    first: memoryview
    last: memoryview


Places = dict[tuple[str, str], _Spans]
_known: ContextVar[Mapping[Path, Places]] = ContextVar("places", default={})  # noqa: B039 - never changed


def places_of(home: Path, go_on: Callable[[], bool]) -> Places:
    """Work out where rows lie in the snapshot; what `go_on` ended before it was done is left out.

    Raises:
        QueryError: there is no snapshot, it cannot be opened, or memory does not suffice.
    """
    found: Places = {}
    with reading(home) as connection:
        for table, column in _COLUMNS:
            if not go_on():
                break
            sql = _SPANS.format(table=table, column=column, digits=_DIGITS)
            spans = connection.sql(sql).to_arrow_table().combine_chunks()
            # The last buffer of a column has its numbers.
            buffers = (spans.column(name).combine_chunks().buffers()[-1] for name in _COLUMNS_FOUND)
            found[table, column] = _Spans(*(memoryview(buffer or b"").cast("B").cast("I") for buffer in buffers))
    return found


@contextmanager
def knowing(home: Path, places: Places | None) -> Iterator[None]:
    """Let the queries of the block use these places."""
    before = _known.set({home: places or {}})
    try:
        yield
    finally:
        _known.reset(before)


def has_none(home: Path, table: str, column: str, key: str) -> bool:
    """Whether no row is known to have that key in that column; False where nobody knows."""
    return _span(home, table, column, key) == _NOWHERE


def near(home: Path, table: str, column: str, key: str) -> str:
    """What to read `FROM` for the rows whose column has that key: of the table the part with all of them, if known."""
    span = _span(home, table, column, key)
    if span is None:
        return table
    first, last = span
    rows = last - first + 1
    # With a limit, which leaves nothing out, DuckDB takes the rows first, instead of reading the column around them.
    limit = f" LIMIT {rows}" if rows <= _FEW_ROWS else ""
    return f"(FROM {table} WHERE rowid BETWEEN {first} AND {last}{limit})"


def _span(home: Path, table: str, column: str, key: str) -> tuple[int, int] | None:
    """The first and the last row of a key, `_NOWHERE` where there is none, None where nobody knows."""
    spans = _known.get().get(home, {}).get((table, column))
    try:
        number = int(key[:_DIGITS], 16)
    except ValueError:
        return None
    if spans is None or len(key) < _DIGITS:
        return None
    place = bisect_left(spans.keys, number)
    if place == len(spans.keys) or spans.keys[place] != number:
        return _NOWHERE
    return spans.first[place], spans.last[place]
