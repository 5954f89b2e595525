"""What changed in the ledger between two looks at it, and why: two days of a snapshot, or two snapshots.

Each task and each time that it asks for something is compared. The reason is looked for in what was recorded in
between: a person's decision on what changed, a document that shows something, another reading or another text of the
document that asks, or that document itself; what has none of these came with the calendar.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Literal

import duckdb

from warehouse.model import QueryError
from warehouse.query.changed_documents import Moment, pieces, touched
from warehouse.query.changed_tasks import Row, tasks_of
from warehouse.query.opening import opened, reading
from warehouse.store.paths import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

What = Literal["new", "gone", "state", "deadline", "words"]
Reason = Literal["new document", "new text", "re-reading", "review", "calendar"]

# A task that no text has any more is still there as it was known, without its words.
_ROWS = """
SELECT
    account.task_key, account.occurrence, account.document_id, coalesce(shown.state, account.state) AS state,
    account.due_end, shown.quote, shown.number, coalesce(shown.evidence_id, account.evidence_id) AS evidence_id,
    coalesce(shown.note, account.note) AS note, coalesce(documents.symbol, documents.title) AS document, documents.body,
    documents.url, current_versions.version_id
FROM (
    SELECT asked.task_key, asked.document_id, asked.time.number AS occurrence, asked.time.due_end, held.span.state,
        held.span.evidence_id, held.span.note
    FROM (SELECT task_key, document_id, unnest(occurrences) AS time FROM ledger_accounts($known)) AS asked
    JOIN (SELECT task_key, unnest(states) AS span FROM ledger_accounts($known)) AS held
        ON held.task_key = asked.task_key AND held.span.occurrence = asked.time.number
        AND (held.span.since IS NULL OR held.span.since <= $day) AND (held.span.until IS NULL OR held.span.until > $day)
) AS account
LEFT JOIN ledger_known($day, $known) AS shown
    ON shown.task_key = account.task_key AND shown.occurrence = account.occurrence
LEFT JOIN documents ON documents.document_id = account.document_id
LEFT JOIN current_versions ON current_versions.document_id = account.document_id
WHERE $body IS NULL OR documents.body = $body OR starts_with(documents.body, $body || '-')
ORDER BY document, account.task_key, account.occurrence"""

_LATEST = """
SELECT greatest(
    (SELECT max(recorded_at) FROM batches), (SELECT max(recorded_at) FROM decisions),
    (SELECT max(known_at) FROM ledger_tasks)
)"""

# Of some documents only, where they are named.
_BETWEEN = """
SELECT field, coalesce(key_aliases.new, task_key), who || coalesce(': ' || nullif(trim(why), ''), '')
FROM decisions LEFT JOIN key_aliases ON old = task_key WHERE recorded_at > $first AND recorded_at <= $last
UNION ALL
SELECT 'evidence', evidence_id, coalesce(symbol, title)
FROM task_evidence JOIN documents USING (document_id)
WHERE ($evidence IS NULL OR evidence_id IN (SELECT unnest($evidence::VARCHAR[])))
    AND ((known_at > $first AND known_at <= $last) OR (retracted_at > $first AND retracted_at <= $last))
UNION ALL
SELECT 'new text', document_id, coalesce(symbol, title) FROM versions JOIN documents USING (document_id)
WHERE versions.first_seen > $first AND versions.first_seen <= $last AND versions.first_seen > documents.first_seen
    AND ($documents IS NULL OR document_id IN (SELECT unnest($documents::VARCHAR[])))
UNION ALL
SELECT 're-reading', document_id, NULL FROM rereadings WHERE "at" > $first AND "at" <= $last
    AND ($documents IS NULL OR document_id IN (SELECT unnest($documents::VARCHAR[])))"""


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the ledger: the snapshot in a file, on a day by what was known then, or as it is with None."""

    path: Path
    day: date | None = None


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """One thing that is otherwise; `before` and `after` are states, days or words, None where there is no such task.

    `reason` says what brought it, `detail` which document or who; `document` is the one that asks.
    """

    what: What
    before: str | None
    after: str | None
    reason: Reason
    detail: str | None
    document: str | None
    number: str | None
    quote: str | None
    occurrence: int
    task_key: str
    url: str | None


_Rows = dict[tuple[str, int], Row]

# After all that was ever recorded.
_EVER = datetime.max.replace(tzinfo=UTC)

# The fields of which a decision changes what is compared.
_DECIDED: dict[What, tuple[str, ...]] = {
    "new": ("is_mandate",),
    "gone": ("is_mandate",),
    "state": ("state", "due_end"),
    "deadline": ("due_end",),
    "words": (),
}


def changes(old: Look, new: Look, body: str | None = None) -> tuple[LedgerChange, ...]:
    """All that changed from one look to a later one, by document; of one organ only, where `body` names it.

    Raises:
        QueryError: a snapshot is missing, cannot be opened, or is one of a version without a ledger.
    """
    if old.path == new.path and old.day:
        if new.day is not None and new.day < old.day:
            raise QueryError(f"{new.day} is before {old.day}; name the earlier day first")
        return tuple(chain.from_iterable(changes_between(old.path, old.day, new.day, body)))
    (before, first), (after, last) = _seen(old, body), _seen(new, body)
    with _reading(new.path) as connection:
        story = _Story(before, after, _between(connection, first, last))
    return tuple(change for _, change in _compared(before, after, story))


