"""What a person types, as FTS5 writes it; whatever it is, it is words, never operators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.model import QueryError
from warehouse.query.search_volumes import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

# The index holds the beginnings of words from here on; a shorter one would be gathered from thousands of words.
SHORTEST_PREFIX = 2

_TERM = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))(\*?)')


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms for FTS5, words, "phrases" and "prefixes"*, each in quotes: what a hit has, and what it has not."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]

    @property
    def all(self) -> str:
        """The whole of it, as FTS5 writes it."""
        return expression(self.wanted, self.unwanted)


def terms(words: str) -> Terms:
    """What is typed, as terms.

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
    return Terms(tuple(wanted), tuple(unwanted))


def bare_terms(words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The same terms as people write them, without quotes; nothing where there is nothing to look for."""
    if not words:
        return (), ()
    asked = terms(words)
    return tuple(map(_bare, asked.wanted)), tuple(map(_bare, asked.unwanted))


def _bare(term: str) -> str:
    return term[: -1 if term.endswith("*") else None][1:-1].replace('""', '"') + ("*" if term.endswith("*") else "")


def expression(wanted: Iterable[str], unwanted: Iterable[str] = ()) -> str:
    """All of these and none of those, as FTS5 writes it."""
    return " NOT ".join([f"({' AND '.join(wanted)})", *unwanted])
