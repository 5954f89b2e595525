"""The list of what waits, as the review in the browser shows it: worked out once for a snapshot and a day, and kept.

It is in a file without a name and is asked some rows at a time, so that it takes little memory however long it is.
While that of a new snapshot is being worked out, the one before is asked, without what was decided since.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.query.ledger_today import asked
from warehouse.query.worked_out import WorkedOut
from warehouse.review.case import Name
from warehouse.review.uncertain import ORDER, Uncertain
from warehouse.review.waiting import pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from warehouse.review.case import What

_COLUMNS = ", ".join(each.name for each in fields(Uncertain))
# Its rows are in order, and all of one thing beside each other, as each of them has the same symbol, number and key.
_SORTED = f"CREATE TABLE listed.waiting AS SELECT rowid AS row, what, key, field FROM listed.rows ORDER BY {ORDER}"  # noqa: S608 - our own names, and so below
_COUNTS = "SELECT what, count(*) FROM listed.waiting WHERE {left} GROUP BY what"
_PLACES = "SELECT row FROM listed.waiting WHERE {left} ORDER BY rowid LIMIT $many OFFSET $skipped"
_ROWS = f"SELECT rowid, {_COLUMNS} FROM listed.rows WHERE rowid IN (SELECT unnest($rows))"  # noqa: S608
_IS_NAMED = "(what = $name_what AND key = $name_key AND field IS NOT DISTINCT FROM $name_field)"
_PLACE = f"SELECT min(rowid) FROM listed.waiting WHERE {{left}} AND {_IS_NAMED}"  # noqa: S608
_AFTER = f"""
SELECT what, key, field FROM listed.waiting WHERE {{left}} AND NOT {_IS_NAMED}
ORDER BY rowid < $place, rowid LIMIT 1"""  # noqa: S608
_LEFT = {
    "only": "what = $only",
    "settled": "NOT list_contains($settled::VARCHAR[][], [what, key, coalesce(field, '')])",
}
# Writing the rows takes more than reading some of them.
_MAKING_MEMORY, _MEMORY = "50MB", "20MB"


@dataclass(frozen=True)
class Listing:
    """The list, without what is `settled`, and narrowed to one kind where there is `only` that.

    What it is asked raises SlowQueryError or LargeQueryError where it takes too long or too much memory.
    """

    connection: duckdb.DuckDBPyConnection
    settled: Collection[Name] = ()
    only: What | None = None

    @cached_property
    def counts(self) -> Counter[str]:
        """How many rows of each kind there are, also of those to which it is not narrowed."""
        return Counter(dict(self._asked(_COUNTS, {}, only=None)))

    @property
    def length(self) -> int:
        """How many rows there are."""
        return self.counts.total() if self.only is None else self.counts[self.only]

    def rows(self, skipped: int, many: int) -> tuple[Uncertain, ...]:
        """So many rows after those that are skipped."""
        rows = [row for (row,) in self._asked(_PLACES, {"skipped": skipped, "many": many}, only=self.only)]
        found = {row: Uncertain(*values) for row, *values in asked(self.connection, _ROWS, {"rows": rows})}
        return tuple(found[row] for row in rows)

    def after(self, name: Name) -> Name | None:
        """The next thing after this one, the first one after the last; None where there is no other."""
        named = {"name_what": name.what, "name_key": name.key, "name_field": name.field}
        ((place,),) = self._asked(_PLACE, named, only=self.only)
        found = self._asked(_AFTER, named | {"place": place or 0}, only=self.only)
        return Name(*found[0]) if found else None

    def _asked(self, sql: str, values: dict[str, Any], *, only: What | None) -> list[tuple[Any, ...]]:
        narrowed = {
            "only": only,
            "settled": [[name.what, name.key, name.field or ""] for name in self.settled],
        }
        wanted = {name: value for name, value in narrowed.items() if value}
        left = " AND ".join(["true", *(_LEFT[name] for name in wanted)])
        return asked(self.connection, sql.format(left=left), values | wanted)


def listing(home: Path, settled: Callable[[str], Collection[Name]], only: What | None = None) -> Listing:
    """The list of the snapshot that is asked, or of the one before; of which one is said to `settled`.

    Raises:
        SlowQueryError: it is still being worked out, for the first time.
        LargeQueryError: that needs more memory than there is for it.
        QueryError: there is no snapshot, or it cannot be read.
    """
    (snapshot, _), kept = LISTED.current(home)
    return Listing(kept.cursor(), settled(snapshot), only)


def _kept_apart(snapshot: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    with tempfile.TemporaryDirectory(prefix="review-", ignore_cleanup_errors=True) as folder:
        place = str(Path(folder, "listed.duckdb")).replace("'", "''")
        with duckdb.connect(config=_bounds(_MAKING_MEMORY, str(Path(folder, "aside")))) as made:
            made.execute(f"ATTACH '{place}' AS listed")
            _fill(made, snapshot)
            made.execute(_SORTED)
            made.execute("CHECKPOINT listed")
        kept = duckdb.connect(config=_bounds(_MEMORY))
        # Once it is open, its folder can go: the file lasts as long as it is open.
        kept.execute(f"ATTACH '{place}' AS listed (READ_ONLY)")
    kept.execute("SET enable_external_access = false")
    kept.execute("SET lock_configuration = true")
    return kept


def _bounds(memory: str, aside: str = "") -> dict[str, str | bool | int | float | list[str]]:
    return {"memory_limit": memory, "threads": 1, "temp_directory": aside}


def _fill(made: duckdb.DuckDBPyConnection, snapshot: duckdb.DuckDBPyConnection) -> None:
    how = "CREATE TABLE listed.rows AS"
    for piece in pieces(snapshot, _COLUMNS):
        made.register("piece", piece)
        made.execute(f"{how} FROM piece")
        made.unregister("piece")
        how = "INSERT INTO listed.rows"


# Who has decided need not wait for it: without what was decided, the one before is the same.
LISTED = WorkedOut("list of what waits", _kept_apart, first_seconds=4.0, fresh_seconds=0.3)
