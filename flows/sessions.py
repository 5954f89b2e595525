"""The calendar in sessions.yaml as the warehouse keeps it: what it lists, and the sessions to expect after that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from config.sessions import load_sessions
from mandates.deadlines.sessions import expected_sessions
from warehouse.load.sessions import CALENDAR, KnownSession, changes, keep_sessions
from warehouse.query.opening import reading
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    from config.sessions import SessionDates
    from config.settings import Settings


def known_sessions(path: Path) -> tuple[KnownSession, ...]:
    """What the calendar at `path` lists, and for each body the next sessions at the pace of the former ones.

    Deadlines are resolved by the same days.

    Raises:
        ConfigError: the file does not fit.
    """
    listed = load_sessions(path)
    bodies: dict[str, dict[int, SessionDates]] = {}
    for each in listed:
        bodies.setdefault(each.body, {})[each.number] = each
    known = [
        KnownSession(each.body, each.number, each.start, each.end, each.confidence, each.source, each.by)
        for each in listed
    ]
    for body, own in bodies.items():
        last = own[max(own)]
        why = f"the pace of former sessions; the last one listed is {last.number} ({last.start:%Y})"
        known += [
            KnownSession(body, number, start, end, "expected", why) for number, start, end in expected_sessions(own)
        ]
    return tuple(known)


def keep_calendar(settings: Settings) -> int:
    """Keep the calendar as it is now, and publish it where something changed; how many sessions changed.

    Raises:
        ConfigError: the file does not fit.
        LockedError, WarehouseError: the warehouse cannot be written.
    """
    sessions = known_sessions(settings.config / "sessions.yaml")
    with session(settings.home) as connection:
        changed = keep_sessions(connection, CALENDAR, sessions, datetime.now(UTC))
    if changed:
        publish(settings.home)
    return changed


def is_current(settings: Settings) -> bool:
    """Whether the published snapshot has the calendar as it is now.

    Raises:
        ConfigError: the file does not fit.
        QueryError: there is no snapshot.
    """
    with reading(settings.home) as connection:
        return not changes(connection, CALENDAR, known_sessions(settings.config / "sessions.yaml"))
