"""A version with its analysis as rows: put in, and put in the place of a former reading."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from scrapers.text.readers import FIRST
from warehouse.findings.clause_rows import clauses_of
from warehouse.findings.comparison import compare
from warehouse.load import mandate_fields
from warehouse.load.arrivals import as_rows_in, first_of_each, insert, nested, unknown
from warehouse.load.key_aliases import carry
from warehouse.load.keys import clauses_and_mandates
from warehouse.model import Rereading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow

_versions = """
INSERT INTO versions BY NAME
SELECT version_id, document_id, text, text_sha256, raw_sha256, media_type, page_starts, flags, shown_at AS first_seen,
    band_1, band_2, band_3, band_4, reader, words_sha256, part
FROM rows_in"""

_analyses = (
    "INSERT INTO analyses BY NAME SELECT version_id, analysis_language AS language, preamble, notes, "
    "finished_at AS analysed_at, rules, reading, reasons FROM rows_in"
)

_clauses = """
INSERT INTO clauses
SELECT
    clause_id, version_id, document_id, position, number, "start", "end", page, quote, display, verb, type, is_mandate,
    addressee, addressee_id, agenda_item, rule, evidence, clause_key,
    confidence, review
FROM rows_in"""

_citations = """
INSERT INTO citations
SELECT citation_id, version_id, document_id, "start", "end", quote, symbol FROM rows_in"""

_of_a_text = ("versions", "analyses", "clauses", "mandates", "citations")
_remove = "DELETE FROM {table} WHERE version_id IN (SELECT former FROM rows_in)"

_show_instead = """
UPDATE sightings SET version_id = rows_in.version_id FROM rows_in
WHERE sightings.version_id = rows_in.former AND rows_in.former <> rows_in.version_id"""

_recorded = """
SELECT version_id, document_id, symbol, text_sha256, coalesce(reader, $first), coalesce(rules, $first)
FROM versions JOIN documents USING (document_id) LEFT JOIN analyses USING (version_id)
WHERE version_id IN (SELECT unnest($versions))"""

_rereadings = """
INSERT INTO rereadings
SELECT
    rereading_id, document_id, version_id, former_text_sha256, from_reader, to_reader, from_rules, to_rules, gained,
    lost, changed, "at"
FROM rows_in"""


def insert_versions(connection: duckdb.DuckDBPyConnection, texts: pa.Table) -> pa.Table:
    """Insert these versions, each once among themselves; those that were not there before."""
    versions = unknown(connection, "versions", "version_id", texts)
    insert(connection, _versions, versions)
    return versions


def insert_analyses(connection: duckdb.DuckDBPyConnection, versions: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Insert what the analyses of these versions found; the rows of clauses and of mandates."""
    clauses, mandates = clauses_and_mandates(versions)
    insert(connection, _analyses, versions)
    insert(connection, _clauses, clauses)
    insert(connection, mandate_fields.INSERT, mandates)
    insert(connection, _citations, nested(versions, "citations", ["version_id", "document_id"]))
    return clauses, mandates


def replace_readings(
    connection: duckdb.DuckDBPyConnection, instead: Mapping[str, str], rows: pa.Table, now: datetime
) -> Replaced:
    """Put new readings of recorded versions in the place of the former ones, in silence.

    `instead` leads from each former version to the one that holds its text from now on: one of `rows` (a row a version,
    as for `insert_versions`), or one that is recorded and stays. What reads otherwise is written down and given back.
    """
    if not instead:
        return Replaced()
    versions = list(instead)
    former = _read(connection, versions)
    with as_rows_in(connection, pa.table({"former": versions, "version_id": list(instead.values())})):
        for table in _of_a_text:
            connection.execute(_remove.format(table=table))
        connection.execute(_show_instead)
    insert_analyses(connection, insert_versions(connection, first_of_each(rows, "version_id")))
    current = _read(connection, list(instead.values()))
    pairs = [(former[version], current[other]) for version, other in instead.items()]
    led = carry(connection, [(was.clauses, now_read.clauses) for was, now_read in pairs], now)
    found = tuple(each for was, now_read in pairs if (each := _difference(was, now_read, now)) is not None)
    if found:
        insert(connection, _rereadings, pa.Table.from_pylist([_row(each) for each in found]))
    shown = _shown(connection, [now_read.version_id for _, now_read in pairs])
    documents = frozenset(was.document_id for was in former.values())
    return Replaced(found, _led([pair for pair in pairs if pair[1].version_id in shown], led), documents)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What putting new readings in place did.

    `led` leads from the former names of each task of a text that is shown today (task_key and mandate_id) to the
    task_key that it has now, None where the new reading has no such task.
    """

    rereadings: tuple[Rereading, ...] = ()
    led: Mapping[str, str | None] = field(default_factory=dict)
    documents: frozenset[str] = frozenset()


def _led(pairs: Sequence[tuple[_Reading, _Reading]], carried: Mapping[str, str]) -> dict[str, str | None]:
    led: dict[str, str | None] = {}
    for was, now_read in pairs:
        held = {mandate.task_key for clause in now_read.clauses for mandate in clause.mandates}
        for mandate in (mandate for clause in was.clauses for mandate in clause.mandates):
            key = mandate.task_key if mandate.task_key in held else carried.get(mandate.task_key)
            led[mandate.task_key] = led[mandate.mandate_id] = key
    return led


def _shown(connection: duckdb.DuckDBPyConnection, versions: list[str]) -> set[str]:
    """Those of these versions that are the newest text of their document."""
    sql = "SELECT version_id FROM current_versions WHERE version_id IN (SELECT unnest($versions))"
    return {row[0] for row in connection.execute(sql, {"versions": versions}).fetchall()}


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a version is read: by whom, and its clauses in their order."""

    version_id: str
    document_id: str
    symbol: str | None
    text_sha256: str
    reader: int
    rules: int
    clauses: tuple[ClauseRow, ...]


def _read(connection: duckdb.DuckDBPyConnection, versions: list[str]) -> dict[str, _Reading]:
    """The readings of these versions as they are recorded now."""
    rows = connection.execute(_recorded, {"versions": versions, "first": FIRST}).fetchall()
    clauses: dict[str, list[ClauseRow]] = {}
    for clause in clauses_of(connection, sorted({row[1] for row in rows})):
        clauses.setdefault(clause.version_id, []).append(clause)
    return {row[0]: _Reading(*(*row, tuple(clauses.get(row[0], ())))) for row in rows}


def _difference(was: _Reading, now_read: _Reading, now: datetime) -> Rereading | None:
    """What a new reading changed; None where the text and all that was found in it are the same."""
    changes = list(compare(was.symbol, was.clauses, now_read.clauses))
    if was.text_sha256 == now_read.text_sha256 and not changes:
        return None
    counted = Counter(change.change for change in changes if change.unit == "mandate")
    return Rereading(
        document_id=was.document_id,
        version_id=now_read.version_id,
        former_text_sha256=was.text_sha256,
        from_reader=was.reader,
        to_reader=now_read.reader,
        from_rules=was.rules,
        to_rules=now_read.rules,
        gained=counted["gained"],
        lost=counted["lost"],
        changed=counted["changed"],
        at=now,
    )


def _row(found: Rereading) -> dict[str, Any]:
    key = f"{found.document_id}\n{found.former_text_sha256}\n{found.version_id}\n{found.at.isoformat()}"
    return asdict(found) | {"rereading_id": hashlib.sha256(key.encode()).hexdigest()}
