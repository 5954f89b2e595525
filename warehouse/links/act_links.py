"""Links between acts as rows of `relations`: those that were found are written, those that no longer hold are removed.

What a document states itself comes first: such a link is neither written a second time nor removed.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from warehouse.load.arrivals import among, as_rows_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.links.series import Judged

# What a document states itself has a score of one.
_NO_LONGER = """
DELETE FROM relations USING rows_in
WHERE relations.relation = rows_in.relation AND relations.from_document = rows_in.from_document
    AND relations.to_document = rows_in.to_document AND relations.score < 1"""
_CLAUSES_NO_LONGER = """
DELETE FROM clause_links USING rows_in
WHERE clause_links.relation = rows_in.relation
    AND clause_links.later_document IN (rows_in.from_document, rows_in.to_document)
    AND clause_links.earlier_document IN (rows_in.from_document, rows_in.to_document)"""
_INSERT = """
INSERT INTO relations
SELECT sha256(concat_ws(chr(10), from_document, relation, to_document)), from_document, to_document, NULL, NULL,
    relation, score, evidence, first_seen
FROM rows_in
ON CONFLICT (relation_id) DO NOTHING
RETURNING relation_id"""
_STATED = "SELECT from_document, to_document, relation FROM relations WHERE {condition}"


class Link(NamedTuple):
    """One act in relation to another, by their ids; relation as in the table."""

    from_document: str
    to_document: str
    relation: str


def remove(connection: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Remove these links, and those of their clauses."""
    if links:
        with as_rows_in(connection, pa.Table.from_pylist([link._asdict() for link in links])):
            connection.execute(_NO_LONGER)
            connection.execute(_CLAUSES_NO_LONGER)


def write(
    connection: duckdb.DuckDBPyConnection,
    found: Mapping[Link, Judged],
    symbol_key: Callable[[str], int | None],
    now: datetime,
) -> list[str]:
    """Write the links that are not known yet, with when they were found; their ids. `symbol_key` gives a document's."""
    stated = _stated(connection, found, symbol_key)
    rows = [
        link._asdict() | {"score": judged.score, "evidence": judged.evidence}
        for link, judged in found.items()
        if link not in stated
    ]
    if not rows:
        return []
    moment = pa.repeat(pa.scalar(now, pa.timestamp("us", tz="UTC")), len(rows))
    with as_rows_in(connection, pa.Table.from_pylist(rows).append_column("first_seen", moment)):
        return [row[0] for row in connection.execute(_INSERT).fetchall()]


def _stated(
    connection: duckdb.DuckDBPyConnection, found: Collection[Link], symbol_key: Callable[[str], int | None]
) -> set[Link]:
    """Those of these links that one of the documents states, by naming the other; they are looked up by their keys."""
    ids = []
    for link in found:
        for naming, named in ((link.from_document, link.to_document), (link.to_document, link.from_document)):
            key = symbol_key(named)
            ids.append(hashlib.sha256(f"{naming}\n{link.relation}\n{key}".encode()).hexdigest())
    if not ids:
        return set()
    condition, parameters = among("relation_id", ids)
    return {Link(*row) for row in connection.execute(_STATED.format(condition=condition), parameters).fetchall()}
