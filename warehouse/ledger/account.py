"""The account of each task, kept up with what arrives: its occurrences and states, and what they were before.

An account that has not changed keeps its timestamp. One that has changed is copied to `ledger_past` first, so that the
ledger can be queried as it was known at a given time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warehouse.ledger.asked import Account, Fresh, Rows, accounts, asked_before, asked_by, decisions_on, evidence_on
from warehouse.ledger.states import spans
from warehouse.load.arrivals import among, insert
from warehouse.store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

    import duckdb

    from warehouse.ledger.asked import Asked, Said
    from warehouse.ledger.occurrences import SessionsOf

# Documents a step of a rebuild: 16,000 tasks, some 200 MB while they are worked out.
REBUILT_TOGETHER = 4_000
_HEX = 16

_OCCURRENCE = pa.struct(
    [
        ("number", pa.int32()), ("due_position", pa.int32()), ("due", pa.string()), ("due_start", pa.date32()),
        ("due_end", pa.date32()), ("due_basis", pa.string()), ("sense", pa.string()), ("is_expected", pa.bool_()),
    ]
)  # fmt: skip
_SPAN = pa.struct(
    [
        ("occurrence", pa.int32()), ("state", pa.string()), ("since", pa.date32()), ("until", pa.date32()),
        ("rule", pa.string()), ("evidence_id", pa.string()), ("note", pa.string()),
    ]
)  # fmt: skip
_ACCOUNT = pa.struct(
    [
        ("task_key", pa.string()), ("document_id", pa.string()), ("occurrences", pa.list_(_OCCURRENCE)),
        ("states", pa.list_(_SPAN)), ("known_at", pa.timestamp("us", tz="UTC")),
    ]
)  # fmt: skip
_SCHEMA = pa.schema([*_ACCOUNT])
_PAST_SCHEMA = pa.schema(
    [pa.field("past_id", pa.string()), *_SCHEMA, pa.field("replaced_at", pa.timestamp("us", tz="UTC"))]
)
NOTHING_NEW = Fresh()
_INSERT = "INSERT INTO ledger_tasks BY NAME FROM rows_in"
_INSERT_PAST = "INSERT INTO ledger_past BY NAME FROM rows_in"
_DELETE = "DELETE FROM ledger_tasks WHERE {condition}"
_LED = "SELECT old, new FROM key_aliases WHERE {condition}"
_DOCUMENTS_OF = "SELECT DISTINCT document_id FROM mandates WHERE {condition}"
_SESSIONS = """
SELECT start_on, end_on FROM current_sessions
WHERE body = ? AND start_on IS NOT NULL AND end_on IS NOT NULL ORDER BY ALL"""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session of a body, as far as the days of a series need it."""

    body: str
    number: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Change:
    """An account before and after a change; None where there was none, or is none any more."""

    task_key: str
    before: Account | None
    after: Account | None


def update(
    connection: duckdb.DuckDBPyConnection,
    *,
    documents: Collection[str] = (),
    tasks: Collection[str] = (),
    new: Fresh = NOTHING_NEW,
    now: datetime,
) -> tuple[Change, ...]:
    """Bring the accounts of these tasks, and of all tasks of these documents, up to date; return what changed.

    `documents` are those whose text, day or decided tasks may have changed. `new` are those just recorded for the first
    time: they have no accounts yet, and evidence only on `tasks`. `tasks` are those whose evidence, or whose decision
    on what became of them, has changed. Runs in the caller's transaction.
    """
    named = _today(connection, tasks)
    found = _of_new(connection, new, named, now)
    wanted = {*documents} - {*new.documents}
    named -= {change.task_key for change in found}
    known = accounts(connection, *among("task_key", sorted(named))) if named else {}
    elsewhere = {key: each for key, each in known.items() if each.document_id not in wanted}
    # For tasks without an account, work out their whole documents.
    if missing := sorted(named - known.keys()):
        condition, parameters = among("task_key", missing)
        rows = connection.execute(_DOCUMENTS_OF.format(condition=condition), parameters).fetchall()
        wanted |= {row[0] for row in rows} - {*new.documents}
    if wanted:
        found += _of_documents(connection, *among("document_id", sorted(wanted)), now)
    if elsewhere:
        said = decisions_on(connection, list(elsewhere))
        found += _kept_up(connection, asked_before(connection, elsewhere), said, elsewhere, now)
    return found


