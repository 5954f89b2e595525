"""The tasks of some documents as they were known at any time since a day, found by keys.

The macros that show the ledger of a day join the words of all documents first, for which a register with a hundred
thousand of them has no memory; and each join with a few keys reads whole columns. These rows are looked up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.links.newest import newest
from warehouse.load.keyed import asker, mandates_of, rows_of
from warehouse.query.changed_documents import Said

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date, datetime

    import duckdb

    from warehouse.load.keyed import Ask
    from warehouse.query.changed_documents import Moment, Watched

# The keys of one look into an index, and of several. For more of them, columns are read whole.
_LOOKED_UP, _MOST_LOOKED_UP = 500, 2_000
_CLAUSES = """
SELECT clause_id, document_id, number, display, clause_key, type, is_mandate FROM clauses WHERE {condition}"""
_MANDATES = "SELECT clause_id, task_key, quote, type FROM mandates WHERE {condition}"
_DOCUMENTS = "SELECT document_id, coalesce(symbol, title), body, url FROM documents WHERE {condition}"
_TASKS = "SELECT task_key, document_id, occurrences, states, known_at, NULL FROM ledger_tasks WHERE {condition}"
_NOTHING = Said()
# What was in another document before, or is now, is compared in the one where it is now.
_FORMER = """
WITH former AS (
    SELECT past_id, past.document_id, coalesce(key_aliases.new, past.task_key) AS name
    FROM ledger_past AS past LEFT JOIN key_aliases ON key_aliases.old = past.task_key WHERE past.replaced_at > $known
)
SELECT past_id, name FROM former
WHERE name IN (SELECT unnest($tasks)) OR name IN (
    SELECT name FROM former WHERE document_id IN (SELECT unnest($documents))
)"""
_PAST = """
SELECT past_id, document_id, occurrences, states, known_at, replaced_at FROM ledger_past WHERE {condition}"""


class Row(NamedTuple):
    """A task on a day, for each time that it is asked for; without words where no text has it any more.

    `version_id` is the newest text of its document, where two snapshots are compared.
    """

    task_key: str
    occurrence: int
    document_id: str
    state: str
    due_end: date | None
    quote: str | None
    number: str | None
    evidence_id: str | None
    note: str | None
    document: str | None
    body: str | None
    url: str | None
    version_id: str | None = None


class _Account(NamedTuple):
    task_key: str
    document_id: str
    occurrences: list[dict[str, Any]]
    states: list[dict[str, Any]]
    known_at: datetime
    replaced_at: datetime | None


class _Asking(NamedTuple):
    clause_id: str
    task_key: str
    quote: str
    type: str
    document_id: str
    number: str | None
    display: str


class _Words(NamedTuple):
    number: str | None
    quote: str
    type: str
    organ: str


class _Document(NamedTuple):
    name: str | None = None
    body: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Tasks:
    """The accounts of the tasks of some documents, those that were replaced since included, with today's words."""

    accounts: list[_Account]
    words: Mapping[str, _Words]
    documents: Mapping[str, _Document]

    def on(self, moment: Moment, watched: Watched) -> Iterator[Row]:
        """As the macro `ledger_known`, also of a task that no text has any more."""
        for account in self._known(moment.known):
            held = {span["occurrence"]: span for span in account.states if _holds(span, moment.day)}
            words, document = self.words.get(account.task_key), self.documents.get(account.document_id, _Document())
            for asked in account.occurrences:
                number, due_end = asked["number"], asked["due_end"]
                if (span := held.get(number)) is None:
                    continue
                state, note = span["state"], span["note"]
                if state == "overdue" and words is not None:
                    since = watched.get((words.type, words.organ))
                    if since is None or due_end is None or not since <= due_end < moment.day:
                        state, note = "unknown", "due date passed, answer not watched"
                yield Row(
                    account.task_key,
                    number,
                    account.document_id,
                    state,
                    due_end,
                    words and words.quote,
                    words and words.number,
                    span["evidence_id"],
                    note,
                    *document,
                )

    def _known(self, known: datetime) -> Iterator[_Account]:
        """As the macro `ledger_accounts`: of several accounts of one name, the one that was worked out last."""
        last: dict[str, _Account] = {}
        for account in self.accounts:
            if account.known_at <= known:
                if account.replaced_at is None:
                    yield account
                elif account.replaced_at > known:
                    former = last.get(account.task_key, account)
                    last[account.task_key] = max(former, account, key=attrgetter("known_at"))
        yield from last.values()


def tasks_of(
    connection: duckdb.DuckDBPyConnection, documents: Collection[str], known: datetime, said: Mapping[str, Said]
) -> Tasks:
    """The tasks that are, or were at any time since `known`, in these documents."""
    ask = asker(connection)
    asking = _asking(connection, documents, said)
    keys = {each.task_key for each in asking}
    parameters = {"known": known, "tasks": [*keys], "documents": [*documents]}
    names = dict(connection.execute(_FORMER, parameters).fetchall())
    now = [_Account(*row) for row in _looked_up(ask, _TASKS, "task_key", keys | {*names.values()})]
    past = [_Account(names[past_id], *rest) for past_id, *rest in sorted(_looked_up(ask, _PAST, "past_id", names))]
    asking += _asking(connection, {each.document_id for each in now} - {*documents}, said)
    needed = {*documents, *(each.document_id for each in (*now, *past))}
    described = {row[0]: _Document(*row[1:]) for row in _looked_up(ask, _DOCUMENTS, "document_id", needed)}
    shown = [each for each in asking if said.get(each.task_key, _NOTHING).is_mandate != "no"]
    shared = Counter(each.clause_id for each in shown)
    words = {}
    for each in shown:
        decided = said.get(each.task_key, _NOTHING)
        quote = each.display if shared[each.clause_id] == 1 else each.quote
        organ = (described[each.document_id].body or "").partition("-")[0]
        words[each.task_key] = _Words(each.number, quote, decided.type or each.type, organ)
    return Tasks([*now, *past], words, described)


def _asking(
    connection: duckdb.DuckDBPyConnection, documents: Collection[str], said: Mapping[str, Said]
) -> list[_Asking]:
    """The mandates in the newest texts of these documents, those that a person said are none included."""
    ask, ids = asker(connection), newest(connection, documents).clauses
    clauses = {row[0]: row[1:] for row in _looked_up(ask, _CLAUSES, "clause_id", ids)}
    found = [row for step in _steps(ids) for row in mandates_of(ask, _MANDATES, step)]
    # What a person called a mandate has the key of its clause.
    found += [
        (clause_id, key, display, kind)
        for clause_id, (_, _, display, key, kind, is_mandate) in clauses.items()
        if not is_mandate and said.get(key, _NOTHING).is_mandate == "yes"
    ]
    return [_Asking(*row, *clauses[row[0]][:3]) for row in found]


def _steps(keys: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(keys)
    step = _LOOKED_UP if len(ordered) <= _MOST_LOOKED_UP else len(ordered)
    for place in range(0, len(ordered), step):
        yield ordered[place : place + step]


def _looked_up(ask: Ask, statement: str, column: str, keys: Collection[str]) -> list[tuple[Any, ...]]:
    return [row for step in _steps(keys) for row in rows_of(ask, statement, column, step)]


def _holds(span: Mapping[str, Any], day: date) -> bool:
    since, until = span["since"], span["until"]
    return (since is None or since <= day) and (until is None or until > day)
