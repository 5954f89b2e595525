"""Corrections of what people were notified of, written once, in the transaction that finds the mistake.

A correction is compared with what was said last of the task, so that it is made once however often it is found, and
made again only when something else is found. It goes to everyone who was notified of the task, not to its subscribers
of today.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapers.text.readers import solid_words
from warehouse.findings import finding_store
from warehouse.findings.finding import REREAD, Deadline, Finding
from warehouse.findings.finding_fields import Moment, document_facts, found
from warehouse.model import AlertRow
from warehouse.outbox.enqueue import enqueue
from warehouse.outbox.states import move
from warehouse.review.decided import tasks_today

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    import duckdb

# What is left of a task that is no mandate.
_NOTHING: Mapping[str, Any] = {
    "addressee": None, "addressee_id": None, "addressee_resolved": None, "deliverable": None, "deadlines": (),
}  # fmt: skip
# How many corrections new readings may send in a day without approval: what a person can take in. More are held.
MOST_BY_THEMSELVES = 10
HELD = f"more than {MOST_BY_THEMSELVES} corrections by new readings in a day"

# What was said of these tasks, and to whom. A message that was not sent, and will not be, does not count.
# Findings of former versions hold their fields side by side.
_TASK_KEY = "coalesce(json_extract_string(detail, '$.clause.task_key'), json_extract_string(detail, '$.task_key'))"
_SAID = f"""
SELECT finding.detail, list(DISTINCT {{'subscription': alert.subscription, 'target': link.target}})
FROM (
    SELECT *, {_TASK_KEY} AS task_key FROM findings
    WHERE mandate_id IS NOT NULL
        AND kind IN (
            'new_mandate', 'changed_clause', 'mandate_due', 'mandate_overdue', 'mandate_renewed', 'reading_corrected'
        )
        AND document_id IN (SELECT unnest($documents))
) AS finding
JOIN alerts AS alert USING (finding_id)
JOIN delivery_alerts AS link USING (alert_id)
JOIN deliveries AS delivery USING (delivery_id)
WHERE delivery.state NOT IN ('suppressed', 'dead', 'held')
    AND (finding.task_key IN (SELECT unnest($names)) OR finding.mandate_id IN (SELECT unnest($names)))
GROUP BY finding.finding_id, finding.found_at, finding.detail
ORDER BY finding.found_at, finding.finding_id"""  # noqa: S608 - our own expression

_DOCUMENTS = "SELECT DISTINCT document_id FROM mandates WHERE mandate_id IN (SELECT unnest($mandates))"

_REPLACED = "replaced by another reading"
_HELD = f"""
SELECT delivery_id FROM deliveries
WHERE state = 'held' AND delivery_id IN (
    SELECT delivery_id FROM delivery_alerts JOIN alerts USING (alert_id) JOIN findings USING (finding_id)
    WHERE findings.kind = 'reading_corrected' AND {_TASK_KEY} IN (SELECT unnest($names))
)"""  # noqa: S608 - as above

_RECENT = """
SELECT count(*) FROM findings
WHERE kind = 'reading_corrected' AND found_at > $since AND json_extract_string(detail, '$.note') = $note"""


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections that were written: those that go out, in how many deliveries, and those that are held."""

    sent: tuple[Finding, ...] = ()
    held: tuple[Finding, ...] = ()
    deliveries: int = 0


@dataclass(slots=True)
class _Said:
    """What was said last of a task, and everyone who was notified of it."""

    last: Finding
    recipients: set[tuple[str, str]]
    all_deadlines: bool = True


def write_corrections(
    connection: duckdb.DuckDBPyConnection,
    names: Mapping[str, str | None],
    documents: Collection[str],
    why: str,
    now: datetime,
) -> Corrections:
    """Write what has to be corrected of these tasks, with its alerts, inside the caller's transaction.

    `names` leads from what a task of these documents was called (task_key, mandate_id) to the task_key it has now, None
    where the text has no such task. Those with the note `REREAD` are held where there are too many.
    """
    if not names:
        return Corrections()
    _supersede(connection, [*names, *filter(None, names.values())], now)
    said = _said(connection, names, documents)
    today = tasks_today(connection, [key for key in said if names.get(key, key) is not None])
    facts = document_facts(connection, {each.last.document.document_id for each in said.values()})
    made: list[tuple[Finding, set[tuple[str, str]]]] = []
    for key, each in said.items():
        is_gone = names.get(key, key) is None
        if (is_gone or key in today) and each.last.document.document_id in facts:
            right = None if is_gone else today[key]
            if wrong := tuple(_corrected(each, right)):
                document, name = facts[each.last.document.document_id], f"{each.last.finding_id}\n{wrong}"
                # Mail threads are built on the ids of the first message.
                clause = replace(each.last.clause, task_key=key, review=(), **right or _NOTHING)
                moment = Moment(now, baseline=False)
                finding = found("reading_corrected", document, name, moment, clause=clause, note=why, corrected=wrong)
                made.append((finding, each.recipients))
    return _written(connection, made, why, now)


