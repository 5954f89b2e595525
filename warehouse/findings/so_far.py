"""What had become of a task when a finding about it was made: since when it is asked for, reminders, answers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapers.text.readers import words_sha256
from warehouse.findings.finding import Answer, SoFar

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    import duckdb

    from warehouse.findings.finding import Finding, FindingKind

_OF_A_TASK: frozenset[FindingKind] = frozenset(
    {"mandate_due", "mandate_overdue", "mandate_answered", "mandate_renewed", "mandate_dropped"}
)
# Those whose clause is the one that people were reminded of.
_REMINDED = _OF_A_TASK - {"mandate_renewed"}

# Which clause of a former resolution each clause renews, in the texts that lead to those of these clauses. A clause of
# which the former words asked for nothing ends the way back.
_LINKS = """
WITH RECURSIVE texts AS (
    SELECT document_id FROM clauses WHERE clause_key IN (SELECT unnest($keys))
    UNION
    SELECT relations.to_document FROM texts JOIN relations ON relations.from_document = texts.document_id
    WHERE relations.relation = 'renews'
)
SELECT
    coalesce(later.new, link.later_clause), coalesce(earlier.new, link.earlier_clause),
    coalesce(documents.symbol, documents.title), documents.published_on
FROM clause_links AS link
SEMI JOIN texts ON texts.document_id = link.later_document
JOIN documents ON documents.document_id = link.earlier_document
LEFT JOIN key_aliases AS later ON later.old = link.later_clause
LEFT JOIN key_aliases AS earlier ON earlier.old = link.earlier_clause
WHERE link.relation = 'renews' AND EXISTS (
    FROM clauses WHERE clause_key = coalesce(earlier.new, link.earlier_clause) AND is_mandate
)
ORDER BY documents.published_on, link.link_id"""

# Evidence is kept under the name that the task had when it was found.
_ANSWERS = """
SELECT coalesce(key_aliases.new, evidence.task_key), coalesce(documents.symbol, documents.title), evidence.happened_on,
    evidence.says = 'partly_answered', evidence.document_id
FROM task_evidence AS evidence
JOIN documents USING (document_id)
LEFT JOIN key_aliases ON key_aliases.old = evidence.task_key
WHERE evidence.says IN ('answered', 'partly_answered') AND evidence.retracted_at IS NULL
    AND coalesce(key_aliases.new, evidence.task_key) IN (SELECT unnest($tasks))
QUALIFY row_number() OVER (
    PARTITION BY coalesce(key_aliases.new, evidence.task_key), evidence.document_id ORDER BY evidence.says
) = 1
ORDER BY evidence.happened_on NULLS FIRST, documents.symbol"""

# Days count only between days: "June 2026" is no date to reckon from. A later report of a series has no new request.
_REACTION = """
SELECT evidence.document_id, coalesce(key_aliases.new, evidence.task_key),
    min(date_diff('day', asking.published_on, evidence.happened_on)) FILTER (
        asking.published_precision = 'day' AND answering.published_precision = 'day'
        AND coalesce(evidence.occurrence, 1) = 1
    ),
    min(date_diff('day', occurrence.due_end, evidence.happened_on)) FILTER (
        answering.published_precision = 'day' AND (evidence.occurrence IS NOT NULL OR NOT occurrence.is_expected)
    ),
    bool_and(evidence.says = 'partly_answered')
FROM task_evidence AS evidence
JOIN documents AS answering ON answering.document_id = evidence.document_id
LEFT JOIN key_aliases ON key_aliases.old = evidence.task_key
JOIN task_occurrences AS occurrence ON occurrence.task_key = coalesce(key_aliases.new, evidence.task_key)
    AND occurrence.number = coalesce(evidence.occurrence, 1)
JOIN documents AS asking ON asking.document_id = occurrence.document_id
WHERE evidence.says IN ('answered', 'partly_answered') AND evidence.retracted_at IS NULL
    AND evidence.document_id IN (SELECT unnest($documents))
GROUP BY ALL"""

# Findings of former versions hold their fields side by side.
_REMINDERS = """
SELECT
    coalesce(detail ->> '$.clause.task_key', detail ->> '$.task_key'),
    coalesce(detail ->> '$.clause.quote', detail ->> '$.quote', ''),
    try_cast(coalesce(detail ->> '$.due.last', detail ->> '$.due_end') AS DATE), found_at::DATE
FROM findings
WHERE kind = 'mandate_due' AND document_id IN (
    SELECT document_id FROM mandates WHERE task_key IN (SELECT unnest($tasks))
)"""


@dataclass(frozen=True, slots=True)
class _Step:
    """A clause of a former resolution, with that resolution's name and day."""

    key: str
    document: str
    day: date | None


