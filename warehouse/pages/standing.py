"""What became of the tasks of one document, by today's ledger, and what people decided about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from warehouse.load.arrivals import among
from warehouse.pages.text import Due
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from warehouse.pages.document import Document
    from warehouse.pages.text import Task

# As the view `ledger`, for the tasks of one document, which are found by their keys: the view joins all of them first.
_ACCOUNTS = "SELECT task_key, occurrences, states FROM ledger_tasks WHERE {condition}"
_EVIDENCE = """
SELECT evidence_id, document_id, happened_on, words FROM task_evidence WHERE {condition}"""
_SHOWN = "SELECT document_id, coalesce(symbol, title) FROM documents WHERE {condition}"
_WATCHED = "SELECT type, since, until FROM answers_watched WHERE parent = $parent"
# As the view `current_decisions`.
_DECISIONS = """
SELECT task_key, field, value, who, "at", why FROM (
    SELECT
        CASE WHEN list_contains($names, decisions.task_key) THEN decisions.task_key
            ELSE coalesce(key_aliases.new, decisions.task_key) END AS task_key,
        field, value, who, "at", why, recorded_at, decision_id
    FROM decisions LEFT JOIN key_aliases ON key_aliases.old = decisions.task_key
    WHERE decisions.document_id = $document OR list_contains($names, decisions.task_key)
)
WHERE list_contains($names, task_key)
QUALIFY row_number() OVER (PARTITION BY task_key, field ORDER BY "at" DESC, recorded_at DESC, decision_id) = 1"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document that shows what became of a task: its id, its name, its day, and the words that show it."""

    document_id: str
    name: str
    on: date | None
    words: str | None


@dataclass(frozen=True, slots=True)
class Time:
    """One time that a task is asked for, and its state today, as the view `ledger` has it.

    `note` says why in plain words; `by` is the document that shows it, None for what the calendar or a person decides.
    """

    number: int
    first: date | None
    last: date | None
    basis: str
    is_expected: bool
    state: str
    since: date | None
    rule: str
    note: str | None
    by: Shown | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a person decided about one field; the value is as `warehouse.review.decision` writes it."""

    value: str
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The times of each task and what people said of each, by the keys that the tasks have today."""

    times: Mapping[str, tuple[Time, ...]]
    said: Mapping[str, Mapping[str, Said]]


def standing(home: Path, document: Document, tasks: Mapping[str, str], names: Collection[str]) -> Standing:
    """What became of these `tasks` (type by key) of a document, and what was said of these `names` of its parts.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    today = datetime.now(UTC).date()
    condition, parameters = among("task_key", sorted(tasks))
    rows = query(home, _ACCOUNTS.format(condition=condition), parameters).rows
    watched = query(home, _WATCHED, {"parent": (document.body or "").partition("-")[0]}).rows if rows else []
    shown = _shown(home, {span["evidence_id"] for _, _, states in rows for span in states if _holds(span, today)})
    times = {
        key: tuple(
            _time(asked, span, shown, is_watched=_is_watched(asked["due_end"], tasks[key], watched, today))
            for asked in occurrences
            for span in states
            if span["occurrence"] == asked["number"] and _holds(span, today)
        )
        for key, occurrences, states in rows
    }
    said: dict[str, dict[str, Said]] = {}
    asked = {"document": document.document_id, "names": [*tasks, *names]}
    for key, field, value, *more in query(home, _DECISIONS, asked).rows:
        if value is not None:
            said.setdefault(key, {})[field] = Said(value, *more)
    return Standing(times, said)


def decided(said: Mapping[str, Said]) -> dict[str, Any]:
    """What people decided of a task, deadlines aside, by the columns of the view `current_mandates`."""
    changed: dict[str, Any] = {name: said[name].value for name in ("type", "deliverable") if name in said}
    if "addressee" in said:
        changed |= {"addressee": said["addressee"].value, "addressee_resolved": None, "addressee_id": None}
    if "addressee_id" in said:
        changed["addressee_id"] = said["addressee_id"].value
    return changed


def as_decided(task: Task, said: Mapping[str, Said]) -> Task:
    """The task as people decided it, as the view `current_mandates` has it."""
    values = {field: each.value for field, each in said.items()}
    changed = decided(said)
    if values.get("due_end") == "none":
        changed["dues"] = ()
    elif "due_end" in values:
        last = date.fromisoformat(values["due_end"])
        first = date.fromisoformat(values["due_start"]) if "due_start" in values else last
        changed["dues"] = (Due(None, first, last, "decided", None), *task.dues[1:])
    return replace(task, **changed)


def _holds(span: Mapping[str, Any], today: date) -> bool:
    has_begun = span["since"] is None or span["since"] <= today
    return has_begun and (span["until"] is None or span["until"] > today)


def _is_watched(last: date | None, kind: str, watched: Sequence[tuple[Any, ...]], today: date) -> bool:
    """Whether a source that would show an answer was asked without a gap from the deadline to today."""
    return last is not None and any(
        type_ == kind and since <= last and until >= today for type_, since, until in watched
    )


def _time(asked: Mapping[str, Any], span: Mapping[str, Any], shown: Mapping[str, Shown], *, is_watched: bool) -> Time:
    state, rule, note = span["state"], span["rule"], span["note"]
    if state == "overdue" and not is_watched:
        state, rule, note = "unknown", "not_watched", "due date passed, answer not watched"
    days = asked["due_start"], asked["due_end"], asked["due_basis"], asked["is_expected"]
    return Time(asked["number"], *days, state, span["since"], rule, note, shown.get(span["evidence_id"]))


def _shown(home: Path, evidence: set[str | None]) -> dict[str, Shown]:
    """The documents behind these pieces of evidence."""
    ids = sorted(each for each in evidence if each is not None)
    if not ids:
        return {}
    condition, parameters = among("evidence_id", ids)
    rows = query(home, _EVIDENCE.format(condition=condition), parameters).rows
    condition, parameters = among("document_id", sorted({row[1] for row in rows}))
    names = dict(query(home, _SHOWN.format(condition=condition), parameters).rows)
    return {
        evidence_id: Shown(document_id, names.get(document_id, ""), on, words)
        for evidence_id, document_id, on, words in rows
    }
