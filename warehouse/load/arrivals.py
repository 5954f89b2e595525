"""What a load brings, as Arrow tables: the entries of landed batches, and the rows nested in them taken out.

Flattening here rather than by `unnest` in DuckDB halves the time of a small load: each statement over the nested rows
costs
5 to 9 ms before it has seen the first of them, over flat ones 2 ms.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scrapers.text.readers import FIRST, words_sha256
from warehouse.load.entry_schema import entry_schema
from warehouse.model import LandingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.load.landing import LandedBatch

# ON CONFLICT DO NOTHING finds the same, and costs 100 ms more a table in a million rows.
_known = "SELECT {key} FROM {table} WHERE {condition}"
_looked_up = 500
_columns = [name for name in entry_schema.names if name != "raw"]
# What no entry lacks, no text, and no analysis: each with the column by which there is one.
_NEEDED = {
    "document_id": ("identity", "url", "seen_url", "title", "kind", "topics"),
    "version_id": ("text", "text_sha256", "page_starts", "flags"),
    "rules": ("preamble", "notes"),
}
_schema = pa.schema(
    [
        *(entry_schema.field(name) for name in _columns),
        pa.field("source_id", pa.string()),
        pa.field("finished_at", pa.timestamp("us", tz="UTC")),
    ]
)


def arrived(batches: Sequence[LandedBatch]) -> pa.Table:
    """The entries of these batches, oldest first, each with its source and the end of its crawl.

    Raises:
        LandingError: a file's rows cannot be read, though its footer can.
    """
    tables = [_schema.empty_table()]
    for batch in sorted(batches, key=lambda batch: (batch.finished_at, batch.batch_id)):
        try:
            with pq.ParquetFile(batch.path) as file:
                held = file.schema_arrow.names
                table = file.read(columns=[name for name in _columns if name in held])
            # Rows without a document are answers, whose bytes the store has taken.
            table = table.replace_schema_metadata(None).slice(0, batch.entries)
            if lacking := _lacking(table):
                raise LandingError(f"{batch.path}: is damaged: {lacking}")
            table = _completed(table)
        except (pa.ArrowException, OSError) as error:
            raise LandingError(f"{batch.path}: is damaged: {error}") from error
        crawled = pa.scalar(batch.finished_at, pa.timestamp("us", tz="UTC"))
        table = table.append_column("source_id", pa.repeat(batch.source_id, len(table)))
        tables.append(table.append_column("finished_at", pa.repeat(crawled, len(table))))
    # Columns that a file lacks are null.
    return pa.concat_tables(tables, promote_options="default")


def _lacking(table: pa.Table) -> str:
    """What its rows should have and do not; "" where they are complete. The file may come from another machine."""
    if not len(table):
        return ""
    everywhere = pa.nulls(len(table), pa.bool_()).fill_null(True)
    for there, needed in _NEEDED.items():
        if there == "document_id":
            wanted: pa.ChunkedArray = everywhere
        elif there in table.column_names:
            wanted = pc.is_valid(table[there])
        else:
            continue
        for name in (there, *needed):
            missing = pc.is_null(table[name]) if name in table.column_names else everywhere
            if pc.any(pc.and_(wanted, missing)).as_py():
                return f"a row has no {name}"
    return ""


def _completed(table: pa.Table) -> pa.Table:
    """A former version's table in today's shape: its texts were taken by the first readers and rules."""
    for name in table.column_names:
        kind = entry_schema.field(name).type
        if (held := table[name]).type != kind:
            table = table.set_column(table.column_names.index(name), name, _shaped(held.combine_chunks(), kind))
    if "words_sha256" not in table.column_names:
        words = [text and words_sha256(text) for text in table["text"].to_pylist()]
        table = table.append_column(entry_schema.field("words_sha256"), pa.array(words, pa.string()))
    for name in ("reader", "rules"):
        if name not in table.column_names:
            first = [FIRST if version else None for version in table["version_id"].to_pylist()]
            table = table.append_column(entry_schema.field(name), pa.array(first, pa.int32()))
    return table


def _shaped(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Nested rows of a former version with the fields that were added since, which are null."""
    if values.type == kind:
        return values
    if not pa.types.is_nested(kind):
        return values.cast(kind)
    if pa.types.is_list(kind):
        return pa.ListArray.from_arrays(values.offsets, _shaped(values.values, kind.value_type), mask=values.is_null())
    fields = [
        _shaped(values.field(field.name), field.type)
        if values.type.get_field_index(field.name) >= 0
        else pa.nulls(len(values), field.type)
        for field in kind
    ]
    return pa.StructArray.from_arrays(fields, fields=list(kind), mask=values.is_null())


def first_of_each(table: pa.Table, key: str) -> pa.Table:
    """The first row of each key that is not null: a document may come several times in one load."""
    numbered = pa.table({"key": table[key], "row": pa.array(range(len(table)), pa.int64())})
    firsts = numbered.filter(pc.is_valid(numbered["key"])).group_by("key").aggregate([("row", "min")])["row_min"]
    if len(firsts) == len(table):
        return table
    return table.take(firsts.combine_chunks().sort())


def those_of(table: pa.Table, key: str, wanted: pa.Array) -> pa.Table:
    """The rows whose key is among the wanted."""
    return table.filter(pc.is_in(table[key], value_set=wanted))


def nested(table: pa.Table, column: str, keep: Sequence[str]) -> pa.Table:
    """The structures in a column of lists as rows of their own, each with these columns of the row it stood in."""
    lists = table[column].combine_chunks()
    parents = pc.list_parent_indices(lists)
    items = pc.list_flatten(lists)
    columns = {name: table[name].take(parents) for name in keep}
    fields = {field.name: pc.struct_field(items, [place]) for place, field in enumerate(items.type)}
    return pa.table(columns | fields)


@contextlib.contextmanager
def as_rows_in(connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> Iterator[None]:
    """Let a statement read an Arrow table under the name `rows_in`."""
    connection.register("rows_in", rows)
    try:
        yield
    finally:
        # In a transaction that has failed nothing can be undone but the whole, which takes the name with it.
        with contextlib.suppress(duckdb.TransactionException):
            connection.unregister("rows_in")


def insert(connection: duckdb.DuckDBPyConnection, statement: str, rows: pa.Table) -> None:
    """Run a statement over `rows_in`, if there are any."""
    if len(rows):
        with as_rows_in(connection, rows):
            connection.execute(statement)


def unknown(connection: duckdb.DuckDBPyConnection, table: str, key: str, rows: pa.Table) -> pa.Table:
    """The rows whose key the table does not hold. Under the lock nobody adds it meanwhile."""
    condition, parameters = among(key, pc.unique(rows[key]).to_pylist())
    known = connection.execute(_known.format(key=key, table=table, condition=condition), parameters).fetchall()
    held = pa.array([row[0] for row in known], pa.string())
    return rows if not known else rows.filter(pc.invert(pc.is_in(rows[key], value_set=held)))


def among(column: str, keys: Sequence[str]) -> tuple[str, list[Any]]:
    """A condition on a primary key with its parameters.

    Up to 500 keys are a list, which DuckDB looks up in the key's index: 4 ms in a million rows, against 55 ms for
    the join that a subquery becomes. Above that the join is the quicker one.
    """
    if len(keys) <= _looked_up:
        return f"{column} IN ({', '.join('?' * len(keys)) or 'NULL'})", list(keys)
    return f"{column} IN (SELECT unnest(?))", [list(keys)]
