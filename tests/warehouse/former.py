"""A home as the version before readers had numbers left it: its schema, its texts, its identities.

The former reader is made out of today's: other blanks and line breaks, a running head in the midst of the text, and in
some documents words that it left out, and a last paragraph that it took for page furniture.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb

from scrapers.crawl import identity
from warehouse.store import schema
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from pathlib import Path

    from scrapers.publication import Harvest, Publication

RUNNING_HEAD = "EXAMPLE ASSEMBLY, SEVENTH SESSION"
FORMER_SCHEMA = 3


def former_text(text: str) -> str:
    """The text as the former reader took it from the same bytes."""
    paragraphs = text.split("\n\n")
    if "harbour" in text:
        paragraphs = [paragraph.replace(" the state of", "") for paragraph in paragraphs[:-1]]
    paragraphs.insert(2, RUNNING_HEAD)
    return "\n\n".join(paragraph.replace(" the ", "  the\n") for paragraph in paragraphs)


def former_harvest(harvest: Harvest) -> Harvest:
    """What the former version would have made of a crawl."""
    return replace(
        harvest,
        publications=tuple(_former(publication) for publication in harvest.publications),
        state={},
        validators={},
    )


def _former(publication: Publication) -> Publication:
    assert publication.text is not None
    text = former_text(publication.text.text)
    name = publication.identity
    if name.startswith("text:"):
        name = f"text:{hashlib.sha256(' '.join(text.split()).encode()).hexdigest()}"
    return replace(
        publication,
        identity=name,
        document_id=identity.document_id(name),
        text=replace(publication.text, text=text),
        analysis=None,
    )


def as_former_version(home: Path) -> None:
    """Give the live file the schema of the former version, with the rows that it would have written."""
    with session(home):
        pass
    path, aside = live_path(home), live_path(home).with_name("former.duckdb")
    wanted = tuple(each for each in schema.migrations() if each.version <= FORMER_SCHEMA)
    schema.current(aside, _connected, wanted).close()
    with duckdb.connect() as engine:
        engine.execute(f"ATTACH '{path}' AS today (READ_ONLY); ATTACH '{aside}' AS former")
        tables = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'former' AND table_name <> 'migrations'"
        for (table,) in engine.execute(tables).fetchall():
            columns = (
                f"SELECT column_name FROM duckdb_columns() WHERE database_name = 'former' AND table_name = '{table}'"
            )
            names = ", ".join(f'"{row[0]}"' for row in engine.execute(columns).fetchall())
            engine.execute(f"INSERT INTO former.{table} ({names}) SELECT {names} FROM today.{table}")
    aside.replace(path)


def _connected(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{path}' AS live (STORAGE_VERSION 'v1.5.0')")
    connection.execute("USE live")
    return connection
