"""The register: how long each kind of page takes over HTTP, how many are answered a second, and the memory of it all.

The warehouse is the one that the ledger is measured with, beside its search index: half of the documents have four
tasks, and texts are short. Some of it waits for a decision. `mandates register --review` runs as users type it. Pages
are first asked for that nobody has asked for before, except where there is one page only; then the same ones again,
which the register has kept.

MANDATES_BENCH_DOCUMENTS sets how many documents (default 100,000); MANDATES_BENCH_REGISTER names a folder in which the
warehouse is kept for the next time. Where DATASETTE names the command of Datasette, the same mandates are asked there.
"""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks import _datasette
from benchmarks._command import MANDATES
from benchmarks._figures import Figure, Options
from benchmarks._pages import CONNECTIONS, TIMEOUT_SECONDS, Served
from benchmarks.ledger import made
from warehouse.ledger.recording import rebuild
from warehouse.query.opening import one_look
from warehouse.query.queries import query
from warehouse.query.search_index import refresh
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

DOCUMENTS, QUICK_DOCUMENTS = 100_000, 500
# Of fewer, two slow ones are the 95th percentile.
ASKED, QUICK_ASKED = 120, 3
# So often the pages that are kept are asked for again.
AGAIN = 5
# The first answers after the start say that the ledger is being worked out.
READY_SECONDS = 600
AIM_MEGABYTES, AIM_RATE = 500, 200
AIMS = {"search": 100, "document": 50}
WORDS = ("report", "matter", "secretary", "general report", "requests matter", "secre*")
BODIES = ("UNGA", "HRC", "ECOSOC", "IPU")
YEARS = range(1991, 2031)
STATES = ("open", "due_soon", "overdue", "answered", "unknown")
# One clause in twenty, one text in fifty and what fell due unanswered in a fifth of the documents wait for a decision.
_DOUBTS = (
    """
    UPDATE clauses SET confidence = 0.3 + (hash(clause_id) % 60) / 100.0, review = ['the deadline could be an event']
    WHERE hash(clause_id) % 20 = 0""",
    """
    INSERT INTO analyses BY NAME
    SELECT
        version_id, 'en' AS language, [] AS preamble, [] AS notes, TIMESTAMPTZ '2026-01-01 00:00Z' AS analysed_at,
        'partial' AS reading, ['made'] AS reasons
    FROM versions WHERE hash(version_id) % 50 = 0""",
    "UPDATE documents SET first_seen = TIMESTAMPTZ '2014-01-01 00:00Z' WHERE hash(document_id) % 5 = 0",
)
_WAITING = """
SELECT 'clause', coalesce(task_key, clause_key) FROM clauses LEFT JOIN mandates USING (clause_id)
WHERE len(clauses.review) > 0 ORDER BY hash(clause_id) LIMIT {some}"""
_SOME = "SELECT document_id, task_key FROM ledger_tasks ORDER BY hash(task_key) LIMIT $some OFFSET $skipped"


def main(options: Options) -> list[Figure]:
    """Print the percentiles of each kind of page, requests a second, and the most memory that the process took."""
    default = QUICK_DOCUMENTS if options.quick else DOCUMENTS
    count = int(os.environ.get("MANDATES_BENCH_DOCUMENTS", default))
    asked = QUICK_ASKED if options.quick else ASKED
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(os.environ.get("MANDATES_BENCH_REGISTER", scratch))
        _fill(home, count)
        with _register(home, Path(scratch), count) as register:
            began = time.perf_counter()
            _wait_for(register, "/search?state=open")
            first = time.perf_counter() - began
            print(f"{count:,} documents; the first search was answered {first:.1f} s after the start")
            figures = [Figure(f"{register.name}: first search after the start", first, "s")]
            figures += register.paged(_addresses(home, asked, 0), AIMS)
            _wait_for(register, "/review")
            figures += register.paged(_reviewed(home, asked), AIMS)
            others = _mixed(_addresses(home, asked, 1))
            print("pages that nobody asked for before:")
            figures.append(
                Figure(f"{register.name}: new pages, {CONNECTIONS} connections", register.rate(others), "/s")
            )
            print("the same pages again:")
            again = register.rate(others * AGAIN)
            figures.append(Figure(f"{register.name}: again, {CONNECTIONS} connections", again, "/s", AIM_RATE))
            peak = register.peak_megabytes()
        print(f"peak memory of the process: {peak:,.0f} MB")
        figures.append(Figure(f"{register.name}: peak", peak, "MB", AIM_MEGABYTES))
        return [*figures, *_beside(home, Path(scratch), asked)]


