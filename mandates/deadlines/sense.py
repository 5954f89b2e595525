"""What kind of deadline the words make: a day to act by, a first day, an end, a stretch of time, a rhythm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mandates.languages.lexicon import pattern

if TYPE_CHECKING:
    from mandates.model import Sense

# As far before a time as a negation may stand: "shall not be held before 2029" says from when it may be.
NEAR_CHARS = 120
# The words that a sense is read from, in order: "not before" is looked for ahead of "before".
_AT_THE_START: tuple[tuple[str, Sense], ...] = (
    ("sense_not_before", "not before"),
    ("sense_after", "not before"),
    ("sense_from", "from"),
    ("sense_until", "until"),
    ("sense_within", "within"),
    ("sense_by", "by"),
    ("sense_before", "by"),
)


def sense_of(words: str, before: str, language: str) -> Sense:
    """The sense of a deadline as written; `before` are the words that lead to it ("until" is not part of the quote)."""
    if pattern(language, "sense_each").search(words):
        return "each"
    said = words.lower()
    led = before[-NEAR_CHARS:].rstrip().lower()
    negated = pattern(language, "sense_negated").search(led) is not None
    for name, sense in _AT_THE_START:
        if pattern(language, name).match(said):
            return "not before" if negated and name in {"sense_before", "sense_until"} else sense
    if pattern(language, "sense_latest").search(said):
        return "by"
    if pattern(language, "sense_from_before").search(led):
        return "from"
    if pattern(language, "sense_until_before").search(led):
        return "not before" if negated else "until"
    return "on"


def excludes(words: str, sense: Sense, language: str) -> bool:
    """Whether the time that is named is itself outside: "before 2029", "after 30 June"; not "before the end of"."""
    said = words.lower()
    names = ("sense_after",) if sense == "not before" else ("sense_before", "sense_after")
    return any(pattern(language, name).match(said) for name in names) and not ends(words, language)


def ends(words: str, language: str) -> bool:
    """Whether the end of a time is meant: "by the end of 2027", "before the end of its eightieth session"."""
    return pattern(language, "due_end_of").search(words) is not None
