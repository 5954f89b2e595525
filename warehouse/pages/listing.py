"""Long lists page by page: each page begins behind the last row of the one before, wherever that row is by now.

So nobody sees a row twice or misses one because others came between two pages, as with pages that are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Generic, TypeVar

from warehouse.query.filters import Condition
from warehouse.query.queries import Table

Row = TypeVar("Row")
Value = str | int | date | datetime

_SQL_TYPES = {str: "VARCHAR", int: "BIGINT", date: "DATE", datetime: "TIMESTAMPTZ"}


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows of a list are wanted: at most `limit`, behind the one with the keys `after`, or the first."""

    after: tuple[Value, ...] | None
    limit: int


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: expressions that are never null, each with its type; all together differ in all rows."""

    keys: tuple[tuple[str, type[Value]], ...]
    is_descending: bool

    @property
    def sql(self) -> str:
        """What stands behind ORDER BY."""
        way = "DESC" if self.is_descending else "ASC"
        return ", ".join(f"{expression} {way}" for expression, _ in self.keys)

    @property
    def columns(self) -> str:
        """The keys as columns, which `behind` is asked for with."""
        return ", ".join(expression for expression, _ in self.keys)

    @property
    def types(self) -> tuple[type[Value], ...]:
        """The types of the keys."""
        return tuple(kind for _, kind in self.keys)

    def behind(self, after: tuple[Value, ...] | None) -> Condition:
        """What the rows behind the one with these keys fulfil; all rows do where there is none."""
        if after is None:
            return Condition("true", {})
        sign = "<" if self.is_descending else ">"
        values = {f"after_{place}": value for place, value in enumerate(after)}
        named = ", ".join(f"$after_{place}::{_SQL_TYPES[kind]}" for place, (_, kind) in enumerate(self.keys))
        # The first key alone, too: its statistics let whole groups of rows be left out.
        first = f"{self.keys[0][0]} {sign}= $after_0::{_SQL_TYPES[self.keys[0][1]]}"
        return Condition(f"{first} AND ({self.columns}) {sign} ({named})", values)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """One page of a list; `last` are the keys of its last row where others follow, None where it is the last page."""

    rows: tuple[Row, ...]
    last: tuple[Value, ...] | None


def listed(record: type[Row], found: Table, order: Order, limit: int) -> Listed[Row]:
    """The page of an answer with one row more than `limit`, each with the keys of `order` at its end."""
    keys = len(order.keys)
    rows = found.rows[:limit]
    last = rows[-1][-keys:] if len(found.rows) > limit else None
    return Listed(rows_of(record, Table(found.columns[:-keys], [row[:-keys] for row in rows])), last)


def rows_of(record: type[Row], table: Table) -> tuple[Row, ...]:
    """The rows of an answer as records, by the names of its columns; those of no field are left out."""
    wanted = {field.name for field in fields(record)}  # type: ignore[arg-type]  # each record is a dataclass
    named = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return tuple(record(**{name: value for name, value in each.items() if name in wanted}) for each in named)
