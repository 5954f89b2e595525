"""Which of the configured sources a run is about.

Errors:
    UnknownSourceError      no source has this id; `source_id`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.sources import Source


class UnknownSourceError(Exception):
    """No source has this id; the nearest ones are named."""

    def __init__(self, source_id: str, known: tuple[str, ...]) -> None:
        near = nearest(source_id, known)
        hint = f"did you mean {' or '.join(near)}?" if near else "`mandates sources list` shows all"
        super().__init__(f"no source is called {source_id!r} in sources.yaml; {hint}")
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
