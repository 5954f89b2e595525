"""How French is set: the signs that stand off from a word stay on its line.

The words of pages and messages are written with plain blanks, which nobody can confuse with others while writing; here
those that may not break become no-break ones. What documents say is never set.
"""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
_BEFORE = re.compile(r" (?=[;:?!»%](?:\W|$))")
_AFTER = re.compile(r"(?<=«) ")


def french(words: str) -> str:
    """The words with no-break blanks before ; : ? ! % and inside « »."""
    return _AFTER.sub(NO_BREAK, _BEFORE.sub(NO_BREAK, words))
