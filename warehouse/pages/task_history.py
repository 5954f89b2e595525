"""What shows what became of tasks, and every state that they were in so far, found by the keys of the tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from warehouse.load.keyed import rows_of
from warehouse.query.lending import edition
from warehouse.query.places import has_none
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

_WATCHED = "SELECT type, since, until FROM answers_watched WHERE parent = $parent"
_ACCOUNTS = "SELECT task_key, occurrences, states FROM ledger_tasks WHERE {condition}"
_FORMER = "SELECT old, new FROM key_aliases WHERE new IN (SELECT unnest(?::VARCHAR[]))"
_EVIDENCE = """
SELECT
    evidence_id, task_key, occurrence, says, document_id, clause_key, happened_on, rule, words, note, known_at,
    retracted_at
FROM task_evidence WHERE {condition} ORDER BY happened_on NULLS LAST, evidence_id"""
_SHOWN = "SELECT document_id, symbol, title, url, language FROM documents WHERE {condition}"


@dataclass(frozen=True, slots=True)
class TaskEvidence:
    """What a document shows about a task; `occurrence` is None where it concerns the whole task.

    `retracted_at` (UTC) says when a better reading no longer found it; None while it holds.
    """

    evidence_id: str
    task_key: str
    occurrence: int | None
    says: str
    document_id: str
    clause_key: str | None
    happened_on: date | None
    rule: str
    words: str | None
    note: str | None
    known_at: datetime
    retracted_at: datetime | None
    symbol: str | None
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Evidence(TaskEvidence):
    """Evidence with the language of its document."""

    language: str | None

    @property
    def name(self) -> str:
        """What people call the document."""
        return self.symbol or self.title


@dataclass(frozen=True, slots=True)
class Span:
    """The state of one occurrence on the days `[since, until)`; None where no day is stated, or nothing ended it.

    `words` are the deadline from which the occurrence comes, and `sense` is how they bind; None where there are none.
    `note` says why in plain words; `by` is what shows it, None for what the calendar or a person decides.
    """

    occurrence: int
    words: str | None
    sense: str | None
    first: date | None
    last: date | None
    basis: str
    is_expected: bool
    state: str
    since: date | None
    until: date | None
    rule: str
    note: str | None
    by: Evidence | None


@dataclass(frozen=True, slots=True)
class TaskHistory:
    """A task so far: the states of each occurrence in the order of their days, and all evidence."""

    spans: tuple[Span, ...]
    evidence: tuple[Evidence, ...]

    @property
    def today(self) -> tuple[Span, ...]:
        """The state of each occurrence today."""
        today = _today()
        return tuple(span for span in self.spans if span.until is None or span.until > today)


# Of what is asked for only from a coming day on.
NO_HISTORY = TaskHistory((), ())


def histories(home: Path, tasks: Mapping[str, str], body: str | None) -> dict[str, TaskHistory]:
    """The history of each of these `tasks` (type by key) of a body; those of drafts have none.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    rows = _rows(home, tasks)
    if not rows:
        return {}
    keys = list(dict.fromkeys(row[0] for row in rows))
    former = dict(query(home, _FORMER, [keys]).rows)
    evidence = _evidence(home, "task_key", [*keys, *former], former)
    spans = _spans(home, tasks, body, rows, evidence)
    return {key: TaskHistory(spans[key], tuple(each for each in evidence if each.task_key == key)) for key in keys}


def states_today(home: Path, tasks: Mapping[str, str], body: str | None) -> dict[str, tuple[Span, ...]]:
    """The state of each occurrence today, as `histories` has them, of which only the evidence of these is looked up."""
    today = _today()
    rows = [row for row in _rows(home, tasks) if row[2]["until"] is None or row[2]["until"] > today]
    ids = {span["evidence_id"] for _, _, span in rows} - {None}
    return _spans(home, tasks, body, rows, _evidence(home, "evidence_id", sorted(ids), {})) if rows else {}


def _rows(home: Path, tasks: Collection[str]) -> list[tuple[Any, ...]]:
    """The key of each task, each of its occurrences, and each of the states of that so far, as the account has them.

    As `warehouse.query.ledger_spans` has them of all tasks; of a few, DuckDB takes longer to plan that than to read.
    """
    today = _today()
    return [
        (key, asked, span)
        for key, occurrences, states in rows_of(asker(home), _ACCOUNTS, "task_key", tasks)
        for asked in occurrences
        for span in states
        if span["occurrence"] == asked["number"] and (span["since"] is None or span["since"] <= today)
    ]


@lru_cache(maxsize=64)
def _watched(home: Path, _edition: str, parent: str) -> tuple[tuple[Any, ...], ...]:
    """When answers to the mandates of a body were watched, which all its pages of a snapshot ask for."""
    return tuple(query(home, _WATCHED, {"parent": parent}).rows)


def _spans(
    home: Path,
    tasks: Mapping[str, str],
    body: str | None,
    rows: Iterable[tuple[Any, ...]],
    evidence: Iterable[Evidence],
) -> dict[str, tuple[Span, ...]]:
    """The states of each task in the order of their days; overdue only where an answer was watched since then."""
    today = _today()
    watched = _watched(home, edition(home), (body or "").partition("-")[0])
    shown = {each.evidence_id: each for each in evidence}
    found: dict[str, list[Span]] = {}
    for key, asked, span in rows:
        state, rule, note, last = span["state"], span["rule"], span["note"], asked["due_end"]
        end = min(span["until"] or today, today)
        if state == "overdue" and not any(
            last and type_ == tasks[key] and since <= last and until >= end for type_, since, until in watched
        ):
            state, rule, note = "unknown", "not_watched", "due date passed, answer not watched"
        due = asked["due_start"], last, asked["due_basis"], asked["is_expected"]
        days, by = (span["since"], span["until"]), shown.get(span["evidence_id"])
        one = Span(asked["number"], asked["due"], asked["sense"], *due, state, *days, rule, note, by)
        found.setdefault(key, []).append(one)
    return {
        key: tuple(sorted(spans, key=lambda span: (span.occurrence, span.since or date.min)))
        for key, spans in found.items()
    }


def _today() -> date:
    return datetime.now(UTC).date()


def _evidence(home: Path, column: str, keys: Sequence[str], former: Mapping[str, str]) -> list[Evidence]:
    """The evidence with these keys in that column; what was found under a `former` key is that of the key of today."""
    there = [key for key in keys if not has_none(home, "task_evidence", column, key)]
    rows = rows_of(asker(home), _EVIDENCE, column, there)
    shown = {row[0]: row[1:] for row in rows_of(asker(home), _SHOWN, "document_id", {row[4] for row in rows})}
    return [
        Evidence(evidence_id, former.get(key, key), *facts, *shown[facts[2]])
        for evidence_id, key, *facts in rows
        if facts[2] in shown
    ]
