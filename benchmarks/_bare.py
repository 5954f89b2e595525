"""The floor: bare Arrow inserts of ready rows into the warehouse's tables, one statement a table, nothing checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.database import transaction
from warehouse.load.arrivals import as_rows_in, nested

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

inserts = {
    "versions": """version_id, document_id, text, text_sha256, raw_sha256, media_type, page_starts, flags, finished_at,
        band_1, band_2, band_3, band_4""",
    "documents": """document_id, identity, symbol, symbol_key, body, kind, stage, session, title, title_key, language,
        author, summary, agenda_item, published_on, published_precision, published_origin, url, topics, finished_at""",
    "sightings": """source_id || document_id, source_id, document_id, version_id, seen_url, title, relevance,
        finished_at, finished_at""",
    "analyses": "version_id, analysis_language, preamble, notes, finished_at",
    "clauses": """clause_id, version_id, document_id, position, number, "start", "end", page, quote, display, verb,
        type, is_mandate, addressee, addressee_id, agenda_item, rule, evidence""",
    "mandates": """mandate_id, clause_id, version_id, document_id, "start", "end", quote, verb, type, addressee,
        addressee_id, due, due_start, due_end, due_basis, dues, agenda_item, agenda_title, action, deliverable, rule""",
    "citations": 'citation_id, version_id, document_id, "start", "end", quote, symbol',
}


def ready(entries: pa.Table) -> dict[str, pa.Table]:
    """The rows of each table, taken out of the entries beforehand."""
    clauses = nested(entries, "clauses", ["version_id", "document_id"])
    return dict.fromkeys(inserts, entries) | {
        "clauses": clauses,
        "mandates": nested(clauses, "mandates", ["clause_id", "version_id", "document_id"]),
        "citations": nested(entries, "citations", ["version_id", "document_id"]),
    }


def insert(connection: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> None:
    """Insert them in one transaction."""
    with transaction(connection):
        for table, columns in inserts.items():
            with as_rows_in(connection, tables[table]):
                connection.execute(f"INSERT INTO {table} SELECT {columns} FROM rows_in")  # noqa: S608 - ours