def with_so_far(
    connection: duckdb.DuckDBPyConnection, made: Sequence[Finding], news: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """These findings, those about tasks with what is known of them; `news` are documents that renew former ones.

    Run it before the findings are written: a reminder is not its own earlier reminder.
    """
    asked = [each for each in made if each.tasks and (each.kind in _OF_A_TASK or _renews(each, news))]
    if not asked:
        return tuple(made)
    chains = _chains(connection, {_clause_key(each.tasks[0]) for each in asked})
    tasks = {each.finding_id: _names(each.tasks[0], chains[_clause_key(each.tasks[0])]) for each in asked}
    answers = _answers(connection, [name for names in tasks.values() for name in names])
    reactions = _reactions(connection, [each for each in asked if each.kind == "mandate_answered"])
    reminders = _reminders(connection, [each for each in asked if each.kind in _REMINDED])
    known = {}
    for each in asked:
        chain = chains[_clause_key(each.tasks[0])]
        said = [answer for name in tasks[each.finding_id] for answer in answers.get(name, ())]
        after, late, in_part = reactions.get((each.document.document_id, each.tasks[0]), (None, None, False))
        known[each.finding_id] = SoFar(
            asked_since=chain[-1].day if chain else None,
            asked_in=chain[-1].document if chain else None,
            times=1 + len({step.document for step in chain}),
            reminded=reminders.get(each.finding_id, ()),
            answers=tuple(answer for document, answer in said if document != each.document.document_id),
            answered_after=after,
            late=late,
            in_part=in_part,
        )
    return tuple(replace(each, so_far=known.get(each.finding_id)) for each in made)


def _renews(finding: Finding, news: frozenset[str]) -> bool:
    return finding.kind == "new_mandate" and finding.document.document_id in news


def _clause_key(task: str) -> str:
    return task.partition(":")[0]


def _names(task: str, chain: Sequence[_Step]) -> list[str]:
    """The same task, by its verb, of each resolution, the first one first."""
    _, colon, verb = task.partition(":")
    return [*(f"{step.key}{colon}{verb}" for step in reversed(chain)), task]


def _chains(connection: duckdb.DuckDBPyConnection, keys: Collection[str]) -> Mapping[str, Sequence[_Step]]:
    """By clause, those of former resolutions that it renews, the latest first."""
    former = {
        later: _Step(earlier, document, day)
        for later, earlier, document, day in connection.execute(_LINKS, {"keys": sorted(keys)}).fetchall()
    }
    chains = {}
    for key in keys:
        chain: list[_Step] = []
        passed, at = {key}, key
        while (step := former.get(at)) is not None and step.key not in passed:
            passed.add(step.key)
            chain.append(step)
            at = step.key
        chains[key] = chain
    return chains


def _answers(connection: duckdb.DuckDBPyConnection, tasks: Sequence[str]) -> Mapping[str, Sequence[tuple[str, Answer]]]:
    answers: defaultdict[str, list[tuple[str, Answer]]] = defaultdict(list)
    for task, document, on, in_part, document_id in connection.execute(_ANSWERS, {"tasks": tasks}).fetchall():
        answers[task].append((document_id, Answer(document, on, in_part)))
    return answers


def _reactions(
    connection: duckdb.DuckDBPyConnection, answered: Sequence[Finding]
) -> Mapping[tuple[str, str], tuple[int | None, int | None, bool]]:
    """By answering document and task, the days from request and deadline to the answer, and whether it is in part."""
    documents = sorted({each.document.document_id for each in answered})
    rows = connection.execute(_REACTION, {"documents": documents}).fetchall() if documents else []
    return {(document, task): (after, late, in_part) for document, task, after, late, in_part in rows}


def _reminders(connection: duckdb.DuckDBPyConnection, asked: Sequence[Finding]) -> Mapping[str, tuple[date, ...]]:
    """By finding, the days on which reminders of the same deadline, else of the latest one, were written."""
    tasks = sorted({each.clause.task_key for each in asked if each.clause.task_key})
    rows = connection.execute(_REMINDERS, {"tasks": tasks}).fetchall() if tasks else []
    if not rows:
        return {}
    said = [(task, words_sha256(quote), due, day) for task, quote, due, day in rows]
    found = {}
    for each in asked:
        words = words_sha256(each.clause.quote or "")
        # A newer reading may have given the task another name.
        own = [(due, day) for task, quote, due, day in said if task == each.clause.task_key or quote == words]
        last = each.due.last if each.due is not None else max((due for due, _ in own if due), default=None)
        found[each.finding_id] = tuple(sorted({day for due, day in own if due == last}))
    return found
