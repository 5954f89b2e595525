"""Findings that a new relation causes: a draft was adopted, a clause was corrected, a mandate was answered.

A finding bears the document that is news: the corrigendum, the report. Its clause and its mandate belong to the
document that is corrected or answered, and its note names that one: "corrects NAME", "answers NAME". Messages read it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from warehouse.clause_rows import clauses_of
from warehouse.facts import clause_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from warehouse.clause_rows import ClauseRow
    from warehouse.facts import DocumentFacts, Moment
    from warehouse.model import Finding
    from warehouse.relations import RelationRow

_paragraphs = re.compile(r"\bparagraphs?\s+(\d+(?:\s*(?:,|and|to|–|-)\s*\d+)*)", re.IGNORECASE)
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
            # Several drafts and their revisions lead to one adoption, which is told once.
            yield target.finding("draft_adopted", "", moment, note=note)
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
    named = _numbers(text[0][0]) if text else frozenset()
    touched = [clause for clause in clauses if clause.mandates and (clause.number or "").strip(".() ") in named]
    note = f"corrects {target.name}"
    for clause in touched:
        fields = clause_fields(clause, clause.mandates[0])
        yield origin.finding("corrigendum", clause.clause_id, moment, note=note, **fields)
    if not touched:
        yield origin.finding("corrigendum", target.document_id, moment, note=note)


def _answered(
    origin: DocumentFacts, target: DocumentFacts, clauses: Sequence[ClauseRow], moment: Moment
) -> Iterator[Finding]:
    """One finding for each report that the resolution asked for; where it asked for none, one for the document."""
    note = f"answers {target.name}"
    reports = [(c, m) for c in clauses for m in c.mandates if m.type == "reporting_request"]
    for clause, mandate in reports:
        yield origin.finding(
            "mandate_answered", mandate.mandate_id, moment, note=note, **clause_fields(clause, mandate)
        )
    if not reports:
        yield origin.finding("mandate_answered", target.document_id, moment, note=note)


def _newest(clauses: Sequence[ClauseRow]) -> dict[str, list[ClauseRow]]:
    """The clauses of each document's newest version; they come oldest version first."""
    newest: dict[str, list[ClauseRow]] = {}
    for clause in clauses:
        held = newest.setdefault(clause.document_id, [])
        if held and held[-1].version_id != clause.version_id:
            held.clear()
        held.append(clause)
    return newest


def _numbers(text: str) -> frozenset[str]:
    """The paragraph numbers that a corrigendum names; "paragraphs 3 to 5" names three."""
    found: set[str] = set()
    for match in _paragraphs.finditer(text):
        found.update(re.findall(r"\d+", match[1]))
        for first, last in re.findall(r"(\d+)\s*(?:to|–|-)\s*(\d+)", match[1]):
            found.update(str(number) for number in range(int(first), min(int(last), int(first) + 100)))
    return frozenset(found)
