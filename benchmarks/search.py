"""Search: how long questions take in a large index, kind by kind, beside FTS5 itself and beside a scan of the texts.

MANDATES_BENCH_DOCUMENTS sets how many documents of 150 words (default 50,000), every second one with a mandate. Words
are as frequent as in real texts, and so are those that are asked for. MANDATES_BENCH_SEARCH names a folder in which the
documents and their index are kept for the next time.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._command import CHECKOUT, MANDATES
from benchmarks._figures import Figure, Options, spent
from benchmarks._library import ADDRESSEES, BODIES, TYPES, VOCABULARY, fill, vocabulary
from benchmarks._measured import measured
from warehouse.query.filters import Filters
from warehouse.query.queries import query
from warehouse.query.search import search
from warehouse.query.search_index import refresh
from warehouse.query.search_volumes import UNITS, index_path, of_volume, opened, volumes
from warehouse.query.search_words import expression, terms
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

QUESTIONS = 200
NEW_DOCUMENTS = 20
# Bare FTS5 ranks every hit, and by one table only.
_BARE = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 10"


@dataclass(frozen=True, slots=True)
class Times:
    """The times of some questions, in milliseconds by the clock and of the processor."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def p95(self) -> float:
        """What nineteen of twenty take at most, by the clock."""
        return statistics.quantiles(self.clock, n=20)[-1]

    def __str__(self) -> str:
        """Both, as they are printed."""
        busy = statistics.quantiles(self.processor, n=20)[-1]
        middle = f"median {statistics.median(self.clock):.1f} ms, p95 {self.p95:.1f} ms"
        return f"{middle}, longest {max(self.clock):.0f} ms; of processor time p95 {busy:.1f} ms"


def _timed(calls: Iterable[Callable[[], Any]]) -> Times:
    clock, processor = [], []
    for call in calls:
        began, busy = time.perf_counter(), time.process_time()
        call()
        clock.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - busy))
    return Times(tuple(clock), tuple(processor))


def _word(chance: random.Random) -> str:
    return vocabulary()[int(VOCABULARY ** chance.random()) - 1]


def _words(chance: random.Random) -> str:
    """One to three words."""
    return " ".join(_word(chance) for _ in range(chance.randint(1, 3)))


def _prefix(chance: random.Random) -> str:
    """The beginning of a word, of two letters or more; every second time with another word."""
    word = ""
    while len(word) < 3:
        word = _word(chance)
    beginning = word[: chance.randint(2, min(5, len(word) - 1))]
    return " ".join([*(_word(chance) for _ in range(chance.randint(0, 1))), f"{beginning}*"])


def _filters(chance: random.Random) -> Filters:
    """One filter, and every second time another one."""
    year = chance.randint(1990, 2022)
    asked: dict[str, Any] = chance.choice(
        [
            {"body": chance.choice(BODIES)},
            {"type": chance.choice(TYPES)},
            {"addressee": chance.choice(ADDRESSEES)},
            {"due": f"{chance.randint(2026, 2030)}"},
            {"language": chance.choice(["en", "fr", "es"])},
            {"stage": "adopted"},
        ]
    )
    if chance.random() < 0.5:
        asked |= chance.choice([{"year": year}, {"body": chance.choice(BODIES)}, {"kind": "report"}])
    return Filters.of(**asked)


def _questions() -> dict[str, list[tuple[str, Filters]]]:
    chance = random.Random(20261121)  # noqa: S311 - the same questions each time
    rounds = range(QUESTIONS)
    return {
        "words": [(_words(chance), Filters()) for _ in rounds],
        "prefix": [(_prefix(chance), Filters()) for _ in rounds],
        "filters": [(_words(chance), _filters(chance)) for _ in rounds],
        "prefix and filters": [(_prefix(chance), _filters(chance)) for _ in rounds],
    }


AIMS = {"words": 30, "prefix": 100, "filters": 100, "prefix and filters": 100}


def _bare(home: Path, words: str) -> None:
    """What FTS5 does without us, in all volumes."""
    with opened(index_path(home)) as index:
        for unit in UNITS:
            for number in volumes(index, unit):
                index.execute(of_volume(unit, number, _BARE), (expression(terms(words).wanted),)).fetchall()


def _added(home: Path, count: int) -> float:
    """Seconds of processor time to index a few more documents; the median of three times."""
    times = []
    for first in range(count, count + 3 * NEW_DOCUMENTS, NEW_DOCUMENTS):
        fill(home, NEW_DOCUMENTS, first=first)
        began = time.process_time()
        indexed = refresh(home)
        times.append(time.process_time() - began)
        assert indexed == NEW_DOCUMENTS, indexed
    return statistics.median(times)


def main(options: Options) -> list[Figure]:
    """Print the time to index, the percentiles of each kind, and the ratios to bare FTS5 and to a scan."""
    count = int(os.environ.get("MANDATES_BENCH_DOCUMENTS", "2000" if options.quick else "50000"))
    figures = []
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(os.environ.get("MANDATES_BENCH_SEARCH", scratch))
        if not snapshot_path(home).exists():
            fill(home, count)
        (known,) = query(home, "SELECT count(*) FROM documents").rows[0]
        began, busy = time.perf_counter(), time.process_time()
        if refresh(home) >= count:
            took, busy = time.perf_counter() - began, time.process_time() - busy
            size = index_path(home).stat().st_size / 1e6
            print(f"{count:,} documents indexed in {took:.1f} s, {busy:.1f} s of processor time, {size:,.0f} MB")
            figures.append(Figure(f"index of {count:,} documents", took, "s"))
        asked = _questions()
        for kind, questions in asked.items():
            times = _timed(lambda ask=ask: search(home, *ask) for ask in questions)  # type: ignore[misc]
            print(f"{kind}: {times}")
            figures.append(Figure(f"{kind} among {count:,} documents: 95th percentile", times.p95, "ms", AIMS[kind]))
        for kind in ("words", "prefix"):
            ours = _timed(lambda words=words: search(home, words) for words, _ in asked[kind][:50])  # type: ignore[misc]
            bare = _timed(lambda words=words: _bare(home, words) for words, _ in asked[kind][:50])  # type: ignore[misc]
            print(f"{kind}, bare FTS5: {bare}")
            figures.append(Figure(f"{kind}: 95th percentile beside bare FTS5", ours.p95 / bare.p95, "x"))
        words, _ = asked["words"][0]
        command: list[str | Path] = [MANDATES, "--home", home, "search", words]
        cost, _ = min((measured(command, folder=CHECKOUT, environment=dict(os.environ)) for _ in range(5)), key=_wall)
        figures.append(spent("mandates search, as typed", cost))
        scans = _timed(
            lambda words=words: query(home, "SELECT document_id FROM documents_with(?) LIMIT 10", [words])  # type: ignore[misc]
            for words, _ in asked["words"][:5]
        )
        print(f"a scan by documents_with(): {scans}")
        added = _added(home, known)
        print(f"{NEW_DOCUMENTS} more documents: {1000 * added:.0f} ms of processor time")
        figures.append(Figure(f"index {NEW_DOCUMENTS} more of {count:,} documents", added, "s"))
    return figures


def _wall(measurement: tuple[Any, str]) -> float:
    wall: float = measurement[0].wall
    return wall
