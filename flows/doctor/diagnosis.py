"""What a check found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "unchecked", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One finding. `check` names what was looked at and lasts, so that scripts can ask for it.

    A problem needs a person; a warning stops nothing today; what could not be looked at because of another problem is
    `unchecked`. `follows` says what comes of it, `cure` what to do.
    """

    check: str
    level: Level
    words: str
    follows: str = ""
    cure: str = ""


def good(check: str, words: str) -> Diagnosis:
    """Nothing is wrong."""
    return Diagnosis(check, "good", words)


def unchecked(check: str, words: str) -> Diagnosis:
    """Nobody knows, until the problem that the words name is solved."""
    return Diagnosis(check, "unchecked", words)


def warning(check: str, words: str, follows: str, cure: str) -> Diagnosis:
    """Nothing stops today."""
    return Diagnosis(check, "warning", words, follows, cure)


def problem(check: str, words: str, follows: str, cure: str) -> Diagnosis:
    """Somebody has to do something."""
    return Diagnosis(check, "problem", words, follows, cure)
