"""The shapes that go into and come out of the warehouse.

Errors:
    WarehouseError
    ├── LockedError          another process holds the live file; `pid` and `path` where known
    ├── SchemaError          the file is no warehouse, or one of a newer version
    ├── UnfitCopyError       a copy is damaged, or has lost rows that the published one has
    ├── LandingError         a batch file is damaged or not of this warehouse
    │   └── NewerBatchError  it was landed by a newer program, and waits for this one to be upgraded
    ├── PlaceError           the shared landing place cannot be reached or used
    ├── BackupError          a backup is damaged, incomplete, or does not fit the place it is to be restored to
    ├── DecisionError        a decision names no field, or a value that does not fit (`warehouse.review.decision`)
    ├── QueryError           an analyst's query failed; `place` as DuckDB gives it
    │   └── SlowQueryError   it was stopped because its time was over
    └── UnknownDeliveryError no delivery, or more than one, has an id that begins so; `beginning`
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from mandates.model import Analysis
    from scrapers.publication import Harvest, Publication
    from warehouse.findings.finding import Finding

DeliveryState = Literal["pending", "held", "sending", "sent", "uncertain", "failed", "dead", "suppressed"]


class WarehouseError(Exception):
    """Anything the warehouse refuses or cannot do."""


class LockedError(WarehouseError):
    """Another process holds the live file."""

    def __init__(self, message: str, *, path: Path, pid: int | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.pid = pid


class SchemaError(WarehouseError):
    """The file is no warehouse, or one of a newer version."""


class UnfitCopyError(WarehouseError):
    """A copy is damaged, or has lost rows that the published one has."""


class BackupError(WarehouseError):
    """A backup is damaged, incomplete, or does not fit the place where it is to be restored."""


class LandingError(WarehouseError):
    """A batch file is damaged or not of this warehouse."""


class NewerBatchError(LandingError):
    """A batch file that a newer program has landed."""


class PlaceError(WarehouseError):
    """The shared landing place cannot be reached or used."""


class QueryError(WarehouseError):
    """An analyst's query failed."""


class SlowQueryError(QueryError):
    """A query was stopped because its time was over."""


class LargeQueryError(QueryError):
    """A query needs more memory than it may have."""


class UnknownDeliveryError(WarehouseError):
    """No delivery, or more than one, has an id that begins so."""

    def __init__(self, beginning: str, found: int, *, or_source: bool = False) -> None:
        what = "no delivery has" if found == 0 else f"{found} deliveries have"
        what = f"{what} an id beginning with {beginning!r}"
        if or_source and found == 0:
            what += ", and no delivery is held from a source of that name"
        super().__init__(f"{what}; `mandates outbox list` shows them")
        self.beginning = beginning


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication with the analysis of its text; None where it has no text."""

    publication: Publication
    analysis: Analysis | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one crawl of one source gave, analysed: the unit that lands and is recorded exactly once."""

    batch_id: str
    harvest: Harvest
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One finding for one subscription and one target, to be written in the finding's own transaction.

    `target` names the target ("secretariat/mail"), never its address. `not_before` holds it for quiet hours or a
    digest; `digest` is the digest it belongs to ("daily:2026-11-21"), None when it goes out by itself. A `silent` one
    is kept as suppressed: it is part of a new source's baseline. `held` is why one waits for an operator's approval.
    Alerts in different languages are never one delivery; None goes with any.
    """

    finding: Finding
    subscription: str
    target: str
    not_before: datetime
    digest: str | None = None
    silent: bool = False
    held: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Rereading:
    """A version whose text or analysis a newer reader or newer rules gave otherwise; the counts are of mandates."""

    document_id: str
    version_id: str
    former_text_sha256: str
    from_reader: int
    to_reader: int
    from_rules: int
    to_rules: int
    gained: int
    lost: int
    changed: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did, for tables and events."""

    batch_ids: tuple[str, ...]
    new_documents: int
    new_versions: int
    new_mandates: int
    sightings: int
    findings: tuple[Finding, ...]
    alerts: int
    deliveries: int
    rereadings: tuple[Rereading, ...] = ()

    def __add__(self, later: Recorded) -> Recorded:
        """This recording and a later one as one."""
        return Recorded(*(getattr(self, each.name) + getattr(later, each.name) for each in fields(Recorded)))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery claimed for sending: its alerts' findings and the target's name; ours until `lease_until`."""

    delivery_id: str
    target: str
    subscriptions: tuple[str, ...]
    findings: tuple[Finding, ...]
    digest: str | None
    attempts: int
    lease_until: datetime
    repeat_of_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as operators see it. `title` and `symbol` are those of one of its `findings`."""

    delivery_id: str
    target: str
    digest: str | None
    state: DeliveryState
    attempts: int
    doubts: int
    due_at: datetime | None
    created_at: datetime
    sent_at: datetime | None
    reason: str | None
    subscriptions: tuple[str, ...]
    kinds: tuple[str, ...]
    findings: int
    symbol: str | None
    title: str


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One change of a delivery's state; `seconds` is how long a send took."""

    happened_at: datetime
    state: DeliveryState
    attempt: int
    worker: str | None
    seconds: float | None
    note: str | None


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """When a source was last read with success; None where it never was."""

    source_id: str
    last_success: datetime | None
