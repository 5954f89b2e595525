"""Reading again what was kept: a better extractor or better rules over every text, and what that changes.

Texts and analyses are made outside the lock, a chunk at a time, and a chunk is applied in one transaction. One that was
applied before has nothing left to change, so a run that was killed is simply run again. A text that comes out otherwise
is a new version; one that stays keeps its version and gets the new clauses, mandates and citations.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from scrapers.publication import DocumentText
from warehouse import raw
from warehouse.clause_rows import clauses_in, clauses_of
from warehouse.comparison import compare, untold
from warehouse.database import default_wait_seconds, session, transaction
from warehouse.facts import Moment, clause_fields, document_facts
from warehouse.ledger import write
from warehouse.likeness import wording
from warehouse.load.arrivals import as_rows_in, first_of_each, nested
from warehouse.load.arrow_rows import entry_schema, text_columns
from warehouse.load.loading import insert_analyses, insert_versions
from warehouse.outbox.enqueue import enqueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from mandates.model import Analysis
    from warehouse.clause_rows import ClauseRow
    from warehouse.comparison import Change
    from warehouse.load.record import AlertsFor
    from warehouse.model import Finding

    Analyse = Callable[["KeptText"], Analysis | None]
    Extract = Callable[["KeptText", bytes], DocumentText | None]

chunk_texts = 500

_kept = """
SELECT
    versions.rowid, version_id, document_id, text, page_starts, flags, raw_sha256, media_type, symbol, title,
    published_on, url, version_id IN (SELECT version_id FROM sightings)
FROM versions JOIN documents USING (document_id)
WHERE versions.rowid > $after ORDER BY versions.rowid LIMIT $many"""

_citations = """
SELECT version_id, list((symbol, "start", "end") ORDER BY "start") FROM citations
WHERE version_id IN (SELECT unnest($versions)) GROUP BY version_id"""

_remove = (
    "DELETE FROM analyses WHERE version_id IN (SELECT version_id FROM rows_in)",
    "DELETE FROM clauses WHERE version_id IN (SELECT version_id FROM rows_in)",
    "DELETE FROM mandates WHERE version_id IN (SELECT version_id FROM rows_in)",
    "DELETE FROM citations WHERE version_id IN (SELECT version_id FROM rows_in)",
)

_show_instead = """
UPDATE sightings SET version_id = rows_in.version_id FROM rows_in
WHERE sightings.version_id = rows_in.former AND rows_in.former <> rows_in.version_id"""

# Nobody is told of a mandate in a document that nobody was told of, nor of one in a text that is no longer shown.
_told = """
SELECT DISTINCT version_id FROM sightings JOIN findings USING (document_id)
WHERE version_id IN (SELECT version_id FROM rows_in) AND findings.kind = 'new_document' AND NOT findings.baseline"""


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text that was recorded, with what an analysis may want to know of its document."""

    place: int
    version_id: str
    document_id: str
    text: str
    page_starts: tuple[int, ...]
    flags: tuple[str, ...]
    raw_sha256: str | None
    media_type: str | None
    symbol: str | None
    title: str
    published_on: date | None
    url: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Reanalysed:
    """What reading again changes, or has changed: texts read, new texts among them, and the changes one by one."""

    texts: int
    new_versions: int
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    alerts: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """The texts of a chunk that come out otherwise than recorded, and what was known of their documents."""

    rows: pa.Table
    clauses: tuple[ClauseRow, ...]
    known: tuple[ClauseRow, ...]
    changes: tuple[Change, ...]
    new_versions: int


def reanalyse(
    home: Path,
    analyse: Analyse,
    *,
    extract: Extract | None = None,
    apply: bool = False,
    alerts_for: AlertsFor | None = None,
    tell: Callable[[int], None] | None = None,
    wait_seconds: float = default_wait_seconds,
) -> Reanalysed:
    """Read every recorded text again; with `extract`, from the bytes that were fetched, where these are kept.

    Without `apply` nothing is written. Mandates that nobody was told of, in documents that people were told of, become
    findings, and alerts through `alerts_for`; `tell` hears how many texts have been read.

    Raises:
        LockedError, WarehouseError: as `record`; the chunks before stay applied.
    """
    done = Reanalysed(0, 0, (), (), 0)
    after = -1
    while True:
        with session(home, wait_seconds=wait_seconds) as connection:
            kept = _chunk(connection, after)
            known = clauses_of(connection, sorted({text.document_id for text in kept}))
            cited = dict(connection.execute(_citations, {"versions": [text.version_id for text in kept]}).fetchall())
        if not kept:
            return done
        after = kept[-1].place
        reading = _read(home, kept, known, cited, analyse=analyse, extract=extract)
        findings: tuple[Finding, ...] = ()
        alerts = 0
        if apply and len(reading.rows):
            with session(home, wait_seconds=wait_seconds) as connection, transaction(connection):
                findings = _apply(connection, reading)
                if alerts_for is not None:
                    alerts, _ = enqueue(connection, alerts_for(findings), datetime.now(UTC))
        done = Reanalysed(
            texts=done.texts + len(kept),
            new_versions=done.new_versions + reading.new_versions,
            changes=done.changes + reading.changes,
            findings=done.findings + findings,
            alerts=done.alerts + alerts,
        )
        if tell is not None:
            tell(done.texts)


