"""The analysis of a publication's text, as it runs in the reading processes."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from config.sessions import load_sessions
from config.strict_yaml import ConfigError
from mandates.analysis import analyse
from mandates.languages.words import files, tree
from mandates.model import MandatesError, TextError
from scrapers.crawl.parting import parted
from scrapers.reading.limits import Limits
from scrapers.reading.pool import ReadingPool

if TYPE_CHECKING:
    from pathlib import Path

    from config.sessions import SessionDates
    from config.settings import Settings
    from mandates.model import Analysis
    from scrapers.publication import Publication
    from warehouse.load.kept import KeptText


# No decision is that long (the longest of the United Nations have some 400,000 characters), and the findings in a text
# that was made to have hundreds of thousands of clauses take gigabytes.
LONGEST_TEXT = 5_000_000
# Imported once for all workers.
_MODULES = ("flows.analysing", "scrapers.kinds.files")


@dataclass(frozen=True, slots=True)
class Analysing:
    """Completes a publication with its analysis, by the session calendar in the file `sessions`.

    A file with several documents becomes the publication of one of them, with the others.
    """

    sessions: Path

    def __call__(self, publication: Publication) -> Publication:
        """The publication with `analysis`, or with the reason why there is none in `unanalysed`."""
        publication = self.whole(publication)
        if publication.analysis is None or publication.text is None or publication.text.part is not None:
            return publication
        return parted(publication, publication.analysis, self.whole) or publication

    def whole(self, publication: Publication) -> Publication:
        """The publication with the analysis of its text as one document."""
        if publication.analysis is not None or publication.unanalysed is not None:
            return publication
        if publication.text is None or not publication.text.text.strip():
            return publication
        if len(publication.text.text) > LONGEST_TEXT:
            reason = f"{len(publication.text.text):,} characters, over the limit of {LONGEST_TEXT:,}"
            return replace(publication, unanalysed=reason)
        published_on = publication.published.value if publication.published else None
        try:
            found = analyse(
                publication.text.text,
                sessions=calendar(self.sessions),
                body=publication.body,
                symbol=publication.symbol,
                kind=publication.kind,
                stage=publication.stage,
                published_on=published_on,
            )
        except TextError as error:
            return replace(publication, unanalysed=error.reason)
        return replace(publication, analysis=found)


def analysis_of(kept: KeptText, sessions: Path) -> Analysis | None:
    """What is found in a kept text, by the session calendar in the file `sessions`; None where it cannot be analysed.

    What is recorded of its document is known to the analysis, as it was when the source showed it.
    """
    try:
        return analyse(
            kept.text,
            sessions=calendar(sessions),
            body=kept.body,
            symbol=kept.symbol,
            kind=kept.kind,
            stage=kept.stage,
            published_on=kept.published_on,
        )
    except TextError:
        return None  # as when it was recorded: the document stays, without clauses


def reading_pool(settings: Settings, *, workers: int | None = None) -> ReadingPool:
    """Reading processes within the limits that the operator set, ready to analyse."""
    limits = Limits(cpu_seconds=settings.read_seconds, memory_bytes=settings.read_memory_bytes)
    prepared = (prepare, settings.config / "sessions.yaml")
    return ReadingPool(workers=workers, limits=limits, modules=_MODULES, prepare=prepared)


def prepare(sessions: Path) -> None:
    """Read the calendar and the example of each language, so that expressions and lexicons are ready.

    A file that cannot be used is reported by the run itself; readers do not fail because of it.
    """
    with contextlib.suppress(ConfigError):
        calendar(sessions)
    for language in files():
        with contextlib.suppress(MandatesError):
            analyse(tree(language).get("example", ""))


@cache
def calendar(path: Path) -> tuple[SessionDates, ...]:
    """The calendar, read once a process; the run has checked it."""
    return load_sessions(path)