def rebuild(
    connection: duckdb.DuckDBPyConnection, now: datetime, tell: Callable[[int, int], None] | None = None
) -> int:
    """Work out every account again, a few thousand documents per transaction; return how many changed.

    A run that is interrupted keeps what it has done. `tell` is called with the steps done and the number of all steps.
    """
    ((count,),) = connection.execute("SELECT count(*) FROM documents").fetchall()
    digits = 0
    while count > REBUILT_TOGETHER * _HEX**digits:
        digits += 1
    steps, changed = _HEX**digits, 0
    for step in range(steps):
        # Document ids are hashes in hexadecimal digits, so equal ranges of them hold as many documents.
        first = f"{step:0{digits}x}" if digits else ""
        condition, parameters = "document_id >= ? AND document_id < ?", [first, f"{first}g"]
        with transaction(connection):
            changed += len(_of_documents(connection, condition, parameters, now))
        if tell is not None:
            tell(step + 1, steps)
    return changed


def _today(connection: duckdb.DuckDBPyConnection, tasks: Collection[str]) -> set[str]:
    """The present keys of these tasks."""
    if not tasks:
        return set()
    condition, parameters = among("old", sorted(tasks))
    led = dict(connection.execute(_LED.format(condition=condition), parameters).fetchall())
    return {led.get(key, key) for key in tasks}


def _of_new(
    connection: duckdb.DuckDBPyConnection, new: Fresh, tasks: AbstractSet[str], now: datetime
) -> tuple[Change, ...]:
    """The first accounts of new documents; only `tasks` have evidence."""
    if not new.documents:
        return ()
    asked, said = asked_by(connection, new.rows, now.date(), _sessions_of(connection))
    return _kept_up(connection, asked, said, {}, now, shown_on=tasks)


def _of_documents(
    connection: duckdb.DuckDBPyConnection, condition: str, parameters: Sequence[Any], now: datetime
) -> tuple[Change, ...]:
    """Bring the accounts of all tasks of the documents whose id meets a condition up to date."""
    asked, said = asked_by(connection, Rows.of(condition, parameters), now.date(), _sessions_of(connection))
    return _kept_up(connection, asked, said, accounts(connection, condition, parameters), now)


def _kept_up(
    connection: duckdb.DuckDBPyConnection,
    asked: Sequence[Asked],
    said: Mapping[str, Said],
    held: Mapping[str, Account],
    now: datetime,
    *,
    shown_on: AbstractSet[str] | None = None,
) -> tuple[Change, ...]:
    """Replace the accounts that differ from those `held`; only tasks in `shown_on`, if given, have evidence."""
    keys = [each.task_key for each in asked if shown_on is None or each.task_key in shown_on]
    shown = evidence_on(connection, keys)
    current = {each.task_key: _account(each, shown, said, now) for each in asked}
    changes = tuple(
        Change(key, held.get(key), current.get(key))
        for key in sorted({*held, *current})
        if _content(held.get(key)) != _content(current.get(key))
    )
    _replace(connection, changes, now)
    return changes


def _account(each: Asked, shown: Mapping[str, Any], said: Mapping[str, Said], now: datetime) -> Account:
    fates = said[each.task_key].fates if each.task_key in said else ()
    states = spans(each.asked_on, each.occurrences, shown.get(each.task_key, ()), fates)
    return Account(each.task_key, each.document_id, _rows(each.occurrences, _OCCURRENCE), _rows(states, _SPAN), now)


def _rows(each: Iterable[object], kind: pa.StructType) -> list[dict[str, Any]]:
    """As rows of a nested column; `dataclasses.asdict` takes ten times as long, most of a rebuild."""
    names = [field.name for field in kind]
    return [{name: getattr(one, name) for name in names} for one in each]


def _content(account: Account | None) -> tuple[object, ...] | None:
    """All but its timestamp."""
    return None if account is None else (account.document_id, account.occurrences, account.states)


def _replace(connection: duckdb.DuckDBPyConnection, changes: Sequence[Change], now: datetime) -> None:
    before = [change.before for change in changes if change.before is not None]
    if before:
        # One from this same run was never visible to anybody.
        past = [
            {**row, "past_id": hashlib.sha256(f"{row['task_key']}\n{now}".encode()).hexdigest(), "replaced_at": now}
            for row in _rows((each for each in before if each.known_at < now), _ACCOUNT)
        ]
        insert(connection, _INSERT_PAST, pa.Table.from_pylist(past, schema=_PAST_SCHEMA))
        condition, parameters = among("task_key", [each.task_key for each in before])
        connection.execute(_DELETE.format(condition=condition), parameters)
    after = _rows((change.after for change in changes if change.after is not None), _ACCOUNT)
    insert(connection, _INSERT, pa.Table.from_pylist(after, schema=_SCHEMA))


def _sessions_of(connection: duckdb.DuckDBPyConnection) -> SessionsOf:
    """The sessions of a body as the warehouse knows them; each body is looked up once."""

    @cache
    def of(body: str) -> tuple[Sitting, ...]:
        rows = connection.execute(_SESSIONS, [body]).fetchall()
        return tuple(Sitting(body, number, *row) for number, row in enumerate(rows, 1))

    return of
