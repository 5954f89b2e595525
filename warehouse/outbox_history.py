"""What digests look back at: when each source was last read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.database import session
from warehouse.model import SourceCheck

if TYPE_CHECKING:
    from pathlib import Path


def source_checks(home: Path) -> tuple[SourceCheck, ...]:
    """Every source that was ever asked, with its last success."""
    with session(home) as connection:
        rows = connection.execute("SELECT source_id, last_success FROM sources ORDER BY source_id").fetchall()
    return tuple(SourceCheck(*row) for row in rows)
