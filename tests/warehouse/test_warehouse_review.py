"""How sure readings are, and what people make of them: recorded, shown, decided, and carried on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from tests.warehouse.made import batch, entry, nobody, text
from warehouse.load.decisions import land_decisions, record_decisions
from warehouse.load.entry_schema import entry_schema
from warehouse.load.landing import file_format, land
from warehouse.load.record import record
from warehouse.review.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from mandates.model import Clause
    from warehouse.model import Entry, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

DOUBT = "the deadline could be an event"
ADDED = {"confidence", "review", "sense", "due_sense", "addressee_resolved"}


def doubtful(made: Entry, number: str = "2", confidence: float = 0.7, **more: Any) -> Entry:
    """An entry whose clause of this number was read with a doubt; `more` are other fields of its mandates."""
    assert made.analysis is not None

    def changed(clause: Clause) -> Clause:
        if clause.number != number:
            return clause
        mandates = tuple(replace(mandate, **more) for mandate in clause.mandates)
        return replace(clause, confidence=confidence, review=(DOUBT,), mandates=mandates)

    return replace(made, analysis=replace(made.analysis, clauses=tuple(map(changed, made.analysis.clauses))))


def unread(symbol: str, reading: str = "none", reason: str = "no clause could be read", **more: Any) -> Entry:
    """A document of which nothing, or only part, could be read."""
    made = entry(symbol, **({"words": "The Assembly met and decided nothing that can be read.\n"} | more))
    assert made.analysis is not None
    return replace(made, analysis=replace(made.analysis, reading=reading, reading_reasons=(reason,)))


def decide(home: Path, key: str, field: str, value: str | None, why: str = "seen") -> None:
    land_decisions(home, [Decision(key, field, value, "desk", datetime.now(UTC), why)])
    assert record_decisions(home) == 1


def as_format_six(path: Path) -> None:
    """Make a batch file what the former version would have landed: without the columns and fields added since."""

    def former(kind: pa.DataType) -> pa.DataType:
        if pa.types.is_list(kind):
            return pa.list_(former(kind.value_type))
        if pa.types.is_struct(kind):
            return pa.struct([field.with_type(former(field.type)) for field in kind if field.name not in ADDED])
        return kind

    table = pq.read_table(path)
    metadata = dict(table.schema.metadata)
    footer = json.loads(metadata[b"mandate-monitor"])
    assert footer["format"] == file_format
    metadata[b"mandate-monitor"] = json.dumps(footer | {"format": 6}).encode()
    names = [name for name in entry_schema.names if name not in {"reading", "reasons", "baseline"}]
    schema = pa.schema([pa.field(name, former(entry_schema.field(name).type)) for name in names], metadata=metadata)
    rows = table.to_pylist()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def test_confidence_reasons_and_senses_are_recorded(recorded: Record, rows: Rows) -> None:
    """Each clause and mandate says how sure its reading is and why somebody should look; each deadline its sense."""
    recorded(batch(0, doubtful(entry(), deliverable="a report", addressee_resolved="the Secretary-General")))
    assert rows("SELECT number, confidence, review FROM clauses ORDER BY position") == [
        ("1", 1.0, []),
        ("2", 0.7, [DOUBT]),
        ("3", 1.0, []),
    ]
    sql = (
        "SELECT confidence, review, due_sense, deliverable, addressee_resolved FROM {} WHERE type = 'reporting_request'"
    )
    for place in ("mandates", "current_mandates", "open_mandates"):
        assert rows(sql.format(place)) == [(0.7, [DOUBT], "on", "a report", "the Secretary-General")]
    assert rows("SELECT sense FROM dues") == [("on",)]
    assert rows("SELECT deliverable FROM reporting_requests") == [("a report",)]


def test_how_completely_a_text_was_read_is_recorded(recorded: Record, rows: Rows) -> None:
    """Complete, partial or none with the reasons; a text without an analysis was not read at all."""
    scanned = entry("A/RES/80/4", words=" ")
    assert scanned.publication.text is not None
    flagged = replace(scanned.publication, text=replace(scanned.publication.text, flags=("no_text_layer",)))
    recorded(batch(0, entry(), unread("A/RES/80/3"), replace(scanned, publication=flagged, analysis=None)))
    assert rows(
        "SELECT symbol, reading, reasons FROM readings "
        "JOIN versions USING (version_id) JOIN documents USING (document_id) ORDER BY 1"
    ) == [
        ("A/RES/80/1", "complete", []),
        ("A/RES/80/3", "none", ["no clause could be read"]),
        ("A/RES/80/4", "none", ["the PDF has no text layer: please look at the document"]),
    ]


def test_a_batch_of_the_former_version_is_recorded(home: Path, rows: Rows) -> None:
    """One that waits while the program is upgraded has no confidence, reading or sense, and all else."""
    as_format_six(land(home, batch(0, doubtful(entry()))))
    assert record(home, nobody).new_mandates == 2
    assert rows("SELECT DISTINCT confidence, review, reading FROM clauses JOIN analyses USING (version_id)") == [
        (None, None, None)
    ]
    assert rows("SELECT due, due_sense FROM mandates WHERE due IS NOT NULL") == [("at the next session", None)]
    assert rows("SELECT due, sense FROM dues") == [("at the next session", None)]


def test_decisions_show_in_the_views(home: Path, recorded: Record, rows: Rows) -> None:
    """A corrected task shows as corrected, a rejected one not at all, and a clause can become a mandate."""
    recorded(batch(0, entry()))
    keys = dict(rows("SELECT verb, task_key FROM tasks"))
    decide(home, keys["Requests"], "addressee", "the Registrar")
    decide(home, keys["Requests"], "due_end", "2027-03-01")
    decide(home, keys["Decides"], "is_mandate", "no")
    (welcomes,) = rows("SELECT clause_key FROM clauses WHERE verb = 'Welcomes'")
    decide(home, welcomes[0], "is_mandate", "yes")
    decide(home, welcomes[0], "type", "task_assignment")
    sql = (
        "SELECT verb, type, addressee, addressee_id, due, due_end::VARCHAR, due_basis, decided "
        "FROM current_mandates ORDER BY 1"
    )
    assert rows(sql) == [
        (
            "Requests",
            "reporting_request",
            "the Registrar",
            None,
            None,
            "2027-03-01",
            "decided",
            ["addressee", "due_end"],
        ),
        ("Welcomes", "task_assignment", None, None, None, None, "none", ["is_mandate", "type"]),
    ]
    decide(home, keys["Requests"], "due_end", "none", "an event")
    assert rows("SELECT due_end, due_basis FROM current_mandates WHERE verb = 'Requests'") == [(None, "none")]
    decide(home, keys["Requests"], "state", "done")
    assert rows("SELECT verb FROM open_mandates") == [("Welcomes",)]
    assert rows("FROM reviews") == []


def test_what_is_uncertain_is_listed_worst_first(home: Path, recorded: Record, rows: Rows) -> None:
    """Texts that could not be read, doubtful clauses and lost decisions; a decision on each settles it."""
    recorded(
        batch(
            0,
            doubtful(entry()),
            doubtful(entry("A/RES/80/2", title="Harbours", words=text.replace("sea", "bay")), "1", 0.85),
            unread("A/RES/80/3"),
            unread("A/RES/80/5", "partial", "after paragraph 2 the next that could be read is 5", words=text),
            unread("A/80/7", kind="news"),
        )
    )
    listed = "SELECT what, symbol, number, confidence, key FROM to_review ORDER BY confidence"
    assert [row[:4] for row in rows(listed)] == [
        ("text", "A/RES/80/3", None, 0.0),
        ("text", "A/RES/80/5", None, 0.5),
        ("clause", "A/RES/80/1", "2", 0.7),
        ("clause", "A/RES/80/2", "1", 0.85),
    ]
    for *_, key in rows(listed):
        decide(home, key, "reviewed", "yes")
    assert rows(listed) == []
    assert rows("FROM reviews") == []
