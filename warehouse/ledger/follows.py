"""Evidence that follows from how documents are linked: what was asked again, replaced, or corrected.

    renewed      a clause of the next resolution is the same, changed or not, and asks for a task of the same type
    superseded   the document that asks was replaced by another one
    corrected    a corrigendum says how the clause reads since

A clause that the next resolution dropped says nothing of the task: what was asked for once may still be due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse.ledger.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    import duckdb

    from warehouse.links.relations import RelationRow

PREFIX = "follows."

_LINKS = """
SELECT relation, later_document, later_clause, earlier_document, earlier_clause, change, words FROM clause_links
WHERE later_document IN (SELECT unnest($documents)) AND earlier_clause IS NOT NULL
    AND (relation = 'corrects' OR (relation = 'renews' AND change IN ('same', 'changed')))
ORDER BY ALL"""
_REPLACED = """
SELECT DISTINCT from_document, to_document FROM relations
WHERE relation = 'replaces' AND from_document IN (SELECT unnest($documents)) AND to_document IS NOT NULL ORDER BY ALL"""
_SHOWING = """
SELECT later_document FROM clause_links WHERE earlier_document IN (SELECT unnest($documents))
UNION
SELECT from_document FROM relations
WHERE relation = 'replaces' AND to_document IN (SELECT unnest($documents)) AND from_document IS NOT NULL"""
_ALL_SHOWING = """
SELECT later_document FROM clause_links
UNION
SELECT from_document FROM relations WHERE relation = 'replaces' AND from_document IS NOT NULL
ORDER BY ALL"""
_DOCUMENTS = """
SELECT document_id, coalesce(symbol, title), published_on, coalesce(stage, '') IN ('preliminary_draft', 'draft')
FROM documents WHERE document_id IN (SELECT unnest($documents))"""
_TASKS = """
SELECT DISTINCT
    mandates.document_id, clauses.clause_key, clauses.number, clauses.display, mandates.task_key, mandates.type
FROM mandates
SEMI JOIN (FROM current_versions WHERE document_id IN (SELECT unnest($documents))) AS shown
    USING (document_id, version_id)
JOIN clauses USING (clause_id)
WHERE mandates.document_id IN (SELECT unnest($documents)) AND clauses.document_id IN (SELECT unnest($documents))
ORDER BY ALL"""


class _Task(NamedTuple):
    document_id: str
    clause_key: str
    number: str | None
    quote: str
    task_key: str
    type: str


class _Document(NamedTuple):
    name: str
    published_on: date | None
    is_draft: bool


class _Link(NamedTuple):
    relation: str
    later: str
    later_clause: str | None
    earlier: str
    earlier_clause: str
    change: str
    words: str | None


def showing(
    connection: duckdb.DuckDBPyConnection, relations: Sequence[RelationRow], reread: Collection[str]
) -> tuple[str, ...]:
    """The documents that may show something by their links: newly linked ones, and those about what was read again."""
    found = {row.from_document for row in relations if row.relation in {"renews", "corrects", "replaces"}} | {*reread}
    if reread:
        rows = connection.execute(_SHOWING, {"documents": sorted(reread)}).fetchall()
        found |= {row[0] for row in rows}
    return tuple(sorted(found))


def all_showing(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """All documents that may show something by their links."""
    return tuple(row[0] for row in connection.execute(_ALL_SHOWING).fetchall())


def shown_by(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> tuple[Evidence, ...]:
    """All that these documents show of the tasks of those that they renew, replace or correct."""
    wanted = {"documents": sorted(documents)}
    links = [_Link(*row) for row in connection.execute(_LINKS, wanted).fetchall()] if documents else []
    replaced = connection.execute(_REPLACED, wanted).fetchall() if documents else []
    ends = {end for link in links for end in (link.later, link.earlier)} | {end for pair in replaced for end in pair}
    if not ends:
        return ()
    known = {
        row[0]: _Document(*row[1:]) for row in connection.execute(_DOCUMENTS, {"documents": sorted(ends)}).fetchall()
    }
    tasks: dict[str, list[_Task]] = {}
    for row in connection.execute(_TASKS, {"documents": sorted(ends)}).fetchall():
        tasks.setdefault(row[0], []).append(_Task(*row))
    return (
        *(one for link in links for one in _by_link(link, known[link.later], tasks)),
        *(one for later, earlier in replaced for one in _replaced(later, known[later], tasks.get(earlier, ()))),
    )


def _by_link(link: _Link, later: _Document, tasks: Mapping[str, Sequence[_Task]]) -> Iterator[Evidence]:
    asked = [task for task in tasks.get(link.earlier, ()) if task.clause_key == link.earlier_clause]
    if link.relation == "corrects":
        for task in asked:
            yield Evidence(
                task.task_key, "corrected", link.later, f"{PREFIX}corrected", happened_on=later.published_on,
                words=link.words, note=f"corrected by {later.name}",
            )  # fmt: skip
        return
    if later.is_draft:
        return
    again = {task.type: task for task in tasks.get(link.later, ()) if task.clause_key == link.later_clause}
    for task in asked:
        if renewing := again.get(task.type):
            how = "" if link.change == "same" else " in other words"
            place = f", paragraph {renewing.number.strip(' .()')}" if renewing.number else ""
            yield Evidence(
                task.task_key, "renewed", link.later, f"{PREFIX}renewed", clause_key=renewing.clause_key,
                happened_on=later.published_on, words=renewing.quote, note=f"asked again{how} by {later.name}{place}",
            )  # fmt: skip


def _replaced(later_id: str, later: _Document, tasks: Sequence[_Task]) -> Iterator[Evidence]:
    if later.is_draft:
        return
    for task in tasks:
        yield Evidence(
            task.task_key, "superseded", later_id, f"{PREFIX}replaced", happened_on=later.published_on,
            note=f"the document was replaced by {later.name}",
        )  # fmt: skip
