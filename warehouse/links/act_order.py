"""Acts that are alike, in order: those before one, and those of its session or days, without looking at all others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from warehouse.links.series import Act

_LAST = 10_000_000


class Near(NamedTuple):
    """Acts that are to be compared with one, and how many more there are, at least."""

    acts: Sequence[Act]
    left_out: int


def _session(act: Act) -> int:
    return act.session or 0


def _day(act: Act) -> int:
    """Its day as a number, 0 where it has none."""
    return act.day.toordinal() if act.day else 0


class ActOrder:
    """Acts by session, and by day for those that lack a session or are compared with one that does."""

    def __init__(self) -> None:
        self._acts: list[Act] = []
        self._by_session: list[Act] = []
        self._by_day: list[Act] = []
        # Of those without a session.
        self._alone: list[Act] = []

    def __len__(self) -> int:
        return len(self._acts)

    def add(self, act: Act) -> None:
        """Put in an act."""
        self._acts.append(act)

    def before(self, act: Act, most: int) -> Near:
        """The latest that come before it, so many of those that are compared by sessions and of those by days."""
        self._sort()
        until = max(_day(act) - 1, 0)
        parts = [_between(self._undecided(act), _day, 1, until)]
        if act.session is not None:
            parts.append(_between(self._by_session, _session, 0, act.session - 1))
        return _cut((part[-most:] for part in parts), parts)

    def of_session(self, act: Act, days: int, most: int) -> Near:
        """Those of its session, and of those days where one of both lacks a session; so many that are nearest to it."""
        self._sort()
        undecided = self._undecided(act)
        first, last = (max(_day(act) - days, 1), _day(act) + days) if act.day else (1, _LAST)
        parts = [_between(undecided, _day, 0, 0), _between(undecided, _day, first, last)]
        if act.session is not None:
            parts.append(_between(self._by_session, _session, act.session, act.session))
        return _cut((_nearest(part, act, most) for part in parts), parts)

    def of_days(self, act: Act, days: int, most: int) -> Near:
        """Those of the days around its own; so many that are nearest to it."""
        self._sort()
        part = _between(self._by_day, _day, max(_day(act) - days, 1), _day(act) + days) if act.day else []
        return _cut([_nearest(part, act, most)], [part])

    def _undecided(self, act: Act) -> list[Act]:
        """Those whose sessions do not say which of both comes first."""
        return self._by_day if act.session is None else self._alone

    def _sort(self) -> None:
        if len(self._by_day) == len(self._acts):
            return
        self._by_day = sorted(self._acts, key=lambda act: (_day(act), act.place))
        self._alone = [act for act in self._by_day if act.session is None]
        self._by_session = sorted((act for act in self._acts if act.session is not None), key=lambda act: act.place)


def _between(acts: list[Act], value: Callable[[Act], int], first: int, last: int) -> list[Act]:
    return acts[bisect_left(acts, first, key=value) : bisect_right(acts, last, key=value)]


def _nearest(acts: list[Act], act: Act, most: int) -> list[Act]:
    """So many acts of one session or of some days, half of them on each side of the day of one."""
    middle = bisect_left(acts, _day(act), key=_day)
    first = max(min(middle - most // 2, len(acts) - most), 0)
    return acts[first : first + most]


def _cut(taken: Iterable[Sequence[Act]], parts: Iterable[Sequence[Act]]) -> Near:
    found = [act for part in taken for act in part]
    return Near(found, sum(map(len, parts)) - len(found))
