"""Documents that are recorded under another identity than a newer reader gives them.

A symbol that only today's reader finds, or a text that it takes with other words, would make a known publication a new
document. It is known by its bytes, or its words, where the same source shows it at the same address, or where neither
has more than its text to be known by. The other identity is kept, for later crawls name it without the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.load.arrivals import among, as_rows_in, first_of_each, insert, unknown
from warehouse.load.kept import kept_texts
from warehouse.load.rereading import MOST_READ_AGAIN, arriving_readings, of_columns, readings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from warehouse.load.kept import Again
    from warehouse.load.rereading import Reading

_aliases = "SELECT alias_id, document_id FROM document_aliases WHERE {condition}"

# Three statements that read little of one table each. Joined, they made DuckDB read the ids and identities of all
# documents: 0.17 s and 102 MB for 20 new ones beside 500,000. This one takes 0.02 s and reads 9 MB, or 32 MB without
# the inner query, for ids are then read along with addresses.
_SEEN = """
SELECT document_id, source_id || chr(10) || url FROM sightings
WHERE rowid IN (SELECT rowid FROM sightings WHERE {condition})"""
# Only texts have no other identity; without their hash (rows of former homes) each may be the one.
_OF_SAME_TEXT = """
SELECT document_id FROM documents WHERE starts_with(identity, 'text:') AND document_id IN (
    SELECT document_id FROM versions
    WHERE words_sha256 IS NULL OR words_sha256 IN (SELECT words_sha256 FROM rows_in)
        OR raw_sha256 IN (SELECT raw_sha256 FROM rows_in)
)"""
_CANDIDATES = "SELECT document_id, identity, symbol_key FROM documents WHERE {condition}"

_insert = "INSERT INTO document_aliases SELECT document_id, known, identity, finished_at FROM rows_in"


class _Known(NamedTuple):
    """A recorded document that an entry may be."""

    document_id: str
    identity: str
    symbol_key: int | None
    places: set[str]


def under_one_name(connection: duckdb.DuckDBPyConnection, entries: pa.Table, again: Again | None) -> pa.Table:
    """The entries, each under the document that it is recorded as; aliases that are found are written down."""
    nameless = unknown(connection, "documents", "document_id", entries)
    if not len(nameless):
        return entries
    condition, parameters = among("alias_id", pc.unique(nameless["document_id"]).to_pylist())
    names: dict[str, str] = dict(connection.execute(_aliases.format(condition=condition), parameters).fetchall())
    # One document of several in a file is known by its symbol: the bytes are the others' too.
    is_open = pc.and_(
        pc.invert(pc.is_in(nameless["document_id"], value_set=pa.array(names, pa.string()))),
        pc.is_null(nameless["part"]),
    )
    texts = first_of_each(nameless.filter(pc.and_(is_open, pc.is_valid(nameless["version_id"]))), "document_id")
    found = dict(_found(connection, texts, again)) if len(texts) else {}
    if found:
        rows = texts.filter(pc.is_in(texts["document_id"], value_set=pa.array(found, pa.string())))
        known = pa.array([found[document] for document in rows["document_id"].to_pylist()], pa.string())
        insert(
            connection, _insert, rows.select(["document_id", "identity", "finished_at"]).append_column("known", known)
        )
    names |= found
    if not names:
        return entries
    documents = pa.array([names.get(document, document) for document in entries["document_id"].to_pylist()])
    return entries.set_column(entries.schema.get_field_index("document_id"), "document_id", documents)


def _found(connection: duckdb.DuckDBPyConnection, texts: pa.Table, again: Again | None) -> Iterator[tuple[str, str]]:
    """Pairs of an unknown document and the recorded one that it is."""
    rows = texts.select(["document_id", "identity", "symbol_key", "source_id", "seen_url"]).to_pylist()
    wanted = {_place(row) for row in rows}
    condition, parameters = among("url", sorted({row["seen_url"] for row in rows}))
    places: dict[str, set[str]] = {}
    for document, place in connection.execute(_SEEN.format(condition=condition), parameters).fetchall():
        if place in wanted:
            places.setdefault(document, set()).add(place)
    same_texts: list[tuple[str]] = []
    if any(_is_text(row["identity"]) for row in rows):
        with as_rows_in(connection, texts.select(["words_sha256", "raw_sha256"])):
            same_texts = connection.execute(_OF_SAME_TEXT).fetchall()
    condition, parameters = among("document_id", sorted({*places, *(document for (document,) in same_texts)}))
    candidates = [
        _Known(document, identity, symbol_key, places.get(document, set()))
        for document, identity, symbol_key in connection.execute(
            _CANDIDATES.format(condition=condition), parameters
        ).fetchall()
    ]
    if not candidates:
        return
    held: dict[str, list[Reading]] = {}
    for reading in readings_of(connection, sorted({known.document_id for known in candidates})):
        held.setdefault(reading.document_id, []).append(reading)
    for row, arriving in zip(rows, arriving_readings(texts), strict=True):
        place = _place(row)
        likely = [
            reading
            for known in candidates
            if (place in known.places or (_is_text(row["identity"]) and _is_text(known.identity)))
            and (row["symbol_key"] is None or known.symbol_key in {None, row["symbol_key"]})
            for reading in held.get(known.document_id, ())
        ]
        same = _same(connection, arriving, likely, again)
        if same is not None:
            yield row["document_id"], same.document_id


def _place(row: dict[str, Any]) -> str:
    return f"{row['source_id']}\n{row['seen_url']}"


def _same(
    connection: duckdb.DuckDBPyConnection, arriving: Reading, likely: Sequence[Reading], again: Again | None
) -> Reading | None:
    """The recorded reading of the same text; where there are few, also as today's reader gives them."""
    for reading in likely:
        if arriving.is_the_text_of(reading):
            return reading
    if again is None or len(likely) > MOST_READ_AGAIN:
        return None
    for reading in likely:
        if reading.is_outdated():
            read = again(*kept_texts(connection, [reading.version_id]))
            if read is not None and arriving.is_the_text_of(of_columns(read.columns, reading)):
                return reading
    return None


def _is_text(identity: str) -> bool:
    return identity.startswith("text:")
