"""From a harvest to recorded documents: analyse each text, land the batch, load what has landed, publish the snapshot.

Plain functions, so that the monitor flow, the record flow and `mandates ingest` do the same thing.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from alerts.match import alerts_for, unread_digest
from config.strict_yaml import ConfigError
from flows.exporting import refresh_export
from flows.last_runs import noted
from flows.rereading import reread_line, todays_reader
from flows.sessions import known_sessions
from flows.sharing import bring_in, publish_memories
from scrapers.publication import DroppedRow
from scrapers.text.documents import empty, no_text_layer
from warehouse.load.checks import note
from warehouse.load.landing import land
from warehouse.load.record import nothing, record
from warehouse.model import Batch, Entry
from warehouse.outbox.enqueue import bring_forward
from warehouse.store.snapshot import is_to_be_published, publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.settings import Settings
    from config.subscriptions import Subscriptions
    from flows.analysing import Analysing
    from scrapers.publication import Harvest
    from warehouse.load.record import AlertsFor
    from warehouse.load.sessions import KnownSession
    from warehouse.model import Recorded

log = logging.getLogger(__name__)

_wordless = {
    no_text_layer: "the PDF has no text layer, so a person has to read it",
    empty: "there are none on its page, so a person has to check",
}


@dataclass(frozen=True, slots=True)
class Crawled:
    """One source's answer, landed. `harvest` no longer carries texts and bytes: a run of many sources stays small."""

    harvest: Harvest
    batch_id: str
    clauses: int
    mandates: int

    def after(self, parts: Sequence[Crawled]) -> Crawled:
        """This end of a crawl together with what was handed over before it."""
        whole = (*parts, self)
        harvest = replace(
            self.harvest,
            publications=tuple(each for part in whole for each in part.harvest.publications),
            dropped=tuple(row for part in whole for row in part.harvest.dropped),
            items=tuple(state for part in whole for state in part.harvest.items),
        )
        clauses, mandates = sum(part.clauses for part in whole), sum(part.mandates for part in whole)
        return Crawled(harvest, self.batch_id, clauses, mandates)


def take_in(home: Path, harvest: Harvest, analyse: Analysing) -> Crawled:
    """Land a harvest as one batch; what was not analysed where it was read is analysed now.

    A failed harvest lands too: its failure is recorded. One that says only that nothing changed is noted, no more.
    """
    publications = tuple(each for read in map(analyse, harvest.publications) for each in read.documents())
    refused: list[DroppedRow] = []
    for publication in publications:
        if publication.unanalysed is not None:
            # The document is still recorded, without clauses; the reason is recorded beside it.
            reason = f"text not analysed: {publication.unanalysed}"
            refused.append(DroppedRow(publication.url, publication.title, reason, "incomplete"))
        for flag, why in _wordless.items():
            if publication.text is not None and flag in publication.text.flags:
                reason = f"recorded without its words: {why}"
                refused.append(DroppedRow(publication.url, publication.title, reason, "incomplete"))
    harvest = replace(harvest, publications=publications, dropped=(*harvest.dropped, *refused))
    batch = Batch(_batch_id(harvest), harvest, tuple(Entry(each, each.analysis) for each in publications))
    if _is_quiet(harvest):
        note(home, batch)
    else:
        land(home, batch)
    analyses = [publication.analysis for publication in publications if publication.analysis is not None]
    bare = tuple(replace(publication, text=None, analysis=None) for publication in publications)
    return Crawled(
        harvest=replace(harvest, publications=bare, answers=()),
        batch_id=batch.batch_id,
        clauses=sum(len(analysis.clauses) for analysis in analyses),
        mandates=sum(len(clause.mandates) for analysis in analyses for clause in analysis.clauses),
    )


def _is_quiet(harvest: Harvest) -> bool:
    """Whether a crawl left nothing to record but that it was."""
    brought = harvest.publications or harvest.items or harvest.dropped or harvest.answers or harvest.tell
    return harvest.outcome == "not_modified" and not brought


def record_waiting(settings: Settings, matcher: AlertsFor) -> Recorded:
    """Load every landed batch, here and in the shared place, exactly once, with the alerts it causes."""
    total = nothing
    with todays_reader(settings) as reader:
        more = True
        while more:
            more = bring_in(settings).more
            total += record(
                settings.home,
                matcher,
                reader=reader,
                raw_budget_bytes=settings.raw_budget_bytes,
                sessions=partial(_calendar, settings.config / "sessions.yaml"),
            )
    publish_memories(settings)
    return total


def _calendar(path: Path) -> Sequence[KnownSession]:
    """The calendar; a mistake in it is no reason to leave what was fetched unrecorded."""
    try:
        return known_sessions(path)
    except ConfigError as error:
        log.warning("the calendar of sessions stays as it was: %s", error)
        return ()


def release_unread(settings: Settings, recorded: Recorded, began: datetime) -> bool:
    """At the end of a run, make its list of texts that could not be read completely due; whether there is one."""
    has_list = any(finding.kind == "reading_incomplete" for finding in recorded.findings)
    if has_list:
        bring_forward(settings.home, unread_digest(began), datetime.now(UTC))
    return has_list


def record_landed(settings: Settings, subscriptions: Subscriptions) -> Recorded:
    """Load every landed batch, and publish the snapshot where there was one or the last could not be published."""
    began = datetime.now(UTC)
    with noted(settings.home, "record"):
        recorded = record_waiting(settings, alerts_for(subscriptions, began))
        release_unread(settings, recorded, began)
        if recorded.rereadings:
            log.warning("%s", reread_line(recorded.rereadings))
        if recorded.batch_ids or is_to_be_published(settings.home):
            publish(settings.home)
            refresh_export(settings.home)
    return recorded


def _batch_id(harvest: Harvest) -> str:
    """One id a crawl: the source, the moment, and what it gave."""
    parts = [harvest.source_id, harvest.started_at.isoformat(), harvest.finished_at.isoformat()]
    parts += [publication.document_id for publication in harvest.publications]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
