"""How long one waits before another attempt, and what is worth one."""

from __future__ import annotations

import email.utils
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Statuses that another attempt may cure.
passing = frozenset((408, 425, 429, 500, 502, 503, 504))
# Retry-After beyond this is not waited for: the crawl fails, and the next one comes by itself.
longest_wait = 120.0
_first = 1.0
_longest = 30.0


def seconds(attempt: int, asked: float | None) -> float:
    """How long to wait after an attempt (from 1): as the publisher asks, else longer each time, with jitter."""
    if asked is not None:
        return asked
    growing: float = min(_longest, _first * 2 ** (attempt - 1))
    return growing * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret


def asked_for(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, in either of its forms; None where there is none that makes sense."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal() and said.isascii():
        return float(said[:9])
    try:
        at = email.utils.parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
