"""Where lasting names lead: the document of a symbol, the clause of a key that may have changed since it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.load.keyed import rows_of
from warehouse.pages.sightings import newest_version, sightings_of
from warehouse.pages.text import clause_ids
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from pathlib import Path

# Several languages of a document have one symbol; the one asked for comes first, else the one that was seen first.
_SYMBOL = """
SELECT document_id FROM documents
WHERE symbol_key = md5_number_lower(replace(lower($symbol), ' ', ''))
ORDER BY language IS NOT DISTINCT FROM $language DESC, first_seen, document_id LIMIT 1"""
_LED = "SELECT new FROM key_aliases WHERE old IN ($key, $head)"
_OF_ID = "SELECT clause_key FROM clauses WHERE clause_id = $key"
_ACCOUNT = "SELECT document_id FROM ledger_tasks WHERE task_key = $key"
_KEYS = "SELECT clause_key FROM clauses WHERE {condition}"
_OF_KEY = "SELECT document_id, version_id FROM clauses WHERE clause_key = $key ORDER BY rowid"


@dataclass(frozen=True, slots=True)
class ClausePlace:
    """The document of a clause, and the key that the clause has there; `version_id` where only a former text has it."""

    document_id: str
    clause_key: str
    version_id: str | None = None


def document_of_symbol(home: Path, symbol: str, language: str | None = None) -> str | None:
    """The id of the document with that symbol, spaces and capitals aside; None where it is not recorded.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    rows = query(home, _SYMBOL, {"symbol": symbol, "language": language}).rows
    return rows[0][0] if rows else None


def clause_place(home: Path, key: str) -> ClausePlace | None:
    """Where the clause is that has this key, had it before another reading, or holds the task of this key.

    A clause_id leads there, too: messages have it of clauses that ask for nothing. None where there is no such clause.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    head, _, rest = key.partition(":")
    if rest.isdigit():
        head = next((row[0] for row in query(home, _OF_ID, {"key": key}).rows), head)
    led = [row[0] for row in query(home, _LED, {"key": key, "head": head}).rows]
    tasks = {name.partition(":")[0]: name for name in led} | {head: key}
    found = (_place_of_task(home, *each) or _place(home, each[0]) for each in tasks.items())
    return next(filter(None, found), None)


def _place_of_task(home: Path, clause_key: str, task_key: str) -> ClausePlace | None:
    """The clause in the newest text of the document that asks for the task; without it, the keys of all are read."""
    rows = query(home, _ACCOUNT, {"key": task_key}).rows
    newest = _newest(home, rows[0][0]) if rows else None
    if newest is None:
        return None
    ids = clause_ids(home, rows[0][0], newest)
    is_there = (clause_key,) in rows_of(asker(home), _KEYS, "clause_id", ids)
    return ClausePlace(rows[0][0], clause_key) if is_there else None


def _place(home: Path, clause_key: str) -> ClausePlace | None:
    """The clause in the newest text of its document, else in the last text that has it."""
    rows = query(home, _OF_KEY, {"key": clause_key}).rows
    if not rows:
        return None
    document_id, last = rows[-1]
    newest = _newest(home, document_id)
    has_newest = any(version_id == newest for _, version_id in rows)
    return ClausePlace(document_id, clause_key, None if has_newest else last)


def _newest(home: Path, document_id: str) -> str | None:
    return newest_version(sightings_of(home, [document_id]).get(document_id, ()))
