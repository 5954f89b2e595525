"""Findings and subscriptions made for the tests."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.match import alerts_for
from config.subscriptions import load_subscriptions
from warehouse.findings import finding_store as ledger
from warehouse.model import Finding
from warehouse.outbox.enqueue import enqueue
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
    document_id=hashlib.sha256(b"document").hexdigest(),
    symbol="AALCO/RES/52/S 5",
    title="Care of people at sea",
    body="AALCO",
    document_kind="resolution",
    stage="adopted",
    language="en",
    url="https://example.org/52-s-5",
    published_on=date(2026, 9, 12),
    published_precision="day",
    topics=("migration",),
    sources=("aalco",),
    mandate_id="m1",
    clause_id="c4",
    clause_number="4",
    page=2,
    quote="Decides to place the item on the provisional agenda of its Fifty-Third Annual Session.",
    verb="Decides",
    type="agenda_placement",
    addressee="the Secretariat",
    addressee_id="aalco:secretariat",
    due="its Fifty-Third Annual Session",
    due_start=date(2027, 9, 6),
    due_end=date(2027, 9, 10),
    due_basis="session calendar",
)


def finding(number: int = 1, **changes: Any) -> Finding:
    """The mandate above with changes; another number is another finding."""
    key = hashlib.sha256(f"{number} {sorted(changes.items())}".encode()).hexdigest()
    return replace(mandate, **{"finding_id": key, **changes})


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
        new = ledger.write(connection, findings)
        return enqueue(connection, alerts_for(subscriptions, now)(new), now)


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
