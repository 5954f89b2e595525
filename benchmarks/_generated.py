"""Generated documents for measurements: paragraphs of 500 characters drawn from a pool, so that every offset is known.

A document has 16 paragraphs (8 kB): 8 clauses, 3 of them mandates, and 5 citations, as a resolution of that length has.
The rows are made by DuckDB, for a million of them would take Python longer than what is measured.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb

from mandates import RULES_VERSION
from scrapers.text.readers import reader_of
from warehouse.load.entry_schema import entry_schema
from warehouse.load.landing import file_format, write_batch

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

paragraph = 500
vocabulary = (
    "migrants",
    "protection",
    "States",
    "organization",
    "report",
    "session",
    "children",
    "return",
    "labour",
    "remittances",
    "border",
    "rights",
    "smuggling",
    "trafficking",
    "victims",
    "cooperation",
    "secretariat",
    "committee",
    "regional",
    "framework",
    "dialogue",
    "assistance",
    "humanitarian",
    "vessel",
    "identity",
    "documents",
    "employment",
    "recruitment",
    "integration",
    "host",
    "communities",
    "data",
    "statistics",
    "policy",
    "development",
    "fund",
)

_entries = """
WITH numbered AS (
    SELECT n, sha256('document ' || n) AS document_id,
        list_transform(
            range(16), lambda i: pool[(1 + md5_number_lower(n || '-' || i) % 3000)::BIGINT]
        ) AS paragraphs
    FROM range($first, $first + $count) AS numbers(n), pools
), texts AS (
    SELECT n, document_id, paragraphs, array_to_string(paragraphs, '') AS text FROM numbered
), hashed AS (
    SELECT *, sha256(text) AS text_sha256, sha256(document_id || chr(10) || sha256(text)) AS version_id FROM texts
)
SELECT
    document_id, 'G/RES/' || n || ' en' AS identity, 'https://example.org/' || n AS url, url AS seen_url,
    'Matter ' || n || ' of the generated assembly' AS title, 'G/RES/' || (n // 100) || '/' || n AS symbol,
    ['UNGA', 'HRC', 'ECOSOC', 'IPU'][1 + n % 4] AS body, 'resolution' AS kind,
    md5_number_lower(lower(symbol)) AS symbol_key, md5_number_lower(lower(title)) AS title_key, 'adopted' AS stage,
    'en' AS language, (n // 100)::INTEGER AS session, DATE '1990-01-01' + (n % 12000)::INTEGER AS published_on,
    'day' AS published_precision, 'document' AS published_origin, NULL::VARCHAR AS author, NULL::VARCHAR AS summary,
    NULL::VARCHAR AS agenda_item, 'all of this source' AS relevance, false AS baseline, ['migration'] AS topics,
    []::STRUCT(relation VARCHAR, symbol VARCHAR, key UBIGINT, evidence VARCHAR)[] AS links,
    version_id, text, text_sha256, sha256(regexp_replace(lower(text), '[^a-z]+', '', 'g')) AS words_sha256,
    text_sha256 AS raw_sha256, 'text/plain' AS media_type, $reader AS reader, NULL::VARCHAR AS part, NULL::BLOB AS raw,
    [0] AS page_starts, []::VARCHAR[] AS flags,
    band(1, text_sha256) AS band_1, band(2, text_sha256) AS band_2, band(3, text_sha256) AS band_3,
    band(4, text_sha256) AS band_4,
    $rules AS rules, 'complete' AS reading, []::VARCHAR[] AS reasons,
    'en' AS analysis_language, [{start: 0, 'end': 500}] AS preamble, []::VARCHAR[] AS notes,
    list_transform(range(8), lambda i: {
        clause_id: version_id || ':' || (8 + i) * 500, position: i + 1, number: (i + 1)::VARCHAR, start: (8 + i) * 500,
        'end': (9 + i) * 500, page: 1, quote: paragraphs[9 + i], display: paragraphs[9 + i], verb: 'Requests',
        type: if(i < 3, 'reporting_request', 'statement'), is_mandate: i < 3, addressee: 'the Secretary-General',
        addressee_id: 'un:secretary-general', agenda_item: NULL::VARCHAR, rule: 'generated',
        evidence: [{
            label: 'type', rule: 'generated', start: (8 + i) * 500, 'end': (8 + i) * 500 + 8,
            quote: paragraphs[9 + i][:8]}],
        confidence: 0.99, review: []::VARCHAR[],
        mandates: if(i < 3, [{
            mandate_id: version_id || ':' || (8 + i) * 500 || ':1', start: (8 + i) * 500, 'end': (9 + i) * 500,
            quote: paragraphs[9 + i], verb: 'Requests', type: 'reporting_request', addressee: 'the Secretary-General',
            addressee_id: 'un:secretary-general', due: NULL::VARCHAR, due_start: NULL::DATE, due_end: NULL::DATE,
            due_basis: 'none', dues: []::STRUCT("start" INTEGER, "end" INTEGER, quote VARCHAR, due_start DATE,
                due_end DATE, basis VARCHAR, rule VARCHAR, sense VARCHAR)[],
            agenda_item: NULL::VARCHAR, agenda_title: NULL::VARCHAR, action: 'report', deliverable: NULL::VARCHAR,
            rule: 'generated', due_sense: NULL::VARCHAR, addressee_resolved: NULL::VARCHAR}], [])
    }) AS clauses,
    list_transform(range(5), lambda i: {
        citation_id: version_id || ':c' || i * 500, start: i * 500, 'end': i * 500 + 8, quote: paragraphs[1 + i][:8],
        symbol: 'G/RES/' || (n * 7 + i) % 1000
    }) AS citations
FROM hashed ORDER BY n"""


def entries(first: int, count: int) -> pa.Table:
    """Rows of a batch file: the documents numbered from `first`."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE pools AS SELECT ? AS pool", [_pool()])
        connection.execute("CREATE MACRO band(n, words) AS (md5_number_lower(n || words) % 4294967296)::UINTEGER")
        versions = {"reader": reader_of("text/plain"), "rules": RULES_VERSION}
        table = connection.sql(_entries, params={"first": first, "count": count, **versions}).to_arrow_table()
    return table.select(entry_schema.names).cast(entry_schema)


def batches(folder: Path, count: int, *, each: int = 5_000, first: int = 0) -> None:
    """Write the documents from `first` on as batch files, `each` a file, an hour apart."""
    for begin in range(first, first + count, each):
        write_batch(folder, footer(begin), entries(begin, min(each, first + count - begin)))


def footer(number: int) -> dict[str, object]:
    """What a batch file says of itself."""
    began = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    return {
        "format": file_format, "batch_id": f"generated-{number}", "source_id": "generated",
        "started_at": began.isoformat(), "finished_at": (began + timedelta(seconds=1)).isoformat(), "outcome": "ok",
        "items_seen": 0, "error": None, "dropped": [], "fetches": [], "validators": {}, "notes": {},
    }  # fmt: skip


def _pool() -> list[str]:
    chance = random.Random(20261121)  # noqa: S311 - the same words each time, not a secret
    made = []
    for _ in range(3_000):
        passage = "Requests " + " ".join(chance.choice(vocabulary) for _ in range(90))
        made.append(passage[: paragraph - 2] + ";\n")
    return made
