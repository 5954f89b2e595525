"""What the published snapshot knows of the ledger: states of a day, by what is known now or was known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from warehouse.query.queries import query

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from warehouse.query.queries import Table

_LIST = """
FROM ledger_known($day, $known)
WHERE ($symbol IS NULL OR lower(replace(symbol, ' ', '')) = lower(replace($symbol, ' ', '')))
    AND ($body IS NULL OR body = $body OR starts_with(body, $body || '-'))
    AND ($addressee IS NULL OR addressee_id = $addressee OR contains(lower(addressee), lower($addressee)))
    AND ($type IS NULL OR type = $type)
    AND (len($states) = 0 OR list_contains($states, state))
    AND ($due_within IS NULL OR days_left BETWEEN 0 AND $due_within)
ORDER BY due_end NULLS LAST, symbol, page, number, occurrence"""

_NAMED = "SELECT coalesce((SELECT new FROM key_aliases WHERE old = $key), $key)"
_TASK = f"""
FROM ledger_known($day, $known) WHERE task_key = ({_NAMED}) ORDER BY occurrence"""
_HISTORY = f"""
SELECT
    history.occurrence, due_end, state, since, until, rule, note, evidence_symbol, evidence_title, evidence_url,
    evidence_words
FROM ledger_history AS history WHERE task_key = ({_NAMED}) ORDER BY occurrence, since NULLS FIRST"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the ledger: each field narrows them, None or nothing leaves them all.

    `addressee` is an id or words of the name as written; `due_within` counts days from the day asked about.
    """

    symbol: str | None = None
    body: str | None = None
    addressee: str | None = None
    type: str | None = None
    states: tuple[str, ...] = ()
    due_within: int | None = None


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day that is asked about, and up to when what was recorded counts; None is today, and all of it."""

    day: date | None = None
    known: datetime | None = None

    def parameters(self) -> dict[str, Any]:
        """As the macros take them: what was known at a time is asked for that day, unless another one is named."""
        known = self.known or datetime.max.replace(tzinfo=UTC)
        day = self.day or (self.known or datetime.now(UTC)).astimezone(UTC).date()
        return {"day": day, "known": known}


def ledger(home: Path, wanted: Wanted, as_of: AsOf, *, limit: int | None = None) -> Table:
    """The rows of the view `ledger` that are wanted, the next deadline first.

    Raises:
        QueryError: there is no snapshot, or it is one of a version without a ledger.
    """
    fields = {
        "symbol": wanted.symbol, "body": wanted.body, "addressee": wanted.addressee, "type": wanted.type,
        "states": list(wanted.states), "due_within": wanted.due_within,
    }  # fmt: skip
    return query(home, _LIST, fields | as_of.parameters(), limit=limit)


def task(home: Path, key: str, as_of: AsOf) -> Table:
    """The rows of one task, by its key of today or a former one."""
    return query(home, _TASK, {"key": key} | as_of.parameters())


def history(home: Path, key: str) -> Table:
    """Every state that the task of that key was in so far, by what is known now."""
    return query(home, _HISTORY, {"key": key})
