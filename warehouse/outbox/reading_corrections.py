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
from warehouse.findings import finding_store as ledger
from warehouse.findings.finding_fields import Moment, document_facts
from warehouse.model import AlertRow, Finding
from warehouse.outbox.enqueue import enqueue, insert, sha256
from warehouse.review.decided import FIELDS, tasks_today

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    import duckdb

# How many corrections new readings may send in a day without approval: what a person can take in. More are held.
MOST_BY_THEMSELVES = 10
REREAD = "found by reading the text again"

# What was said of these tasks, and to whom. A message that was not sent, and will not be, does not count.
_SAID = """
SELECT finding.detail, list(DISTINCT {'subscription': alert.subscription, 'target': link.target})
FROM (
    SELECT *, json_extract_string(detail, '$.task_key') AS task_key FROM findings
    WHERE mandate_id IS NOT NULL AND kind IN ('new_mandate', 'changed_clause', 'mandate_due', 'reading_corrected')
        AND document_id IN (SELECT unnest($documents))
) AS finding
JOIN alerts AS alert USING (finding_id)
JOIN delivery_alerts AS link USING (alert_id)
JOIN deliveries AS delivery USING (delivery_id)
WHERE delivery.state NOT IN ('suppressed', 'dead', 'held')
    AND (finding.task_key IN (SELECT unnest($names)) OR finding.mandate_id IN (SELECT unnest($names)))
GROUP BY finding.finding_id, finding.found_at, finding.detail
ORDER BY finding.found_at, finding.finding_id"""

_DOCUMENTS = "SELECT DISTINCT document_id FROM mandates WHERE mandate_id IN (SELECT unnest($mandates))"

_REPLACED = "replaced by another reading"
_SUPERSEDED = """
UPDATE deliveries SET state = 'suppressed', changed_at = $now, reason = $reason
WHERE state = 'held' AND delivery_id IN (
    SELECT delivery_id FROM delivery_alerts JOIN alerts USING (alert_id) JOIN findings USING (finding_id)
    WHERE findings.kind = 'reading_corrected'
        AND json_extract_string(findings.detail, '$.task_key') IN (SELECT unnest($names))
)
RETURNING delivery_id"""

_RECENT = """
SELECT count(*) FROM findings
WHERE kind = 'reading_corrected' AND found_at > $since AND json_extract_string(detail, '$.note') = $note"""


# The fields of the clause that a correction repeats. Mail threads are built on the first.
_KEPT = (
    "mandate_id", "clause_id", "clause_number", "page", "quote", "verb", "agenda_item", "agenda_title", "action",
)  # fmt: skip


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
    facts = document_facts(connection, {each.last.document_id for each in said.values()})
    made: list[tuple[Finding, set[tuple[str, str]]]] = []
    for key, each in said.items():
        is_gone = names.get(key, key) is None
        if (is_gone or key in today) and each.last.document_id in facts:
            fields = _differences(each.last, None if is_gone else today[key])
            if fields:
                name = f"{each.last.finding_id}\n{fields['corrected']}"
                finding = facts[each.last.document_id].finding(
                    "reading_corrected", name, Moment(now, baseline=False), task_key=key, note=why, **fields
                )
                made.append((finding, each.recipients))
    return _written(connection, made, why, now)


def also_notified(
    connection: duckdb.DuckDBPyConnection, made: Sequence[Finding], rows: Sequence[AlertRow], now: datetime
) -> list[AlertRow]:
    """Corrigenda for those who were notified of the mandate that they correct and are not among `rows`."""
    corrigenda = [finding for finding in made if finding.kind == "corrigendum" and finding.mandate_id is not None]
    if not corrigenda:
        return []
    documents = connection.execute(_DOCUMENTS, {"mandates": [finding.mandate_id for finding in corrigenda]}).fetchall()
    names = {
        name: finding.task_key for finding in corrigenda for name in (finding.mandate_id, finding.task_key) if name
    }
    said = _said(connection, names, [row[0] for row in documents])
    reached = {(row.finding.finding_id, row.target) for row in rows}
    return [
        AlertRow(finding, subscription, target, now)
        for finding in corrigenda
        if finding.task_key in said
        for subscription, target in sorted(said[finding.task_key].recipients)
        if (finding.finding_id, target) not in reached
    ]


