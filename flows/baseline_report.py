"""The result of loading the past of a source, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from config.sources import Source
    from flows.baseline import Baseline
    from scrapers.publication import Past

MOST_NAMED = 5


def report(source: Source, since: date, done: Baseline, why: str | None) -> Iterator[str]:
    """What was loaded, what could not be read, and how far back it goes."""
    recorded = done.recorded
    if recorded.batch_ids:
        found = f"{counted(recorded.new_documents, 'new document')}, {counted(recorded.new_mandates, 'new mandate')}"
        yield f"{source.id}: {found}; nobody was notified, reminders of deadlines ahead are sent as usual"
    for row in done.failed[:MOST_NAMED]:
        yield f"not read: {row.title or row.url}: {row.reason}"
    if len(done.failed) > MOST_NAMED:
        yield f'and {len(done.failed) - MOST_NAMED:,} more that were not read; `mandates query "FROM items_not_taken"`'
    if done.partly:
        yield f"{counted(done.partly, 'text')} could be read only in part: `mandates review` lists what to check"
    if done.error is not None:
        place = f" from {done.past.reached}" if done.past.reached else ""
        yield f"stopped: {done.error}"
        yield f"run the same command to continue{place}; what was recorded is kept"
        return
    further = f"; {why}" if why is not None and done.past.outcome == "no_more" else ""
    yield f"{source.id}: {how_far(done.past, since)}{further}"


def how_far(past: Past, since: date) -> str:
    """How far back the past is loaded, where `since` was asked for."""
    if past.outcome == "reached":
        return f"the past is loaded back to {past.since}"
    back = f"back to {past.reached}" if past.reached else "as far as it goes"
    short = f", and not to {since}" if past.reached and past.reached > since else ""
    return f"the source shows nothing older: its past is loaded {back}{short}"
