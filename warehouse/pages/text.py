"""One text of a document with all that was found in it: clauses, what they ask for, and the documents that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

# All rows of a version have ids that begin with its own, which their index finds.
_WITHIN = "BETWEEN $version || ':' AND $version || ':~'"
_TEXT = """
SELECT text, page_starts, coalesce(preamble, []) FROM versions LEFT JOIN analyses USING (version_id)
WHERE versions.version_id = $version"""
_CLAUSES = f"""
SELECT
    clause_key, number, "start", "end", page, display, verb, type, is_mandate, addressee, addressee_id,
    confidence, review, evidence, clause_id
FROM clauses WHERE clause_id {_WITHIN} ORDER BY "start", position"""  # noqa: S608 - our own words
_MANDATES = f"""
SELECT
    clause_id, task_key, "start", "end", verb, type, addressee, addressee_id, addressee_resolved, deliverable,
    agenda_item, agenda_title, rule, dues
FROM mandates WHERE mandate_id {_WITHIN} ORDER BY "start", mandate_id"""  # noqa: S608 - our own words
_CITATIONS = f"""
SELECT "start", "end", symbol FROM citations WHERE citation_id {_WITHIN} ORDER BY "start" """  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets into the text, from the first character to behind the last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Named(Span):
    """A document that the text names at this place, by its symbol."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as written and as days. `words`, `start` and `end` are None where a person decided it."""

    words: str | None
    first: date | None
    last: date | None
    basis: str
    sense: str | None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was read so: what it was taken for, the rule, and the words that it rests on."""

    label: str
    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Task(Span):
    """What one verb of a clause asks for, as it is read; people's decisions are in `warehouse.pages.standing`."""

    task_key: str
    verb: str
    type: str
    addressee: str | None
    addressee_id: str | None
    addressee_resolved: str | None
    deliverable: str | None
    agenda_item: str | None
    agenda_title: str | None
    rule: str
    dues: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Clause(Span):
    """One operative paragraph with its tasks. `display` are its words without page furniture; `page` counts from 1."""

    clause_key: str
    number: str | None
    page: int | None
    display: str
    verb: str
    type: str
    is_mandate: bool
    addressee: str | None
    addressee_id: str | None
    confidence: float | None
    review: tuple[str, ...]
    reasons: tuple[Reason, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """The words of one version, exactly as extracted; all offsets are characters of `words`."""

    version_id: str
    words: str
    page_starts: tuple[int, ...]
    preamble: tuple[Span, ...]
    clauses: tuple[Clause, ...]
    citations: tuple[Named, ...]


def text_of(home: Path, version_id: str) -> Text | None:
    """The text of that version; None where there is none.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    asked = {"version": version_id}
    rows = query(home, _TEXT, asked).rows
    if not rows:
        return None
    ((words, page_starts, preamble),) = rows
    tasks: dict[str, list[Task]] = {}
    for clause_id, task_key, start, end, *facts, dues in query(home, _MANDATES, asked).rows:
        tasks.setdefault(clause_id, []).append(Task(*(start, end, task_key, *facts, tuple(map(_due, dues)))))
    return Text(
        version_id,
        words,
        tuple(page_starts),
        tuple(Span(each["start"], each["end"]) for each in preamble),
        tuple(_clause(row, tasks) for row in query(home, _CLAUSES, asked).rows),
        tuple(Named(*row) for row in query(home, _CITATIONS, asked).rows),
    )


def _clause(row: tuple[Any, ...], tasks: Mapping[str, list[Task]]) -> Clause:
    clause_key, number, start, end, page, *facts, review, evidence, clause_id = row
    reasons, own = tuple(_reasons(evidence)), tuple(tasks.get(clause_id, ()))
    return Clause(*(start, end, clause_key, number, page, *facts, tuple(review or ()), reasons, own))


def _due(due: Mapping[str, Any]) -> Due:
    days = due["due_start"], due["due_end"]
    return Due(due["quote"], *days, due["basis"] or "none", due.get("sense"), due["start"], due["end"])


def _reasons(evidence: Iterable[Mapping[str, Any]]) -> Iterable[Reason]:
    return (Reason(each["label"], each["rule"], each["quote"]) for each in evidence)
