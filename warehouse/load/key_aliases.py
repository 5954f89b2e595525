"""Keys carried on: where a re-reading changes the words of a clause or task, its former key leads to the new one.

Every alias leads straight to a key that was in use when it was written: a chain is shortened at each step, and a key
that comes into use again leads nowhere else. What has no pair has no alias; decisions on it show in the view `reviews`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from warehouse.findings.comparison import pairs
from warehouse.load.arrivals import as_rows_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow

_in_use = """
SELECT clause_key FROM clauses WHERE clause_key IN (SELECT unnest($keys))
UNION SELECT task_key FROM mandates WHERE task_key IN (SELECT unnest($keys))"""
_lead_on = """
UPDATE key_aliases SET new = rows_in.new, score = key_aliases.score * rows_in.score
FROM rows_in WHERE key_aliases.new = rows_in.old"""
_insert = "INSERT OR REPLACE INTO key_aliases SELECT old, new, score, since FROM rows_in"
_in_use_again = "DELETE FROM key_aliases WHERE old IN (SELECT unnest(?))"


def carry(
    connection: duckdb.DuckDBPyConnection,
    readings: Sequence[tuple[Sequence[ClauseRow], Sequence[ClauseRow]]],
    now: datetime,
) -> dict[str, str]:
    """Write down where the keys of former readings lead, given each as (clauses before, clauses after); give it back.

    The rows of the new readings must be in place: a key that another version of the document still has is kept.
    """
    found = {old: (new, score) for before, after in readings for old, new, score in aliases(before, after)}
    returned = sorted(_returned(readings))
    if returned:
        connection.execute(_in_use_again, [returned])
    used = {row[0] for row in connection.execute(_in_use, {"keys": list(found)}).fetchall()} if found else set()
    rows = [(old, new, score) for old, (new, score) in found.items() if old not in used]
    led = {old: new for old, (new, _) in found.items()}
    if not rows:
        return led
    old, new, scores = zip(*rows, strict=True)
    since = pa.repeat(pa.scalar(now, pa.timestamp("us", tz="UTC")), len(rows))
    table = pa.table({"old": old, "new": new, "score": scores}).append_column("since", since)
    with as_rows_in(connection, table):
        connection.execute(_lead_on)
        connection.execute(_insert)
    return led


def aliases(before: Sequence[ClauseRow], after: Sequence[ClauseRow]) -> Iterator[tuple[str, str, float]]:
    """(former key, new key, share of words in common) of all clauses and tasks that only their key tells apart."""
    for keys in (_clauses, _tasks):
        was, now_read = keys(before), keys(after)
        old, new = [key for key in was if key not in now_read], [key for key in now_read if key not in was]
        for left, right, score in pairs([was[key] for key in old], [now_read[key] for key in new]):
            yield old[left], new[right], score


def _clauses(clauses: Sequence[ClauseRow]) -> dict[str, str]:
    return {clause.clause_key: clause.display for clause in clauses}


def _tasks(clauses: Sequence[ClauseRow]) -> dict[str, str]:
    return {mandate.task_key: mandate.quote for clause in clauses for mandate in clause.mandates}


def _returned(readings: Sequence[tuple[Sequence[ClauseRow], Sequence[ClauseRow]]]) -> set[str]:
    """The keys that a new reading has and the former one had not."""
    return {
        key
        for before, after in readings
        for keys in (_clauses, _tasks)
        for key in keys(after).keys() - keys(before).keys()
    }
