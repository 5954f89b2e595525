"""The sessions of bodies as they are known: each thing that was said of one is a row of its own, and stays.

Whoever says it (the calendar in sessions.yaml, a source) hands in all that it says; rows are added for what it says
otherwise than before, and for what it says no longer.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import astuple, dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from warehouse.load.landing import LandedBatch

CALENDAR = "calendar"
_SESSION = re.compile(r"session (\d+)")
_NOTES = "SELECT source_id, notes FROM sources WHERE source_id IN (SELECT unnest($sources))"

_LATEST = """
SELECT body, number, start_on, end_on, confidence, source, who FROM sessions WHERE origin = $origin
QUALIFY row_number() OVER (PARTITION BY body, number ORDER BY changed_at DESC, session_id) = 1"""
_INSERT = """
INSERT INTO sessions BY NAME
SELECT s.*, $origin AS origin, $now AS changed_at FROM (SELECT unnest(from_json($rows, '[{"session_id": "VARCHAR",
    "body": "VARCHAR", "number": "INTEGER", "start_on": "DATE", "end_on": "DATE", "is_expected": "BOOLEAN",
    "confidence": "VARCHAR", "source": "VARCHAR", "who": "VARCHAR"}]')) AS s)"""


@dataclass(frozen=True, slots=True)
class KnownSession:
    """One session of a body. `confidence` is checked, listed, computed or expected; `who` entered it, if a person did.

    `start` and `end` are None for one that is no longer listed.
    """

    body: str
    number: int
    start: date | None
    end: date | None
    confidence: str
    source: str
    who: str | None = None

    @property
    def is_expected(self) -> bool:
        """Whether its days follow from the pace of former sessions alone."""
        return self.confidence == "expected"


def keep_sessions(
    connection: duckdb.DuckDBPyConnection, origin: str, sessions: Sequence[KnownSession], now: datetime
) -> int:
    """Add what `origin` says otherwise than before; how many rows that were. `sessions` is all that it says.

    Nothing is written where nothing changed: looking takes 2 ms for 400 sessions.
    """
    changed = changes(connection, origin, sessions)
    if changed:
        rows = json.dumps([_row(origin, session, now) for session in changed])
        connection.execute(_INSERT, {"rows": rows, "origin": origin, "now": now})
        from warehouse.ledger.recording import keep_up_sessions  # noqa: PLC0415 - 50 ms, and sessions seldom change

        keep_up_sessions(connection, {session.body for session in changed}, now)
    return len(changed)


def keep_published(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch], now: datetime) -> None:
    """Keep the sessions that crawls of calendars noted (`scrapers.kinds.calendars`); the notes are in `sources`."""
    crawled = {batch.source_id for batch in batches if any(map(_SESSION.fullmatch, batch.notes))}
    if not crawled:
        return
    for source_id, notes in connection.execute(_NOTES, {"sources": sorted(crawled)}).fetchall():
        sessions = []
        for key, words in notes.items():
            if (match := _SESSION.fullmatch(key)) and words:
                first, _, last = words.partition("/")
                days = date.fromisoformat(first), date.fromisoformat(last)
                sessions.append(KnownSession(notes["body"], int(match[1]), *days, "listed", notes["calendar"]))
        keep_sessions(connection, source_id, sessions, now)


def changes(
    connection: duckdb.DuckDBPyConnection, origin: str, sessions: Sequence[KnownSession]
) -> Sequence[KnownSession]:
    """What `origin` says otherwise than the warehouse has it; without days what it says no longer."""
    try:
        rows = connection.execute(_LATEST, {"origin": origin}).fetchall()
    except duckdb.CatalogException:
        # A snapshot from before sessions were kept.
        return sessions
    known = {(session.body, session.number): session for session in (KnownSession(*row) for row in rows)}
    said = {(session.body, session.number): session for session in sessions}
    changed = [session for key, session in said.items() if known.get(key) != session]
    changed += [
        KnownSession(before.body, before.number, None, None, before.confidence, before.source, before.who)
        for key, before in known.items()
        if key not in said and before.start is not None
    ]
    return changed


def _row(origin: str, session: KnownSession, now: datetime) -> dict[str, object]:
    says = json.dumps([origin, now.isoformat(), *map(str, astuple(session))])
    return {
        "session_id": hashlib.sha256(says.encode()).hexdigest(),
        "body": session.body,
        "number": session.number,
        "start_on": session.start.isoformat() if session.start else None,
        "end_on": session.end.isoformat() if session.end else None,
        "is_expected": session.is_expected,
        "confidence": session.confidence,
        "source": session.source,
        "who": session.who,
    }