def held_notice(corrections: Corrections, now: datetime) -> tuple[Finding, ...]:
    """The message to operators that corrections are held, once a day."""
    if not corrections.held:
        return ()
    note = (
        f"More than {MOST_BY_THEMSELVES} corrections were found by reading texts again. The others are held.\n"
        "See them: mandates outbox list --state held\nSend them: mandates outbox release\n"
        "Drop one: mandates outbox drop ID"
    )
    name = sha256("corrections_held", now.date().isoformat())
    return (
        Finding.for_operators(
            "corrections_held", finding_id=name, about="corrections", title="corrections", note=note, now=now
        ),
    )


def _supersede(connection: duckdb.DuckDBPyConnection, names: Sequence[str], now: datetime) -> None:
    """Take out the held corrections of these tasks: what is right today is compared afresh."""
    values = {"names": names, "now": now, "reason": _REPLACED}
    events = [
        (
            sha256("event", delivery_id, "replaced", now.isoformat()),
            delivery_id,
            now,
            "suppressed",
            0,
            None,
            None,
            _REPLACED,
        )
        for (delivery_id,) in connection.execute(_SUPERSEDED, values).fetchall()
    ]
    insert(connection, "delivery_events", events)


def _written(
    connection: duckdb.DuckDBPyConnection, made: Sequence[tuple[Finding, set[tuple[str, str]]]], why: str, now: datetime
) -> Corrections:
    new = {finding.finding_id for finding in ledger.write(connection, [finding for finding, _ in made])}
    fresh = [(finding, recipients) for finding, recipients in made if finding.finding_id in new]
    room = len(fresh)
    if why == REREAD and fresh:
        since = {"since": now - timedelta(days=1), "note": REREAD}
        ((recent,),) = connection.execute(_RECENT, since).fetchall()
        room = max(0, MOST_BY_THEMSELVES - (recent - len(fresh)))
    rows = [
        AlertRow(finding, subscription, target, now, held=place >= room)
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
        finding = ledger.finding_of(detail)
        name = next(each for each in (finding.task_key, finding.mandate_id) if each is not None and each in names)
        key = names[name] or name
        each = said.setdefault(key, _Said(finding, set()))
        # The thread is that of the first message.
        each.last = replace(finding, mandate_id=each.last.mandate_id, clause_id=each.last.clause_id)
        each.recipients.update((row["subscription"], row["target"]) for row in recipients)
    return said


def _differences(said: Finding, right: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields of a finding that says what is wrong and what is right; none where nothing is wrong."""
    was_none = any(field == "is_mandate" and value == "no" for field, _, value in said.corrected)
    kept = {name: getattr(said, name) for name in _KEPT}
    if right is None:
        gone = kept | {"type": said.type, "corrected": (("is_mandate", "yes", "no"),)}
        return {} if was_none else gone
    corrected = (("is_mandate", "no", "yes"),) if was_none else tuple(_corrected(said, right))
    return kept | {name: right[name] for name in FIELDS} | {"corrected": corrected} if corrected else {}


def _corrected(said: Finding, right: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    if said.type != right["type"]:
        yield "type", said.type, right["type"]
    if not _same_addressee(said, right):
        yield "addressee", said.addressee, right["addressee"]
    was = _deadline(said.due, said.due_start, said.due_end)
    now = _deadline(right["due"], right["due_start"], right["due_end"])
    if solid_words(was or "") != solid_words(now or ""):
        yield "due", was, now


def _same_addressee(said: Finding, right: Mapping[str, Any]) -> bool:
    """By the one name over all documents, else by the words, layout aside."""
    if said.addressee_id and right["addressee_id"]:
        return bool(said.addressee_id == right["addressee_id"])
    return solid_words(said.addressee or "") == solid_words(right["addressee"] or "")


def _deadline(words: str | None, first: date | None, last: date | None) -> str | None:
    """The days of a deadline ("2027-05-01", "2027-05-01/2027-05-31"), its words where it has none."""
    if last is None:
        return " ".join(words.split()) if words else None
    return f"{last}" if first in {None, last} else f"{first}/{last}"
