"""The session calendar: when each body met or will meet, with where that is known from (`sessions.yaml`).

`mandates extract` must answer within half a second, so a sound file is read by the C parser and checked here; one
that is not is read
again by the strict loader, which names the line and the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from pathlib import Path

Confidence = Literal["checked", "listed", "computed"]
_confidences = frozenset(get_args(Confidence))


@dataclass(frozen=True, slots=True)
class SessionDates:
    """One sitting of a body; it fits `mandates.model.Session`. `source` says where the days are known from."""

    body: str
    number: int
    start: date
    end: date
    confidence: Confidence
    source: str

    @property
    def inferred(self) -> bool:
        """Whether the days follow from a rule and were not announced."""
        return self.confidence == "computed"


def load_sessions(path: Path) -> tuple[SessionDates, ...]:
    """Read the calendar at `path`.

    Raises:
        ConfigError: the file cannot be read, is no YAML, or an entry does not fit; with file, line and key.
    """
    return _read_fast(path) or _read_strictly(path)


def _read_fast(path: Path) -> tuple[SessionDates, ...] | None:
    """The sessions of a sound file; None where anything is amiss."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - 30 ms that commands without a calendar need not pay
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - likewise

    try:
        tree = YAML(typ="safe", pure=False).load(path.read_text(encoding="utf-8"))
        sessions = tuple(SessionDates(**row) for row in tree["sessions"])
    except (OSError, ValueError, KeyError, TypeError, YAMLError):
        return None
    is_sound = set(tree) == {"sessions"} and all(map(_fits, sessions)) and _distinct(sessions)
    return sessions if is_sound else None


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
        and session.confidence in _confidences
    )


def _distinct(sessions: tuple[SessionDates, ...]) -> bool:
    return len({(session.body, session.number) for session in sessions}) == len(sessions)


def _read_strictly(path: Path) -> tuple[SessionDates, ...]:
    from pydantic import BaseModel, ConfigDict, Field, model_validator  # noqa: PLC0415 - only a damaged file needs it

    from config.strict_yaml import ConfigError, load  # noqa: PLC0415 - likewise

    class Entry(BaseModel):
        model_config = ConfigDict(extra="forbid", frozen=True)
        body: str = Field(min_length=1)
        number: int = Field(gt=0)
        start: date
        end: date
        confidence: Confidence
        source: str = Field(min_length=1)

        @model_validator(mode="after")
        def _ends_after_it_starts(self) -> Entry:
            if self.end < self.start:
                raise ValueError("the session ends before it starts")
            return self

    class Calendar(BaseModel):
        model_config = ConfigDict(extra="forbid", frozen=True)
        sessions: tuple[Entry, ...]

    Calendar.model_rebuild(_types_namespace={"Entry": Entry, "date": date, "Confidence": Confidence, "Any": Any})
    entries = load(path, Calendar).sessions
    sessions = tuple(SessionDates(e.body, e.number, e.start, e.end, e.confidence, e.source) for e in entries)
    seen: set[tuple[str, int]] = set()
    for session in sessions:
        if (session.body, session.number) in seen:
            raise ConfigError(path, f"the session {session.body} {session.number} is listed twice", key="sessions")
        seen.add((session.body, session.number))
    return sessions
