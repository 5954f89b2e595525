"""Names that last: keys of clauses and tasks made of words, so that a better reading of the same text keeps them.

They are made where rows are loaded, not where a batch lands: only then is it known under which document a text is
recorded (`aliases`), and the files of former versions need no other columns.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from mandates.languages.lexicon import lemma_of
from scrapers.text.readers import solid_words
from warehouse.load.arrivals import insert, nested

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import duckdb

# 96 bits: a hundred million clauses have one chance in ten million million of sharing a key.
KEY_CHARS = 24
# Versions a chunk when a former home gets its keys: some 160,000 clauses, 200 MB.
FILLED_TOGETHER = 20_000

_former_clauses = """
SELECT clause_id, version_id, document_id, number, display FROM clauses
WHERE version_id IN (SELECT unnest($versions)) ORDER BY version_id, position, clause_id"""
_former_mandates = """
SELECT mandate_id, clause_key, mandates.verb, language FROM mandates
JOIN clauses USING (clause_id) LEFT JOIN analyses ON analyses.version_id = mandates.version_id
WHERE mandates.version_id IN (SELECT unnest($versions))
ORDER BY mandates.clause_id, split_part(mandate_id, ':', 3)::INTEGER"""
_fill_clauses = "UPDATE clauses SET clause_key = rows_in.key FROM rows_in WHERE clauses.clause_id = rows_in.id"
_fill_mandates = "UPDATE mandates SET task_key = rows_in.key FROM rows_in WHERE mandates.mandate_id = rows_in.id"


def clause_keys(clauses: Iterable[tuple[str, str, str | None, str]]) -> Iterator[str]:
    """The key of each (version, document, number, display), in the order of their texts.

    The printed number is no part of the words: a clause that is renumbered, or whose number a reader misses, stays the
    same. Clauses of one version with the same words are counted.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for version, document, number, display in clauses:
        words = solid_words(without_number(number, display))
        seen[version, words] += 1
        # The empty line is the place of the document's part, which the analysis does not give yet.
        name = f"{document}\n\n{words}\n{seen[version, words]}"
        yield hashlib.sha256(name.encode("utf-8", errors="replace")).hexdigest()[:KEY_CHARS]


def task_keys(mandates: Iterable[tuple[str, str, str, str | None]]) -> Iterator[str]:
    """The key of each (clause, clause's key, verb, language): clause, lemma of the verb, and its place among equals."""
    seen: Counter[tuple[str, str]] = Counter()
    for clause, clause_key, verb, language in mandates:
        lemma = lemma_of(verb, language)
        seen[clause, lemma] += 1
        yield f"{clause_key}:{lemma}:{seen[clause, lemma]}"


def clauses_and_mandates(versions: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The clauses and the mandates that are nested in versions, as rows of their own with their keys."""
    clauses = nested(versions, "clauses", ["version_id", "document_id", "finished_at", "analysis_language"])
    keys = list(clause_keys(_rows(clauses, "version_id", "document_id", "number", "display")))
    clauses = clauses.append_column("clause_key", pa.array(keys, pa.string()))
    kept = ["clause_id", "version_id", "document_id", "clause_key", "analysis_language", "confidence", "review"]
    mandates = nested(clauses, "mandates", kept)
    keys = list(task_keys(_rows(mandates, "clause_id", "clause_key", "verb", "analysis_language")))
    return clauses, mandates.append_column("task_key", pa.array(keys, pa.string()))


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the rows of a former home their keys."""
    versions = [row[0] for row in connection.execute("SELECT version_id FROM versions ORDER BY rowid").fetchall()]
    for place in range(0, len(versions), FILLED_TOGETHER):
        wanted = {"versions": versions[place : place + FILLED_TOGETHER]}
        rows = connection.execute(_former_clauses, wanted).fetchall()
        _fill(connection, _fill_clauses, [row[0] for row in rows], list(clause_keys(row[1:] for row in rows)))
        rows = connection.execute(_former_mandates, wanted).fetchall()
        parts = ((mandate_id.rpartition(":")[0], *more) for mandate_id, *more in rows)
        _fill(connection, _fill_mandates, [row[0] for row in rows], list(task_keys(parts)))


def _fill(connection: duckdb.DuckDBPyConnection, statement: str, ids: list[str], keys: list[str]) -> None:
    insert(connection, statement, pa.table({"id": pa.array(ids, pa.string()), "key": pa.array(keys, pa.string())}))


def _rows(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def without_number(number: str | None, display: str) -> str:
    """The words of a clause behind its printed number."""
    bare = number.strip("()[]. ") if number else ""
    return re.sub(rf"\A\W*{re.escape(bare)}(?!\w)", "", display) if bare else display
