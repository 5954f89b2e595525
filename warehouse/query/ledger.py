"""What the published snapshot knows of the ledger: states of a day, by what is known now or was known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from warehouse.query.filters import condition
from warehouse.query.queries import query

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from warehouse.query.filters import Filters
    from warehouse.query.queries import Table

_LIST = """
SELECT ledger.* FROM ledger_known($day, $known) AS ledger JOIN documents USING (document_id)
WHERE {condition}
ORDER BY ledger.due_end NULLS LAST, ledger.symbol, ledger.page, ledger.number, ledger.occurrence"""

_NAMED = "SELECT coalesce((SELECT new FROM key_aliases WHERE old = $key), $key)"
_TASK = f"""
FROM ledger_known($day, $known) WHERE task_key = ({_NAMED}) ORDER BY occurrence"""
_HISTORY = f"""
SELECT
    history.occurrence, due_end, state, since, until, rule, note, evidence_symbol, evidence_title, evidence_url,
    evidence_words
FROM ledger_history AS history WHERE task_key = ({_NAMED}) ORDER BY occurrence, since NULLS FIRST"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day that is asked about, and up to when what was recorded counts; None is today, and all of it."""

    day: date | None = None
    known: datetime | None = None

    @property
    def today(self) -> date:
        """The day: what was known at a time is asked for that day, unless another one is named."""
        return self.day or (self.known or datetime.now(UTC)).astimezone(UTC).date()

    def parameters(self) -> dict[str, Any]:
        """As the macros take them."""
        return {"day": self.today, "known": self.known or datetime.max.replace(tzinfo=UTC)}


def ledger(home: Path, filters: Filters, as_of: AsOf, *, limit: int | None = None) -> Table:
    """The rows of the view `ledger` that the filters let through, the next deadline first.

    Raises:
        QueryError: there is no snapshot, or it is one of a version without a ledger.
    """
    wanted = condition(filters)
    return query(home, _LIST.format(condition=wanted.sql), wanted.values | as_of.parameters(), limit=limit)


def task(home: Path, key: str, as_of: AsOf) -> Table:
    """The rows of one task, by its key of today or a former one."""
    return query(home, _TASK, {"key": key} | as_of.parameters())


def history(home: Path, key: str) -> Table:
    """Every state that the task of that key was in so far, by what is known now."""
    return query(home, _HISTORY, {"key": key})
