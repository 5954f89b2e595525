"""The analysis of a publication's text, as it runs in the reading processes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from config.sessions import load_sessions
from mandates.analysis import analyse
from mandates.model import TextError

if TYPE_CHECKING:
    from pathlib import Path

    from config.sessions import SessionDates
    from scrapers.publication import Publication


@dataclass(frozen=True, slots=True)
class Analysing:
    """Completes a publication with its analysis, by the session calendar in the file `sessions`."""

    sessions: Path

    def __call__(self, publication: Publication) -> Publication:
        """The publication with `analysis`, or with the reason why there is none in `unanalysed`."""
        if publication.analysis is not None or publication.unanalysed is not None:
            return publication
        if publication.text is None or not publication.text.text.strip():
            return publication
        published_on = publication.published.value if publication.published else None
        try:
            found = analyse(publication.text.text, sessions=calendar(self.sessions), published_on=published_on)
        except TextError as error:
            return replace(publication, unanalysed=error.reason)
        return replace(publication, analysis=found)


@cache
def calendar(path: Path) -> tuple[SessionDates, ...]:
    """The calendar, read once a process; the run has checked it."""
    return load_sessions(path)
