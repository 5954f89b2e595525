"""Which sources nobody could read lately: what a digest must say, lest its silence be taken for "nothing new"."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from config.sources import load_sources
from warehouse.model import SourceCheck
from warehouse.outbox_history import source_checks

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

# A source may miss a round; it is unread when it was not read for twice its interval, and never before a day is over.
patience = timedelta(days=1)


def unread_sources(home: Path, sources_yaml: Path | None, now: datetime) -> tuple[SourceCheck, ...]:
    """The sources that should have been read and were not; without `sources.yaml` none is expected.

    Raises:
        ConfigError: `sources.yaml` cannot be used.
    """
    if sources_yaml is None or not sources_yaml.exists():
        return ()
    last = {check.source_id: check.last_success for check in source_checks(home)}
    expected = [source for source in load_sources(sources_yaml) if source.enabled]
    late = (
        SourceCheck(source.id, last.get(source.id))
        for source in expected
        if (read := last.get(source.id)) is None or now - read > max(patience, 2 * source.every)
    )
    return tuple(late)
