"""Search: how long 200 questions take in a large index, beside the same questions to DuckDB without one.

MANDATES_BENCH_DOCUMENTS sets how many documents of 150 words (default 50,000). Words are as frequent as in real texts
(the n-th one in proportion to 1/n, 50,000 in all), and so are the words that are asked for. MANDATES_BENCH_SEARCH names
a folder in which the documents and their index are kept for the next time.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks._figures import Figure, Options
from warehouse.query.queries import query
from warehouse.query.search import search
from warehouse.query.search_index import index_path, refresh
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

vocabulary = 50_000
questions = 200
_at_once = 50_000

_documents = """
INSERT INTO documents BY NAME
SELECT
    'd' || n AS document_id, 'd' || n AS identity, ['UNGA', 'HRC', 'IPU'][1 + n % 3] AS body, 'resolution' AS kind,
    'adopted' AS stage, 80 AS session, 'Matter ' || n AS title, 'en' AS language,
    DATE '1990-01-01' + (n % 12000)::INTEGER AS published_on, 'day' AS published_precision,
    'document' AS published_origin, 'https://example.org/' || n AS url, [] AS topics, now() AS first_seen
FROM range($first, $last) AS numbers(n)"""

# The rank of a word is 50,000 to a power that is even between 0 and 1, so that its frequency falls with its rank.
_versions = """
INSERT INTO versions BY NAME
SELECT
    'v' || n AS version_id, 'd' || n AS document_id,
    array_to_string(list_transform(range(150), lambda i:
        'w' || floor(pow($vocabulary, md5_number_lower(n || '-' || i) / 18446744073709551616.0))::INTEGER), ' '
    ) AS text,
    'x' AS text_sha256, 'text/plain' AS media_type, [] AS page_starts, [] AS flags, now() AS first_seen
FROM range($first, $last) AS numbers(n)"""

_sightings = """
INSERT INTO sightings BY NAME
SELECT
    's' || n AS sighting_id, 'made' AS source_id, 'd' || n AS document_id, 'v' || n AS version_id,
    'https://example.org/' || n AS url, 'Matter ' || n AS title, now() AS first_seen, now() AS last_seen
FROM range($first, $last) AS numbers(n)"""


def _filled(home: Path, count: int) -> None:
    for first in range(0, count, _at_once):
        numbers = {"first": first, "last": min(first + _at_once, count)}
        with session(home) as connection:
            connection.execute(_documents, numbers)
            connection.execute(_versions, numbers | {"vocabulary": vocabulary})
            connection.execute(_sightings, numbers)
    publish(home)


def _questions() -> list[str]:
    """One to three words, now and then a prefix."""
    chance = random.Random(20261121)  # noqa: S311 - the same questions each time
    made = []
    for _ in range(questions):
        words = [f"w{int(vocabulary ** chance.random())}" for _ in range(chance.randint(1, 3))]
        if chance.random() < 0.1 and len(words[-1]) > 3:
            words[-1] = words[-1][:4] + "*"
        made.append(" ".join(words))
    return made


def main(options: Options) -> list[Figure]:
    """Print the time to index, the percentiles, and the ratio to a scan."""
    count = int(os.environ.get("MANDATES_BENCH_DOCUMENTS", "2000" if options.quick else "50000"))
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(os.environ.get("MANDATES_BENCH_SEARCH", scratch))
        if not snapshot_path(home).exists():
            _filled(home, count)
        began = time.perf_counter()
        refresh(home)
        took = time.perf_counter() - began
        print(f"{count:,} documents indexed in {took:.1f} s, {index_path(home).stat().st_size / 1e6:,.0f} MB")
        times, processor = [], []
        for words in _questions():
            began, busy = time.perf_counter(), time.process_time()
            search(home, words)
            times.append(1000 * (time.perf_counter() - began))
            processor.append(1000 * (time.process_time() - busy))
        median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"search: median {median:.0f} ms, p95 {p95:.0f} ms (aim 100), longest {max(times):.0f} ms; ", end="")
        print(f"p95 of processor time {statistics.quantiles(processor, n=20)[-1]:.0f} ms")
        scans = []
        for words in _questions()[:5]:
            began = time.perf_counter()
            query(home, "SELECT document_id FROM documents_with(?) LIMIT 10", [words.replace("*", "")])
            scans.append(1000 * (time.perf_counter() - began))
        ratio = median / statistics.median(scans)
        print(f"the median takes {ratio:.3f} of a scan by documents_with()")
    return [
        Figure(f"search among {count:,} documents: 95th percentile", p95, "ms", 100),
        Figure("search beside a scan: median", ratio, "x"),
        Figure(f"index of {count:,} documents", took, "s"),
    ]
