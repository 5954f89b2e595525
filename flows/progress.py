"""How far something long has come: said in one way, whoever shows it.

The terminal shows it as a bar (`flows.console.counted_progress`), the Prefect UI as a progress artifact
(`flows.artifacts.shown_progress`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from alerts.figures import counted

if TYPE_CHECKING:
    from config.sources import Source

# A crawl that is not over is not done, however much it has brought.
_ALMOST = 0.95


class Progress(Protocol):
    """Who hears how far it has come."""

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """So much of `total` is done; both may grow. `note` says more in a few words. May be called in any thread."""


def unwatched(done: float, total: float, note: str = "") -> None:
    """Nobody watches."""


class Polling:
    """The progress of a round. A source that is still being polled counts by the documents that it has brought."""

    def __init__(self, sources: int, tell: Progress) -> None:
        self._sources = sources
        self._tell = tell
        self._parts: dict[str, float] = {}
        self._documents = 0

    def landed(self, source: Source, documents: int, *, is_last: bool) -> None:
        """A source has brought so many more documents; with `is_last` its crawl is over."""
        self._documents += documents
        # One crawl takes at most so many; the rest waits for the next.
        part = self._parts.get(source.id, 0.0) + documents / source.policy.max_new
        self._parts[source.id] = 1.0 if is_last else min(part, _ALMOST)
        over = sum(part == 1.0 for part in self._parts.values())
        note = f"{over:,} of {counted(self._sources, 'source')} polled, {counted(self._documents, 'document')} read"
        self._tell(sum(self._parts.values()), self._sources, note)
