"""Tasks with what people decided about them: the fields in which the views show them, for messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.findings.finding import deadlines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

# The fields of a finding that a decision or another reading may change.
FIELDS = ("type", "addressee", "addressee_id", "addressee_resolved", "deliverable", "deadlines")

_TASKS = f"""
SELECT task_key, {", ".join(FIELDS)} FROM current_mandates WHERE task_key IN (SELECT unnest($keys))"""  # noqa: S608 - our own names
_REJECTED = "SELECT task_key FROM decided WHERE is_mandate = 'no' AND task_key IN (SELECT unnest($keys))"


def tasks_today(connection: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> dict[str, dict[str, Any] | None]:
    """The tasks of these keys as they are read and decided today; None for those that somebody rejected.

    A key that no task of a newest text has is left out.
    """
    wanted = {"keys": list(keys)}
    tasks: dict[str, dict[str, Any] | None] = {
        key: dict(zip(FIELDS, values, strict=True)) | {"deadlines": deadlines_of(values[-1])}
        for key, *values in connection.execute(_TASKS, wanted).fetchall()
    }
    return tasks | {row[0]: None for row in connection.execute(_REJECTED, wanted).fetchall()}
