"""The session calendar: when each body met or will meet, with where that is known from (`sessions.yaml`).

A calendar comes with the program. One's own adds to it, and corrects it where it has the same session; with `shipped:
false` it replaces it.

`mandates extract` must answer within half a second, so a sound file is read by the C parser and checked here; one
that is not is read again by the strict loader, which names the line and the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

from config.shipped import shipped

if TYPE_CHECKING:
    from pathlib import Path

Confidence = Literal["checked", "listed", "computed"]
_confidences = frozenset(get_args(Confidence))


@dataclass(frozen=True, slots=True)
class SessionDates:
    """One sitting of a body; it fits `mandates.model.Session`.

    `source` says where the days are known from, `by` who entered them in a file of one's own.
    """

    body: str
    number: int
    start: date
    end: date
    confidence: Confidence
    source: str
    by: str | None = None

    @property
    def inferred(self) -> bool:
        """Whether the days follow from a rule and were not announced."""
        return self.confidence == "computed"


@dataclass(frozen=True, slots=True)
class _Calendar:
    """One file; `shipped` says whether it adds to the calendar that comes with the program."""

    sessions: tuple[SessionDates, ...]
    shipped: bool


def load_sessions(path: Path) -> tuple[SessionDates, ...]:
    """The calendar that comes with the program, with what the file at `path` adds; that file need not exist.

    Raises:
        ConfigError: the file cannot be read, is no YAML, or an entry does not fit; with file, line and key.
    """
    ours = shipped("sessions.yaml")
    if path.exists() and path.samefile(ours):
        return _read(path).sessions
    own = _read(path) if path.exists() else _Calendar((), shipped=True)
    known = {(session.body, session.number): session for session in (_read(ours).sessions if own.shipped else ())}
    return tuple((known | {(session.body, session.number): session for session in own.sessions}).values())


def _read(path: Path) -> _Calendar:
    return _read_fast(path) or _read_strictly(path)


def _read_fast(path: Path) -> _Calendar | None:
    """What a sound file holds; None where anything is amiss."""
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


# A run asks for the calendar at several places, and one's own is often the one that comes with the program.
@lru_cache(maxsize=4)
def _parsed(text: str) -> _Calendar | None:
    from ruamel.yaml import YAML  # noqa: PLC0415 - 30 ms that commands without a calendar need not pay
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - likewise

    try:
        tree = YAML(typ="safe", pure=False).load(text) or {}
        sessions = tuple(SessionDates(**row) for row in tree.get("sessions") or ())
        adds = tree.get("shipped", True)
    except (ValueError, AttributeError, TypeError, YAMLError):
        return None
    is_sound = set(tree) <= {"sessions", "shipped"} and all(map(_fits, sessions)) and _distinct(sessions)
    return _Calendar(sessions, adds) if is_sound and isinstance(adds, bool) else None


def _fits(session: SessionDates) -> bool:
    return (
        type(session.start) is date
        and type(session.end) is date
        and session.start <= session.end
        and type(session.number) is int
        and session.number > 0
        and isinstance(session.body, str)
        and isinstance(session.source, str)
        and bool(session.body and session.source)
        and (session.by is None or (isinstance(session.by, str) and bool(session.by)))
        and session.confidence in _confidences
    )


def _distinct(sessions: tuple[SessionDates, ...]) -> bool:
    return len({(session.body, session.number) for session in sessions}) == len(sessions)


def _read_strictly(path: Path) -> _Calendar:
    from config.session_entries import SessionsFile  # noqa: PLC0415 - pydantic, for a damaged file only
    from config.strict_yaml import load  # noqa: PLC0415 - likewise

    file = load(path, SessionsFile)
    return _Calendar(
        tuple(
            SessionDates(e.body, e.number, e.start, e.end, e.confidence, e.source, e.by) for e in file.sessions or ()
        ),
        file.shipped,
    )
