"""What the site has published so far, and what it holds ready. The state is one small file that survives restarts."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from demo.document import Document, read_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _now() -> datetime:
    # Last-Modified and OAI datestamps know seconds only.
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Published:
    """A document that can be read on the site, in its newest text, and since when."""

    document: Document
    since: datetime


@dataclass(slots=True)
class Shelf:
    """The documents, and the moments at which the site opened and published each further step.

    The moments are kept, not computed: catalogues are harvested by the time of cataloguing, so what is published now
    must carry today's time; and a second run must find the same times again.
    """

    state: Path
    now: Callable[[], datetime] = _now
    documents: tuple[Document, ...] = field(default_factory=read_all)
    _moments: list[datetime] = field(init=False)
    port: int = field(init=False, default=0)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Take up the state, or begin it."""
        if self.state.exists():
            kept = json.loads(self.state.read_text(encoding="utf-8"))
            self._moments = [datetime.fromisoformat(moment) for moment in kept["moments"]]
            self.port = kept["port"]
        else:
            self._moments = [self.now()]
            self._keep()

    @property
    def opened(self) -> datetime:
        """When the site was first opened."""
        return self._moments[0]

    @property
    def steps_left(self) -> int:
        """How many further publications are ready."""
        return max(document.step for document in self.documents) - (len(self._moments) - 1)

    def remember_port(self, port: int) -> None:
        """Keep the port, so that the addresses of documents stay the same from run to run."""
        with self._lock:
            self.port = port
            self._keep()

    def publish_next(self, count: int = 1) -> tuple[Document, ...]:
        """Publish the next `count` steps, fewer where fewer are left; the documents that are new or have a new text."""
        with self._lock:
            before = len(self._moments)
            self._moments += [self.now() for _ in range(min(count, self.steps_left))]
            self._keep()
            return tuple(document for document in self._in_order() if before <= document.step < len(self._moments))

    def published(self, *shapes: str) -> tuple[Published, ...]:
        """What can be read now, in the order of publication: of each document its newest text."""
        newest: dict[tuple[str, str], Published] = {}
        for document in self._in_order():
            if document.step < len(self._moments) and document.shape in shapes:
                newest[document.id, document.language] = Published(document, self._moments[document.step])
        return tuple(newest.values())

    def changed(self, *shapes: str) -> datetime:
        """When anything of these shapes last changed."""
        return max((shown.since for shown in self.published(*shapes)), default=self.opened)

    def _in_order(self) -> list[Document]:
        return sorted(self.documents, key=lambda document: document.step)

    def _keep(self) -> None:
        self.state.parent.mkdir(parents=True, exist_ok=True)
        kept = {"port": self.port, "moments": [moment.isoformat() for moment in self._moments]}
        fresh = self.state.with_suffix(".new")
        fresh.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self.state)
