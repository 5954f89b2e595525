"""What waits for a decision, as the view `to_review` lists it: worked out in pieces, or for one key.

The view takes more time and memory than a page has: three times what the register may take, with a million documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.query.ledger_pieces import KEPT_NAMES
from warehouse.review.waiting_branches import BRANCHES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import Any

    import duckdb
    import pyarrow as pa

    from warehouse.review.waiting_branches import Branch

# So many things of a kind are read at a time: of most tables, a piece reads whole columns.
PIECE_ROWS = 20_000
_PLACE_ROWS = 1_000
_SIZES = "SELECT rowid // $rows AS place, count(*) FROM {table} WHERE {where} GROUP BY place ORDER BY place"
_SINCE = "SELECT coalesce(min(first_seen)::DATE, current_date) FROM documents"
# As the view `current_decisions`, from the keys that decisions name: the view looks for them in all newest texts.
_DECISIONS = f"""
CREATE OR REPLACE TEMP TABLE waiting_decisions AS
WITH made AS (
    SELECT * FROM decisions WHERE {{condition}}
), {KEPT_NAMES.format(decisions="made")}
SELECT
    coalesce(kept.name, key_aliases.new, made.task_key) AS task_key, made.field, made.value, made.who, made."at",
    made.why, made.task_key AS decided_on, made.document_id, made.quote,
    CASE WHEN kept.name IS NULL THEN key_aliases.score END AS score
FROM made
LEFT JOIN kept ON kept.name = made.task_key
LEFT JOIN key_aliases ON key_aliases.old = made.task_key
QUALIFY row_number() OVER (
    PARTITION BY coalesce(kept.name, key_aliases.new, made.task_key), made.field
    ORDER BY made."at" DESC, made.recorded_at DESC, made.decision_id
) = 1"""  # noqa: S608 - our own words, and so below
# Under every name that the key has or had.
_ABOUT_KEY = """task_key IN (
    WITH today AS (SELECT $key AS name UNION SELECT new FROM key_aliases WHERE old = $key)
    SELECT name FROM today UNION SELECT old FROM key_aliases WHERE new IN (SELECT name FROM today)
)"""
_NONE = """
SELECT NULL::VARCHAR AS what, NULL::DOUBLE AS confidence, NULL::VARCHAR AS reason, NULL::VARCHAR AS number,
    NULL::INTEGER AS page, NULL::VARCHAR AS quote, NULL::BOOLEAN AS is_mandate, NULL::VARCHAR AS type,
    NULL::VARCHAR AS addressee, NULL::VARCHAR AS due, NULL::DATE AS due_start, NULL::DATE AS due_end,
    NULL::VARCHAR AS deliverable, NULL::VARCHAR AS before, NULL::VARCHAR AS field, NULL::VARCHAR AS value,
    NULL::VARCHAR[] AS sources, NULL::VARCHAR AS document_id, NULL::VARCHAR AS key
WHERE false"""
_EMPTY = f"""
SELECT {{columns}}
FROM (SELECT *, NULL::VARCHAR AS symbol, NULL::VARCHAR AS title, NULL::VARCHAR AS url FROM ({_NONE}))"""  # noqa: S608 - our own words, and so below
_ROWS = f"""
SELECT {{columns}} FROM ({_NONE} UNION ALL BY NAME ({{rows}})) AS waiting
LEFT JOIN (SELECT document_id, symbol, title, url FROM waiting_documents) AS shown USING (document_id)"""  # noqa: S608


def pieces(connection: duckdb.DuckDBPyConnection, columns: str) -> Iterator[pa.Table]:
    """All that waits, some rows at a time, in no order; `columns` are those of the view.

    Raises:
        duckdb.Error: memory does not suffice, or the warehouse is not as it should be.
    """
    decide_by(connection)
    # First no row at all, so that whoever keeps them knows the columns.
    yield connection.sql(_EMPTY.format(columns=columns)).to_arrow_table()
    for what, branch in BRANCHES.items():
        for condition in _conditions(connection, branch):
            yield connection.sql(_prepared(connection, what, columns, condition)).to_arrow_table()


def waiting_for(connection: duckdb.DuckDBPyConnection, what: str, key: str, columns: str) -> list[tuple[Any, ...]]:
    """What of one kind waits for a decision on this key; `decide_by` was asked for the key before."""
    branch = BRANCHES[what]
    sql = _prepared(connection, what, columns, f"({branch.where}) AND {branch.of_key}", key)
    return connection.execute(f"{sql} WHERE key = $key ORDER BY ALL", {"key": key}).fetchall()


def decide_by(connection: duckdb.DuckDBPyConnection, key: str | None = None) -> None:
    """Make the table `waiting_decisions`: the decisions that hold, all of them or those about one key."""
    _execute(connection, _DECISIONS.format(condition="true" if key is None else _ABOUT_KEY), {"key": key})


def _prepared(
    connection: duckdb.DuckDBPyConnection, what: str, columns: str, condition: str, key: str | None = None
) -> str:
    """Make the temporary tables of a kind; the query of its rows."""
    branch = BRANCHES[what]
    values = {"key": key, "since": _since(connection)}
    for step in branch.steps:
        _execute(connection, step.format(condition=condition), values)
    return _ROWS.format(columns=columns, rows=branch.rows)


def _conditions(connection: duckdb.DuckDBPyConnection, branch: Branch) -> Iterator[str]:
    """Which rows of the table of a branch are read in each piece; nothing where nothing may wait."""
    sql = _SIZES.format(table=branch.table, where=branch.where)
    sizes = _execute(connection, sql, {"rows": _PLACE_ROWS, "since": _since(connection)}).fetchall()
    if sizes and not branch.is_in_pieces:
        yield branch.where
        return
    first, last, taken = 0, -1, 0
    for place, count in [*sizes, (None, PIECE_ROWS)]:
        if taken and taken + count > PIECE_ROWS:
            yield f"({branch.where}) AND rowid BETWEEN {first} AND {last}"
            taken = 0
        if place is not None:
            first = first if taken else place * _PLACE_ROWS
            last, taken = (place + 1) * _PLACE_ROWS - 1, taken + count


def _since(connection: duckdb.DuckDBPyConnection) -> date:
    """The day on which the first document was seen."""
    day: date
    ((day,),) = connection.execute(_SINCE).fetchall()
    return day


def _execute(
    connection: duckdb.DuckDBPyConnection, statement: str, values: dict[str, Any]
) -> duckdb.DuckDBPyConnection:
    """Execute it with those of the values that it names."""
    return connection.execute(statement, {name: each for name, each in values.items() if f"${name}" in statement})
