"""Findings with the unit that people made responsible for their mandate: messages show it and filter by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from warehouse.findings.finding import Finding

_ANY = "SELECT 1 FROM decisions WHERE field = 'responsible' LIMIT 1"
# Under every name that a task ever had; the latest decision holds, as in current_decisions, which ranks all of them.
_UNITS = """
WITH wanted AS (SELECT unnest($keys::VARCHAR[]) AS key),
named AS (
    SELECT key, key AS name FROM wanted
    UNION SELECT key, new FROM wanted JOIN key_aliases ON old = key
    UNION SELECT key, other.old FROM wanted
        LEFT JOIN key_aliases AS led ON led.old = key
        JOIN key_aliases AS other ON other.new = coalesce(led.new, key)
)
SELECT key, arg_max({'unit': value}, {'a': "at", 'b': recorded_at, 'c': decision_id}).unit
FROM named JOIN decisions ON decisions.task_key = named.name
WHERE field = 'responsible' GROUP BY key"""


def with_units(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """These findings; those about a task to which people gave a unit name it."""
    keys = sorted({each.clause.task_key for each in findings if each.clause.task_key is not None})
    if not keys or connection.execute(_ANY).fetchone() is None:
        return tuple(findings)
    units = dict(connection.execute(_UNITS, {"keys": keys}).fetchall())
    return tuple(
        replace(each, clause=replace(each.clause, responsible=units.get(each.clause.task_key))) for each in findings
    )