def changes_between(
    path: Path, first: date, last: date | None, body: str | None = None, name: str = ""
) -> Generator[tuple[LedgerChange, ...]]:
    """The same between two days of one snapshot, or the first and today, some documents at a time.

    They come in the order of their names (symbol or title), from `name` on. Raises as `changes`.
    """
    with _reading(path) as connection:
        latest = _latest(connection)
        end, until = _end(first), _end(last) if last else latest
        start = Moment(first, end)
        stop = Moment(last, until) if last else Moment(datetime.now(UTC).date(), _EVER)
        if stop.day <= first:
            return
        found = touched(path, connection, start, stop, body)
        for documents in pieces(connection, found.places, name):
            tasks = tasks_of(connection, documents, end, found.said)
            looks = zip((start, stop), found.watched, strict=True)
            before, after = (_by_time(tasks.on(moment, watched)) for moment, watched in looks)
            story = _Story(before, after, _between(connection, end, until, documents, (before, after)))
            yield tuple(change for document, change in _compared(before, after, story) if document in documents)


def _seen(look: Look, body: str | None) -> tuple[_Rows, datetime]:
    """The rows of a look by task and time, and up to when what was recorded counts in it."""
    with _reading(look.path) as connection:
        until = _end(look.day) if look.day else _latest(connection)
        day, known = look.day or until.astimezone(UTC).date(), until if look.day else _EVER
        found = connection.execute(_ROWS, {"day": day, "known": known, "body": body}).fetchall()
        return _by_time(Row(*row) for row in found), until


def _latest(connection: duckdb.DuckDBPyConnection) -> datetime:
    """When something was recorded last."""
    ((latest,),) = connection.execute(_LATEST).fetchall()
    return latest or datetime.min.replace(tzinfo=UTC)


def _by_time(found: Iterable[Row]) -> _Rows:
    return {(row.task_key, row.occurrence): row for row in found}


def _between(
    connection: duckdb.DuckDBPyConnection,
    first: datetime,
    last: datetime,
    documents: frozenset[str] | None = None,
    shown: Sequence[_Rows] = (),
) -> Mapping[tuple[str, str], str | None]:
    """What was recorded between two moments, by its kind and by what it is about; who or which document.

    Where only some documents are compared, it is what concerns these and the evidence that their rows name.
    """
    evidence = {row.evidence_id for each in shown for row in each.values() if row.evidence_id}
    of = {"documents": None, "evidence": None} if documents is None else {"documents": documents, "evidence": evidence}
    given = {name: None if each is None else list(each) for name, each in of.items()}
    found = connection.execute(_BETWEEN, {"first": first, "last": last} | given).fetchall()
    return {(kind, about): detail for kind, about, detail in found}


def _compared(before: _Rows, after: _Rows, story: _Story) -> Iterator[tuple[str, LedgerChange]]:
    """Each change with the document that asks, in the order of their names."""
    for key in sorted({*before, *after}, key=lambda key: ((after.get(key) or before[key]).document or "", key)):
        for row, what, was, now in _differences(before.get(key), after.get(key)):
            reason, detail = story.of(row, what)
            about = (row.document, row.number, row.quote, row.occurrence, row.task_key, row.url)
            yield row.document_id, LedgerChange(what, was, now, reason, detail, *about)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    home = path.parent
    with reading(home) if path == snapshot_path(home) else opened(path) as connection:
        try:
            yield connection
        except duckdb.CatalogException as error:
            raise QueryError(f"{path}: is a snapshot of a version without a ledger") from error


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)


def _differences(before: Row | None, after: Row | None) -> Iterator[tuple[Row, What, str | None, str | None]]:
    if before is None and after is not None:
        yield after, "new", None, after.state
    elif after is None and before is not None:
        yield before, "gone", before.state, None
    elif before is not None and after is not None:
        if before.state != after.state:
            yield after, "state", before.state, after.state
        if before.due_end != after.due_end:
            was, now = (str(row.due_end) if row.due_end else None for row in (before, after))
            yield after, "deadline", was, now
        if before.quote != after.quote and before.quote and after.quote:
            yield after, "words", before.quote, after.quote


class _Story:
    """Why something is otherwise, by what was there before and what was recorded in between."""

    def __init__(self, before: _Rows, after: _Rows, brought: Mapping[tuple[str, str], str | None]) -> None:
        self._before, self._brought = before, brought
        self._tasks = {task for task, _ in before}
        self._was, self._is = ({row.document_id: row.version_id for row in rows.values()} for rows in (before, after))

    def of(self, row: Row, what: What) -> tuple[Reason, str | None]:
        """The reason of one change, with who or which document brought it."""
        for field in _DECIDED[what]:
            for name in (row.task_key, row.task_key.partition(":")[0]):
                if (field, name) in self._brought:
                    return "review", self._brought[field, name]
        former = self._before.get((row.task_key, row.occurrence))
        for shown in (row.evidence_id, former and former.evidence_id):
            if shown and ("evidence", shown) in self._brought:
                return "new document", self._brought["evidence", shown]
        if ("re-reading", row.document_id) in self._brought:
            return "re-reading", row.document
        document = row.document_id
        if document not in self._was:
            return "new document", row.document
        was = self._was[document]
        if ("new text", document) in self._brought or self._is.get(document, was) != was:
            return "new text", row.document
        return "calendar", row.note
