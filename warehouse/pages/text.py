"""One text of a document with all that was found in it: clauses, what they ask for, and the documents that it names."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from mandates.documents.citations import find_citations
from warehouse.load.keyed import acts_of, mandates_of, rows_of
from warehouse.query.places import near
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

# The citations of a longer text are found sooner by reading their column than by reading the text again.
LONG = 200_000
# A citation's key has the place that today's rules find in the text; so its column is not read either.
_TEXT = """
SELECT text, page_starts, coalesce(preamble, []), document_id FROM versions LEFT JOIN analyses USING (version_id)
WHERE versions.version_id = $version"""
_IDS = "SELECT clause_id FROM {clauses} WHERE version_id = $version"
# Put in order here: that takes DuckDB a millisecond.
_CLAUSES = """
SELECT
    clause_key, number, "start", "end", page, display, verb, type, is_mandate, addressee, addressee_id,
    confidence, review, evidence, clause_id, position
FROM clauses WHERE {condition}"""
_START, _POSITION = 2, -1
_MANDATES = """
SELECT
    clause_id, task_key, "start", "end", verb, type, addressee, addressee_id, addressee_resolved, deliverable,
    agenda_item, agenda_title, rule, dues
FROM mandates WHERE {condition}"""
_CITATIONS = 'SELECT "start", "end", symbol FROM citations WHERE {condition}'


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
    """What one verb of a clause asks for, as it is read; people's decisions are in `warehouse.pages.decided`."""

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
    rows = query(home, _TEXT, {"version": version_id}).rows
    if not rows:
        return None
    ((words, page_starts, preamble, document_id),) = rows
    clauses = clause_ids(home, document_id, version_id)
    tasks = _tasks(home, clauses)
    found = rows_of(asker(home), _CLAUSES, "clause_id", clauses)
    found.sort(key=itemgetter(_START, _POSITION))
    return Text(
        version_id,
        words,
        tuple(page_starts),
        tuple(Span(each["start"], each["end"]) for each in preamble),
        tuple(_clause(row, tasks) for row in found),
        _citations(home, version_id, words),
    )


def clause_ids(home: Path, document_id: str, version_id: str) -> list[str]:
    """The ids of all clauses of a version; raises as `text_of`."""
    newest, clauses = acts_of(asker(home), [document_id]).get(document_id, (None, []))
    if newest == version_id:
        return clauses
    place = near(home, "clauses", "version_id", version_id)
    return [row[0] for row in query(home, _IDS.format(clauses=place), {"version": version_id}).rows]


def _tasks(home: Path, clauses: Sequence[str]) -> dict[str, list[Task]]:
    """The tasks of each of these clauses, in their order."""
    found: dict[str, list[Task]] = {}
    for clause_id, task_key, start, end, *facts, dues in mandates_of(asker(home), _MANDATES, clauses):
        found.setdefault(clause_id, []).append(Task(*(start, end, task_key, *facts, tuple(map(_due, dues)))))
    return {clause: sorted(tasks, key=lambda task: task.start) for clause, tasks in found.items()}


def _citations(home: Path, version_id: str, words: str) -> tuple[Named, ...]:
    """The recorded citations, at places where today's rules find some too: so far a text is read again."""
    if len(words) > LONG:
        rows = query(home, _CITATIONS.format(condition="version_id = ?"), [version_id]).rows
    else:
        places = dict.fromkeys(each.start for each in find_citations(words))
        rows = rows_of(asker(home), _CITATIONS, "citation_id", [f"{version_id}:c{place}" for place in places])
    return tuple(sorted((Named(*row) for row in rows), key=lambda named: named.start))


def _clause(row: tuple[Any, ...], tasks: Mapping[str, list[Task]]) -> Clause:
    clause_key, number, start, end, page, *facts, review, evidence, clause_id, _ = row
    reasons, own = tuple(_reasons(evidence)), tuple(tasks.get(clause_id, ()))
    return Clause(*(start, end, clause_key, number, page, *facts, tuple(review or ()), reasons, own))


def _due(due: Mapping[str, Any]) -> Due:
    days = due["due_start"], due["due_end"]
    return Due(due["quote"], *days, due["basis"] or "none", due.get("sense"), due["start"], due["end"])


def _reasons(evidence: Iterable[Mapping[str, Any]]) -> Iterable[Reason]:
    return (Reason(each["label"], each["rule"], each["quote"]) for each in evidence)
