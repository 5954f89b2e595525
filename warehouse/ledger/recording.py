"""The ledger in step with what is recorded: evidence from a load, then the accounts that it concerns."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from mandates.deadlines.cadence import cadence_of
from warehouse.ledger import account, follows
from warehouse.ledger.account import update
from warehouse.ledger.asked import Fresh
from warehouse.ledger.evidence import keep, retract
from warehouse.ledger.watch import keep_kinds
from warehouse.links import answers
from warehouse.load.arrivals import among, those_of
from warehouse.load.loading import sighting_ids
from warehouse.store.database import transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.ledger.account import Change
    from warehouse.ledger.evidence import Evidence
    from warehouse.links.relations import RelationRow
    from warehouse.load.loading import Loaded

# Documents whose evidence is judged in one step of a rebuild.
JUDGED_TOGETHER = 500
_OF_TEXTS = ("document_id", "version_id")

_IN_SERIES = """
SELECT document_id, documents.body, due.quote, mandate.quote[:greatest(due."start" - mandate."start", 0)]
FROM (SELECT document_id, "start", quote, unnest(dues) AS due FROM mandates WHERE due_sense = 'each' OR len(dues) > 1)
    AS mandate JOIN documents USING (document_id)
WHERE due.sense = 'each' AND due.due_end IS NULL"""
_DECIDED_ON = "SELECT DISTINCT document_id FROM decisions WHERE document_id IS NOT NULL AND {condition}"


class Kept(NamedTuple):
    """What an update of the ledger brought: the accounts that changed, and the answers that were not known before."""

    changes: tuple[Change, ...]
    answers: tuple[Evidence, ...]


def keep_up(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, relations: Sequence[RelationRow], now: datetime
) -> Kept:
    """Bring the ledger up to date with a load whose documents have been linked."""
    keep_kinds(connection, loaded.entries)
    seen = {*loaded.entries["document_id"].to_pylist()}
    # A day or a session that another source states can settle as much as the text.
    reread = loaded.replaced.documents | loaded.filled | {*loaded.versions["document_id"].to_pylist()}
    reread -= {*loaded.documents}
    tasks = shown_by_links(connection, follows.showing(connection, relations, reread), now, loaded.documents)
    answered, concerned = _answers(connection, answers.claiming(connection, loaded, relations), now, _first(loaded))
    changes = update(
        connection,
        documents=(seen | reread) - {*loaded.documents},
        new=_fresh(loaded),
        tasks=tasks | concerned,
        now=now,
    )
    return Kept(changes, answered)


def _first(loaded: Loaded) -> dict[str, str | None]:
    """The documents that are new in a load, with their version; None where there is none, or not only one."""
    held: dict[str, set[str]] = {}
    for document, version in zip(*(loaded.versions[name].to_pylist() for name in _OF_TEXTS), strict=True):
        held.setdefault(document, set()).add(version)
    return {each: min(held[each]) if len(held.get(each, ())) == 1 else None for each in loaded.documents}


def _fresh(loaded: Loaded) -> Fresh:
    """The keys of what belongs to documents that are new in a load."""
    new = pa.array(loaded.documents, pa.string())
    entries, mandates, clauses = (
        those_of(table, "document_id", new) for table in (loaded.entries, loaded.mandates, loaded.clauses)
    )
    return Fresh(
        loaded.documents,
        tuple(pc.unique(sighting_ids(entries)).to_pylist()),
        tuple(mandates["mandate_id"].to_pylist()),
        tuple(clauses["clause_id"].to_pylist()),
    )


def keep_up_rereadings(
    connection: duckdb.DuckDBPyConnection, documents: Collection[str], now: datetime
) -> tuple[Change, ...]:
    """Bring the ledger up to date with documents that were read again; evidence no longer found is retracted."""
    tasks = shown_by_links(connection, follows.showing(connection, (), documents), now)
    _, concerned = _answers(connection, answers.claiming_read(connection, documents), now)
    return update(connection, documents=documents, tasks=tasks | concerned, now=now)


def keep_up_decisions(
    connection: duckdb.DuckDBPyConnection, decision_ids: Sequence[str], now: datetime
) -> tuple[Change, ...]:
    """Bring the ledger up to date with decisions that have just been recorded."""
    condition, parameters = among("decision_id", decision_ids)
    rows = connection.execute(_DECIDED_ON.format(condition=condition), parameters).fetchall()
    return update(connection, documents={row[0] for row in rows}, now=now)


def keep_up_sessions(
    connection: duckdb.DuckDBPyConnection, bodies: Collection[str], now: datetime
) -> tuple[Change, ...]:
    """Bring the ledger up to date with sessions of these bodies that were moved or added.

    Only tasks asked for at each session have new days. The body that meets is the one that the words name, else the
    one that asks.
    """
    concerned = set()
    for document_id, body, words, before in connection.execute(_IN_SERIES).fetchall():
        cadence = cadence_of(words, before or "") if words else None
        if cadence is not None and cadence.months is None and (cadence.body or body) in bodies:
            concerned.add(document_id)
    documents = sorted(concerned)
    steps = range(0, len(documents), JUDGED_TOGETHER)
    return tuple(
        change
        for place in steps
        for change in update(connection, documents=documents[place : place + JUDGED_TOGETHER], now=now)
    )


def rebuild(
    connection: duckdb.DuckDBPyConnection, now: datetime, tell: Callable[[int, int], None] | None = None
) -> int:
    """Judge all evidence and work out all accounts again; return how many accounts changed.

    The transactions are short: an interrupted run keeps what it has done, and the next one passes over it quickly.
    """
    for documents, judge in (
        (follows.all_showing(connection), shown_by_links),
        (answers.all_claiming(connection), _answers),
    ):
        for place in range(0, len(documents), JUDGED_TOGETHER):
            with transaction(connection):
                judge(connection, documents[place : place + JUDGED_TOGETHER], now)
    return account.rebuild(connection, now, tell)


def shown_by_links(
    connection: duckdb.DuckDBPyConnection, documents: Collection[str], now: datetime, new: Collection[str] = ()
) -> set[str]:
    """Judge what these documents show by their links; return the tasks whose evidence has changed.

    Those of them that are `new` have shown nothing before.
    """
    return _settle(connection, documents, follows.shown_by(connection, documents), follows.PREFIX, now, first=new)[1]


def _answers(
    connection: duckdb.DuckDBPyConnection,
    documents: Collection[str],
    now: datetime,
    new: Mapping[str, str | None] = MappingProxyType({}),
) -> tuple[tuple[Evidence, ...], set[str]]:
    """Judge what these documents answer; return the new evidence, and the tasks whose evidence has changed.

    Those of them that are `new` have shown nothing before, and come with their version where it is known.
    """
    versions = {document: version for document, version in new.items() if version is not None}
    found = answers.find_answers(connection, documents, versions)
    return _settle(connection, documents, found, answers.PREFIX, now, first=new)


def _settle(
    connection: duckdb.DuckDBPyConnection,
    documents: Collection[str],
    found: Sequence[Evidence],
    prefix: str,
    now: datetime,
    *,
    first: Collection[str],
) -> tuple[tuple[Evidence, ...], set[str]]:
    """Keep what documents show by the rules with a prefix, and retract the rest of what they showed by those rules.

    Nothing was known by those of them that are recorded for the first time (`first`).

    Given back are the evidence that was not known, and the tasks of which something else is known now.
    """
    if not documents:
        return (), set()
    new = keep(connection, found, now)
    gone = retract(connection, {*documents} - {*first}, prefix, [each.evidence_id for each in found], now)
    return new, {each.task_key for each in new} | {*gone}