def _fill(home: Path, count: int) -> None:
    if not snapshot_path(home).exists():
        with session(made(home, count)) as live:
            for statement in _DOUBTS:
                live.execute(statement)
            # Nothing of it is new this week, but for what the calendar changes.
            rebuild(live, datetime.now(UTC) - timedelta(days=30))
        publish(home)
    refresh(home)


def _addresses(home: Path, asked: int, turn: int) -> dict[str, list[str]]:
    """So many addresses of each kind of page; others in each of the first turns, where there are others."""
    with one_look(home):
        tasks = query(home, _SOME, {"some": asked, "skipped": asked * turn}).rows
        addressees = query(home, "SELECT DISTINCT addressee_id FROM mandates WHERE addressee_id IS NOT NULL").rows
    fields = [*(f"body={body}" for body in BODIES), *(f"state={state}" for state in STATES)]
    dated = [f"{field}&year={year}" for field, year in product(fields, YEARS)]
    narrowed = [*fields, *(f"due={year}" for year in YEARS)]
    pages = range(1, 1 + 2 * asked)

    def some(of: Iterable[str]) -> list[str]:
        every = list(of)
        random.Random(20261127).shuffle(every)  # noqa: S311 - the same questions each time
        return every[asked * turn : asked * (turn + 1)]

    return {
        "home": ["/"] * asked,
        "search by words": some(f"/search?words={words}&page={page}" for words, page in product(WORDS, pages)),
        "search by filters": some(f"/search?{each}" for each in dated),
        "search by both": some(f"/search?words={words}&{each}" for words, each in product(WORDS, narrowed)),
        "document": [f"/documents/{document}" for document, _ in tasks],
        "mandate": [f"/mandates/{task}" for _, task in tasks],
        "body": some(f"/bodies/{body}?page={page}" for body, page in product(BODIES, pages)),
        "addressee": some(f"/addressees/{each}?page={page}" for (each,), page in product(addressees, pages)),
        "timeline": some(f"/timeline?body={body}&from={year}" for body, year in product(BODIES, YEARS)),
        "coverage": ["/coverage"] * asked,
        "health": ["/health"] * asked,
        "API: documents": some(f"/api/v1/documents?body={body}&year={year}" for body, year in product(BODIES, YEARS)),
        "API: mandates": some(f"/api/v1/mandates?{each}" for each in dated),
        "API: addressees": some(f"/api/v1/addressees?{each}" for each in dated),
        "API: changes": some(f"/api/v1/changes?limit={limit}" for limit in range(1, 201)),
    }


@contextmanager
def _register(home: Path, folder: Path, count: int) -> Iterator[Served]:
    """The running command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MANDATES_")}
    command = [str(MANDATES), "--home", str(home), "register", "--review", "--port", "0"]
    with (
        (folder / "register.log").open("wb") as log,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            address, link = (process.stdout.readline().split()[0] for _ in range(2))
            cookies = dict(httpx.get(link, timeout=TIMEOUT_SECONDS).cookies)
            yield Served(f"register of {count:,} documents", address, process.pid, cookies)
        finally:
            process.terminate()


def _wait_for(register: Served, page: str) -> None:
    """Until a page is answered for which something has to be worked out first."""
    until = time.monotonic() + READY_SECONDS
    with httpx.Client(base_url=register.address, timeout=TIMEOUT_SECONDS, cookies={**register.cookies}) as client:
        while client.get(page).status_code != HTTPStatus.OK:
            assert time.monotonic() < until, f"{page} was not answered"
            time.sleep(0.5)


def _reviewed(home: Path, asked: int) -> dict[str, list[str]]:
    """Pages of the review: of the list, and of entries in it."""
    sql = _WAITING.format(some=asked)
    with one_look(home):
        names = query(home, sql).rows
    return {
        "review": [f"/review?page={page}" for page in range(1, asked + 1)],
        "review of an entry": [f"/review/item?what={what}&key={key}" for what, key in names],
    }


def _mixed(kinds: Mapping[str, Sequence[str]]) -> list[str]:
    return [each for addresses in kinds.values() for each in addresses]


def _beside(home: Path, folder: Path, asked: int) -> list[Figure]:
    """What the same takes in Datasette; nothing where nobody has it."""
    if _datasette.command() is None:
        print("Datasette: not measured (DATASETTE names no command)")
        return []
    path = folder / "made.db"
    _datasette.exported(home, path)
    kinds, others = (_datasette.addresses(path, asked, WORDS, BODIES, turn) for turn in (0, 1))
    with _datasette.datasette(path) as served:
        figures = served.paged(kinds, AIMS)
        rate = served.rate(_mixed(others))
        peak = served.peak_megabytes()
    print(f"peak memory of Datasette: {peak:,.0f} MB")
    return [
        *figures,
        Figure(f"{served.name}: {CONNECTIONS} connections", rate, "/s"),
        Figure(f"{served.name}: peak", peak, "MB"),
    ]
