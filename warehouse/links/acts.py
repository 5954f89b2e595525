"""The table `acts`: resolutions, decisions and drafts by what they are compared by, so that no text is read for it.

A row is a pure function of what is recorded of its document, but for `renews`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mandates.documents.symbols import parse
from warehouse.links.matter import matter_key, near_keys, runs, subject
from warehouse.links.series import Act
from warehouse.load.arrivals import among, insert, nested
from warehouse.load.arrow_rows import symbol_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import duckdb

    from warehouse.load.loading import Loaded

# A preamble names some ten acts, the longest sixty.
_MOST_RECALLED = 500
_FACTS = ("symbol", "symbol_key", "organ", "language", "stage", "session", "day", "title")
# With other conditions beside the one on the key DuckDB reads the columns whole.
_DOCUMENTS = """
WITH named AS MATERIALIZED (
    SELECT document_id, symbol, symbol_key, body, language, stage, session, published_on, title, kind
    FROM documents WHERE {condition}
)
SELECT document_id, symbol, symbol_key, split_part(body, '-', 1), language, stage, session, published_on, title
FROM named
WHERE kind IN ('resolution', 'decision') AND stage IS NOT NULL AND body IS NOT NULL
    AND NOT contains(coalesce(symbol, ''), '/Add.') AND NOT contains(coalesce(symbol, ''), '/Corr.')
ORDER BY document_id"""
_KNOWN = """
SELECT document_id, version_id, symbol, symbol_key, organ, language, stage, session, "day", title
FROM acts WHERE {condition}"""
_SHOWN = """
SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) FROM sightings
WHERE version_id IS NOT NULL AND {condition} GROUP BY document_id"""
_TEXTS = """
SELECT version_id, text, coalesce(preamble[1]."start", 0) FROM versions LEFT JOIN analyses USING (version_id)
WHERE versions.{condition}"""
_CLAUSES = 'SELECT version_id, clause_id, "start" FROM clauses WHERE {condition}'
_CITATIONS = 'SELECT version_id, symbol, "start" FROM citations WHERE {condition}'
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("document_id", "version_id", "symbol")),
        ("symbol_key", pa.uint64()),
        *((name, pa.string()) for name in ("organ", "language", "stage")),
        ("session", pa.int32()),
        ("day", pa.date32()),
        ("title", pa.string()),
        ("matter_key", pa.uint64()),
        ("subject", pa.string()),
        ("recalls", pa.list_(pa.uint64())),
        ("runs", pa.binary()),
        ("clauses", pa.list_(pa.string())),
    ]
)
_INSERT = "INSERT INTO acts BY NAME SELECT *, NULL::VARCHAR AS renews FROM rows_in"
_UPDATE = """
UPDATE acts SET
    version_id = rows_in.version_id, symbol = rows_in.symbol, symbol_key = rows_in.symbol_key, organ = rows_in.organ,
    language = rows_in.language, stage = rows_in.stage, session = rows_in.session, "day" = rows_in."day",
    title = rows_in.title, matter_key = rows_in.matter_key, subject = rows_in.subject, recalls = rows_in.recalls,
    runs = rows_in.runs, clauses = rows_in.clauses
FROM rows_in WHERE acts.document_id = rows_in.document_id"""
_FORGET = "DELETE FROM {table} WHERE document_id IN (SELECT document_id FROM rows_in)"
_RECALLS = "INSERT INTO recalls SELECT DISTINCT unnest(recalls), document_id FROM rows_in ON CONFLICT DO NOTHING"
_TITLE_KEYS = (
    "INSERT INTO title_keys SELECT DISTINCT unnest(title_keys), document_id FROM rows_in ON CONFLICT DO NOTHING"
)
_READ = """
SELECT document_id, symbol, symbol_key, organ, language, stage, session, "day", title, matter_key, subject, recalls,
    runs, renews
