"""Long lists page by page: each page begins behind the last row of the one before, wherever that row is by now.

So nobody sees a row twice or misses one because others came between two pages, as with pages that are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from warehouse.query.filters import Condition
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Row = TypeVar("Row")
Value = str | int | date | datetime

EVERY = Condition("true", {})
_LISTED = "SELECT {columns}, {{keys}} FROM {relation} WHERE {{condition}} ORDER BY {{order}} LIMIT $limit"
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
    def types(self) -> tuple[type[Value], ...]:
        """The types of the keys."""
        return tuple(kind for _, kind in self.keys)

    def asked(self, statement: str, wanted: Slice, fitting: Condition = EVERY) -> tuple[str, dict[str, Any]]:
        """A statement, and its values, for the slice of what fits with one row more, which says whether others follow.

        The statement has {keys} as its last columns, {condition}, {order}, and $limit.
        """
        way = "DESC" if self.is_descending else "ASC"
        order = ", ".join(f"{expression} {way}" for expression, _ in self.keys)
        behind = self._behind(wanted.after)
        sql = statement.format(keys=self._columns, condition=f"{fitting.sql} AND {behind.sql}", order=order)
        return sql, fitting.values | behind.values | {"limit": wanted.limit + 1}

    def cut(
        self, rows: Sequence[tuple[Any, ...]], wanted: Slice
    ) -> tuple[list[tuple[Any, ...]], tuple[Value, ...] | None]:
        """The rows of the slice without their keys, and the keys of the last one where others follow."""
        keys, shown = len(self.keys), rows[: wanted.limit]
        last = shown[-1][-keys:] if len(rows) > wanted.limit else None
        return [row[:-keys] for row in shown], last

    @property
    def _columns(self) -> str:
        return ", ".join(expression for expression, _ in self.keys)

    def _behind(self, after: tuple[Value, ...] | None) -> Condition:
        """What the rows behind the one with these keys fulfil; all rows do where there is none."""
        if after is None:
            return EVERY
        sign = "<" if self.is_descending else ">"
        values = {f"after_{place}": value for place, value in enumerate(after)}
        named = ", ".join(f"$after_{place}::{_SQL_TYPES[kind]}" for place, (_, kind) in enumerate(self.keys))
        # The first key alone, too: its statistics let whole groups of rows be left out.
        first = f"{self.keys[0][0]} {sign}= $after_0::{_SQL_TYPES[self.keys[0][1]]}"
        return Condition(f"{first} AND ({self._columns}) {sign} ({named})", values)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """One page of a list; `last` are the keys of its last row where others follow, None where it is the last page."""

    rows: tuple[Row, ...]
    last: tuple[Value, ...] | None


def listed(
    home: Path, record: type[Row], order: Order, wanted: Slice, *, of: str, fitting: Condition = EVERY
) -> Listed[Row]:
    """A slice of the rows `of` a relation that fit; raises as `query`."""
    statement = _LISTED.format(columns=columns_of(record), relation=of)
    rows, last = order.cut(query(home, *order.asked(statement, wanted, fitting)).rows, wanted)
    return Listed(tuple(record(*row) for row in rows), last)


def columns_of(record: type[Any]) -> str:
    """The columns that have the names of a record's fields, in their order."""
    return ", ".join(f'"{field.name}"' for field in fields(record))
