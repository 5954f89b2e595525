"""One thing to decide as somebody saw it: why it waits, how it is read, and what was decided about it before.

Its mark changes with any of these, so that a decision is made only on what its maker saw.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from warehouse.query.queries import query
from warehouse.review.uncertain import Uncertain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb

    Ask = Callable[[str, dict[str, Any]], Sequence[tuple[Any, ...]]]

What = Literal["text", "clause", "decision", "ledger"]
WHATS: tuple[What, ...] = get_args(What)

# The kind as a literal: the other branches of the view, of which the ledger's is the dear one, are then not worked out.
_WAITING = """
SELECT {columns} FROM to_review
WHERE what = '{what}' AND key = $key AND field IS NOT DISTINCT FROM $field ORDER BY ALL"""
_DECIDED = """
SELECT task_key, field, value, who, "at", why, quote FROM current_decisions
WHERE task_key = $key OR decided_on = $key OR task_key = (SELECT new FROM key_aliases WHERE old = $key)
ORDER BY ALL"""
# As it is read today: a new reading or another text is another thing to decide on.
_READ = """
SELECT task_key, quote, type, addressee, addressee_id, deliverable, dues FROM mandates
SEMI JOIN current_versions USING (document_id, version_id)
WHERE task_key = $key
UNION ALL
SELECT clause_key, display, type, addressee, addressee_id, NULL, NULL FROM clauses
SEMI JOIN current_versions USING (document_id, version_id)
WHERE clause_key = $key
UNION ALL
SELECT document_id, version_id, NULL, NULL, NULL, NULL, NULL FROM current_versions WHERE document_id = $key
ORDER BY ALL"""


@dataclass(frozen=True, slots=True)
class Held:
    """A decision that holds, or a taking back (`value` None). `quote` are the words that were decided upon."""

    task_key: str
    field: str
    value: str | None
    who: str
    at: datetime
    why: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class Name:
    """Which thing: why it is listed, the key that a decision names, and of an earlier decision the field."""

    what: What
    key: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A thing to decide. `waiting` is empty where nothing asks for a decision on it any more.

    The ledger lists a task once for each time that is undecided; all others have one row.
    """

    name: Name
    waiting: tuple[Uncertain, ...]
    decided: tuple[Held, ...]
    read: tuple[tuple[Any, ...], ...]

    @property
    def mark(self) -> str:
        """sha256 (hex) of all of it."""
        seen = [
            astuple(self.name),
            [astuple(each) for each in self.waiting],
            [astuple(each) for each in self.decided],
            self.read,
        ]
        return hashlib.sha256(json.dumps(seen, default=str, ensure_ascii=False).encode()).hexdigest()

    @property
    def in_force(self) -> tuple[Held, ...]:
        """The decisions that were not taken back."""
        return tuple(each for each in self.decided if each.value is not None)


def case_published(home: Path, name: Name) -> Case:
    """It as the snapshot has it.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    return _case(lambda sql, values: query(home, sql, values).rows, name)


def case_now(connection: duckdb.DuckDBPyConnection, name: Name) -> Case:
    """It as it is recorded, in a session on the warehouse."""
    return _case(lambda sql, values: connection.execute(sql, values).fetchall(), name)


def _case(ask: Ask, name: Name) -> Case:
    columns = ", ".join(field.name for field in fields(Uncertain))
    waiting = ask(_WAITING.format(columns=columns, what=name.what), {"key": name.key, "field": name.field})
    held = ask(_DECIDED, {"key": name.key})
    return Case(
        name,
        tuple(Uncertain(*row) for row in waiting),
        tuple(Held(*row) for row in held),
        tuple(map(tuple, ask(_READ, {"key": name.key}))),
    )
