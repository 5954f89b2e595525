"""What shows what became of tasks, and every state that they were in so far, found by the keys of the tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.load.arrivals import among
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# As the views `ledger_history` and `task_occurrences` for these tasks alone: the views work all of them out first.
_ACCOUNTS = "SELECT task_key, occurrences, states FROM ledger_tasks WHERE {condition}"
_WATCHED = "SELECT type, since, until FROM answers_watched WHERE parent = $parent"
_FORMER = "SELECT old, new FROM key_aliases WHERE new IN (SELECT unnest(?::VARCHAR[]))"
_EVIDENCE = """
SELECT
    evidence_id, task_key, occurrence, says, document_id, clause_key, happened_on, rule, words, note, known_at,
    retracted_at
FROM task_evidence WHERE task_key IN (SELECT unnest(?::VARCHAR[])) ORDER BY happened_on NULLS LAST, evidence_id"""
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
    """The state of one occurrence on the days `[since, until)`; None where no day is stated, or nothing ended it."""

    occurrence: int
    last: date | None
    state: str
    since: date | None
    until: date | None
    rule: str
    note: str | None
    by: Evidence | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the deadline from which an occurrence comes, and how they bind; None where there are none."""

    words: str | None
    sense: str | None


@dataclass(frozen=True, slots=True)
class TaskHistory:
    """A task so far: the words of its deadlines by the number of the occurrence, its states, and all evidence."""

    asked: Mapping[int, Asked]
    spans: tuple[Span, ...]
    evidence: tuple[Evidence, ...]


def histories(home: Path, tasks: Mapping[str, str], body: str | None) -> dict[str, TaskHistory]:
    """The history of each of these `tasks` (type by key) of a body; those of drafts have none.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    if not tasks:
        return {}
    evidence = _evidence(home, sorted(tasks))
    watched = query(home, _WATCHED, {"parent": (body or "").partition("-")[0]}).rows
    condition, parameters = among("task_key", sorted(tasks))
    found = {}
    for key, occurrences, states in query(home, _ACCOUNTS.format(condition=condition), parameters).rows:
        own = evidence.get(key, ())
        spans = [watch[1:] for watch in watched if watch[0] == tasks[key]]
        asked = {each["number"]: Asked(each["due"], each["sense"]) for each in occurrences}
        found[key] = TaskHistory(asked, tuple(_spans(occurrences, states, spans, own)), own)
    return found


def _spans(
    occurrences: Sequence[Mapping[str, Any]],
    states: Sequence[Mapping[str, Any]],
    watched: Sequence[tuple[date, date]],
    evidence: Sequence[Evidence],
) -> list[Span]:
    """What has begun by today; overdue is said only where an answer was watched from the deadline on."""
    today = datetime.now(UTC).date()
    last = {each["number"]: each["due_end"] for each in occurrences}
    shown = {each.evidence_id: each for each in evidence}
    spans = []
    for span in states:
        if span["since"] is not None and span["since"] > today:
            continue
        state, rule, note, due = span["state"], span["rule"], span["note"], last.get(span["occurrence"])
        watched_until = min(span["until"] or today, today)
        if state == "overdue" and not any(due and since <= due and until >= watched_until for since, until in watched):
            state, rule, note = "unknown", "not_watched", None
        by = shown.get(span["evidence_id"])
        spans.append(Span(span["occurrence"], due, state, span["since"], span["until"], rule, note, by))
    return sorted(spans, key=lambda span: (span.occurrence, span.since or date.min))


def _evidence(home: Path, keys: Sequence[str]) -> dict[str, tuple[Evidence, ...]]:
    """The evidence of each task, also that which was found under a former key."""
    former = dict(query(home, _FORMER, [list(keys)]).rows)
    rows = query(home, _EVIDENCE, [[*keys, *former]]).rows
    if not rows:
        return {}
    condition, parameters = among("document_id", sorted({row[4] for row in rows}))
    shown = {row[0]: row[1:] for row in query(home, _SHOWN.format(condition=condition), parameters).rows}
    found: dict[str, list[Evidence]] = {}
    for evidence_id, key, *facts in rows:
        if (document := shown.get(facts[2])) is not None:
            name = former.get(key, key)
            found.setdefault(name, []).append(Evidence(evidence_id, name, *facts, *document))
    return {key: tuple(each) for key, each in found.items()}
