"""robots.txt: what a publisher asks of programs like this one (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urllib.parse import SplitResult

# The product token that publishers may name.
agent = "MandateMonitor"
# RFC 9309, 2.5: a crawler must read at least 500 KiB of it.
max_bytes = 512_000
# A longer delay than this would stop a crawl altogether; it is kept to, once, and people see the source being late.
longest_delay = 120.0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host; `rules` is None where there are none."""

    rules: Any

    def allows(self, url: str) -> bool:
        """Whether the address may be asked."""
        return self.rules is None or bool(self.rules.can_fetch(url, agent))

    @property
    def delay(self) -> float:
        """Seconds between two requests that the publisher asks for."""
        if self.rules is None:
            return 0.0
        return min(float(self.rules.crawl_delay(agent) or 0.0), longest_delay)


def read(body: bytes) -> Robots:
    """The rules in a robots.txt."""
    from protego import Protego  # noqa: PLC0415 - only where a source is asked

    return Robots(Protego.parse(body[:max_bytes].decode("utf-8-sig", errors="replace")))


def address(parts: SplitResult) -> str:
    """Where a host's robots.txt is."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"


free = Robots(None)
