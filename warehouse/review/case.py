"""One thing to decide as somebody saw it: why it waits, how it is read, and what was decided about it before.

Its mark changes with any of these, so that a decision is made only on what its maker saw.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from warehouse.query.opening import reading
from warehouse.review.uncertain import Uncertain
from warehouse.review.waiting import decide_by, waiting_for

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import duckdb

What = Literal["text", "clause", "decision", "ledger"]
WHATS: tuple[What, ...] = get_args(What)

_DECIDED = """
SELECT task_key, field, value, who, "at", why, quote FROM waiting_decisions
WHERE task_key = $key OR decided_on = $key OR task_key = (SELECT new FROM key_aliases WHERE old = $key)
ORDER BY ALL"""
# As it is read today: a new reading or another text is another thing to decide on.
_READ = """
WITH found AS (
    SELECT task_key, quote, type, addressee, addressee_id, deliverable, dues, document_id, version_id FROM mandates
    WHERE task_key = $key
    UNION ALL
    SELECT clause_key, display, type, addressee, addressee_id, NULL, NULL, document_id, version_id FROM clauses
    WHERE clause_key = $key
), newest AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id FROM sightings
    WHERE version_id IS NOT NULL AND document_id IN (SELECT document_id FROM found UNION ALL SELECT $key)
    GROUP BY document_id
)
SELECT * EXCLUDE (document_id, version_id) FROM found SEMI JOIN newest USING (document_id, version_id)
UNION ALL
SELECT document_id, version_id, NULL, NULL, NULL, NULL, NULL FROM newest WHERE document_id = $key
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
    with reading(home) as connection:
        return case_now(connection, name)


def case_now(connection: duckdb.DuckDBPyConnection, name: Name) -> Case:
    """It as it is recorded, in a session on the warehouse; its temporary tables are left there."""
    decide_by(connection, name.key)
    columns = ", ".join(each.name for each in fields(Uncertain))
    waiting = waiting_for(connection, name.what, name.key, columns)
    held = connection.execute(_DECIDED, {"key": name.key}).fetchall()
    return Case(
        name,
        tuple(each for each in (Uncertain(*row) for row in waiting) if each.field == name.field),
        tuple(Held(*row) for row in held),
        tuple(map(tuple, connection.execute(_READ, {"key": name.key}).fetchall())),
    )
