"""What a sheet that came back would decide: what is new, what somebody else decided meanwhile, what is not taken.

A cell counts as edited where it is not as it was exported. So rows may be sorted, left out or doubled, and two people
may fill in the same sheet: each decides only what they wrote. What somebody decided otherwise since the export is a
conflict, which is shown and left as it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from warehouse.matrix.marks import PEOPLES, digest, seen, unguarded
from warehouse.review.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.matrix.returned import Returned, ReturnedRow

# The name that each task has today, as `current_mandates` knows it.
_TASKS = """
WITH wanted AS (SELECT unnest($keys::VARCHAR[]) AS key)
SELECT named.key, named.name, any_value(coalesce(mandate.symbol, mandate.title)), any_value(mandate.number)
FROM (SELECT key, key AS name FROM wanted UNION ALL SELECT key, new FROM wanted JOIN key_aliases ON old = key) AS named
JOIN current_mandates AS mandate ON mandate.task_key = named.name
GROUP BY named.key, named.name ORDER BY any_value(named.name = named.key)"""
_DECIDED = """
SELECT task_key, field, value, who, "at" FROM current_decisions
WHERE list_contains($fields, field) AND list_contains($keys::VARCHAR[], task_key)"""


@dataclass(frozen=True, slots=True)
class Change:
    """A decision to be made, with the value before; `rows` are the sheet's rows that say so."""

    decision: Decision
    document: str
    clause: str | None
    before: str | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that is not taken, because somebody decided otherwise, or because rows of one task disagree."""

    document: str
    clause: str | None
    field: str
    says: tuple[str, ...]
    rows: tuple[int, ...]
    decided: str | None = None
    who: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A row or a cell that is not taken, and why. `is_ignored` is one that nobody needs to do anything about."""

    row: int
    problem: str
    is_ignored: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. `rows` is how many rows the sheet has, `exports` the exports they come from."""

    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    problems: tuple[Problem, ...]
    rows: int
    exports: tuple[str, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions that it makes."""
        return tuple(change.decision for change in self.changes)

    @property
    def needs_somebody(self) -> bool:
        """Whether something was not taken that a person has to look at."""
        return bool(self.conflicts) or any(not each.is_ignored for each in self.problems)


@dataclass(frozen=True, slots=True)
class _Task:
    key: str
    document: str
    clause: str | None


@dataclass(frozen=True, slots=True)
class _Held:
    """What is decided today; None where nobody did, or it was taken back."""

    value: str | None = None
    who: str | None = None
    at: datetime | None = None


def plan(connection: duckdb.DuckDBPyConnection, sheet: Returned, who: str, now: datetime) -> Plan:
    """What the sheet decides if `who` imports it `now`, compared with what is decided in the warehouse.

    Raises:
        DecisionError: `who` is empty.
    """
    keys = sorted({row.text("task_key") for row in sheet.rows} - {""})
    tasks = {key: _Task(*found) for key, *found in connection.execute(_TASKS, {"keys": keys}).fetchall()}
    wanted = {"fields": list(PEOPLES), "keys": sorted({task.key for task in tasks.values()})}
    held = {(key, name): _Held(*found) for key, name, *found in connection.execute(_DECIDED, wanted).fetchall()}
    rows: defaultdict[_Task, list[ReturnedRow]] = defaultdict(list)
    problems: list[Problem] = []
    for row in sheet.rows:
        key = row.text("task_key")
        if key in tasks:
            rows[tasks[key]].append(row)
            problems += _edited_elsewhere(row)
        elif key:
            problems.append(Problem(row.number, f"no mandate of today has the key {key:.80}"))
        else:
            problems.append(Problem(row.number, "has no key, so it belongs to no mandate"))
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    for task, together in rows.items():
        for name in PEOPLES:
            edits = []
            for row in (each for each in together if name in each.edited):
                try:
                    edits.append((row, _value(row, name)))
                except ValueError as error:
                    problems.append(Problem(row.number, str(error)))
            blank = Decision(task.key, name, None, who, now, "")
            found = _judged(task, blank, edits, held.get((task.key, name), _Held()))
            if isinstance(found, Change):
                changes.append(found)
            elif found is not None:
                conflicts.append(found)
    exports = sorted({seen(row.text("export")) for row in sheet.rows} - {""})
    return Plan(
        tuple(changes), tuple(conflicts), tuple(sorted(problems, key=lambda each: each.row)), len(sheet.rows),
        tuple(exports),
    )  # fmt: skip


def _judged(
    task: _Task, blank: Decision, edits: Sequence[tuple[ReturnedRow, str | None]], held: _Held
) -> Change | Conflict | None:
    """What the edits of one field of one task come to; None where they say what is decided anyway."""
    name = blank.field
    said = {digest(name, value or ""): value for _, value in edits}
    numbers = tuple(row.number for row, _ in edits)
    if not edits or list(said) == [digest(name, held.value or "")]:
        return None
    if len(said) > 1:
        return Conflict(task.document, task.clause, name, tuple(value or "" for value in said.values()), numbers)
    value = next(iter(said.values()))
    # A row that no longer says what was exported decides only where nobody has, and empties nothing.
    known = [row.was(name, held.value or "") for row, _ in edits]
    if not all(held.value is None if each is None else each for each in known):
        return (
            Conflict(task.document, task.clause, name, (value or "",), numbers, held.value, held.who, held.at)
            if value is not None or None not in known
            else None
        )
    exports = sorted({seen(row.text("export")) for row, _ in edits} - {""})
    why = f"mandate matrix, {', '.join(exports)[:200]}" if exports else "mandate matrix"
    return Change(replace(blank, value=value, why=why).checked(), task.document, task.clause, held.value, numbers)


def _value(row: ReturnedRow, name: str) -> str | None:
    """What people wrote into a cell; None where they emptied it.

    Raises:
        ValueError: it is a formula, or too long; the sentence says so.
    """
    cell = row.cells[name]
    if cell.is_formula:
        raise ValueError(f"{name} is a formula, which is not calculated; write its result as text")
    lines = (seen(line) for line in unguarded(cell.text).splitlines())
    value = ("\n" if name == "note" else " ").join(line for line in lines if line)
    most = 5000 if name == "note" else 200
    if len(value) > most:
        raise ValueError(f"{name} has more than {most:,} characters")
    return value or None


def _edited_elsewhere(row: ReturnedRow) -> Iterator[Problem]:
    """What was changed in columns that are only shown."""
    if not row.text("check"):
        yield Problem(
            row.number, "no longer says what was exported; only what nobody has decided yet is taken", is_ignored=True
        )
    for column in row.edited:
        if column not in PEOPLES:
            says = "a formula" if row.cells[column].is_formula else f"“{row.text(column)[:80]}”"
            yield Problem(row.number, f"{column} was changed to {says}, which decides nothing", is_ignored=True)
