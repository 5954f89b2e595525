"""What digests look back at: when each source was last read, and which digests there were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.load.checks import noted
from warehouse.model import SourceCheck
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def written_digests(home: Path, names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Target and name of those of these digests that were ever written."""
    with session(home) as connection:
        rows = connection.execute(
            "SELECT DISTINCT target, digest FROM deliveries WHERE digest IN (SELECT unnest($names::VARCHAR[]))",
            {"names": list(names)},
        ).fetchall()
    return frozenset((target, digest) for target, digest in rows)


def source_checks(home: Path) -> tuple[SourceCheck, ...]:
    """Every source that was ever asked, with its last success."""
    with session(home) as connection:
        rows = connection.execute("SELECT source_id, last_success FROM sources ORDER BY source_id").fetchall()
    last = dict(rows)
    for check in noted(home):
        last[check.source_id] = max(last.get(check.source_id) or check.finished_at, check.finished_at)
    return tuple(SourceCheck(source_id, last_success) for source_id, last_success in last.items())
