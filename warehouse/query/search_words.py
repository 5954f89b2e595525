"""What a person types, as FTS5 writes it; whatever it is, it is words, never operators."""

from __future__ import annotations

import re

from warehouse.model import QueryError
from warehouse.query.search_volumes import plain

# The index holds the beginnings of words from here on; a shorter one would be gathered from thousands of words.
SHORTEST_PREFIX = 2

_TERM = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))(\*?)')


def expression(words: str) -> str:
    """All words, "phrases" and prefixes* in an expression for FTS5, without what a minus precedes.

    Raises:
        QueryError: there is nothing to look for, or a prefix is too short.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    # What UTF-8 or SQLite cannot hold (a lone surrogate, a NUL) is in no text either.
    words = plain(words.encode("utf-8", "replace").decode().replace("\0", " "))
    for minus, phrase, word, star in _TERM.findall(words):
        text = (phrase or word).rstrip("*")
        prefix = star or (word.endswith("*") and "*") or ""
        if prefix and len(text) < SHORTEST_PREFIX:
            raise QueryError(
                f"{text}*: a prefix needs at least {SHORTEST_PREFIX} letters; shorter ones match too many words"
            )
        if re.search(r"\w", text):
            (unwanted if minus else wanted).append('"' + text.replace('"', '""') + '"' + prefix)
    if not wanted:
        raise QueryError(f"{words!r} contains no words to search for")
    return " NOT ".join([f"({' AND '.join(wanted)})", *unwanted])
