"""Decisions of people, recorded on what they saw, and taken back: one way for the command and for the web pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.load.decisions import record_decisions
from warehouse.model import WarehouseError
from warehouse.review.case import case_now
from warehouse.review.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from warehouse.review.case import Case, Name

_HELD = """
SELECT value, who, "at" FROM current_decisions
WHERE (task_key = $key OR decided_on = $key) AND field = $field ORDER BY "at" DESC LIMIT 1"""


class ChangedMeanwhileError(WarehouseError):
    """What was decided upon is no longer as its maker saw it; nothing was recorded. `case` is how it is now."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"{case.name.key}: somebody decided, or the text was read again, meanwhile; look at it again")
        self.case = case


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody decides upon, with the mark that its case had when it was shown."""

    name: Name
    mark: str


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions that were recorded. `before` has what held for their fields, where something did, by key and field."""

    decisions: tuple[Decision, ...]
    new: int
    before: Mapping[tuple[str, str], str]


def decide(
    home: Path, decisions: Sequence[Decision], seen: Seen | None = None, *, wait_seconds: float | None = None
) -> Decided:
    """Record these decisions in one transaction, all or none of them; they show once a snapshot is published.

    Raises:
        ChangedMeanwhileError: what they decide is not as it was `seen`.
        LockedError, WarehouseError: as `record_decisions`; nothing was recorded.
    """
    before: dict[tuple[str, str], str] = {}

    def check(connection: duckdb.DuckDBPyConnection) -> None:
        if seen is not None and (now := case_now(connection, seen.name)).mark != seen.mark:
            raise ChangedMeanwhileError(now)
        for each in decisions:
            held = _held(connection, each)
            if held is not None and held[0] is not None:
                before[each.task_key, each.field] = held[0]

    new = record_decisions(home, decisions, check=check, wait_seconds=wait_seconds)
    return Decided(tuple(decisions), new, before)


def take_back(
    home: Path, done: Decided, name: Name, who: str, at: datetime, *, wait_seconds: float | None = None
) -> Decided:
    """Let what held before `done` hold again, by decisions of their own, for nothing is ever removed.

    Raises:
        ChangedMeanwhileError: somebody has decided on one of its fields since.
        LockedError, WarehouseError: as `record_decisions`; nothing was recorded.
    """
    undoing = tuple(
        Decision(each.task_key, each.field, done.before.get((each.task_key, each.field)), who, at, "").checked()
        for each in done.decisions
    )

    def check(connection: duckdb.DuckDBPyConnection) -> None:
        for each in done.decisions:
            if _held(connection, each) != (each.value, each.who, each.at):
                raise ChangedMeanwhileError(case_now(connection, name))

    new = record_decisions(home, undoing, check=check, wait_seconds=wait_seconds)
    return Decided(undoing, new, {})


def _held(connection: duckdb.DuckDBPyConnection, decision: Decision) -> tuple[str | None, str, datetime] | None:
    """What holds for its field: value, who and when."""
    asked = {"key": decision.task_key, "field": decision.field}
    found = connection.execute(_HELD, asked).fetchone()
    return None if found is None else (found[0], found[1], found[2])
