"""The ledger: a new document beside ten thousand others and beside a million, and the whole worked out again.

The warehouses are made in SQL, without texts: half of the documents are resolutions with four tasks, of which one in
four has a deadline and one in sixteen asks each year; one task in five has evidence. They take turns, each new document
in a session of its own, so that what else the machine does affects both. What is measured is the processor time of
`warehouse.ledger.recording.keep_up` within a recording, once for a document that stands alone and once for one that
replaces another, whose tasks are superseded. MANDATES_BENCH_DOCUMENTS replaces the million. Where MANDATES_BENCH_MADE
names a folder with a live file of so many documents that `made` wrote before, that is copied.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pyarrow as pa

from benchmarks._command import CHECKOUT
from benchmarks._figures import Figure, Options
from benchmarks._generated import entries, footer
from benchmarks._measured import measured
from warehouse.ledger.recording import keep_up, rebuild
from warehouse.load import record as recording
from warehouse.load.entry_schema import entry_schema
from warehouse.load.landing import landing_folder, write_batch
from warehouse.store.database import live_path, session, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.findings.finding import Finding
    from warehouse.model import AlertRow

SMALL, LARGE = 10_000, 1_000_000
QUICK = (500, 2_000)
REPEATS, QUICK_REPEATS = 15, 3
# The keys of so many go into the indexes in one transaction.
AT_ONCE = 50_000
AIM_RATIO, AIM_SECONDS, AIM_MEGABYTES = 1.5, 1_800, 2_000
# Numbers that no document of the made warehouses has.
_FIRST = 50_000_000

_DOCUMENTS = """
INSERT INTO documents BY NAME
SELECT
    sha256('made ' || n) AS document_id, 'made ' || n AS identity, 'G/RES/' || (n // 100) || '/' || n AS symbol,
    md5_number_lower(lower(symbol)) AS symbol_key, ['UNGA', 'HRC', 'ECOSOC', 'IPU'][1 + n % 4] AS body,
    CASE WHEN n % 2 = 0 THEN 'resolution' ELSE 'report' END AS kind, 'adopted' AS stage, (n // 100)::INTEGER AS session,
    'Matter ' || n AS title, md5_number_lower(title) AS title_key, 'en' AS language,
    DATE '1990-01-01' + (n % 12000)::INTEGER AS published_on, 'https://example.org/' || n AS url,
    []::VARCHAR[] AS topics, TIMESTAMPTZ '2026-01-01 00:00Z' AS first_seen
FROM range({first}, {last}) AS numbers(n)"""
_VERSIONS = """
INSERT INTO versions BY NAME
SELECT
    sha256('version ' || n) AS version_id, sha256('made ' || n) AS document_id, n::VARCHAR AS text,
    sha256(text) AS text_sha256, sha256(text) AS raw_sha256, sha256('words ' || text) AS words_sha256,
    []::INTEGER[] AS page_starts, []::VARCHAR[] AS flags, TIMESTAMPTZ '2026-01-01 00:00Z' AS first_seen
FROM range({first}, {last}) AS numbers(n)"""
_SIGHTINGS = """
INSERT INTO sightings BY NAME
SELECT
    sha256('made ' || n) AS document_id, 'made' AS source_id, sha256('made' || chr(10) || document_id) AS sighting_id,
    sha256('version ' || n) AS version_id, 'https://example.org/' || n AS url, 'Matter ' || n AS title,
    TIMESTAMPTZ '2026-01-01 00:00Z' AS first_seen, TIMESTAMPTZ '2026-01-01 00:00Z' AS last_seen
FROM range({first}, {last}) AS numbers(n)"""
_CLAUSES = """
INSERT INTO clauses BY NAME
SELECT
    sha256('version ' || n) || ':' || place AS clause_id, sha256('version ' || n) AS version_id,
    sha256('made ' || n) AS document_id, place::INTEGER AS position, place::VARCHAR AS number, 0 AS start, 9 AS "end",
    'Requests the Secretary-General to report on matter ' || n AS quote, quote AS display, 'Requests' AS verb,
    'reporting_request' AS type, true AS is_mandate, 'made' AS rule,
    []::STRUCT(label VARCHAR, rule VARCHAR, "start" INTEGER, "end" INTEGER, quote VARCHAR)[] AS evidence,
    left(sha256('clause ' || n || ' ' || place), 24) AS clause_key
FROM range({first}, {last}) AS numbers(n), range(1, 5) AS places(place) WHERE n % 2 = 0"""
_MANDATES = """
INSERT INTO mandates BY NAME
SELECT
    sha256('version ' || n) || ':' || place || ':1' AS mandate_id, sha256('version ' || n) || ':' || place AS clause_id,
    sha256('version ' || n) AS version_id, sha256('made ' || n) AS document_id, 0 AS start, 9 AS "end",
    'Requests the Secretary-General to report on matter ' || n AS quote, 'Requests' AS verb,
    'reporting_request' AS type, 'the Secretary-General' AS addressee, 'un:secretary-general' AS addressee_id,
    'none' AS due_basis,
    CASE
        WHEN place = 1 THEN [{{
            'start': 0, 'end': 9, 'quote': 'by 1 May', 'due_start': DATE '1991-01-01' + (n % 12000)::INTEGER,
            'due_end': DATE '1991-01-01' + (n % 12000)::INTEGER, 'basis': 'stated date', 'rule': 'made',
            'sense': 'by'}}]
        WHEN place = 2 AND n % 8 = 0 THEN [{{
            'start': 0, 'end': 9, 'quote': 'annually', 'due_start': NULL::DATE, 'due_end': NULL::DATE,
            'basis': 'none', 'rule': 'made', 'sense': 'each'}}]
        ELSE []
    END AS dues,
    CASE WHEN place = 2 AND n % 8 = 0 THEN 'each' END AS due_sense,
    'made' AS rule, left(sha256('clause ' || n || ' ' || place), 24) || ':request:1' AS task_key
FROM range({first}, {last}) AS numbers(n), range(1, 5) AS places(place) WHERE n % 2 = 0"""
_ACTS = """
INSERT INTO acts BY NAME
SELECT
    sha256('made ' || n) AS document_id, sha256('version ' || n) AS version_id,
    'G/RES/' || (n // 100) || '/' || n AS symbol, md5_number_lower(lower(symbol)) AS symbol_key,
    ['UNGA', 'HRC', 'ECOSOC', 'IPU'][1 + n % 4] AS organ, 'en' AS language, 'adopted' AS stage,
    (n // 100)::INTEGER AS session, DATE '1990-01-01' + (n % 12000)::INTEGER AS "day", 'Matter ' || n AS title,
    md5_number_lower(title) AS matter_key, []::UBIGINT[] AS recalls, ''::BLOB AS runs,
    [sha256('version ' || n) || ':' || place FOR place IN range(1, 5)] AS clauses
FROM range({first}, {last}) AS numbers(n) WHERE n % 2 = 0"""
_EVIDENCE = """
INSERT INTO task_evidence BY NAME
SELECT
    sha256('evidence ' || n) AS evidence_id, left(sha256('clause ' || n || ' 1'), 24) || ':request:1' AS task_key,
    'answered' AS says, sha256('made ' || (n + 1)) AS document_id, 'made.answer' AS rule,
    DATE '1990-06-01' + (n % 12000)::INTEGER AS happened_on, TIMESTAMPTZ '2026-01-01 00:00Z' AS known_at
FROM range({first}, {last}) AS numbers(n) WHERE n % 5 < 2 AND n % 2 = 0"""
# The key of a sighting is made of its source, which is among those that are known.
_SOURCE = """
INSERT INTO sources BY NAME
SELECT
    'made' AS source_id, 'healthy' AS state, 0 AS failures, TIMESTAMPTZ '2026-01-01 00:00Z' AS last_crawl,
    MAP {}::MAP(VARCHAR, VARCHAR) AS notes
ON CONFLICT DO NOTHING"""
_STATEMENTS = (_DOCUMENTS, _VERSIONS, _SIGHTINGS, _CLAUSES, _MANDATES, _ACTS, _EVIDENCE)


def nobody(_findings: Sequence[Finding]) -> tuple[AlertRow, ...]:
    """No subscriptions."""
    return ()


def made(home: Path, count: int) -> Path:
    """A warehouse with `count` documents and no accounts."""
    for first in range(0, count, AT_ONCE):
        with session(home) as connection, transaction(connection):
            connection.execute(_SOURCE)
            for statement in _STATEMENTS:
                connection.execute(statement.format(first=first, last=min(first + AT_ONCE, count)))
    return home


def new_document(home: Path, number: int, replaced: int | None) -> float:
    """Processor seconds in which the ledger takes in one more document; it may replace a made one."""
    table = entries(number, 1)
    if replaced is not None:
        symbol = f"G/RES/{replaced // 100}/{replaced}"
        with session(home) as connection:
            ((key,),) = connection.execute("SELECT md5_number_lower(lower(?))", [symbol]).fetchall()
        place = table.schema.get_field_index("links")
        link = [[{"relation": "replaces", "symbol": symbol, "key": key, "evidence": "made"}]]
        table = table.set_column(place, "links", pa.array(link, entry_schema.field("links").type))
    write_batch(landing_folder(home), footer(number), table)
    spent: list[float] = []

    def timed(*arguments: Any) -> Any:
        began = time.process_time()
        kept = keep_up(*arguments)
        spent.append(time.process_time() - began)
        # What was answered stays answered.
        assert len(kept.changes) in ({3} if replaced is None else {6, 7}), len(kept.changes)
        return kept

    with patch.object(recording, "keep_up", timed):
        recording.record(home, nobody)
    return sum(spent)


def main(options: Options) -> list[Figure]:
    """Print both costs at both sizes, and what a rebuild takes."""
    small, large = QUICK if options.quick else (SMALL, int(os.environ.get("MANDATES_BENCH_DOCUMENTS", LARGE)))
    repeats = QUICK_REPEATS if options.quick else REPEATS
    figures = []
    with tempfile.TemporaryDirectory() as scratch:
        homes = {count: Path(scratch) / str(count) for count in (small, large)}
        made(homes[small], small)
        if (ready := os.environ.get("MANDATES_BENCH_MADE")) and not options.quick:
            homes[large].mkdir()
            shutil.copyfile(live_path(Path(ready)), live_path(homes[large]))
        else:
            made(homes[large], large)
        for count, home in homes.items():
            cost, _ = measured([sys.executable, "-m", "benchmarks.ledger", home], folder=CHECKOUT)
            print(f"{count:,} documents, the whole ledger worked out: {cost}")
            figures += [
                Figure(f"rebuild of {count:,} documents", cost.wall, "s", AIM_SECONDS, cost),
                Figure(f"rebuild of {count:,} documents: peak", cost.tree, "MB", AIM_MEGABYTES),
            ]
        for name, step in (("alone", 0), ("replacing another", 2)):
            seconds: dict[int, list[float]] = {count: [] for count in homes}
            for turn in range(repeats + 1):
                for count, home in homes.items():
                    number = _FIRST + turn * 10 + step
                    seconds[count].append(new_document(home, number, turn * 20 if step else None))
            # The first of each reads the indexes from the disk.
            middle = {count: statistics.median(times[1:]) for count, times in seconds.items()}
            ratio = middle[large] / middle[small]
            print(
                f"a new document {name}: " + ", ".join(f"{value * 1000:.0f} ms at {n:,}" for n, value in middle.items())
            )
            print(f"  {ratio:.2f} times (aim {AIM_RATIO})")
            figures += [
                Figure(f"a new document {name}, {large:,} beside {small:,}", ratio, "x", AIM_RATIO),
                *(Figure(f"a new document {name}, at {n:,}", value, "s") for n, value in middle.items()),
            ]
    return figures


if __name__ == "__main__":
    with session(Path(sys.argv[1])) as live:
        print(rebuild(live, datetime.now(UTC)))
