"""What digests and checks look back at: sources that were not read lately, and findings of the past."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from warehouse.database import session
from warehouse.model import SourceCheck

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

# A source that nobody read for so long belongs into every digest.
unread = timedelta(days=2)


def unchecked_sources(home: Path, now: datetime) -> tuple[SourceCheck, ...]:
    """The sources that were not read with success for two days, the longest first."""
    with session(home) as connection:
        rows = connection.execute(
            """SELECT source_id, last_success FROM sources
            WHERE last_success IS NULL OR last_success < $since ORDER BY last_success NULLS FIRST, source_id""",
            {"since": now - unread},
        ).fetchall()
    return tuple(SourceCheck(*row) for row in rows)
