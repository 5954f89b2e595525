"""The same mandates in Datasette (datasette.io), which shows tables of SQLite as web pages, with search and counts.

DATASETTE names its command: an environment of its own with `pip install datasette`. It is no dependency of ours.
"""

from __future__ import annotations

import os
import random
import socket
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import httpx

from benchmarks._pages import TIMEOUT_SECONDS, Served
from warehouse.query.opening import reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

READY_SECONDS = 120
_ROWS_AT_ONCE = 10_000
_MANDATES = """
SELECT
    mandates.mandate_id, mandates.type, addressee, addressee_id, mandates.quote, documents.document_id, symbol, title,
    body, kind, published_on::VARCHAR, year(published_on), url, dues[1].due_end::VARCHAR
FROM mandates JOIN documents USING (document_id)"""
_DOCUMENTS = "SELECT document_id, symbol, title, body, kind, published_on::VARCHAR, url FROM documents"
_SOME = "SELECT mandate_id, document_id FROM mandates WHERE rowid % 97 = 1 LIMIT ? OFFSET ?"
_TABLES = """
CREATE TABLE documents (
    document_id TEXT PRIMARY KEY, symbol TEXT, title TEXT, body TEXT, kind TEXT, published_on TEXT, url TEXT
);
CREATE TABLE mandates (
    mandate_id TEXT PRIMARY KEY, type TEXT, addressee TEXT, addressee_id TEXT, quote TEXT,
    document_id TEXT REFERENCES documents (document_id), symbol TEXT, title TEXT, body TEXT, kind TEXT,
    published_on TEXT, year INTEGER, url TEXT, due TEXT
);"""
_INDEXES = """
CREATE INDEX by_body ON mandates (body);
CREATE INDEX by_year ON mandates (year);
CREATE INDEX by_due ON mandates (due);
CREATE INDEX by_document ON mandates (document_id);
CREATE VIRTUAL TABLE mandates_fts USING fts5 (quote, title, symbol, content = 'mandates');
INSERT INTO mandates_fts (mandates_fts) VALUES ('rebuild');
ANALYZE;"""


def exported(home: Path, path: Path) -> None:
    """The documents and mandates of the snapshot as SQLite, with the indexes that the questions below want."""
    with closing(sqlite3.connect(path)) as database, reading(home) as snapshot:
        database.executescript(_TABLES)
        for table, sql in (("documents", _DOCUMENTS), ("mandates", _MANDATES)):
            found = snapshot.execute(sql)
            marks = ", ".join("?" * len(found.description))
            while rows := found.fetchmany(_ROWS_AT_ONCE):
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - names of ours
        database.executescript(_INDEXES)
        database.commit()


def addresses(path: Path, asked: int, words: Sequence[str], bodies: Sequence[str], turn: int) -> dict[str, list[str]]:
    """Questions like those to the register: lists with counts beside them, words, and single rows."""
    with closing(sqlite3.connect(path)) as database:
        some = database.execute(_SOME, (asked, asked * turn)).fetchall()
    chance = random.Random(20261127 + turn)  # noqa: S311 - the same questions each time
    rounds = range(asked)
    counted = "_size=20&_facet=type&_facet=body&_facet=addressee_id&_facet=year"
    table = f"/{path.stem}/mandates"
    asks = [chance.choice(words).rstrip("*") for _ in rounds]
    filters = [f"body={chance.choice(bodies)}&year={chance.randint(1991, 2022)}" for _ in rounds]
    return {
        "search by words": [f"{table}?{counted}&_search={each}" for each in asks],
        "search by filters": [f"{table}?{counted}&{each}&_sort_desc=published_on" for each in filters],
        "document": [f"/{path.stem}/documents/{document}" for _, document in some],
        "mandate": [f"{table}/{mandate.replace(':', '~3A')}" for mandate, _ in some],
        "API: mandates": [f"{table}.json?{each}" for each in filters],
    }


def command() -> str | None:
    """What starts it; None where nobody has it."""
    return os.environ.get("DATASETTE")


@contextmanager
def datasette(path: Path) -> Iterator[Served]:
    """Datasette over that file, as `datasette serve` runs it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    serve: list[str | Path] = [command() or "datasette", "serve", path, "--port", str(port)]
    with path.with_suffix(".log").open("wb") as log, subprocess.Popen(serve, stdout=log, stderr=log) as process:
        try:
            _wait(address)
            yield Served("Datasette", address, process.pid)
        finally:
            process.terminate()


def _wait(address: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            httpx.get(f"{address}/-/versions.json", timeout=TIMEOUT_SECONDS).raise_for_status()
        except httpx.HTTPError:
            assert time.monotonic() < until, "Datasette did not start"
            time.sleep(0.5)
        else:
            return
