"""Findings that a new relation causes: a draft was adopted, a clause was corrected, a mandate was answered.

A finding has the document that is news: the corrigendum, the report, the adopted text. The other one, to which the
clause and the mandate of a correction or an answer belong, is its `other_document`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from warehouse.findings.clause_rows import clauses_of
from warehouse.findings.finding_fields import clause_facts, found
from warehouse.links.corrections import corrected, passages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow
    from warehouse.findings.finding import ClauseFacts, DocumentFacts, Finding
    from warehouse.findings.finding_fields import Moment
    from warehouse.links.relations import RelationRow

_text = """
SELECT text FROM versions WHERE document_id = ? ORDER BY first_seen DESC LIMIT 1"""


def follow_up(
    connection: duckdb.DuckDBPyConnection,
    facts: Mapping[str, DocumentFacts],
    relations: Sequence[RelationRow],
    moment: Moment,
) -> Iterator[Finding]:
    """What these relations, none of which was known before, give people to know."""
    targets = sorted({row.to_document for row in relations if row.relation in {"corrects", "answers"}})
    asked = _newest(clauses_of(connection, targets))
    for row in relations:
        origin, target = facts[row.from_document], facts[row.to_document]
        clauses = asked.get(row.to_document, [])
        if row.relation == "draft_of" and target.stage in {"adopted", "official_record"}:
            note = f"the adopted text of {origin.name} ({row.evidence})"
            # Several drafts and their revisions lead to one adoption, which is news once.
            yield _about(origin, found("draft_adopted", target, "", moment, note=note))
        elif row.relation == "corrects":
            yield from _corrected(connection, origin, target, clauses, moment)
        elif row.relation == "answers":
            yield from _answered(origin, target, clauses, moment)


def _corrected(
    connection: duckdb.DuckDBPyConnection,
    origin: DocumentFacts,
    target: DocumentFacts,
    clauses: Sequence[ClauseRow],
    moment: Moment,
) -> Iterator[Finding]:
    """One finding for each mandate whose paragraph the corrigendum names; without any, one for the document."""
    text = connection.execute(_text, [origin.document_id]).fetchall()
    said = passages(text[0][0]) if text else {}
    note = f"corrects {target.name}"
    touched = False
    for clause in clauses:
        passage = said.get((clause.number or "").strip(".() "))
        if passage is None or not clause.mandates:
            continue
        touched = True
        now = corrected(clause.display, passage)
        asked = clause_facts(clause, clause.mandates[0])
        before = clause.display if now is not None else None
        about = asked if now is None else _in_other_words(asked, now)
        yield _about(
            target,
            found(
                "corrigendum",
                origin,
                clause.clause_id,
                moment,
                note=note,
                correction=passage,
                before=before,
                clause=about,
            ),
        )
    if not touched:
        yield _about(target, found("corrigendum", origin, target.document_id, moment, note=note))


def _in_other_words(clause: ClauseFacts, now: str) -> ClauseFacts:
    """The clause as corrected; a deadline whose words were corrected is gone, and the new words are in the quote."""
    kept = tuple(each for each in clause.deadlines if each.words is None or each.words in now)
    return replace(clause, quote=now, deadlines=kept)


def _answered(
    origin: DocumentFacts, target: DocumentFacts, clauses: Sequence[ClauseRow], moment: Moment
) -> Iterator[Finding]:
    """One finding for each report that the resolution asked for; where it asked for none, one for the document."""
    note = f"answers {target.name}"
    reports = [(c, m) for c in clauses for m in c.mandates if m.type == "reporting_request"]
    for clause, mandate in reports:
        facts = clause_facts(clause, mandate)
        yield _about(target, found("mandate_answered", origin, mandate.mandate_id, moment, note=note, clause=facts))
    if not reports:
        yield _about(target, found("mandate_answered", origin, target.document_id, moment, note=note))


def _about(other: DocumentFacts, finding: Finding) -> Finding:
    return replace(finding, other_document=other.name, other_url=other.url)


def _newest(clauses: Sequence[ClauseRow]) -> dict[str, list[ClauseRow]]:
    """The clauses of each document's newest version; they come oldest version first."""
    newest: dict[str, list[ClauseRow]] = {}
    for clause in clauses:
        held = newest.setdefault(clause.document_id, [])
        if held and held[-1].version_id != clause.version_id:
            held.clear()
        held.append(clause)
    return newest
