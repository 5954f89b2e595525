"""Whether a text can be that of its item: two tests that need to know no error page.

A text that has next to nothing in common with the one before it, nor with its title, is not a new version of it; and
one text under several addresses and titles is none of those documents. Texts are compared by a sketch: hashes of
their words, the lowest `KEPT` of them, so that a source's memory can hold one for each item (some 370 characters).
"""

from __future__ import annotations

import base64
import re
import struct
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Hashes kept of a text's words (bottom-k): the share in common is known to within 6 points.
KEPT = 64
# Of two documents of one body at least a tenth of the words are the same, of a document and an error page 2 in 100.
NEXT_TO_NOTHING = 0.05
# With fewer different words a text is a stub: as a predecessor it proves nothing, as a successor its title does not.
STUB = 30
# Scripts without blanks between words: each pair of neighbours counts as one.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORDS = re.compile(r"[^\W_]+")
_PAIRS = re.compile(rf"(?=([{_UNSPACED}]{{2}}))|[^{_UNSPACED}]+|(?<![{_UNSPACED}])[{_UNSPACED}](?![{_UNSPACED}])")
_LEAST_LETTERS = 4

Twins = Literal["one", "false"]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text. `size` counts its different words, `lowest` holds up to `KEPT` of their hashes, sorted.

    `exact` is a hash of all its words in order, `shape` the same without numbers; `name` is one of its item's symbol or
    title, `named` says that the text answers to it, `numbered` that it has the last number of that. One that is not
    `believed` is of a text that was refused.
    """

    size: int
    exact: str
    shape: str
    name: str
    named: bool
    numbered: bool
    lowest: tuple[int, ...]
    believed: bool = True

    def written(self) -> str:
        """As one line of ASCII."""
        packed = base64.b85encode(struct.pack(f">{len(self.lowest)}I", *self.lowest)).decode()
        flags = f"{'n' if self.named else ''}{'d' if self.numbered else ''}{'b' if self.believed else ''}"
        return f"1 {self.size} {self.exact} {self.shape} {self.name or '-'} {flags or '-'} {packed}"

    @classmethod
    def of(cls, words: str | None) -> Self | None:
        """Read from what was `written`; None where there is none, or one of another make."""
        parts = words.split(" ") if words else []
        if len(parts) != 7 or parts[0] != "1":  # noqa: PLR2004 - the parts of `written`
            return None
        try:
            raw = base64.b85decode(parts[6])
            lowest = struct.unpack(f">{len(raw) // 4}I", raw)
            size = int(parts[1])
        except (ValueError, struct.error):
            return None
        name = "" if parts[4] == "-" else parts[4]
        flags = parts[5]
        return cls(size, parts[2], parts[3], name, "n" in flags, "d" in flags, lowest, "b" in flags)


def shape_of(words: str | None) -> str | None:
    """The `shape` in a written sketch, without reading the rest of it."""
    parts = words.split(" ", 4) if words else []
    return parts[3] if len(parts) == 5 else None  # noqa: PLR2004 - see `Sketch.written`


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text's sketch, and why it cannot be that of its item; None where it may."""

    sketch: str
    reason: str | None


def sketch(text: str, title: str | None = None, symbol: str | None = None) -> str:
    """The sketch of an item's text, as one line of some 370 ASCII characters."""
    return _sketched(text, title, symbol)[0].written()


def verdict(text: str, title: str | None, before: str | Sketch | None, symbol: str | None = None) -> str | None:
    """Why a text cannot be that of its item; None where it may.

    `title` and `symbol` are what the listing calls the item, `before` is the sketch of its former text.
    """
    return _judged(text, title, symbol, Sketch.of(before) if isinstance(before, str) else before)[1]


def weigh(text: str, title: str | None, symbol: str | None, before: str | None) -> Weighed:
    """Both in one go: a text's sketch, and `verdict`."""
    found, reason = _judged(text, title, symbol, Sketch.of(before))
    return Weighed(found.written(), reason)


def shared(one: Sketch, other: Sketch, without: Collection[int] = ()) -> float:
    """The share of their different words that two texts have in common, from 0 to 1, as their sketches tell.

    `without` are hashes of words that do not count.
    """
    union = sorted({*one.lowest, *other.lowest}.difference(without))[:KEPT]
    both = {*one.lowest} & {*other.lowest}
    return sum(each in both for each in union) / len(union) if union else 1.0


def together(texts: Sequence[Sketch]) -> Twins | None:
    """What it means that several addresses gave texts of one `shape`; None where they are so many documents.

    "one": the same text under one name, or under names that it answers to, is one document. "false": it is none of
    them, but something that the publisher sends in their place.
    """
    same = len({text.exact for text in texts}) == 1
    if same and not all(text.believed for text in texts):
        return "false"
    if len({text.name for text in texts if text.name}) > 1:
        if same:
            return "one" if all(text.named for text in texts) else "false"
        # Error pages carry the number of the request and the time, short documents their own number.
        strange = all(text.size < STUB and not text.named and not text.numbered for text in texts)
        return "false" if strange else None
    return "one" if same else None


def _sketched(text: str, title: str | None, symbol: str | None) -> tuple[Sketch, bool]:
    """A text's sketch, and whether its item's title or symbol is found in it."""
    words = _words(text)
    different = set(words)
    lowest = tuple(sorted({_number(word) for word in different})[:KEPT])
    shape = _hash(word for word in words if word.isalpha() or not any(map(str.isdigit, word)))
    titled, called = _words(title or ""), _words(symbol or "")
    telling = {word for word in titled if len(word) >= _LEAST_LETTERS or word.isdigit() or not word.isascii()}
    has_title = bool(telling) and 2 * len(telling & different) > len(telling)
    has_symbol = bool(called) and f" {' '.join(called)} " in f" {' '.join(words)} "
    name = called or titled
    named = has_symbol if called else has_title
    numbers = [word for word in name if word.isdigit()]
    numbered = bool(numbers) and numbers[-1] in different
    found = Sketch(len(different), _hash(words), shape, _hash(name) if name else "", named, numbered, lowest)
    return found, has_title or has_symbol


def _judged(text: str, title: str | None, symbol: str | None, before: Sketch | None) -> tuple[Sketch, str | None]:
    found, fits = _sketched(text, title, symbol)
    if before is not None and not before.believed:
        before = None
    if not found.size:
        return found, "its text is empty" + (", and was not before" if before is not None and before.size else "")
    if before is None or before.size < STUB or (fits and found.size >= STUB):
        return found, None
    # An error page may repeat the title.
    if shared(found, before, {_number(word) for word in _words(title or "")}) >= NEXT_TO_NOTHING:
        return found, None
    named = f", nor with its title {title[:80]!r}" if title else ""
    return found, (
        f"its text ({found.size:,} different words) has next to nothing in common with the one before "
        f"({before.size:,}){named}: probably an error page or a log-in page"
    )


def _words(text: str) -> list[str]:
    words = _WORDS.findall(text.casefold())
    if not re.search(f"[{_UNSPACED}]", text):
        return words
    return [pair[1] or pair[0] for word in words for pair in _PAIRS.finditer(word)]


def _number(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", errors="replace"), digest_size=4).digest())


def _hash(words: Iterable[str]) -> str:
    return blake2b(" ".join(words).encode("utf-8", errors="replace"), digest_size=8).hexdigest()
