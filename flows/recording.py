"""From a harvest to recorded documents: analyse each text, land the batch, load what has landed, publish the snapshot.

Plain functions, so that the monitor flow, the record flow and `mandates ingest` do the same thing.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from alerts.match import alerts_for
from mandates.analysis import analyse
from mandates.model import TextError
from scrapers.publication import DroppedRow
from scrapers.text.documents import empty, no_text_layer
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import Batch, Entry
from warehouse.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.settings import Settings
    from config.subscriptions import Subscriptions
    from mandates.model import Session
    from scrapers.publication import Harvest, Publication
    from warehouse.model import Recorded

log = logging.getLogger(__name__)

_wordless = {
    no_text_layer: "the PDF has no text layer, so a person has to read it",
    empty: "there are none on its page, so a person has to look",
}


@dataclass(frozen=True, slots=True)
class Crawled:
    """One source's answer, landed. `harvest` no longer carries texts and bytes: a run of many sources stays small."""

    harvest: Harvest
    batch_id: str
    clauses: int
    mandates: int


def take_in(home: Path, harvest: Harvest, sessions: Sequence[Session]) -> Crawled:
    """Analyse the texts of a harvest and land it as one batch. A failed harvest lands too: its failure is recorded."""
    entries: list[Entry] = []
    refused: list[DroppedRow] = []
    for publication in harvest.publications:
        try:
            entries.append(_entry(publication, sessions))
        except TextError as error:
            # The document is still recorded, without clauses; the reason stands beside it.
            entries.append(Entry(publication, None))
            refused.append(DroppedRow(publication.url, publication.title, f"text not analysed: {error.reason}"))
        for flag, why in _wordless.items():
            if publication.text is not None and flag in publication.text.flags:
                refused.append(DroppedRow(publication.url, publication.title, f"recorded without its words: {why}"))
    harvest = replace(harvest, dropped=(*harvest.dropped, *refused))
    batch = Batch(_batch_id(harvest), harvest, tuple(entries))
    land(home, batch)
    analyses = [entry.analysis for entry in entries if entry.analysis is not None]
    return Crawled(
        harvest=replace(
            harvest, publications=tuple(replace(item, text=None) for item in harvest.publications), answers=()
        ),
        batch_id=batch.batch_id,
        clauses=sum(len(analysis.clauses) for analysis in analyses),
        mandates=sum(len(clause.mandates) for analysis in analyses for clause in analysis.clauses),
    )


def record_landed(settings: Settings, subscriptions: Subscriptions) -> Recorded:
    """Load every landed batch, each exactly once, with the alerts it causes, and publish the snapshot."""
    now = datetime.now(UTC)
    recorded = record(
        settings.home,
        alerts_for(subscriptions, now),
        wait_seconds=settings.lock_wait_seconds,
        raw_budget_bytes=settings.raw_budget_bytes,
    )
    publish(settings.home)
    return recorded


def _entry(publication: Publication, sessions: Sequence[Session]) -> Entry:
    if publication.text is None or not publication.text.text.strip():
        return Entry(publication, None)
    published_on = publication.published.value if publication.published else None
    return Entry(publication, analyse(publication.text.text, sessions=sessions, published_on=published_on))


def _batch_id(harvest: Harvest) -> str:
    """One id a crawl: the source, the moment, and what it gave."""
    parts = [harvest.source_id, harvest.started_at.isoformat(), harvest.finished_at.isoformat()]
    parts += [publication.document_id for publication in harvest.publications]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
