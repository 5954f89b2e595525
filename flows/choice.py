"""Which of the configured sources a run is about.

Errors:
    UnknownSourceError      no source has this id; `source_id`
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.sources import Source


class UnknownSourceError(Exception):
    """No source has this id; the nearest ones are named."""

    def __init__(self, source_id: str, known: tuple[str, ...]) -> None:
        near = get_close_matches(source_id, known, n=3, cutoff=0.4) or known[:5]
        super().__init__(f"no source is called {source_id!r} in sources.yaml; did you mean {' or '.join(near)}?")
        self.source_id = source_id


def choose(configured: Sequence[Source], wanted: Sequence[str] | None) -> list[Source]:
    """The enabled sources; or the wanted ones by id, also those that are off, which an operator may try by name.

    Raises:
        UnknownSourceError: no source has such an id.
    """
    if not wanted:
        return [source for source in configured if source.enabled]
    by_id = {source.id: source for source in configured}
    for source_id in wanted:
        if source_id not in by_id:
            raise UnknownSourceError(source_id, tuple(by_id))
    return [by_id[source_id] for source_id in dict.fromkeys(wanted)]
