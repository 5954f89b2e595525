"""Evidence: what a document shows of a task. It is kept with its words and its rule, and retracted, never deleted.

Whoever finds evidence (`warehouse.links`, `warehouse.ledger.follows`) says which task, what of it, and by which
document. The states are worked out from it afterwards (`warehouse.ledger.update`), so finding the same again, or in
another order, changes nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from warehouse.load.arrivals import among, insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    import duckdb

# `unknown`: the document concerns the task, and it is not decided what that means.
Says = Literal["answered", "partly_answered", "renewed", "superseded", "withdrawn", "corrected", "unknown"]

_SCHEMA = pa.schema(
    [
        ("evidence_id", pa.string()),
        ("task_key", pa.string()),
        ("occurrence", pa.int32()),
        *((name, pa.string()) for name in ("says", "document_id", "clause_key")),
        ("happened_on", pa.date32()),
        *((name, pa.string()) for name in ("rule", "words", "note")),
        ("known_at", pa.timestamp("us", tz="UTC")),
    ]
)
_KNOWN = "SELECT evidence_id, retracted_at IS NOT NULL FROM task_evidence WHERE {condition}"
_INSERT = "INSERT INTO task_evidence BY NAME SELECT *, NULL::TIMESTAMPTZ AS retracted_at FROM rows_in"
_FOUND_AGAIN = "UPDATE task_evidence SET retracted_at = NULL WHERE {condition}"
_RETRACT = """
UPDATE task_evidence SET retracted_at = $now
WHERE document_id IN (SELECT unnest($documents)) AND starts_with(rule, $prefix) AND retracted_at IS NULL
    AND evidence_id NOT IN (SELECT unnest($kept))
RETURNING task_key"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one document shows of one task.

    `document_id` is the document that shows it, `clause_key` its clause where it is one; `happened_on` its day, None
    where nobody states it. `occurrence` is the number of the time it concerns, None for the whole task. `words` are
    those on which `rule` rests; `note` says for people why.
    """

    task_key: str
    says: Says
    document_id: str
    rule: str
    occurrence: int | None = None
    clause_key: str | None = None
    happened_on: date | None = None
    words: str | None = None
    note: str | None = None

    @property
    def evidence_id(self) -> str:
        """sha256 (hex) of task, occurrence, what is said, document, rule and day.

        What is known by another day since is other evidence: the former is retracted, and the states follow.
        """
        parts = (self.task_key, self.occurrence or "", self.says, self.document_id, self.rule, self.happened_on or "")
        return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def keep(connection: duckdb.DuckDBPyConnection, found: Sequence[Evidence], now: datetime) -> tuple[Evidence, ...]:
    """Write down what is not known yet, or was retracted, and give that back. Nothing is retracted."""
    each = {evidence.evidence_id: evidence for evidence in found}
    if not each:
        return ()
    condition, parameters = among("evidence_id", list(each))
    known = dict(connection.execute(_KNOWN.format(condition=condition), parameters).fetchall())
    again = [name for name, retracted in known.items() if retracted]
    if again:
        condition, parameters = among("evidence_id", again)
        connection.execute(_FOUND_AGAIN.format(condition=condition), parameters)
    new = {name: evidence for name, evidence in each.items() if name not in known}
    rows = [asdict(evidence) | {"evidence_id": name, "known_at": now} for name, evidence in new.items()]
    insert(connection, _INSERT, pa.Table.from_pylist(rows, schema=_SCHEMA))
    return (*new.values(), *(each[name] for name in again))


def retract(
    connection: duckdb.DuckDBPyConnection,
    document_ids: Collection[str],
    rule_prefix: str,
    keep_ids: Collection[str],
    now: datetime,
) -> tuple[str, ...]:
    """Retract what these documents showed by the rules that begin with `rule_prefix`, except `keep_ids`.

    Returns the keys of the tasks concerned, for which `account.update` must be called.
    """
    if not document_ids:
        return ()
    wanted = {"now": now, "documents": sorted(document_ids), "prefix": rule_prefix, "kept": sorted(keep_ids)}
    return tuple(sorted({row[0] for row in connection.execute(_RETRACT, wanted).fetchall()}))
