"""Where lasting names lead: the document of a symbol, the clause of a key that may have changed since it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.queries import query

if TYPE_CHECKING:
    from pathlib import Path

# Several languages of a document have one symbol; the one asked for comes first, else the one that was seen first.
_SYMBOL = """
SELECT document_id FROM documents
WHERE symbol_key = md5_number_lower(replace(lower($symbol), ' ', ''))
ORDER BY language IS NOT DISTINCT FROM $language DESC, first_seen, document_id LIMIT 1"""
_LED = "SELECT new FROM key_aliases WHERE old IN ($key, $head)"
_OF_ID = "SELECT document_id, clause_key FROM clauses WHERE clause_id = $key"
# A clause that asks for something has an account, whose index is quicker than a look at all clauses.
_ASKING = "SELECT document_id, $key FROM ledger_tasks WHERE task_key BETWEEN $key || ':' AND $key || ':~' LIMIT 1"
_OF_KEY = "SELECT document_id, clause_key FROM clauses WHERE clause_key = $key LIMIT 1"


@dataclass(frozen=True, slots=True)
class ClausePlace:
    """The document of a clause, and the key that the clause has there today."""

    document_id: str
    clause_key: str


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
        return _place(home, _OF_ID, key)
    led = [row[0].partition(":")[0] for row in query(home, _LED, {"key": key, "head": head}).rows]
    looks = ((sql, name) for name in dict.fromkeys([*led, head]) for sql in (_ASKING, _OF_KEY))
    return next(filter(None, (_place(home, *look) for look in looks)), None)


def _place(home: Path, sql: str, key: str) -> ClausePlace | None:
    rows = query(home, sql, {"key": key}).rows
    return ClausePlace(*rows[0]) if rows else None
