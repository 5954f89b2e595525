"""What people decide about tasks: landed as files of their own, recorded each exactly once, and only ever added to.

Whoever takes decisions (a command, a web page) only lands them; recording is the one writer. A decision is known by all
that it says, so the same file landed twice, or imported from two copies, adds nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from warehouse.ledger.recording import keep_up_decisions
from warehouse.load.arrivals import insert, unknown
from warehouse.load.landing import landing_folder, set_aside
from warehouse.model import LandingError
from warehouse.outbox.muting import muted_among, take_out
from warehouse.outbox.reading_corrections import write_corrections
from warehouse.review.decision import FATES, Decision, DecisionError
from warehouse.store.database import session, transaction
from warehouse.store.paths import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import duckdb

    from warehouse.findings.finding import Finding

log = logging.getLogger(__name__)

_ENDING = ".decisions.json"
# A file is written by people or for a few of their clicks; anything larger is not one of ours.
_MOST_BYTES = 20_000_000
_schema = pa.schema(
    [
        *((name, pa.string()) for name in ("decision_id", "task_key", "field", "value", "who")),
        ("at", pa.timestamp("us", tz="UTC")),
        ("why", pa.string()),
    ]
)

# The words that were decided upon: those in the newest text, else in the last one that had the task or clause.
_insert = """
INSERT INTO decisions BY NAME
SELECT rows_in.*, named.document_id, named.quote, now() AS recorded_at
FROM rows_in LEFT JOIN (
    SELECT task_key, arg_max(document_id, first_seen) AS document_id, arg_max(quote, first_seen) AS quote
    FROM (
        SELECT task_key, mandates.document_id, quote, first_seen FROM mandates JOIN versions USING (version_id)
        UNION ALL
        SELECT clause_key, clauses.document_id, display, first_seen FROM clauses JOIN versions USING (version_id)
        UNION ALL
        SELECT document_id, document_id, title, first_seen FROM documents
    ) WHERE task_key IN (SELECT task_key FROM rows_in) GROUP BY task_key
) AS named USING (task_key)"""

# All names that the task ever had, the one it has today, and its document.
_named = """
WITH today AS (SELECT coalesce((SELECT new FROM key_aliases WHERE old = $key), $key) AS task_key)
SELECT task_key, task_key, (SELECT any_value(document_id) FROM decisions WHERE decisions.task_key = $key) FROM today
UNION
SELECT old, new, NULL FROM key_aliases JOIN today ON new = today.task_key
UNION
SELECT mandate_id, task_key, document_id FROM mandates JOIN today USING (task_key)"""

_all = 'SELECT task_key, field, value, who, "at", why FROM decisions ORDER BY "at", recorded_at, decision_id'
_missing = """
SELECT DISTINCT decisions.task_key FROM decisions
WHERE decision_id IN (SELECT unnest($ids)) AND document_id IS NULL ORDER BY ALL"""

# The tasks of a clause before the publisher changed its words, and after.
_REWORDED = """
SELECT DISTINCT was.task_key, now_asked.task_key
FROM clauses AS former
JOIN mandates AS was ON was.clause_id = former.clause_id
JOIN mandates AS now_asked ON now_asked.clause_id = $clause
WHERE former.document_id = $document AND former.display = $before"""
_MUTE = """
SELECT who, why FROM current_decisions
WHERE field = 'muted' AND value IS NOT NULL AND decided_on IN (SELECT unnest($keys)) ORDER BY "at" DESC LIMIT 1"""


def decision_id(decision: Decision) -> str:
    """sha256 (hex) of all that a decision says."""
    row = asdict(decision) | {"at": decision.at.astimezone(UTC).isoformat()}
    return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _nothing(_connection: duckdb.DuckDBPyConnection) -> None:
    """There is nothing to check."""


def land_decisions(home: Path, decisions: Sequence[Decision]) -> Path:
    """Put decisions down for recording, whole or not at all; landing the same ones again changes nothing.

    Raises:
        LandingError: the folder cannot be written.
    """
    folder = landing_folder(home)
    rows = [asdict(decision) | {"at": decision.at.astimezone(UTC).isoformat()} for decision in decisions]
    name = hashlib.sha256("\n".join(map(decision_id, decisions)).encode()).hexdigest()[:32]
    path = folder / f"{name}{_ENDING}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(path) as aside:
            aside.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise LandingError(f"{path}: cannot be written ({error.strerror or error}); nothing of it was kept") from error
    return path


def record_decisions(
    home: Path,
    made: Sequence[Decision] = (),
    *,
    check: Callable[[duckdb.DuckDBPyConnection], None] = _nothing,
    wait_seconds: float | None = None,
) -> int:
    """Record the decisions that have landed, then those `made` here, in one transaction; how many are new.

    Everyone who was notified of what they correct gets a correction; nobody else is notified. `check` sees the
    warehouse between the two: what it raises is passed on, and nothing was recorded.

    Raises:
        LockedError, WarehouseError: as `record`; the files go on waiting.
    """
    paths = sorted(landing_folder(home).glob(f"*{_ENDING}"))
    if not paths and not made:
        return 0
    with session(home, wait_seconds=wait_seconds) as connection:
        taken = [(path, decisions) for path in paths if (decisions := _read(path)) is not None]
        with transaction(connection):
            new = _record(connection, [decision for _, decisions in taken for decision in decisions])
            check(connection)
            new += _record(connection, made) if made else 0
    for path, _ in taken:
        path.unlink(missing_ok=True)
    log.info("recorded %d new decisions", new)
    return new


def decisions_of(connection: duckdb.DuckDBPyConnection) -> tuple[Decision, ...]:
    """All decisions ever recorded, oldest first."""
    return tuple(Decision(*row) for row in connection.execute(_all).fetchall())


def without_task(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> tuple[str, ...]:
    """The keys among recorded decisions that named no recorded task."""
    ids = [decision_id(decision) for decision in decisions]
    return tuple(row[0] for row in connection.execute(_missing, {"ids": ids}).fetchall())


def carry_mutes(connection: duckdb.DuckDBPyConnection, made: Sequence[Finding], now: datetime) -> None:
    """Mute the tasks of a clause whose words the publisher changed, where all that it asked for before was muted."""
    carried = []
    for finding in made:
        if finding.kind != "changed_clause" or finding.clause.task_key is None:
            continue
        wanted = {"clause": finding.clause.clause_id, "document": finding.document.document_id}
        pairs = connection.execute(_REWORDED, wanted | {"before": finding.before}).fetchall()
        former = {was for was, _ in pairs}
        if former and muted_among(connection, former) == former:
            found = connection.execute(_MUTE, {"keys": sorted(former)}).fetchone()
            who, why = found or ("operator", "")
            carried += [Decision(key, "muted", "yes", who, now, why) for key in sorted({key for _, key in pairs})]
    if carried:
        _record(connection, carried)


def _record(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> int:
    rows = {decision_id(decision): asdict(decision) for decision in decisions}
    table = pa.Table.from_pylist([row | {"decision_id": key} for key, row in rows.items()], schema=_schema)
    new = unknown(connection, "decisions", "decision_id", table)
    insert(connection, _insert, new)
    now = datetime.now(UTC)
    keep_up_decisions(connection, new["decision_id"].to_pylist(), now)
    if "muted" in new["field"].to_pylist():
        take_out(connection, now)
    for key, who, why in _reasons(new):
        found = connection.execute(_named, {"key": key}).fetchall()
        names = {name: today for name, today, _ in found}
        reason = f"decided by {who}: {why}" if why.strip() else f"decided by {who}"
        write_corrections(connection, names, {document for _, _, document in found if document}, reason, now)
    return len(new)


def _reasons(new: pa.Table) -> list[tuple[str, str, str]]:
    """Each task whose reading was decided upon, by whom and why it was last."""
    rows = sorted(new.select(["at", "task_key", "who", "why", "field"]).to_pylist(), key=lambda row: row["at"])
    rows = [row for row in rows if row["field"] not in FATES]
    return [(key, row["who"], row["why"]) for key, row in {row["task_key"]: row for row in rows}.items()]


def _read(path: Path) -> list[Decision] | None:
    """The decisions of a landed file; None where another recorder took it, or where it is damaged and set aside."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)  # what is cut off there is no JSON
        return [Decision(**row | {"at": datetime.fromisoformat(row["at"])}).checked() for row in json.loads(content)]
    except FileNotFoundError:
        return None
    except (DecisionError, ValueError, TypeError, KeyError, RecursionError) as error:
        log.exception("%s: is damaged; set aside as %s", path, set_aside(path), exc_info=error)
        return None