def also_notified(
    connection: duckdb.DuckDBPyConnection, made: Sequence[Finding], rows: Sequence[AlertRow], now: datetime
) -> list[AlertRow]:
    """Corrigenda for those who were notified of the mandate that they correct and are not among `rows`."""
    corrigenda = [
        finding for finding in made if finding.kind == "corrigendum" and finding.clause.mandate_id is not None
    ]
    if not corrigenda:
        return []
    documents = connection.execute(
        _DOCUMENTS, {"mandates": [finding.clause.mandate_id for finding in corrigenda]}
    ).fetchall()
    names = {
        name: finding.clause.task_key
        for finding in corrigenda
        for name in (finding.clause.mandate_id, finding.clause.task_key)
        if name
    }
    said = _said(connection, names, [row[0] for row in documents])
    reached = {(row.finding.finding_id, row.target) for row in rows}
    return [
        AlertRow(finding, subscription, target, now)
        for finding in corrigenda
        if finding.clause.task_key in said
        for subscription, target in sorted(said[finding.clause.task_key].recipients)
        if (finding.finding_id, target) not in reached
    ]


def _supersede(connection: duckdb.DuckDBPyConnection, names: Sequence[str], now: datetime) -> None:
    """Take out the held corrections of these tasks: what is right today is compared afresh."""
    held = [row[0] for row in connection.execute(_HELD, {"names": names}).fetchall()]
    move(connection, held, "replace", who="analysis", note=_REPLACED, now=now)


def _written(
    connection: duckdb.DuckDBPyConnection, made: Sequence[tuple[Finding, set[tuple[str, str]]]], why: str, now: datetime
) -> Corrections:
    new = {finding.finding_id for finding in finding_store.write(connection, [finding for finding, _ in made])}
    fresh = [(finding, recipients) for finding, recipients in made if finding.finding_id in new]
    room = len(fresh)
    if why == REREAD and fresh:
        since = {"since": now - timedelta(days=1), "note": REREAD}
        ((recent,),) = connection.execute(_RECENT, since).fetchall()
        room = max(0, MOST_BY_THEMSELVES - (recent - len(fresh)))
    rows = [
        AlertRow(finding, subscription, target, now, held=HELD if place >= room else None)
        for place, (finding, recipients) in enumerate(fresh)
        for subscription, target in sorted(recipients)
    ]
    _, deliveries = enqueue(connection, rows, now)
    findings = [finding for finding, _ in fresh]
    return Corrections(tuple(findings[:room]), tuple(findings[room:]), deliveries)


def _said(
    connection: duckdb.DuckDBPyConnection, names: Mapping[str, str | None], documents: Collection[str]
) -> dict[str, _Said]:
    """What was said of each task, by the name that it has now; by its last name where it is gone."""
    said: dict[str, _Said] = {}
    rows = connection.execute(_SAID, {"names": list(names), "documents": sorted(documents)}).fetchall()
    for detail, recipients in rows:
        finding = finding_store.finding_of(detail)
        name = next(
            each for each in (finding.clause.task_key, finding.clause.mandate_id) if each is not None and each in names
        )
        key = names[name] or name
        each = said.setdefault(key, _Said(finding, set()))
        each.all_deadlines = finding_store.tells_all_deadlines(detail)
        # The thread is that of the first message.
        first = each.last.clause
        thread = replace(finding.clause, mandate_id=first.mandate_id, clause_id=first.clause_id)
        each.last = replace(finding, clause=thread)
        each.recipients.update((row["subscription"], row["target"]) for row in recipients)
    return said


def _corrected(said: _Said, right: Mapping[str, Any] | None) -> Iterator[tuple[str, str | None, str | None]]:
    """What was said wrongly of a task, field by field, with what is right; nothing where all is right."""
    last = said.last
    was_none = any(field == "is_mandate" and value == "no" for field, _, value in last.corrected)
    if right is None or was_none:
        if (right is None) != was_none:
            yield "is_mandate", "no" if was_none else "yes", "yes" if was_none else "no"
        return
    if last.clause.type != right["type"]:
        yield "type", last.clause.type, right["type"]
    if not _same_addressee(last, right):
        yield "addressee", last.clause.addressee, right["addressee"]
    was, now = last.clause.deadlines, right["deadlines"]
    # A message with the first deadline alone is not wrong about it.
    if not said.all_deadlines:
        was, now = was[:1], now[:1]
    if _deadlines(was) != _deadlines(now):
        yield "due", _deadlines(was), _deadlines(now)


def _same_addressee(said: Finding, right: Mapping[str, Any]) -> bool:
    """By the one name over all documents, else by the words, layout aside."""
    if said.clause.addressee_id and right["addressee_id"]:
        return bool(said.clause.addressee_id == right["addressee_id"])
    return solid_words(said.clause.addressee or "") == solid_words(right["addressee"] or "")


def _deadlines(deadlines: Sequence[Deadline]) -> str | None:
    """The days of each deadline ("2027-05-01", "2027-05-01/2027-05-31"), its words where it has none, one a line."""
    return "\n".join(map(_days, deadlines)) or None


def _days(deadline: Deadline) -> str:
    if deadline.last is None:
        return " ".join((deadline.words or "").split())
    return "/".join(str(day) for day in dict.fromkeys((deadline.first, deadline.last)) if day)
