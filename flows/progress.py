"""Progress of anything that takes long, reported in one way wherever it is shown.

The terminal shows it as a bar (`flows.console.counted_progress`), the Prefect UI as a progress artifact
(`flows.artifacts.shown_progress`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from alerts.figures import counted

if TYPE_CHECKING:
    from config.sources import Source

# A crawl is not done before it has ended, however much it has found.
_ALMOST = 0.95


class Progress(Protocol):
    """Receives reports of progress."""

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """`done` of `total` is done; both may grow. `note` says more in a few words. May be called in any thread."""


def unwatched(done: float, total: float, note: str = "") -> None:
    """Ignore progress."""


class Polling:
    """The progress of a round. A source that is still being polled counts by the documents found so far."""

    def __init__(self, sources: int, tell: Progress) -> None:
        self._sources = sources
        self._tell = tell
        self._parts: dict[str, float] = {}
        self._documents = 0

    def landed(self, source: Source, documents: int, *, is_last: bool) -> None:
        """A source has shown so many more documents; with `is_last` its crawl has ended."""
        self._documents += documents
        # One crawl takes at most `max_new`; the rest waits for the next.
        part = self._parts.get(source.id, 0.0) + documents / source.policy.max_new
        self._parts[source.id] = 1.0 if is_last else min(part, _ALMOST)
        over = sum(part == 1.0 for part in self._parts.values())
        note = f"{over:,} of {counted(self._sources, 'source')} polled, {counted(self._documents, 'document')} read"
        self._tell(sum(self._parts.values()), self._sources, note)
