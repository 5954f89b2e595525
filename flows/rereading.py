"""Today's reader and rules over what was kept, as the warehouse asks for them; they run in reading processes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from alerts.figures import counted
from config.sources import load_sources
from flows.analysing import analysis_of, reading_pool
from scrapers.crawl.own_page import text_alone
from scrapers.publication import ScraperError
from scrapers.text.documents import html_type
from warehouse.load.kept import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.settings import Settings
    from config.sources import Source
    from mandates.model import Analysis
    from scrapers.publication import DocumentText
    from scrapers.reading.pool import ReadingPool
    from warehouse.load.kept import KeptText
    from warehouse.model import Rereading

log = logging.getLogger(__name__)

# Said where the bytes alone do not tell their encoding; what the server said of it then is not kept.
_GUESSED = "encoding_guessed"


@contextlib.contextmanager
def todays_reader(settings: Settings, *, texts: bool = True) -> Iterator[Reader]:
    """The reader of this program; without `texts` its rules only. For a thread without a running event loop.

    The first text that is to be read starts the processes; where none is, nothing is started.

    Raises, when a text is read:
        ConfigError: the sources cannot be read.
    """

    @cache
    def sources() -> dict[str, Source]:
        return {source.id: source for source in load_sources(settings.config / "sources.yaml")}

    sessions = settings.config / "sessions.yaml"
    with contextlib.ExitStack() as stack:
        run = _Bounded(settings, stack)

        def extracted(kept: KeptText, content: bytes) -> DocumentText | None:
            source = next((sources()[name] for name in kept.sources if name in sources()), None)
            return _extracted(run, kept, content, source)

        def analysed(kept: KeptText) -> Analysis | None:
            found: Analysis | None = run(analysis_of, kept, sessions)
            return found

        yield Reader(analysed, extracted if texts else None)


def reread_line(rereadings: Sequence[Rereading]) -> str:
    """One sentence for operators; nobody else hears of what a newer reader finds by itself."""
    documents = counted(len({each.document_id for each in rereadings}), "document")
    gained, lost, changed = (sum(getattr(each, name) for each in rereadings) for name in ("gained", "lost", "changed"))
    mandates = f"{counted(gained, 'mandate')} gained, {lost} lost, {changed} changed"
    return f"{documents} read differently by the newer reader: {mandates}; see `mandates reanalyse`"


class _Bounded:
    """Runs plain functions in reading processes, which are started with the first and end with the stack.

    A text that goes past a limit, or kills its process, gives None, as one that cannot be read.
    """

    def __init__(self, settings: Settings, stack: contextlib.ExitStack) -> None:
        self._settings = settings
        self._stack = stack
        self._started: tuple[asyncio.Runner, ReadingPool] | None = None

    def __call__(self, function: Callable[..., Any], *arguments: object) -> Any:
        if self._started is None:
            self._started = (self._stack.enter_context(asyncio.Runner()), reading_pool(self._settings, workers=1))
            self._stack.callback(self._end)
        runner, pool = self._started
        try:
            return runner.run(pool(function, *arguments))
        except ScraperError as error:
            log.warning("a kept text could not be read again: %s", error)
            return None

    def _end(self) -> None:
        if self._started is not None:
            runner, pool = self._started
            runner.run(pool.__aexit__(None, None, None))


def _extracted(run: _Bounded, kept: KeptText, content: bytes, source: Source | None) -> DocumentText | None:
    """The text as a crawl of that source takes it today; None where it cannot be known."""
    if source is None and kept.media_type == html_type and not kept.url.startswith("file:"):
        return None  # which part of the page is the text was said by a source that is configured no longer
    detail = getattr(source, "detail", None)
    charset = source.policy.charset if source is not None else None
    media_type = f"{html_type}; charset={charset}" if charset and kept.media_type == html_type else kept.media_type
    css = detail.css if detail is not None else None
    text: DocumentText | None = run(text_alone, content, media_type, None, css)
    return None if text is not None and _GUESSED in text.flags and _GUESSED not in kept.flags else text
