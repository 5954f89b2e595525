"""The rows of the ledger of today in the order in which most lists show them: the newest documents first.

The first rows of two million are then found in 8 ms instead of 100, and those of a year in a third of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# Memory does not suffice to sort all rows at once.
SORTED_ROWS = 100_000
_DAYS = """
SELECT published_on, count(*) FROM pieces.ledger WHERE published_on IS NOT NULL
GROUP BY published_on ORDER BY published_on DESC"""
_SORTED = """
INSERT INTO today.ledger FROM pieces.ledger WHERE published_on BETWEEN $first AND $last
ORDER BY published_on DESC, mandate_id, occurrence"""
_UNDATED = "INSERT INTO today.ledger FROM pieces.ledger WHERE published_on IS NULL"


def put_in_order(kept: duckdb.DuckDBPyConnection) -> None:
    """Make the table `today.ledger` of `pieces.ledger`, some days at a time; rows without a day come last."""
    kept.execute("CREATE TABLE today.ledger AS FROM pieces.ledger LIMIT 0")
    newest, taken = None, 0
    days = kept.execute(_DAYS).fetchall()
    for place, (day, rows) in enumerate(days, 1):
        newest, taken = newest or day, taken + rows
        if taken >= SORTED_ROWS or place == len(days):
            kept.execute(_SORTED, {"first": day, "last": newest})
            newest, taken = None, 0
    kept.execute(_UNDATED)
