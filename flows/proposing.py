"""Proposing a source for a URL, and trying the proposal as a run would."""

from __future__ import annotations

import asyncio
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.settings import Settings
from config.source_blocks import Policy
from config.sources import load_sources
from scrapers.http import urls
from scrapers.http.client import Fetched, Fetcher
from scrapers.publication import ScraperError
from scrapers.samples.proposal import next_look, propose
from scrapers.samples.recorded import RecordedAnswers

if TYPE_CHECKING:
    from scrapers.publication import Harvest

_OFF = re.compile(r"(?m)^  off: .*\n")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source in YAML for a URL, and what it gave when it was tried. It is `off` where it gave nothing."""

    name: str
    text: str
    harvest: Harvest

    @property
    def works(self) -> bool:
        """Whether publications were read."""
        return self.harvest.outcome != "failed" and bool(self.harvest.publications)


def proposed(url: str, *, sample: Path | None = None, private: bool = False) -> str:
    """A source for a URL, in YAML: its feed if it has one, otherwise the rows that look most like a list.

    The page of the first row, and one that this leads to, are looked at for the way to the document.

    Raises:
        ScraperError: the page could not be fetched.
    """

    async def look() -> str:
        if sample is not None:
            return propose(await RecordedAnswers.single(url, sample).get(url))
        async with Fetcher(Settings().contact) as fetcher:
            page = await _fetched(fetcher, url, private=private)
            beyond: list[Fetched] = []
            problem = ""
            while (following := next_look(page, beyond)) is not None:
                try:
                    beyond.append(await _fetched(fetcher, following, private=private))
                except ScraperError as error:
                    problem = f"# {urls.public(following)} could not be looked at: {' '.join(str(error).split())}\n"
                    break
            return problem + propose(page, private=private, beyond=beyond)

    return asyncio.run(look())


async def _fetched(fetcher: Fetcher, url: str, *, private: bool) -> Fetched:
    page = await fetcher.get(url, policy=Policy(private_addresses=private))
    assert isinstance(page, Fetched)  # noqa: S101 - nothing conditional was asked
    return page


def tried(url: str, *, private: bool = False) -> Proposal:
    """Propose a source and try it; nothing is recorded.

    Raises:
        ScraperError: the page could not be fetched.
    """
    from flows.trial import from_web

    text = proposed(url, private=private)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sources.yaml"
        path.write_text(text, encoding="utf-8")
        (source,) = load_sources(path)
    harvest, _ = from_web(source)
    found = Proposal(source.id, text, harvest)
    return Proposal(source.id, _OFF.sub("", text), harvest) if found.works else found
