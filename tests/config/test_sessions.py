"""The session calendar: one's own adds to the one that comes with the program, corrects it, or replaces it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from config.sessions import load_sessions
from config.shipped import shipped
from config.strict_yaml import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

OURS = load_sessions(shipped("sessions.yaml"))
NEW = "{body: AALCO, number: 99, start: 2031-05-05, end: 2031-05-09, confidence: listed, source: its programme}"
CORRECTED = "{body: UNGA, number: 81, start: 2026-09-15, end: 2027-09-06, confidence: checked, source: its journal}"


def starts(path: Path) -> dict[tuple[str, int], date]:
    """The first day of each session, by body and number."""
    return {(session.body, session.number): session.start for session in load_sessions(path)}


def test_without_a_file_the_calendar_of_the_program_counts(tmp_path: Path) -> None:
    """Nobody needs a sessions.yaml of their own."""
    assert load_sessions(tmp_path / "sessions.yaml") == OURS


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "sessions: []\n", "sessions:\n  # none\n"])
def test_an_empty_file_changes_nothing(tmp_path: Path, text: str) -> None:
    """A file without entries, as `mandates init` writes it, is as good as none."""
    (tmp_path / "sessions.yaml").write_text(text)
    assert load_sessions(tmp_path / "sessions.yaml") == OURS


def test_own_sessions_add_and_correct(tmp_path: Path) -> None:
    """A new session joins the others; one that the program has is replaced, not doubled."""
    (tmp_path / "sessions.yaml").write_text(f"sessions:\n  - {NEW}\n  - {CORRECTED}\n")
    found = starts(tmp_path / "sessions.yaml")
    assert found["AALCO", 99] == date(2031, 5, 5)
    assert found["UNGA", 81] == date(2026, 9, 15)
    assert len(load_sessions(tmp_path / "sessions.yaml")) == len(found) == len(OURS) + 1


def test_own_sessions_replace_the_calendar(tmp_path: Path) -> None:
    """With `shipped: false` nothing but one's own sessions counts."""
    (tmp_path / "sessions.yaml").write_text(f"shipped: false\nsessions:\n  - {NEW}\n")
    assert starts(tmp_path / "sessions.yaml") == {("AALCO", 99): date(2031, 5, 5)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"sessions:\n  - {NEW}\n  - {NEW}\n", "AALCO 99 is listed twice"),
        ("shipped: perhaps\n", "sessions.yaml:1: shipped"),
        ("sesions: []\n", "sesions"),
        ("- nothing\n", "must have keys"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    """A calendar of one's own that cannot be used is refused, not passed over for the program's."""
    (tmp_path / "sessions.yaml").write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_sessions(tmp_path / "sessions.yaml")
