"""What was decided in this process lately: to be shown once, and to be taken back; gone when the register stops."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from warehouse.review.case import Name
    from warehouse.review.deciding import Decided

Key = TypeVar("Key")
MOST = 200


@dataclass(frozen=True, slots=True)
class Deed:
    """What was decided on one thing. `is_undoing` where that took something back; `is_shown` by a publication."""

    name: Name
    document: str
    done: Decided
    is_shown: bool
    is_undoing: bool = False


class Lately:
    """The last deeds, by an id that an address can have; and what the snapshot of today does not know yet."""

    def __init__(self) -> None:
        self._deeds: dict[str, Deed] = {}
        self._settled: dict[Name, str | None] = {}

    def add(self, deed: Deed, snapshot: str | None) -> str:
        """Keep a deed that was done while this `snapshot` was the published one; its id."""
        made = secrets.token_urlsafe(9)
        self._deeds[made] = deed
        self._settled.pop(deed.name, None)
        if not deed.is_undoing:
            self._settled[deed.name] = snapshot
        _bound(self._deeds)
        _bound(self._settled)
        return made

    def deed(self, made: str) -> Deed | None:
        """The deed of this id; None where it was forgotten."""
        return self._deeds.get(made)

    def settled(self, snapshot: str) -> frozenset[Name]:
        """What was decided since this snapshot was published, and a list of what waits in it still has."""
        done = list(self._settled.items())
        first = next((place for place, (_, was) in enumerate(done) if was == snapshot), len(done))
        return frozenset(name for name, _ in done[first:])


def _bound(kept: dict[Key, Any]) -> None:
    while len(kept) > MOST:
        del kept[next(iter(kept))]
