"""Findings and subscriptions made for the tests."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from alerts.match import alerts_for
from config.subscriptions import load_subscriptions
from warehouse.findings import finding_store
from warehouse.findings.finding import ClauseFacts, Deadline, DocumentFacts, Finding
from warehouse.model import DeliveryState
from warehouse.outbox.enqueue import enqueue
from warehouse.outbox.states import BEGINNINGS, TRANSITIONS
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.subscriptions import Subscriptions

noon = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

mandate = Finding(
    finding_id="",
    kind="new_mandate",
    found_at=noon,
    baseline=False,
    document=DocumentFacts(
        document_id=hashlib.sha256(b"document").hexdigest(),
        symbol="AALCO/RES/52/S 5",
        title="Care of people at sea",
        body="AALCO",
        kind="resolution",
        stage="adopted",
        language="en",
        url="https://example.org/52-s-5",
        published_on=date(2026, 9, 12),
        published_precision="day",
        topics=("migration",),
        sources=("aalco",),
    ),
    clause=ClauseFacts(
        mandate_id="m1",
        clause_id="c4",
        number="4",
        page=2,
        quote="Decides to place the item on the provisional agenda of its Fifty-Third Annual Session.",
        verb="Decides",
        type="agenda_placement",
        addressee="the Secretariat",
        addressee_id="aalco:secretariat",
        deadlines=(
            Deadline("its Fifty-Third Annual Session", date(2027, 9, 6), date(2027, 9, 10), basis="session calendar"),
        ),
    ),
)
_of_document = {field.name for field in fields(DocumentFacts)}
_of_clause = {field.name for field in fields(ClauseFacts)}
_of_deadline = {"due": "words", "due_start": "first", "due_end": "last", "due_basis": "basis", "due_sense": "sense"}


def changed(former: Finding, **changes: Any) -> Finding:
    """A finding with changes: of itself, of its document, of its clause, or of its first deadline."""
    document_kind = {"kind": changes.pop("document_kind")} if "document_kind" in changes else {}
    number = {"number": changes.pop("clause_number")} if "clause_number" in changes else {}
    due = {_of_deadline[name]: changes.pop(name) for name in _of_deadline if name in changes}
    of_finding = {field.name for field in fields(Finding)} | {"kind"}
    facts = {name: value for name, value in changes.items() if name in _of_document and name not in of_finding}
    said = {name: value for name, value in changes.items() if name in _of_clause and name not in facts}
    rest = {name: value for name, value in changes.items() if name not in facts and name not in said}
    clause = replace(former.clause, **said, **number)
    if due:
        first = replace(clause.deadlines[0] if clause.deadlines else Deadline(), **due)
        known = first.words is not None or first.last is not None
        clause = replace(clause, deadlines=(first,) if known else ())
    if rest.get("kind", former.kind) in {"mandate_due", "mandate_overdue"} and clause.deadlines:
        rest.setdefault("due", clause.deadlines[0])
    return replace(former, document=replace(former.document, **facts, **document_kind), clause=clause, **rest)


def finding(number: int = 1, **changes: Any) -> Finding:
    """The mandate above with changes; another number is another finding."""
    key = hashlib.sha256(f"{number} {sorted(changes.items())}".encode()).hexdigest()
    return changed(mandate, **{"finding_id": key, **changes})


def document(number: int, **changes: Any) -> Finding:
    """A mandate in a document of its own."""
    key = hashlib.sha256(f"document {number}".encode()).hexdigest()
    return finding(number, document_id=key, symbol=f"AALCO/RES/52/S {number}", **changes)


def subscribed(folder: Path, yaml: str) -> Subscriptions:
    """The subscriptions that this file makes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "subscriptions.yaml").write_text(yaml, encoding="utf-8")
    return load_subscriptions(folder)


def put(home: Path, subscriptions: Subscriptions, findings: Sequence[Finding], now: datetime = noon) -> tuple[int, int]:
    """Record findings with the alerts that they cause, as recording does."""
    if not (home / "live.duckdb").exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(empty_warehouse(), home / "live.duckdb")
    with session(home) as connection, transaction(connection):
        new = finding_store.write(connection, findings)
        return enqueue(connection, alerts_for(subscriptions, now)(new), now)


def histories_follow_the_ways(home: Path) -> None:
    """Every recorded history of a delivery begins and goes on as the table of states allows."""
    histories: dict[str, list[DeliveryState]] = {}
    order = "ORDER BY happened_at, attempt, state = 'sending' DESC, state = 'dead'"
    for delivery_id, state in ask(home, f"SELECT delivery_id, state FROM delivery_events {order}"):
        histories.setdefault(delivery_id, []).append(state)
    for history in histories.values():
        assert history[0] in BEGINNINGS, history
        assert all(later in TRANSITIONS[state] for state, later in pairwise(history)), history
    assert set(TRANSITIONS) == set(get_args(DeliveryState))


@cache
def empty_warehouse() -> Path:
    """One with all its tables, made once: copying it takes a tenth of making it."""
    folder = Path(tempfile.mkdtemp(prefix="mandates-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with session(folder):
        pass
    return folder / "live.duckdb"


def ask(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the warehouse."""
    with session(home) as connection:
        return connection.execute(sql).fetchall()
