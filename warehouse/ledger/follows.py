"""Evidence that follows from how documents are linked: what was asked again, replaced, or corrected.

    renewed      a clause of the next resolution is the same, changed or not, and asks for a task of the same type
    superseded   the document that asks was replaced by another one
    withdrawn    a later clause ends it ("decides to discontinue the reports requested in paragraph 5 of resolution …")
    corrected    a corrigendum says how the clause reads since

A clause that the next resolution dropped says nothing of the task: what was asked for once may still be due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mandates.documents.discontinued import discontinued
from warehouse.ledger.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    import duckdb

    from warehouse.links.relations import RelationRow

PREFIX = "follows."
FEW = 500

_SHOWING_RELATIONS = frozenset({"renews", "corrects", "replaces", "discontinues"})
# What a clause that names no report can end as a whole.
_SET_UP = frozenset({"establishment", "extension_renewal", "convening"})

_LINKS = """
SELECT relation, later_document, later_clause, earlier_document, earlier_clause, change, words FROM clause_links
WHERE later_document IN {ids} AND earlier_clause IS NOT NULL
    AND (relation = 'corrects' OR (relation = 'renews' AND change IN ('same', 'changed')))
ORDER BY ALL"""
_STATED = """
SELECT DISTINCT from_document, to_document, relation FROM relations
WHERE relation IN ('replaces', 'discontinues') AND from_document IN {ids} AND to_document IS NOT NULL ORDER BY ALL"""
_ENDED = """
WITH shown AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id
    FROM sightings WHERE version_id IS NOT NULL AND document_id IN {ids} GROUP BY document_id
)
SELECT DISTINCT relations.from_document, relations.to_document, later.body, named_symbol, clauses.clause_key,
    clauses.number, clauses.display
FROM relations
JOIN documents AS later ON later.document_id = relations.from_document
JOIN clauses ON clauses.document_id = relations.from_document
SEMI JOIN shown ON shown.version_id = clauses.version_id
WHERE relation = 'discontinues' AND relations.from_document IN {ids} AND to_document IS NOT NULL
    AND clauses.document_id IN {ids}
ORDER BY ALL"""
_SHOWING = """
SELECT later_document FROM clause_links WHERE earlier_document IN {ids}
UNION
SELECT from_document FROM relations
WHERE relation IN ('replaces', 'discontinues') AND to_document IN {ids}
    AND from_document IS NOT NULL"""
_ALL_SHOWING = """
SELECT later_document FROM clause_links
UNION
SELECT from_document FROM relations WHERE relation IN ('replaces', 'discontinues') AND from_document IS NOT NULL
ORDER BY ALL"""
_DOCUMENTS = """
SELECT document_id, coalesce(symbol, title), published_on, coalesce(stage, '') IN ('preliminary_draft', 'draft')
FROM documents WHERE document_id IN {ids}"""
_TASKS = """
WITH shown AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id
    FROM sightings WHERE version_id IS NOT NULL AND document_id IN {ids} GROUP BY document_id
)
SELECT DISTINCT
    mandates.document_id, clauses.clause_key, clauses.number, clauses.display, mandates.task_key, mandates.type
FROM mandates
SEMI JOIN shown USING (document_id, version_id)
JOIN clauses USING (clause_id)
WHERE mandates.document_id IN {ids} AND clauses.document_id IN {ids}
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


class _Ending(NamedTuple):
    """A clause of a document that ends something which an earlier one asked for."""

    later: str
    earlier: str
    body: str | None
    symbol: str
    clause_key: str
    number: str | None
    quote: str


def showing(
    connection: duckdb.DuckDBPyConnection, relations: Sequence[RelationRow], reread: Collection[str]
) -> tuple[str, ...]:
    """The documents that may show something by their links: newly linked ones, and those about what was read again."""
    found = {
        row.from_document for row in relations if row.relation in {"renews", "corrects", "replaces", "discontinues"}
    } | {*reread}
    if reread:
        rows = _rows(connection, _SHOWING, reread)
        found |= {row[0] for row in rows}
    return tuple(sorted(found))


def all_showing(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """All documents that may show something by their links."""
    return tuple(row[0] for row in connection.execute(_ALL_SHOWING).fetchall())


def shown_by(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> tuple[Evidence, ...]:
    """All that these documents show of the tasks of those that they renew, replace or correct."""
    links = [_Link(*row) for row in _rows(connection, _LINKS, documents)]
    stated = _rows(connection, _STATED, documents)
    replaced = [(later, earlier) for later, earlier, relation in stated if relation == "replaces"]
    ending = {later for later, _, relation in stated if relation == "discontinues"}
    ended = [_Ending(*row) for row in _rows(connection, _ENDED, ending)]
    pairs = [(link.later, link.earlier) for link in links] + replaced + [(each.later, each.earlier) for each in ended]
    ends = {end for pair in pairs for end in pair}
    if not ends:
        return ()
    known = {row[0]: _Document(*row[1:]) for row in _rows(connection, _DOCUMENTS, ends)}
    tasks: dict[str, list[_Task]] = {}
    for row in _rows(connection, _TASKS, ends):
        tasks.setdefault(row[0], []).append(_Task(*row))
    return (
        *(one for link in links for one in _by_link(link, known[link.later], tasks)),
        *(one for each in ended for one in _ended(each, known[each.later], tasks.get(each.earlier, ()))),
        *(one for later, earlier in replaced for one in _replaced(later, known[later], tasks.get(earlier, ()))),
    )


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, documents: Collection[str]) -> list[tuple[Any, ...]]:
    """The answer for some documents, named one by one where they are few: only so does DuckDB filter while it scans."""
    if not documents:
        return []
    few = len(documents) <= FEW
    ids = f"({', '.join(f'${place}' for place in range(1, len(documents) + 1))})" if few else "(SELECT unnest($1))"
    return connection.execute(statement.format(ids=ids), sorted(documents) if few else [sorted(documents)]).fetchall()


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
            place = f", paragraph {_bare(renewing.number)}" if renewing.number else ""
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


def _ended(each: _Ending, later: _Document, tasks: Sequence[_Task]) -> Iterator[Evidence]:
    """What a clause ends: the tasks of the paragraphs that it names, else the only one of its kind; else unknown."""
    if later.is_draft:
        return
    for said in discontinued(each.quote, each.body):
        if "".join(said.symbol.lower().split()) != "".join(each.symbol.lower().split()):
            continue
        kinds = {"reporting_request"} if said.is_of_reports else _SET_UP
        meant = [task for task in tasks if _bare(task.number) in said.paragraphs]
        if not said.paragraphs:
            meant = [task for task in tasks if task.type in kinds]
        elif any(task.type in kinds for task in meant):
            meant = [task for task in meant if task.type in kinds]
        is_clear = bool(said.paragraphs) or len({task.clause_key for task in meant}) == 1
        place = f", paragraph {_bare(each.number)}" if each.number else ""
        for task in meant:
            yield Evidence(
                task.task_key, "withdrawn" if is_clear else "unknown", each.later, f"{PREFIX}discontinued",
                clause_key=each.clause_key, happened_on=later.published_on, words=each.quote,
                note=f"{'discontinued' if is_clear else 'perhaps discontinued'} by {later.name}{place}",
            )  # fmt: skip


def _bare(number: str | None) -> str:
    return (number or "").strip(" .()")
