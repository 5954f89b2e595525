"""What a recording says of mandates of former resolutions: renewed in other words, or no longer asked for.

The news is this year's text, so nothing is said where that text is itself history: part of a first crawl, of the past,
known before, or already followed by a later one. Whoever is notified of a renewal is notified of the mandate as it is
now, which leads back to what was asked before; of what was dropped only the former words are left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from warehouse.findings.clause_rows import clauses_of
from warehouse.findings.finding_fields import clause_facts, document_facts, found
from warehouse.links.similarity import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow
    from warehouse.findings.finding import DocumentFacts, Finding
    from warehouse.findings.finding_fields import Moment
    from warehouse.links.relations import RelationRow
    from warehouse.load.loading import Loaded

# The clauses of the texts that are news which follow, or should follow, one of an earlier resolution.
_LINKS = """
SELECT link.change, link.later_document, link.later_clause, link.earlier_document, link.earlier_clause
FROM clause_links AS link
JOIN documents ON documents.document_id = link.later_document
WHERE link.relation = 'renews' AND link.change IN ('changed', 'dropped')
    AND link.later_document IN (SELECT unnest($news))
    AND coalesce(documents.stage, '') NOT IN ('preliminary_draft', 'draft')
    AND NOT EXISTS (
        FROM relations WHERE relation = 'renews' AND to_document = link.later_document
    )
ORDER BY link.later_document, link.earlier_document, link.earlier_clause"""

# Of documents that were known, those of which no text was recorded before.
_FIRST_TEXTS = """
SELECT document_id FROM versions WHERE document_id IN (SELECT unnest($documents))
GROUP BY document_id HAVING bool_and(version_id IN (SELECT unnest($versions)))"""

# Nobody waits any more for what somebody called done or dropped, or no mandate at all.
_CLOSED = """
SELECT task_key FROM decided
WHERE (state IN ('done', 'dropped') OR is_mandate = 'no') AND task_key IN (SELECT unnest($keys))"""


@dataclass(frozen=True, slots=True)
class _Link:
    change: str
    later_document: str
    later_clause: str | None
    earlier_document: str
    earlier_clause: str | None


def renewing(connection: duckdb.DuckDBPyConnection, loaded: Loaded, relations: Sequence[RelationRow]) -> frozenset[str]:
    """The documents whose first text has just been recorded and which renew a former resolution.

    Those that were listed at the first look at their source are no news, though they could be read only now.
    """
    listed = set(loaded.entries.filter(loaded.entries["baseline"])["document_id"].to_pylist())
    texts = set(loaded.versions["document_id"].to_pylist()) - loaded.told_apart - listed
    fresh = {row.from_document for row in relations if row.relation == "renews"} & texts & set(loaded.documents)
    # Their titles may have been linked before their texts came.
    if known := sorted(texts - set(loaded.documents)):
        wanted = {"documents": known, "versions": loaded.versions["version_id"].to_pylist()}
        fresh |= {row[0] for row in connection.execute(_FIRST_TEXTS, wanted).fetchall()}
    return frozenset(fresh)


def lifecycle(connection: duckdb.DuckDBPyConnection, news: frozenset[str], moment: Moment) -> tuple[Finding, ...]:
    """Findings about mandates of former resolutions that these documents renew, once their clauses are linked."""
    if moment.baseline or not news:
        return ()
    links = [_Link(*row) for row in connection.execute(_LINKS, {"news": sorted(news)}).fetchall()]
    ends = {end for link in links for end in (link.later_document, link.earlier_document)}
    facts = document_facts(connection, ends)
    clauses = _by_key(clauses_of(connection, sorted(ends)))
    tasks = [mandate.task_key for clause in clauses.values() for mandate in clause.mandates]
    closed = {row[0] for row in connection.execute(_CLOSED, {"keys": tasks}).fetchall()}
    made: list[Finding] = []
    for link in links:
        earlier = clauses.get(link.earlier_clause or "")
        if earlier is None or not (asked := [each for each in earlier.mandates if each.task_key not in closed]):
            continue
        earlier = replace(earlier, mandates=tuple(asked))
        document, former = facts[link.later_document], facts[link.earlier_document]
        later = clauses.get(link.later_clause or "")
        if link.change == "dropped":
            made += _dropped(document, former, earlier, moment)
        elif later is not None:
            made.append(_renewed(document, former, earlier, later, moment))
    return tuple(made)


def _by_key(clauses: Sequence[ClauseRow]) -> dict[str, ClauseRow]:
    """Each clause as the oldest version has it: mail threads hang on the ids of what was sent first."""
    first: dict[str, ClauseRow] = {}
    for clause in clauses:
        first.setdefault(clause.clause_key, clause)
    return first


def _dropped(document: DocumentFacts, former: DocumentFacts, earlier: ClauseRow, moment: Moment) -> Iterator[Finding]:
    for mandate in earlier.mandates:
        key, said = wording(mandate.quote), clause_facts(earlier, mandate)
        made = found("mandate_dropped", document, key, moment, clause=said)
        yield replace(made, other_document=former.name, other_url=former.url)


def _renewed(
    document: DocumentFacts, former: DocumentFacts, earlier: ClauseRow, later: ClauseRow, moment: Moment
) -> Finding:
    key = f"{wording(earlier.display)}\n{wording(later.display)}"
    said = replace(clause_facts(later, later.mandates[0] if later.mandates else None), quote=later.display)
    made = found("mandate_renewed", document, key, moment, clause=said, before=earlier.display)
    asked = earlier.mandates[0]
    return replace(
        made,
        other_document=former.name,
        other_url=former.url,
        earlier_task=asked.task_key,
        earlier_mandate=asked.mandate_id,
    )
