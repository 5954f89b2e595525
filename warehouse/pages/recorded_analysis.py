"""The analysis of a recorded text, put together again from its rows: what reads an analysis can read those, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mandates.model import Analysis, Citation, Clause, Due, Evidence, Heading, Mandate, Part
from warehouse.load.arrivals import among
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_TEXT = """
SELECT
    versions.text, versions.text_sha256, analyses.language, analyses.preamble, analyses.notes, analyses.reading,
    analyses.reasons, documents.symbol, documents.title, documents.body, documents.kind, documents.stage,
    documents.session, documents.published_on, documents.published_precision, documents.agenda_item
FROM versions JOIN documents USING (document_id) LEFT JOIN analyses USING (version_id)
WHERE versions.version_id = $version AND versions.document_id = $document"""
_CLAUSES = """
SELECT
    clause_id, position, number, start, "end", quote, display, verb, type, addressee, addressee_id, agenda_item, rule,
    evidence, coalesce(confidence, 1.0), coalesce(review, [])
FROM clauses WHERE {wanted} ORDER BY position"""
_MANDATES = """
SELECT
    clause_id, mandate_id, start, "end", quote, verb, type, addressee, addressee_id, dues, agenda_item, agenda_title,
    action, deliverable, rule, addressee_resolved
FROM mandates WHERE {wanted} ORDER BY clause_id, start, mandate_id"""
_CITATIONS = """
SELECT start, "end", quote, symbol FROM citations
WHERE citation_id BETWEEN $version || ':' AND $version || ':~' ORDER BY start"""
_LANGUAGES = "SELECT version_id, language FROM analyses WHERE {wanted}"
# All rows of a version have ids that begin with its own, which their index finds.
_OF_VERSION = "{key} BETWEEN $version || ':' AND $version || ':~'"


def recorded_analysis(home: Path, document_id: str, version_id: str) -> tuple[Analysis, str] | None:
    """The analysis of one version, and its text; None where it is not recorded or could not be analysed.

    The text is one part, as each document has its own text here; segments and forms are not recorded.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    of = {"version": version_id}
    with one_look(home):
        texts = query(home, _TEXT, {"document": document_id} | of).rows
        if not texts or texts[0][3] is None:
            return None
        asked = query(home, _MANDATES.format(wanted=_OF_VERSION.format(key="mandate_id")), of).rows
        clauses = _clauses(query(home, _CLAUSES.format(wanted=_OF_VERSION.format(key="clause_id")), of).rows, asked)
        citations = tuple(Citation(*row) for row in query(home, _CITATIONS, of).rows)
    ((text, sha256, language, preamble, notes, reading, reasons, *head),) = texts
    symbol, title, body, kind, stage, session, day, precision, agenda_item = head
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
        asked = _named(home, _MANDATES, "mandate_id", mandate_ids)
        clauses = _clauses(_named(home, _CLAUSES, "clause_id", [row[0] for row in asked]), asked)
        languages = dict(_named(home, _LANGUAGES, "version_id", [_version(row[0]) for row in asked]))
    return {row[1]: (clauses[row[0]], _mandate(row), languages.get(_version(row[0]))) for row in asked}


def _named(home: Path, sql: str, key: str, names: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of these keys."""
    condition, values = among(key, list(dict.fromkeys(names)))
    return query(home, sql.format(wanted=condition), values).rows if values else []


def _version(clause_id: str) -> str:
    return clause_id.partition(":")[0]


def _clauses(rows: Iterable[tuple[Any, ...]], asked: Iterable[tuple[Any, ...]]) -> dict[str, Clause]:
    held: dict[str, list[Mandate]] = {}
    for row in asked:
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