def _chunk(connection: duckdb.DuckDBPyConnection, after: int) -> list[KeptText]:
    rows = connection.execute(_kept, {"after": after, "many": chunk_texts}).fetchall()
    return [KeptText(*(*row[:4], tuple(row[4]), tuple(row[5]), *row[6:])) for row in rows]


def _read(
    home: Path,
    kept: Sequence[KeptText],
    known: tuple[ClauseRow, ...],
    cited: dict[str, list[tuple[str, int, int]]],
    *,
    analyse: Analyse,
    extract: Extract | None,
) -> _Reading:
    """Make the rows of every text anew and keep those that differ."""
    texts = [_text(home, text, extract) for text in kept]
    rows = [
        {"document_id": text.document_id, **text_columns(text.document_id, new, analyse(replace(text, text=new.text)))}
        for text, new in zip(kept, texts, strict=True)
    ]
    table = pa.Table.from_pylist(rows, schema=entry_schema).drop_columns(["raw"])
    now = pa.scalar(datetime.now(UTC), pa.timestamp("us", tz="UTC"))
    table = table.append_column("finished_at", pa.repeat(now, len(table)))
    table = table.append_column("former", pa.array([text.version_id for text in kept]))
    clauses = _clauses(table)
    changes: list[Change] = []
    differing = []
    for place, text in enumerate(kept):
        version = rows[place]["version_id"]
        before = [clause for clause in known if clause.version_id == text.version_id]
        after = [clause for clause in clauses if clause.version_id == version]
        named = [(row["symbol"], row["start"], row["end"]) for row in rows[place]["citations"]]
        if version != text.version_id or _labels(before) != _labels(after) or named != cited.get(text.version_id, []):
            differing.append(place)
            changes += compare(text.symbol, before, after)
    table = table.take(pa.array(differing, pa.int64()))
    new = sum(rows[place]["version_id"] != kept[place].version_id for place in differing)
    return _Reading(table, _clauses(table), known, tuple(changes), new)


def _apply(connection: duckdb.DuckDBPyConnection, reading: _Reading) -> tuple[Finding, ...]:
    """Put the new reading in the place of the old one; the findings of what nobody can have been told of."""
    rows = first_of_each(reading.rows, "version_id")
    insert_versions(connection, rows)
    with as_rows_in(connection, reading.rows):
        for statement in (*_remove, _show_instead):
            connection.execute(statement)
        told = {row[0] for row in connection.execute(_told).fetchall()}
    insert_analyses(connection, rows)
    return write(connection, tuple(_findings(connection, reading, told)))


def _findings(connection: duckdb.DuckDBPyConnection, reading: _Reading, told: set[str]) -> Iterator[Finding]:
    moment = Moment(datetime.now(UTC), baseline=False)
    after = [clause for clause in reading.clauses if clause.version_id in told]
    facts = document_facts(connection, {clause.document_id for clause in after})
    for document, document_facts_ in facts.items():
        known = [clause for clause in reading.known if clause.document_id == document]
        for clause, mandate in untold(known, [clause for clause in after if clause.document_id == document]):
            fields = clause_fields(clause, mandate) | {"note": "found by reading the text again"}
            yield document_facts_.finding("new_mandate", wording(mandate.quote), moment, **fields)


def _text(home: Path, text: KeptText, extract: Extract | None) -> DocumentText:
    """The text as the extractor gives it today; as it was recorded where there is none, or its bytes are gone.

    A text that is no longer shown stays as it was: it is what people were told of then.
    """
    if extract is not None and text.is_shown and text.raw_sha256:
        content = raw.read(home, text.raw_sha256)
        extracted = extract(text, content) if content is not None else None
        if extracted is not None and extracted.text.strip():
            return extracted
    return DocumentText(text.text, b"", text.raw_sha256 or "", text.media_type or "", text.page_starts, text.flags)


def _clauses(table: pa.Table) -> tuple[ClauseRow, ...]:
    clauses = nested(table, "clauses", ["version_id", "document_id", "finished_at"])
    return clauses_in(clauses, nested(clauses, "mandates", ["clause_id", "version_id", "document_id"]))


def _labels(clauses: Sequence[ClauseRow]) -> list[tuple[object, ...]]:
    """All that is stored of clauses and mandates but when they were first shown."""
    return [astuple(replace(clause, shown_at=datetime.min.replace(tzinfo=UTC))) for clause in clauses]
