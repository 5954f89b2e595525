"""What a recording gives people to know: each finding is made once, from rows that were not there before.

A mandate is new when no earlier text of its document has the same words; a clause is changed when the text before had
one like it that the new text has not. Layout, page furniture and punctuation do not count as words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mandates.model import DECIDING
from warehouse.findings.clause_rows import clauses_in, clauses_of
from warehouse.findings.comparison import twin
from warehouse.findings.finding import UNREAD
from warehouse.findings.finding_fields import clause_facts, document_facts, facts_in, found
from warehouse.findings.lifecycle import lifecycle, renewing
from warehouse.findings.so_far import with_so_far
from warehouse.links.followups import answers, follow_up
from warehouse.links.similarity import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow, MandateRow
    from warehouse.findings.finding import DocumentFacts, Finding
    from warehouse.findings.finding_fields import Moment
    from warehouse.ledger.evidence import Evidence
    from warehouse.links.relations import RelationRow
    from warehouse.load.loading import Loaded

_ONE_EVENT = frozenset({"draft_of", "answers", "corrects"})


def findings(
    connection: duckdb.DuckDBPyConnection,
    loaded: Loaded,
    relations: Sequence[RelationRow],
    moment: Moment,
    answered: Sequence[Evidence] = (),
) -> tuple[Finding, ...]:
    """All that the load of this transaction has brought to light, documents first.

    `answered` is the evidence of answers that was not known before. Run it once relations, links between clauses and
    evidence of the load are written.
    """
    fresh = sorted({*loaded.documents} - loaded.told_apart)
    clauses = [
        clause for clause in clauses_in(loaded.clauses, loaded.mandates) if clause.document_id not in loaded.told_apart
    ]
    relations = [row for row in relations if not {row.from_document, row.to_document} & loaded.told_apart]
    ends = {end for row in relations for end in (row.from_document, row.to_document)}
    facts = facts_in(loaded.entries, fresh)
    unread = list(_not_wholly_read(loaded))
    wanted = {*(clause.document_id for clause in clauses), *ends, *(document for document, _, _ in unread)}
    facts |= document_facts(connection, wanted - facts.keys())
    made = [found("new_document", facts[document], "", moment) for document in fresh]
    made += _of_texts(connection, facts, loaded, clauses, moment)
    for document, reading, reasons in unread:
        if facts[document].kind in DECIDING:
            made.append(found("reading_incomplete", facts[document], reading, moment, note="; ".join(reasons)))
    made += follow_up(connection, facts, relations, moment)
    arrived = {*fresh, *loaded.versions["document_id"].to_pylist()} - loaded.told_apart
    made += answers(connection, answered, arrived, moment)
    renewals = renewing(connection, loaded, relations)
    made += lifecycle(connection, renewals, moment)
    stories = _stories(relations)
    each_once = {each.finding_id: replace(each, story=stories.get(each.document.document_id)) for each in made}
    return with_so_far(connection, tuple(each_once.values()), renewals)


def _stories(relations: Sequence[RelationRow]) -> dict[str, str]:
    """By document, the name of the event that it shares with others: drafts, answers and corrections of one text."""
    stories: dict[str, set[str]] = {}
    for row in relations:
        if row.relation in _ONE_EVENT:
            together = stories.get(row.from_document, {row.from_document}) | stories.get(
                row.to_document, {row.to_document}
            )
            stories |= dict.fromkeys(together, together)
    return {document: min(together) for document, together in stories.items()}


def _not_wholly_read(loaded: Loaded) -> Iterator[tuple[str, str, list[str]]]:
    """Document, reading (partial or none) and reasons of the new texts that could not be read completely."""
    rows = loaded.versions.select(["document_id", "reading", "reasons"]).to_pylist()
    for document, reading, reasons in (row.values() for row in rows):
        if reading in {"partial", "none"} and document not in loaded.told_apart:
            yield document, reading, reasons


def _of_texts(
    connection: duckdb.DuckDBPyConnection,
    facts: dict[str, DocumentFacts],
    loaded: Loaded,
    clauses: Sequence[ClauseRow],
    moment: Moment,
) -> Iterator[Finding]:
    """New mandates and changed clauses of the texts that were not known."""
    texts: dict[str, dict[str, list[ClauseRow]]] = {}
    for clause in clauses:
        texts.setdefault(clause.document_id, {}).setdefault(clause.version_id, []).append(clause)
    arrived_versions = {clause.version_id for clause in clauses}
    known = [
        clause
        for clause in clauses_of(connection, sorted(texts.keys() - set(loaded.documents)))
        if clause.version_id not in arrived_versions
    ]
    for document, versions in texts.items():
        earlier = [clause for clause in known if clause.document_id == document]
        for version, arrived in versions.items():
            note = UNREAD if version in loaded.unread else None
            for finding in _of_text(facts[document], earlier, arrived, moment):
                yield finding if note is None else replace(finding, note=note)
            earlier = earlier + arrived


def _of_text(
    document: DocumentFacts, earlier: Sequence[ClauseRow], arrived: Sequence[ClauseRow], moment: Moment
) -> Iterator[Finding]:
    if not earlier:
        for clause in arrived:
            for mandate in clause.mandates:
                yield _new_mandate(document, clause, mandate, moment)
        return
    said = {wording(clause.display) for clause in earlier}
    asked = {wording(mandate.quote) for clause in earlier for mandate in clause.mandates}
    # A text that is older than what is known (batches come in any order) changes nothing.
    newest = earlier[-1] if earlier[-1].shown_at <= arrived[0].shown_at else None
    kept = {wording(clause.display) for clause in arrived}
    gone = [
        clause
        for clause in earlier
        if newest and clause.version_id == newest.version_id and wording(clause.display) not in kept
    ]
    for clause in arrived:
        if wording(clause.display) in said:
            continue
        place = twin(clause.display, [candidate.display for candidate in gone])
        if place is not None:
            former = gone.pop(place)
            key = f"{wording(former.display)}\n{wording(clause.display)}"
            facts = clause_facts(clause, clause.mandates[0] if clause.mandates else None)
            facts = replace(facts, quote=clause.display)
            yield found("changed_clause", document, key, moment, clause=facts, before=former.display)
            continue
        for mandate in clause.mandates:
            if wording(mandate.quote) not in asked:
                yield _new_mandate(document, clause, mandate, moment)


def _new_mandate(document: DocumentFacts, clause: ClauseRow, mandate: MandateRow, moment: Moment) -> Finding:
    return found("new_mandate", document, wording(mandate.quote), moment, clause=clause_facts(clause, mandate))
