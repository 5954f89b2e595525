"""What is exported, and which months of it changed.

A row is in the month in which its document was published: analysts filter by that date, and what a run records is
nearly always from the last months. Each month of a table has a digest over its rows. Long texts are not read for it:
their hash, or what they were cut from, is in the row, which makes the digests 30 times as fast as an export.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

# Before all months, so that `month >= '2026-01'` leaves it out; pyarrow cannot put a null beside months.
UNDATED = "0000-00"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the snapshot: in SQL, the document that a row belongs to (None: all rows are one partition).

    `unread` columns are not part of the digest; the digests of the tables `beside` it change whenever they do.
    """

    name: str
    document: str | None = None
    joined: str = ""
    unread: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


TABLES = (
    Table("documents", "row.document_id"),
    # `text_sha256` is read.
    Table("versions", "row.document_id", unread=("text",)),
    Table("analyses", "version.document_id", joined="LEFT JOIN snapshot.versions AS version USING (version_id)"),
    Table("sightings", "row.document_id"),
    # A quote is the version's text between two offsets; how it is displayed changes only with the analysis.
    Table("clauses", "row.document_id", unread=("quote", "display"), beside=("analyses",)),
    Table("mandates", "row.document_id", unread=("quote",), beside=("analyses",)),
    Table("citations", "row.document_id"),
    # A relation is in the month of the document that was answered, corrected or renewed.
    Table("relations", "coalesce(row.to_document, row.from_document)"),
    Table("decisions", "row.document_id"),
    Table("key_aliases"),
    # Evidence is in the month of the document that shows it, accounts in that of the one that asks.
    Table("task_evidence", "row.document_id"),
    Table("ledger_tasks", "row.document_id"),
    Table("ledger_past", "row.document_id"),
    Table("source_kinds"),
    Table("source_watch"),
    Table("sources"),
    Table("sessions"),
)
# For readers that cannot run the views: one row for each task and deadline, as decided. A month is written again if one
# of these changed in it, or a corrigendum to one of its documents, whose own month may be another.
FLAT = "current_deadlines"
_FLAT_OF = ("documents", "clauses", "mandates", "sightings", "decisions")
_CORRIGENDA = f"""
SELECT
    coalesce(months.month, '{UNDATED}'),
    bit_xor(hash(origin.document_id, origin.symbol, origin.title, origin.published_on))
FROM snapshot.relations AS row JOIN snapshot.documents AS origin ON origin.document_id = row.from_document
LEFT JOIN months ON months.document_id = row.to_document
WHERE row.relation = 'corrects' GROUP BY 1"""  # noqa: S608 - a constant
# The month of a date that only has a year is its January.
_MONTHS = f"""
CREATE TABLE months AS
SELECT document_id, coalesce(strftime(published_on, '%Y-%m'), '{UNDATED}') AS month FROM snapshot.documents"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Content:
    """What one month of a table contains: its rows, a digest over them, and everything that its file depends on.

    `rows` and `digest` are None for what is computed from other tables.
    """

    rows: int | None
    digest: str | None
    inputs: str


def contents(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Content]]:
    """Each table's content in the attached `snapshot`, by month; `columns` are the names of each table's columns.

    The table `months` is left in the connection. It takes 0.4 s of processor time for 100,000 documents.
    """
    connection.execute(_MONTHS)
    found = {table.name: _digests(connection, table, columns[table.name]) for table in TABLES}
    made: dict[str, dict[str, Content]] = {}
    for table in TABLES:
        own = found[table.name]
        made[table.name] = {
            month: Content(rows, digest, ".".join([digest, *(_digest(found[name], month) for name in table.beside)]))
            for month, (rows, digest) in own.items()
        }
    corrigenda = {month: f"{number:x}" for month, number in connection.execute(_CORRIGENDA).fetchall()}
    aliases = _digest(found["key_aliases"], ALL)
    made[FLAT] = {}
    for month in found["mandates"].keys() | found["decisions"].keys():
        inputs = [made[name][month].inputs if month in made[name] else "" for name in _FLAT_OF]
        inputs.append(corrigenda.get(month, ""))
        # Aliases of tasks matter only if somebody decided about a task.
        inputs.append(aliases if month in found["decisions"] else "")
        made[FLAT][month] = Content(None, None, ".".join(inputs))
    return made


def _digest(digests: Mapping[str, tuple[int, str]], month: str) -> str:
    return digests[month][1] if month in digests else ""


def _digests(connection: duckdb.DuckDBPyConnection, table: Table, columns: Sequence[str]) -> dict[str, tuple[int, str]]:
    sql = f"SELECT {month_of(table)}, {digest_sql(table, columns)} FROM {rows_of(table)} GROUP BY 1"  # noqa: S608
    return {month: (rows, digest) for month, rows, digest in connection.execute(sql).fetchall()}


def rows_of(table: Table) -> str:
    """The rows of a table, as `row`, beside their months."""
    rows = f"snapshot.{table.name} AS row {table.joined}"
    return f"{rows} LEFT JOIN months ON months.document_id = {table.document}" if table.document else rows


def month_of(table: Table) -> str:
    """The expression for a row's month."""
    return f"coalesce(months.month, '{UNDATED}')" if table.document else f"'{ALL}'"


def digest_sql(table: Table, columns: Iterable[str]) -> str:
    """How many rows there are, and a digest over them, whatever their order.

    DuckDB's `hash` may differ between its versions, so digests are only compared within one.
    """
    read = ", ".join(f'row."{name}"' for name in columns if name not in table.unread)
    return (
        f"count(*), format('{{:x}}.{{:x}}', bit_xor(hash({read})), (sum(hash({read})) % 18446744073709551616)::UBIGINT)"
    )
