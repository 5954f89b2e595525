"""One deadline that a clause names twice: "in September 2026 … to the Assembly at its eighty-first session"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mandates.classify.actions import find_action
from mandates.deadlines.sessions import is_session
from mandates.languages.words import expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.model import Due

_AND = expression(r"\b<<and_only>>\b")
# "And to inform the Council at", "et de présenter".
_AND_TO = expression(r"\b<<and_asking>>")


def named_once(dues: Sequence[Due], text: str, language: str) -> tuple[Due, ...]:
    """The deadlines of one mandate in `text`, without those that only say when, more broadly, another one falls.

    Of a date and a session that fall together the shorter is kept, unless something else is asked for between them.
    """
    return tuple(due for due in dues if not any(_repeats(due, other, text, language) for other in dues))


def _repeats(due: Due, other: Due, text: str, language: str) -> bool:
    """Whether `due` is the longer of two times that fall together, said of the same thing."""
    if other.due_start is None or other.due_end is None or due.due_start is None or due.due_end is None:
        return False
    meet = due.due_start <= other.due_end and other.due_start <= due.due_end
    longer = due.due_end - due.due_start > other.due_end - other.due_start
    if not (meet and longer) or is_session(due.quote) == is_session(other.quote):
        return False
    first, second = sorted((due, other), key=lambda each: each.start)
    return not _asks_again(text[first.end : second.start], language)


def _asks_again(between: str, language: str) -> bool:
    """Whether these words ask for a second thing, which has a deadline of its own."""
    if ";" in between or _AND_TO.search(between):
        return True
    joined = _AND.search(between)
    return joined is not None and find_action(between, joined.end(), len(between), language)[0] is not None
