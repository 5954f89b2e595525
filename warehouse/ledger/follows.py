"""Evidence that follows from how documents are linked: what was asked again, replaced, or corrected.

    renewed      a clause of the next resolution is the same, changed or not, and asks for a task of the same type
    superseded   the document that asks was replaced by another one
    withdrawn    a later clause ends it ("decides to discontinue the reports requested in paragraph 5 of resolution …")
    corrected    a corrigendum says how the clause reads since

A clause that the next resolution dropped says nothing of the task: what was asked for once may still be due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from config.notes import note
from mandates.documents.discontinued import discontinued
from warehouse.ledger.evidence import Evidence
from warehouse.links.newest import newest
from warehouse.load.keyed import asker, mandates_of, rows_of

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
_NAMED = """
SELECT DISTINCT relations.from_document, relations.to_document, later.body, named_symbol
FROM relations JOIN documents AS later ON later.document_id = relations.from_document
WHERE relation = 'discontinues' AND relations.from_document IN {ids} AND to_document IS NOT NULL ORDER BY ALL"""
_CLAUSES = """
SELECT document_id, clause_key, number, display FROM clauses WHERE {condition} ORDER BY position, clause_id"""
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
# What belongs to a document is found by keys: a column of document ids would be read whole.
_TASKS = "SELECT clause_id, document_id, task_key, type FROM mandates WHERE {condition}"
_OF_TASKS = "SELECT clause_id, clause_key, number, display FROM clauses WHERE {condition}"


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
    ended = _endings(connection, ending)
    pairs = [(link.later, link.earlier) for link in links] + replaced + [(each.later, each.earlier) for each in ended]
    ends = {end for pair in pairs for end in pair}
    if not ends:
        return ()
    known = {row[0]: _Document(*row[1:]) for row in _rows(connection, _DOCUMENTS, ends)}
    tasks = _tasks(connection, ends)
    return (
        *(one for link in links for one in _by_link(link, known[link.later], tasks)),
        *(one for each in ended for one in _ended(each, known[each.later], tasks.get(each.earlier, ()))),
        *(one for later, earlier in replaced for one in _replaced(later, known[later], tasks.get(earlier, ()))),
    )


def _endings(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> list[_Ending]:
    """The clauses of these documents, each with all that its document ends."""
    named = _rows(connection, _NAMED, documents)
    if not named:
        return []
    found = newest(connection, {row[0] for row in named})
    clauses = rows_of(asker(connection), _CLAUSES, "clause_id", found.clauses)
    return [_Ending(*each, *clause) for each in named for document, *clause in clauses if document == each[0]]


def _tasks(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> dict[str, list[_Task]]:
    """The tasks in the newest texts of these documents, by document."""
    ask = asker(connection)
    rows = mandates_of(ask, _TASKS, newest(connection, documents).clauses)
    clauses = {row[0]: row for row in rows_of(ask, _OF_TASKS, "clause_id", {row[0] for row in rows})}
    tasks: dict[str, list[_Task]] = {}
    for clause, document, key, type_ in sorted(rows):
        _, clause_key, number, display = clauses[clause]
        task = _Task(document, clause_key, number, display, key, type_)
        if task not in tasks.setdefault(document, []):
            tasks[document].append(task)
    return tasks


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
                words=link.words, note=note("corrected", document=later.name),
            )  # fmt: skip
        return
    if later.is_draft:
        return
    again = {task.type: task for task in tasks.get(link.later, ()) if task.clause_key == link.later_clause}
    for task in asked:
        if renewing := again.get(task.type):
            how = _noted("again" if link.change == "same" else "otherwise", later, renewing.number)
            yield Evidence(
                task.task_key, "renewed", link.later, f"{PREFIX}renewed", clause_key=renewing.clause_key,
                happened_on=later.published_on, words=renewing.quote, note=how,
            )  # fmt: skip


def _noted(form: str, later: _Document, number: str | None) -> str:
    """The note, with the number of the clause where it has one."""
    if number:
        return note(f"{form}_at", document=later.name, number=_bare(number))
    return note(form, document=later.name)


def _replaced(later_id: str, later: _Document, tasks: Sequence[_Task]) -> Iterator[Evidence]:
    if later.is_draft:
        return
    for task in tasks:
        yield Evidence(
            task.task_key, "superseded", later_id, f"{PREFIX}replaced", happened_on=later.published_on,
            note=note("replaced", document=later.name),
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
        how = _noted("ended" if is_clear else "perhaps_ended", later, each.number)
        for task in meant:
            yield Evidence(
                task.task_key, "withdrawn" if is_clear else "unknown", each.later, f"{PREFIX}discontinued",
                clause_key=each.clause_key, happened_on=later.published_on, words=each.quote,
                note=how,
            )  # fmt: skip


def _bare(number: str | None) -> str:
    return (number or "").strip(" .()")
