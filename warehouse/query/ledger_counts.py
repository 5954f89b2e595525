"""How many rows of the ledger of today are alike in all that is counted: two million become some thousands.

Whatever lists ask of whole years and names is a sum of these, and takes what the kinds of rows take, not the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.query.filters import DOCUMENT_FIELDS, MANDATE_FIELDS

if TYPE_CHECKING:
    import duckdb

    from warehouse.query.filters import Filters

# Days are first days of years, so that what is said of a year is true of all its rows.
_COUNTS = """
{how} SELECT
    body, kind, stage, language, topics, type, addressee, addressee_id, addressee_resolved, state, responsible,
    date_trunc('year', published_on)::DATE AS published_on, date_trunc('year', due_end)::DATE AS due_end,
    count(*) AS rows, count(*) FILTER (is_first) AS mandates,
    min(due_end) FILTER (due_end >= current_date) AS next_due
FROM today.ledger WHERE {condition} GROUP BY ALL"""
_YEARS = "SELECT DISTINCT year(published_on) AS published FROM today.ledger ORDER BY published DESC NULLS LAST"
_OF_YEAR = "published_on BETWEEN make_date({year}, 1, 1) AND make_date({year}, 12, 31)"
# By what the rows that are counted together differ.
_APART = frozenset({"symbol", "session", "due_after", "due_before"})
COUNTED_FIELDS = (DOCUMENT_FIELDS | MANDATE_FIELDS) - _APART
_YEAR_DIGITS = 4


def count_alike(kept: duckdb.DuckDBPyConnection) -> None:
    """Make the table `today.counts` of `today.ledger`, a year at a time: memory does not suffice for all rows."""
    kept.execute(_COUNTS.format(how="CREATE TABLE today.counts AS", condition="false"))
    for (year,) in kept.execute(_YEARS).fetchall():
        condition = "published_on IS NULL" if year is None else _OF_YEAR.format(year=year)
        kept.execute(_COUNTS.format(how="INSERT INTO today.counts", condition=condition))


def are_counted(filters: Filters) -> bool:
    """Whether rows that are counted together all fulfil the filters, or none does."""
    return filters.given.keys() <= COUNTED_FIELDS and (filters.due is None or len(filters.due) == _YEAR_DIGITS)
