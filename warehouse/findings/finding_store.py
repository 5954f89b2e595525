"""The findings that were made, each once, whether or not anybody subscribed to it."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warehouse.load.arrivals import as_rows_in
from warehouse.model import Finding
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

_names = tuple(field.name for field in fields(Finding))
_days = ("published_on", "due_start", "due_end", "since")
_lists = ("topics", "sources", "review")

_columns = ("finding_id", "kind", "found_at", "baseline", "document_id", "mandate_id", "clause_id")
_types = {"found_at": pa.timestamp("us", tz="UTC"), "baseline": pa.bool_()}
_schema = pa.schema([(name, _types.get(name, pa.string())) for name in (*_columns, "detail")])

_insert = """
INSERT INTO findings FROM rows_in
ON CONFLICT (finding_id) DO NOTHING
RETURNING finding_id"""


def write(connection: duckdb.DuckDBPyConnection, made: Sequence[Finding]) -> tuple[Finding, ...]:
    """Keep these findings; those that were not made before, in the order given."""
    if not made:
        return ()
    columns: list[list[Any]] = [[getattr(finding, name) for finding in made] for name in _columns]
    columns.append([json.dumps({name: getattr(finding, name) for name in _names}, default=_iso) for finding in made])
    with as_rows_in(connection, pa.table(columns, schema=_schema)):
        new = {row[0] for row in connection.execute(_insert).fetchall()}
    return tuple(finding for finding in made if finding.finding_id in new)


def findings_since(home: Path, since: datetime) -> tuple[Finding, ...]:
    """The findings made since then, oldest first; none before anything was recorded."""
    if not live_path(home).exists():
        return ()
    query = "SELECT detail FROM findings WHERE found_at >= ? ORDER BY found_at, finding_id"
    with session(home) as connection:
        rows = connection.execute(query, [since]).fetchall()
    return tuple(finding_of(row[0]) for row in rows)


def finding_of(detail: str) -> Finding:
    """A finding as it was written. Fields that a newer program has added take their defaults."""
    values: dict[str, Any] = {name: value for name, value in json.loads(detail).items() if name in _names}
    values["found_at"] = datetime.fromisoformat(values["found_at"]).astimezone(UTC)
    for name in _days:
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    for name in _lists:
        values[name] = tuple(values.get(name) or ())
    values["corrected"] = tuple(tuple(each) for each in values.get("corrected") or ())
    return Finding(**values)


def _iso(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value))
