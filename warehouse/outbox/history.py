"""What digests look back at: when each source was last read, what was seen of it, and which digests there were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.load.checks import noted
from warehouse.model import SourceCheck
from warehouse.query.coverage import series_of
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from warehouse.model import DeliveryState
    from warehouse.query.coverage import SeriesCoverage


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries of one target that wait: until when, and for what (quiet hours, the name of a digest, a retry)."""

    target: str
    state: DeliveryState
    due_at: datetime | None
    digest: str | None
    reason: str | None
    deliveries: int


def waiting(home: Path) -> tuple[Waiting, ...]:
    """What has not gone out yet, for each target and reason, soonest first; what is held waits for an operator."""
    with session(home) as connection:
        rows = connection.execute(
            """SELECT target, state, min(due_at) AS due_at, digest, reason, count(*) FROM deliveries
            WHERE state IN ('pending', 'failed', 'held') OR (state = 'uncertain' AND due_at IS NOT NULL)
            GROUP BY target, state, digest, reason ORDER BY 3 NULLS LAST, target, state"""
        ).fetchall()
    return tuple(Waiting(*row) for row in rows)


def silent_mandates(home: Path, findings: Sequence[str]) -> int:
    """How many of these findings, mandates of a source's first crawl, were asked for and are kept silent.

    What no subscription asks for is not among them.
    """
    if not findings:
        return 0
    with session(home) as connection:
        ((count,),) = connection.execute(
            """SELECT count(*) FROM (
                SELECT finding_id FROM findings JOIN alerts USING (finding_id)
                JOIN delivery_alerts AS link USING (alert_id)
                JOIN deliveries ON deliveries.delivery_id = link.delivery_id
                WHERE baseline AND findings.kind = 'new_mandate' AND finding_id IN (SELECT unnest($findings::VARCHAR[]))
                GROUP BY finding_id HAVING bool_and(deliveries.state = 'suppressed')
            )""",
            {"findings": list(findings)},
        ).fetchall()
    return int(count)


def written_digests(home: Path, names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Target and name of those of these digests that were ever written."""
    with session(home) as connection:
        rows = connection.execute(
            "SELECT DISTINCT target, digest FROM deliveries WHERE digest IN (SELECT unnest($names::VARCHAR[]))",
            {"names": list(names)},
        ).fetchall()
    return frozenset((target, digest) for target, digest in rows)


def covered_series(home: Path) -> tuple[SeriesCoverage, ...]:
    """The counted series of all sources, with what was seen of each."""
    with session(home) as connection:
        return series_of(connection)


def source_checks(home: Path) -> tuple[SourceCheck, ...]:
    """Every source that was ever asked, with its last success."""
    with session(home) as connection:
        rows = connection.execute("SELECT source_id, last_success FROM sources ORDER BY source_id").fetchall()
    last = dict(rows)
    for check in noted(home):
        last[check.source_id] = max(last.get(check.source_id) or check.finished_at, check.finished_at)
    return tuple(SourceCheck(source_id, last_success) for source_id, last_success in last.items())
