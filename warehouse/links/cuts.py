"""What was compared with a part only of what is like it: a row for each, so that a missing link can be explained.

Whoever publishes a thousand texts that differ in a word could otherwise make recording as slow as they liked.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, NamedTuple

import pyarrow as pa

from warehouse.load.arrivals import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    import duckdb

    What = Literal["texts", "series", "drafts", "clauses"]

_NO_LONGER = """
DELETE FROM comparisons_cut USING rows_in
WHERE comparisons_cut.document_id = rows_in.document_id AND comparisons_cut.what = rows_in.what"""
_INSERT = """
INSERT INTO comparisons_cut BY NAME SELECT * FROM rows_in
ON CONFLICT (cut_id) DO UPDATE SET
    compared = excluded.compared, left_out = excluded.left_out, noted_at = excluded.noted_at"""
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("cut_id", "document_id", "what", "other_document")),
        *((name, pa.int32()) for name in ("compared", "left_out")),
        ("noted_at", pa.timestamp("us", tz="UTC")),
    ]
)


class Cut(NamedTuple):
    """Of a document's comparisons so many were made, and at least so many more were left out."""

    document_id: str
    what: What
    compared: int
    left_out: int
    other_document: str | None = None

    @property
    def cut_id(self) -> str:
        """sha256 (hex) of document, what and other document."""
        return hashlib.sha256("\n".join((self.document_id, self.what, self.other_document or "")).encode()).hexdigest()


def keep_cuts(
    connection: duckdb.DuckDBPyConnection,
    cuts: Iterable[Cut],
    now: datetime,
    *,
    again: Collection[tuple[str, What]] = (),
) -> None:
    """Write down what was left out; what was said of documents that were compared `again` is removed before."""
    if again:
        documents, whats = zip(*sorted(again), strict=True)
        insert(connection, _NO_LONGER, pa.table({"document_id": documents, "what": whats}))
    rows = [cut._asdict() | {"cut_id": cut.cut_id, "noted_at": now} for cut in cuts]
    insert(connection, _INSERT, pa.Table.from_pylist(rows, schema=_SCHEMA))
