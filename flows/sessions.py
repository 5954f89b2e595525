"""The calendar in sessions.yaml as the warehouse keeps it: what it lists, and the sessions to be expected after that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.sessions import load_sessions
from mandates.deadlines.sessions import expected_sessions
from warehouse.load.sessions import KnownSession

if TYPE_CHECKING:
    from pathlib import Path

    from config.sessions import SessionDates


def known_sessions(path: Path) -> tuple[KnownSession, ...]:
    """What the calendar at `path` lists, and for each body the next sessions at the pace of the former ones.

    Deadlines are resolved by the same days.

    Raises:
        ConfigError: the file does not fit.
    """
    listed = load_sessions(path)
    bodies: dict[str, dict[int, SessionDates]] = {}
    for session in listed:
        bodies.setdefault(session.body, {})[session.number] = session
    known = [
        KnownSession(each.body, each.number, each.start, each.end, each.confidence, each.source, each.by)
        for each in listed
    ]
    for body, own in bodies.items():
        last = own[max(own)]
        why = f"expected at the pace of former sessions; the last one listed is {last.number}, {last.start:%Y}"
        known += [
            KnownSession(body, number, start, end, "expected", why) for number, start, end in expected_sessions(own)
        ]
    return tuple(known)
