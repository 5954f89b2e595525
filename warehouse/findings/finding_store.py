"""The findings that were made, each once, whether or not anybody subscribed to it."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warehouse.findings.finding import Answer, ClauseFacts, Deadline, DocumentFacts, Finding, SoFar
from warehouse.load.arrivals import as_rows_in
from warehouse.review.responsible import with_units
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

_columns = ("finding_id", "kind", "found_at", "baseline", "document_id", "mandate_id", "clause_id", "detail")
_types = {"found_at": pa.timestamp("us", tz="UTC"), "baseline": pa.bool_()}
_schema = pa.schema([(name, _types.get(name, pa.string())) for name in _columns])

# Kinds as former versions wrote them.
_RENAMED = {"corrections_held": "alerts_held"}

_insert = """
INSERT INTO findings FROM rows_in
ON CONFLICT (finding_id) DO NOTHING
RETURNING finding_id"""


def write(connection: duckdb.DuckDBPyConnection, made: Sequence[Finding]) -> tuple[Finding, ...]:
    """Keep these findings, each with the unit that is responsible; those that were not made before, in this order."""
    if not made:
        return ()
    made = with_units(connection, made)
    rows = [
        (
            finding.finding_id,
            finding.kind,
            finding.found_at,
            finding.baseline,
            finding.document.document_id,
            finding.clause.mandate_id,
            finding.clause.clause_id,
            json.dumps(finding, default=_plain),
        )
        for finding in made
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    with as_rows_in(connection, pa.table(columns, schema=_schema)):
        new = {row[0] for row in connection.execute(_insert).fetchall()}
    return tuple(finding for finding in made if finding.finding_id in new)


def findings_since(home: Path, since: datetime) -> tuple[Finding, ...]:
    """The findings made since then, oldest first; none before anything was recorded."""
    return findings_between(home, since, None)


def findings_between(home: Path, since: datetime | None, until: datetime | None) -> tuple[Finding, ...]:
    """The findings made from `since` on and before `until`, oldest first; None leaves an end open."""
    if not live_path(home).exists():
        return ()
    query = """SELECT detail FROM findings
        WHERE ($since IS NULL OR found_at >= $since) AND ($until IS NULL OR found_at < $until)
        ORDER BY found_at, finding_id"""
    with session(home) as connection:
        rows = connection.execute(query, {"since": since, "until": until}).fetchall()
    return tuple(finding_of(row[0]) for row in rows)


def finding_of(detail: str) -> Finding:
    """A finding as it was written. Fields that a newer program has added take their defaults.

    Raises:
        KeyError: it is no finding.
    """
    kept = json.loads(detail)
    if "document" not in kept:
        kept = _nested(kept)
    kept["kind"] = _RENAMED.get(kept["kind"], kept["kind"])
    values = _known(Finding, kept)
    values["found_at"] = datetime.fromisoformat(values["found_at"]).astimezone(UTC)
    values["since"] = _day(values.get("since"))
    values["due"] = _deadline(values["due"]) if values.get("due") else None
    values["corrected"] = tuple(tuple(each) for each in values.get("corrected") or ())
    values["so_far"] = _so_far(values["so_far"]) if values.get("so_far") else None
    document, clause = _known(DocumentFacts, kept["document"]), _known(ClauseFacts, kept["clause"])
    document["published_on"] = _day(document.get("published_on"))
    for facts, name in ((document, "topics"), (document, "sources"), (clause, "review")):
        facts[name] = tuple(facts.get(name) or ())
    clause["deadlines"] = tuple(map(_deadline, clause.get("deadlines") or ()))
    return Finding(**values | {"document": DocumentFacts(**document), "clause": ClauseFacts(**clause)})


def tells_all_deadlines(detail: str) -> bool:
    """Whether the message said all deadlines of the mandate; those of former versions said the first."""
    return "document" in json.loads(detail)


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    """A finding as former versions wrote it, all fields side by side, with the first deadline alone."""
    due = {
        "words": flat.get("due"),
        "first": flat.get("due_start"),
        "last": flat.get("due_end"),
        "basis": flat.get("due_basis") or "none",
        "sense": flat.get("due_sense"),
    }
    dues = [due] if due["words"] or due["last"] else []
    document = flat | {"kind": flat["document_kind"]}
    clause = flat | {"number": flat.get("clause_number"), "deadlines": dues}
    coming = due if flat["kind"] == "mandate_due" else None
    return flat | {"document": document, "clause": clause, "due": coming}


def _deadline(kept: dict[str, Any]) -> Deadline:
    values = _known(Deadline, kept)
    return Deadline(**values | {"first": _day(values.get("first")), "last": _day(values.get("last"))})


def _so_far(kept: dict[str, Any]) -> SoFar:
    values = _known(SoFar, kept)
    answers = (_known(Answer, each) for each in values.get("answers") or ())
    return SoFar(
        **values
        | {
            "asked_since": _day(values.get("asked_since")),
            "reminded": tuple(date.fromisoformat(day) for day in values.get("reminded") or ()),
            "answers": tuple(Answer(**each | {"on": _day(each.get("on"))}) for each in answers),
        }
    )


def _known(shape: type[Any], kept: dict[str, Any]) -> dict[str, Any]:
    """The fields that the shape has."""
    return {field.name: kept[field.name] for field in fields(shape) if field.name in kept}


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _plain(value: Any) -> Any:
    """A date or a dataclass as JSON has it. `asdict` would copy each value, which takes three times as long."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return {field.name: getattr(value, field.name) for field in fields(value)}
