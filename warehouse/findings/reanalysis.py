"""Reading again what was kept: today's reader and rules over every text, and what that changes.

Texts and analyses are made outside the lock, a chunk at a time, and a chunk is applied in one transaction. One that was
applied before has nothing left to change, so a run that was killed is simply run again. A new reading takes the place
of the former one: the publisher changed nothing, so no version is added, and nobody is notified unless it is asked for.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from scrapers.text.readers import FIRST
from warehouse.findings.clause_rows import clauses_in, clauses_of
from warehouse.findings.comparison import compare, never_notified
from warehouse.findings.finding import REREAD
from warehouse.findings.finding_fields import Moment, clause_facts, document_facts, found
from warehouse.findings.finding_store import write
from warehouse.ledger.recording import keep_up_rereadings
from warehouse.links.relations import relate_again
from warehouse.links.similarity import wording
from warehouse.load.arrivals import as_rows_in
from warehouse.load.entry_schema import text_schema
from warehouse.load.kept import Reader, kept_texts, read_again
from warehouse.load.keys import clauses_and_mandates
from warehouse.load.texts import replace_readings
from warehouse.outbox.enqueue import enqueue
from warehouse.outbox.reading_corrections import Corrections, write_corrections
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow
    from warehouse.findings.comparison import Change
    from warehouse.findings.finding import Finding
    from warehouse.load.kept import KeptText
    from warehouse.load.record import AlertsFor

chunk_texts = 500

_all = "SELECT version_id FROM versions ORDER BY rowid"

_citations = """
SELECT version_id, list((symbol, "start", "end") ORDER BY "start") FROM citations
WHERE version_id IN (SELECT unnest($versions)) GROUP BY version_id"""

# Nobody is notified of a mandate in a document of which nobody was notified, or in a text that is no longer shown.
_NOTIFIED = """
SELECT DISTINCT version_id FROM sightings JOIN findings USING (document_id)
WHERE version_id IN (SELECT version_id FROM rows_in) AND findings.kind = 'new_document' AND NOT findings.baseline"""


@dataclass(frozen=True, slots=True)
class Reanalysed:
    """What reading again changes, or has changed: texts read, those with other text, and the changes one by one."""

    texts: int
    read_otherwise: int
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    alerts: int
    corrected: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The texts of a chunk that are read differently now, or by a newer reader or newer rules than was noted."""

    rows: pa.Table
    instead: dict[str, str]
    clauses: tuple[ClauseRow, ...]
    known: tuple[ClauseRow, ...]
    changes: tuple[Change, ...]
    read_otherwise: int


def reanalyse(
    home: Path,
    reader: Reader,
    *,
    apply: bool = False,
    notify: bool = False,
    alerts_for: AlertsFor | None = None,
    tell: Callable[[int, int], None] | None = None,
    wait_seconds: float | None = None,
) -> Reanalysed:
    """Read every recorded text again, from the bytes that were fetched where these are kept and `reader` extracts.

    Without `apply` nothing is written. With `notify`, mandates that nobody was notified of, in documents that people
    were notified of, become findings; without it, nobody is notified of them. People who were notified of something
    else than is read now get a correction. `alerts_for` makes the alerts of these findings. `tell` gets the number of
    texts that have been read, and of all.

    Raises:
        LockedError, WarehouseError: as `record`; the chunks before stay applied.
    """
    done = Reanalysed(0, 0, (), (), 0)
    with session(home, wait_seconds=wait_seconds) as connection:
        versions = [row[0] for row in connection.execute(_all).fetchall()]
    for place in range(0, len(versions), chunk_texts):
        with session(home, wait_seconds=wait_seconds) as connection:
            kept = kept_texts(connection, versions[place : place + chunk_texts])
            known = clauses_of(connection, sorted({text.document_id for text in kept}))
            cited = dict(connection.execute(_citations, {"versions": [text.version_id for text in kept]}).fetchall())
        chunk = _read(home, kept, known, cited, reader)
        findings: tuple[Finding, ...] = ()
        corrections = Corrections()
        alerts = 0
        if apply and chunk.instead:
            with session(home, wait_seconds=wait_seconds) as connection, transaction(connection):
                findings, corrections = _apply(connection, chunk, notify=notify)
                if alerts_for is not None:
                    alerts, _ = enqueue(connection, alerts_for(findings), datetime.now(UTC))
        done = Reanalysed(
            texts=done.texts + len(kept),
            read_otherwise=done.read_otherwise + chunk.read_otherwise,
            changes=done.changes + chunk.changes,
            findings=done.findings + findings,
            alerts=done.alerts + alerts,
            corrected=done.corrected + len(corrections.sent),
            held=done.held + len(corrections.held),
        )
        if tell is not None:
            tell(done.texts, len(versions))
    return done


