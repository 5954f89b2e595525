"""The page of a mandate: its clause, what the clause asks for, and what became of each task through the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.pages.addresses import clause_place
from warehouse.pages.clause_years import years_of
from warehouse.pages.corrections import corrections_of
from warehouse.pages.decided import decided, is_mandate, types_as_decided
from warehouse.pages.document import recorded
from warehouse.pages.session_names import session_names
from warehouse.pages.task_history import histories
from warehouse.pages.text import text_of
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from warehouse.pages.addresses import ClausePlace
    from warehouse.pages.clause_years import Year
    from warehouse.pages.corrections import Correction
    from warehouse.pages.decided import Said
    from warehouse.pages.document import Document, Version
    from warehouse.pages.session_names import Session
    from warehouse.pages.task_history import TaskHistory
    from warehouse.pages.text import Clause

_BY_CALENDAR = frozenset({"session calendar", "inferred"})
_ALIAS = "SELECT new FROM key_aliases WHERE old = $key"
_PAST = """
SELECT document_id, replaced_at FROM ledger_past WHERE task_key = $key ORDER BY replaced_at DESC, past_id LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Mandate:
    """A clause of a document's newest text, with what became of its tasks.

    `task_key` is the task that was asked for, the clause's own key where a person said that it is a mandate.
    `said` is what people decided, by task or clause. `histories` are by task; drafts have none, for the ledger keeps no
    account of them. `sessions` are those whose days are the first and last one of a deadline that was worked out.
    """

    task_key: str
    document: Document
    version: Version
    clause: Clause
    said: Mapping[str, Mapping[str, Said]]
    corrections: Sequence[Correction]
    histories: Mapping[str, TaskHistory]
    years: tuple[Year, ...]
    sessions: Mapping[tuple[date, date], Session]


@dataclass(frozen=True, slots=True)
class Moved:
    """The mandate has another key today."""

    task_key: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A mandate that the newest text of its document no longer has, and since when (UTC).

    `former` is where its clause is in the last text that has it; None where only the reading of a text changed.
    """

    document: Document
    since: datetime
    former: ClausePlace | None


def mandate_page(home: Path, key: str) -> Mandate | Moved | Gone | None:
    """The mandate of that key; where it is now if that is a former key or the key of its clause; None for other keys.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    with one_look(home):
        aliases = query(home, _ALIAS, {"key": key}).rows
        if aliases:
            return Moved(aliases[0][0])
        return _found(home, key) or _gone(home, key)


def _found(home: Path, key: str) -> Mandate | Moved | None:
    place = clause_place(home, key)
    known = recorded(home, place.document_id) if place else None
    version = known.current if known else None
    text = text_of(home, version.version_id) if version else None
    if place is None or known is None or version is None or text is None:
        return None
    clause = next((each for each in text.clauses if each.clause_key == place.clause_key), None)
    if clause is None:
        return None
    types = {task.task_key: task.type for task in clause.tasks}
    if key == clause.clause_key and types:
        return Moved(clause.tasks[0].task_key)
    said = decided(home, place.document_id, [key, *types, clause.clause_key])
    if key not in types and (types or not is_mandate(said.get(key, {}), is_read=False)):
        return None
    past = histories(home, types_as_decided(types or {key: clause.type}, said), known.document.body)
    corrections = corrections_of(home, place.document_id).get(clause.clause_key, ())
    years = years_of(home, place.document_id, clause.clause_key)
    sessions = session_names(home, _worked_out(past.values()), known.document.body)
    return Mandate(key, known.document, version, clause, said, corrections, past, years, sessions)


def _worked_out(past: Iterable[TaskHistory]) -> set[tuple[date, date]]:
    """First and last days that a calendar or a rule gave, and not the document."""
    spans = (span for each in past for span in each.spans if span.basis in _BY_CALENDAR)
    return {(span.first, span.last) for span in spans if span.first and span.last}


def _gone(home: Path, key: str) -> Gone | None:
    rows = query(home, _PAST, {"key": key}).rows
    known = recorded(home, rows[0][0]) if rows else None
    if known is None:
        return None
    place = clause_place(home, key)
    return Gone(known.document, rows[0][1], place if place and place.version_id else None)
