"""The analysis of a recorded text, put together again from its rows: what reads an analysis can read those, too."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from mandates.model import Analysis, Citation, Clause, Due, Evidence, Heading, Mandate, Part
from warehouse.load.keyed import mandates_of, rows_of
from warehouse.pages.text import clause_ids
from warehouse.query.opening import one_look
from warehouse.query.places import near
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_TEXT = """
SELECT document_id, text, text_sha256, language, preamble, notes, reading, reasons
FROM versions LEFT JOIN analyses USING (version_id) WHERE versions.version_id = $version"""
_HEADING = """
SELECT symbol, title, body, kind, stage, session, published_on, published_precision, agenda_item
FROM documents WHERE document_id = $document"""
_CLAUSES = """
SELECT
    clause_id, position, number, start, "end", quote, display, verb, type, addressee, addressee_id, agenda_item, rule,
    evidence, coalesce(confidence, 1.0), coalesce(review, [])
FROM clauses WHERE {condition} ORDER BY position"""
_MANDATES = """
SELECT
    clause_id, mandate_id, start, "end", quote, verb, type, addressee, addressee_id, dues, agenda_item, agenda_title,
    action, deliverable, rule, addressee_resolved
FROM mandates WHERE {condition} ORDER BY clause_id, start, mandate_id"""
_ID, _START = 1, 2
_CITATIONS = 'SELECT start, "end", quote, symbol FROM {citations} WHERE version_id = $version ORDER BY start'
_LANGUAGES = "SELECT version_id, language FROM analyses WHERE {condition}"


def recorded_analysis(home: Path, document_id: str, version_id: str) -> tuple[Analysis, str] | None:
    """The analysis of one version, and its text; None where it is not recorded or could not be analysed.

    The text is one part, as each document has its own text here; segments and forms are not recorded.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    of = {"version": version_id}
    with one_look(home):
        texts = query(home, _TEXT, of).rows
        heads = query(home, _HEADING, {"document": document_id}).rows
        if not texts or not heads or texts[0][0] != document_id or texts[0][4] is None:
            return None
        ids = clause_ids(home, document_id, version_id)
        asked = mandates_of(asker(home), _MANDATES, ids)
        clauses = _clauses(rows_of(asker(home), _CLAUSES, "clause_id", ids), asked)
        place = near(home, "citations", "version_id", version_id)
        citations = tuple(Citation(*row) for row in query(home, _CITATIONS.format(citations=place), of).rows)
    ((_, text, sha256, language, preamble, notes, reading, reasons),) = texts
    ((symbol, title, body, kind, stage, session, day, precision, agenda_item),) = heads
    heading = Heading(symbol, title, body, kind, stage, session, day, precision, agenda_item, ())
    analysis = Analysis(
        text_sha256=sha256,
        chars=len(text),
        language=language,
        heading=heading,
        preamble=tuple((span["start"], span["end"]) for span in preamble),
        clauses=tuple(clauses.values()),
        citations=citations,
        notes=tuple(notes or ()),
        reading=reading or "complete",
        reading_reasons=tuple(reasons or ()),
        parts=(Part(symbol, title, kind, 0, len(text), tuple(range(len(clauses)))),),
    )
    return analysis, text


def recorded_mandates(home: Path, mandate_ids: Sequence[str]) -> Mapping[str, tuple[Clause, Mandate, str | None]]:
    """Mandates by their ids, each with its clause and the language in which it was read; raises as above."""
    with one_look(home):
        ask = asker(home)
        asked = rows_of(ask, _MANDATES, "mandate_id", {*mandate_ids})
        clauses = _clauses(rows_of(ask, _CLAUSES, "clause_id", {row[0] for row in asked}), asked)
        languages = dict(rows_of(ask, _LANGUAGES, "version_id", {_version(row[0]) for row in asked}))
    return {row[1]: (clauses[row[0]], _mandate(row), languages.get(_version(row[0]))) for row in asked}


def _version(clause_id: str) -> str:
    return clause_id.partition(":")[0]


def _clauses(rows: Iterable[tuple[Any, ...]], asked: Iterable[tuple[Any, ...]]) -> dict[str, Clause]:
    held: dict[str, list[Mandate]] = {}
    for row in sorted(asked, key=itemgetter(_START, _ID)):
        held.setdefault(row[0], []).append(_mandate(row))
    return {row[0]: _clause(row, tuple(held.get(row[0], ()))) for row in rows}


def _clause(row: tuple[Any, ...], mandates: tuple[Mandate, ...]) -> Clause:
    _, position, number, start, end, quote, display, verb, type_, addressee, addressee_id, agenda_item, *more = row
    rule, evidence, confidence, review = more
    return Clause(
        position=position,
        number=number,
        start=start,
        end=end,
        quote=quote,
        display=display,
        verb=verb,
        type=type_,
        addressee=addressee,
        addressee_id=addressee_id,
        dues=mandates[0].dues if mandates else (),
        agenda_item=agenda_item,
        rule=rule,
        evidence=tuple(Evidence(**each) for each in evidence or ()),
        mandates=mandates,
        confidence=confidence,
        review=tuple(review),
    )


def _mandate(row: tuple[Any, ...]) -> Mandate:
    _, _, start, end, quote, verb, type_, addressee, addressee_id, dues, *more = row
    agenda_item, agenda_title, action, deliverable, rule, resolved = more
    return Mandate(
        start=start,
        end=end,
        quote=quote,
        verb=verb,
        type=type_,
        addressee=addressee,
        addressee_id=addressee_id,
        dues=tuple(Due(**(due | {"sense": due["sense"] or "on"})) for due in dues or ()),
        agenda_item=agenda_item,
        agenda_title=agenda_title,
        action=action,
        deliverable=deliverable,
        rule=rule,
        addressee_resolved=resolved,
    )
