"""Findings that a new relation causes: a draft was adopted, a clause was corrected, a mandate was answered.

A finding has the document that is news: the corrigendum, the report, the adopted text. The other one, to which the
clause and the mandate of a correction or an answer belong, is its `other_document`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from warehouse.findings.clause_rows import clauses_of
from warehouse.findings.finding_fields import clause_facts, document_facts, found
from warehouse.links.answer_rules import REPORT_RULES
from warehouse.links.corrections import corrected, passages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow
    from warehouse.findings.finding import ClauseFacts, DocumentFacts, Finding
    from warehouse.findings.finding_fields import Moment
    from warehouse.ledger.evidence import Evidence
    from warehouse.links.relations import RelationRow

_asking = """
SELECT DISTINCT document_id FROM mandates WHERE task_key IN (SELECT unnest($keys))"""
_answered_before = """
SELECT DISTINCT task_key FROM task_evidence
WHERE task_key IN (SELECT unnest($keys)) AND says = 'answered' AND retracted_at IS NULL
    AND evidence_id NOT IN (SELECT unnest($new))"""
_text = """
SELECT text FROM versions WHERE document_id = ? ORDER BY first_seen DESC LIMIT 1"""


def follow_up(
    connection: duckdb.DuckDBPyConnection,
    facts: Mapping[str, DocumentFacts],
    relations: Sequence[RelationRow],
    moment: Moment,
) -> Iterator[Finding]:
    """What these relations, none of which was known before, give people to know."""
    targets = sorted({row.to_document for row in relations if row.relation == "corrects"})
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


def answers(
    connection: duckdb.DuckDBPyConnection, evidence: Sequence[Evidence], arrived: Collection[str], moment: Moment
) -> Iterator[Finding]:
    """One finding for each task that evidence, not known before, shows answered, wholly or in part.

    Where neither of the two documents is among those that `arrived`, only the reading of one is new: that is not news.
    Of the documents of a body, a meeting or an item of an agenda only the first is an answer.
    """
    shown = [each for each in evidence if each.says in {"answered", "partly_answered"}]
    if not shown:
        return
    keys = sorted({each.task_key for each in shown})
    asking = [row[0] for row in connection.execute(_asking, {"keys": keys}).fetchall()]
    tasks = {
        mandate.task_key: (clause, mandate) for clause in clauses_of(connection, asking) for mandate in clause.mandates
    }
    facts = document_facts(connection, {*asking, *(each.document_id for each in shown)})
    before = {"keys": keys, "new": [each.evidence_id for each in shown]}
    known = {row[0] for row in connection.execute(_answered_before, before).fetchall()}
    for each in sorted(shown, key=lambda each: (each.task_key, each.happened_on or date.max, each.document_id)):
        is_report = each.rule.startswith(REPORT_RULES)
        if each.task_key not in tasks or (each.task_key in known and not is_report):
            continue
        known |= set() if is_report else {each.task_key}
        clause, mandate = tasks[each.task_key]
        if {each.document_id, clause.document_id} & set(arrived):
            origin, target = facts[each.document_id], facts[clause.document_id]
            note = f"{'answers' if each.says == 'answered' else 'answers in part'} {target.name}"
            said = clause_facts(clause, mandate)
            yield _about(target, found("mandate_answered", origin, mandate.mandate_id, moment, note=note, clause=said))


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
