"""Which session the days of a deadline are: a clause that names two of them by one phrase does not say so for each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from pathlib import Path

_SESSIONS = "SELECT body, number, start_on, end_on FROM current_sessions WHERE start_on IN (SELECT unnest($days))"


@dataclass(frozen=True, slots=True)
class Session:
    """A session by its body and its number."""

    body: str
    number: int


def session_names(
    home: Path, periods: Collection[tuple[date, date]], body: str | None
) -> Mapping[tuple[date, date], Session]:
    """The session that has exactly those days, for each first and last day that is one.

    Where several bodies meet on the same days, it is that of `body`; with none of them, nobody can tell.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    if not periods:
        return {}
    found: defaultdict[tuple[date, date], list[Session]] = defaultdict(list)
    for name, number, first, last in query(home, _SESSIONS, {"days": [first for first, _ in periods]}).rows:
        found[first, last].append(Session(name, number))
    named = {}
    for period in periods:
        those = found.get(period, [])
        own = [each for each in those if each.body == body]
        if len(those) == 1 or len(own) == 1:
            named[period] = (own or those)[0]
    return named