FROM acts WHERE {condition}"""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """Rows of a load, which need not be looked for: versions by document, clauses and citations with their places."""

    new: frozenset[str] = frozenset()
    versions: tuple[tuple[str, str], ...] = ()
    clauses: tuple[tuple[str, str, int], ...] = ()
    citations: tuple[tuple[str, str, int], ...] = ()


def keep_acts(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> frozenset[str]:
    """Write down the acts of a load whose text, or what is known of them, is not as it was; the documents of those."""
    arrived = _Arrived(
        new=frozenset(loaded.documents),
        versions=tuple(_pairs(loaded.versions, "document_id", "version_id")),
        clauses=tuple(_pairs(loaded.clauses, "version_id", "clause_id", "start")),
        citations=tuple(_pairs(nested(loaded.versions, "citations", ["version_id"]), "version_id", "symbol", "start")),
    )
    texts = {document for document, _ in arrived.versions} | loaded.replaced.documents
    shown = set(_pairs(loaded.entries, "document_id", "version_id"))
    return _keep(connection, {*loaded.entries["document_id"].to_pylist(), *texts}, texts, arrived, shown)


def keep_acts_read_again(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> frozenset[str]:
    """Work out the acts among these documents again, whose texts were read otherwise; the documents of those."""
    return _keep(connection, documents, documents, _Arrived())


def _keep(
    connection: duckdb.DuckDBPyConnection,
    documents: Collection[str],
    texts: Collection[str],
    arrived: _Arrived,
    shown: Collection[tuple[str, str | None]] = (),
) -> frozenset[str]:
    """Write down the acts among `documents`: those that are new or known otherwise, and those with other `texts`.

    `shown` are documents with a version that a source shows: a publisher may go back to a former text.
    """
    facts = facts_of(connection, sorted(documents))
    condition, parameters = among("document_id", list(facts))
    rows = connection.execute(_KNOWN.format(condition=condition), parameters).fetchall() if facts else []
    known = {row[0]: row[2:] for row in rows}
    held = {row[0]: row[1] for row in rows}
    back = {document for document, version in shown if version is not None and held.get(document, version) != version}
    touched = {
        document: row
        for document, row in facts.items()
        if document in texts or document in back or known.get(document) != row
    }
    _write(connection, touched, arrived, known.keys())
    return frozenset(touched)


def facts_of(connection: duckdb.DuckDBPyConnection, documents: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """What is known of those of these documents that are acts, in the order of `_FACTS`."""
    condition, parameters = among("document_id", documents)
    rows = connection.execute(_DOCUMENTS.format(condition=condition), parameters).fetchall() if documents else []
    place = _FACTS.index("session")
    return {row[0]: (*row[1 : place + 1], _session(row[1], row[place + 1]), *row[place + 2 :]) for row in rows}


def acts_where(connection: duckdb.DuckDBPyConnection, column: str, keys: Collection[Any]) -> list[Act]:
    """The acts whose `column` (document_id, symbol_key, matter_key or renews) is among these."""
    if not keys:
        return []
    condition, parameters = among(column, sorted(keys))
    rows = connection.execute(_READ.format(condition=condition), parameters).fetchall()
    return [Act(*(*row[:11], frozenset(row[11]), *row[12:])) for row in rows]


def _write(
    connection: duckdb.DuckDBPyConnection,
    facts: dict[str, tuple[Any, ...]],
    arrived: _Arrived,
    known: Collection[str],
) -> None:
    if not facts:
        return
    shown = _shown(connection, facts, arrived)
    texts = _texts(connection, shown.values(), arrived)
    rows, titles = [], []
    for document, stated in facts.items():
        version = shown.get(document)
        text, clauses, recalls = texts.get(version or "", ("", [], []))
        title = stated[_FACTS.index("title")]
        about = subject(text)
        words = (matter_key(title), about, recalls, runs(text), clauses)
        rows.append(dict(zip(_SCHEMA.names, (document, version, *stated, *words), strict=True)))
        titles.append(near_keys(title, about))
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    old = table.filter(pa.array([row["document_id"] in known for row in rows]))
    insert(connection, _UPDATE, old)
    for keys in ("recalls", "title_keys"):
        insert(connection, _FORGET.format(table=keys), old)
    insert(connection, _INSERT, table.filter(pa.array([row["document_id"] not in known for row in rows])))
    insert(connection, _RECALLS, table.select(["document_id", "recalls"]))
    keys = pa.array(titles, pa.list_(pa.uint64()))
    insert(connection, _TITLE_KEYS, pa.table({"document_id": table["document_id"], "title_keys": keys}))


def _shown(connection: duckdb.DuckDBPyConnection, facts: Collection[str], arrived: _Arrived) -> dict[str, str]:
    """The newest text of each act. Sightings are asked only where a document may have several."""
    held: dict[str, set[str]] = {}
    for document, version in arrived.versions:
        held.setdefault(document, set()).add(version)
    only = {document: min(those) for document, those in held.items() if document in arrived.new and len(those) == 1}
    shown = {document: version for document, version in only.items() if document in facts}
    # A document that is new and came without a text has none.
    if others := [each for each in facts if each not in shown and (each not in arrived.new or each in held)]:
        condition, parameters = among("document_id", others)
        shown |= dict(connection.execute(_SHOWN.format(condition=condition), parameters).fetchall())
    return shown


def _texts(
    connection: duckdb.DuckDBPyConnection, versions: Iterable[str], arrived: _Arrived
) -> dict[str, tuple[str, list[str], list[int]]]:
    """Of each version the text from its preamble on, the ids of its clauses, and what it recalls before the first."""
    wanted = sorted(versions)
    if not wanted:
        return {}
    condition, parameters = among("version_id", wanted)
    texts = connection.execute(_TEXTS.format(condition=condition), parameters).fetchall()
    fresh = {version for _, version in arrived.versions}
    clauses, citations = [*arrived.clauses], [*arrived.citations]
    if others := [version for version in wanted if version not in fresh]:
        condition, parameters = among("version_id", others)
        clauses += connection.execute(_CLAUSES.format(condition=condition), parameters).fetchall()
        citations += connection.execute(_CITATIONS.format(condition=condition), parameters).fetchall()
    held: dict[str, list[tuple[int, str]]] = {}
    for version, clause, start in clauses:
        held.setdefault(version, []).append((start, clause))
    named: dict[str, list[tuple[int, str]]] = {}
    for version, symbol, start in citations:
        named.setdefault(version, []).append((start, symbol))
    read = {}
    for version, text, begin in texts:
        in_order = sorted(held.get(version, []))
        first = in_order[0][0] if in_order else len(text)
        before = sorted((start, symbol) for start, symbol in named.get(version, []) if start < first)
        recalls = sorted({symbol_key(symbol) for _, symbol in before[:_MOST_RECALLED]})
        read[version] = text[begin:], [clause for _, clause in in_order], recalls
    return read


def _session(symbol: str | None, session: int | None) -> int | None:
    """The session that a text states, else the one in its symbol."""
    parsed = parse(symbol) if session is None and symbol is not None else None
    return parsed.session if parsed else session


def _pairs(table: pa.Table, *names: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)