def _read(
    home: Path,
    kept: Sequence[KeptText],
    known: tuple[ClauseRow, ...],
    cited: dict[str, list[tuple[str, int, int]]],
    reader: Reader,
) -> _Chunk:
    """Make the rows of every text again and keep those that differ.

    A text that is no longer shown keeps its words: it is what people were notified of then.
    """
    former = replace(reader, extract=None)
    again = [(text, read_again(home, text, reader if text.is_shown else former)) for text in kept]
    kept = [text for text, read in again if read is not None]
    rows = [read.columns for _, read in again if read is not None]
    now = datetime.now(UTC)
    table = pa.Table.from_pylist([row | {"finished_at": now} for row in rows], schema=text_schema)
    clauses = _by_version(clauses_in(*clauses_and_mandates(table)))
    before = _by_version(known)
    changes: list[Change] = []
    places: list[int] = []
    for place, (text, row) in enumerate(zip(kept, rows, strict=True)):
        version = row["version_id"]
        was, found = before.get(text.version_id, []), clauses.get(version, [])
        named = [(cited_row["symbol"], cited_row["start"], cited_row["end"]) for cited_row in row["citations"]]
        differs = version != text.version_id or _labels(was) != _labels(found)
        if differs or named != cited.get(text.version_id, []):
            changes += compare(text.symbol, was, found)
        elif (row["reader"], row.get("rules") or FIRST) == (text.reader, text.rules):
            continue
        places.append(place)
    return _Chunk(
        rows=table.take(pa.array(places, pa.int64())),
        instead={kept[place].version_id: rows[place]["version_id"] for place in places},
        clauses=tuple(clause for place in places for clause in clauses.get(rows[place]["version_id"], [])),
        known=known,
        changes=tuple(changes),
        read_otherwise=sum(rows[place]["version_id"] != kept[place].version_id for place in places),
    )


def _apply(
    connection: duckdb.DuckDBPyConnection, chunk: _Chunk, *, notify: bool
) -> tuple[tuple[Finding, ...], Corrections]:
    """Put the new readings in place, with corrections; with `notify`, the findings that are new."""
    now = datetime.now(UTC)
    replaced = replace_readings(connection, chunk.instead, chunk.rows, now)
    relate_again(connection, replaced.documents, now)
    keep_up_rereadings(connection, replaced.documents, now)
    corrections = write_corrections(connection, replaced.led, replaced.documents, REREAD, now)
    if not notify:
        return (), corrections
    with as_rows_in(connection, chunk.rows):
        notified = {row[0] for row in connection.execute(_NOTIFIED).fetchall()}
    return write(connection, tuple(_findings(connection, chunk, notified))), corrections


def _findings(connection: duckdb.DuckDBPyConnection, chunk: _Chunk, notified: set[str]) -> Iterator[Finding]:
    moment = Moment(datetime.now(UTC), baseline=False)
    after = [clause for clause in chunk.clauses if clause.version_id in notified]
    facts = document_facts(connection, {clause.document_id for clause in after})
    for document_id, document in facts.items():
        known = [clause for clause in chunk.known if clause.document_id == document_id]
        for clause, mandate in never_notified(known, [clause for clause in after if clause.document_id == document_id]):
            about = clause_facts(clause, mandate)
            yield found("new_mandate", document, wording(mandate.quote), moment, clause=about, note=REREAD)


def _by_version(clauses: Sequence[ClauseRow]) -> dict[str, list[ClauseRow]]:
    held: dict[str, list[ClauseRow]] = {}
    for clause in clauses:
        held.setdefault(clause.version_id, []).append(clause)
    return held


def _labels(clauses: Sequence[ClauseRow]) -> list[tuple[object, ...]]:
    """All that is stored of clauses and mandates but when they were first shown."""
    return [astuple(replace(clause, shown_at=datetime.min.replace(tzinfo=UTC))) for clause in clauses]
