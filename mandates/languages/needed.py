"""Which words an expression needs, and where in a text they are: one pass for the words of all expressions.

From the syntax tree of an expression follows of which words every match holds one: each match of "(?:its|their) …
(?:session|meeting)" holds "session" or "meeting". One automaton looks for the words of all expressions at once
(`scanned`); in most clauses most expressions are then known to match nowhere, and the engine of `re` need not run.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache
from itertools import chain
from re import _parser as parser  # type: ignore[attr-defined]  # the syntax tree is public nowhere else
from typing import TYPE_CHECKING, Any

import ahocorasick

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_WORDS = 64
# How often a letter of a needed word is expected; words that occur more often than once in so many characters tell
# little.
_LETTERS = 20.0
_LONGEST = 5
RAREST = 1 / 500
_ZERO_WIDTH = (parser.AT, parser.ASSERT, parser.ASSERT_NOT)
_REPEATS = (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT)
# Letters that `re` takes for others where capitals do not matter, beside their own capitals.
_OTHER_CASES = {"\u0130": "i", "\u0131": "i", "\u017f": "s"}
Words = frozenset[str]
_NOTHING: Words = frozenset([""])


class Scanned(str):
    """A text, or a part of one, that knows where the words end that expressions need.

    `places` has those places in the whole text by the numbers of the expressions, of which `known` were looked for;
    the part begins at `offset`.
    """

    __slots__ = ("known", "offset", "places")
    places: Mapping[int, array[int]]
    known: int
    offset: int

    def may_hold(self, number: int, start: int, end: int) -> bool:
        """Whether a word with this number ends between `start` and `end`; true where that is not known."""
        places = self.places.get(number)
        if places is None:
            return not 0 < number <= self.known
        at = bisect_left(places, start + self.offset)
        return at < len(places) and places[at] < min(end, len(self)) + self.offset


def _scanned(text: str, places: Mapping[int, array[int]], known: int, offset: int = 0) -> Scanned:
    made = Scanned(text)
    made.places, made.known, made.offset = places, known, offset
    return made


def part(text: str, start: int, end: int) -> str:
    """The characters `start`:`end`, which know what the whole text knows."""
    if type(text) is not Scanned:
        return text[start:end]
    return _scanned(text[start:end], text.places, text.known, text.offset + start)


def reach(text: str, number: int, start: int, end: int) -> tuple[int, int]:
    """From the first word with this number between `start` and `end` to the last; all of it where that is not known."""
    if type(text) is not Scanned or not 0 < number <= text.known:
        return start, end
    places, offset = text.places.get(number, ()), text.offset
    first, after = bisect_left(places, start + offset), bisect_left(places, end + offset)
    return (places[first] - offset, places[after - 1] - offset + 1) if first < after else (end, end)


class _Automaton:
    """Looks for the words that expressions need."""

    def __init__(self) -> None:
        self._count = 0
        self._numbers: dict[str, list[int]] = {}
        self._made: ahocorasick.Automaton | None = None

    def add(self, words: Words) -> int:
        """The number of an expression that needs one of `words`; 0, of which no text knows, where it needs none."""
        if not words:
            return 0
        self._count += 1
        for word in words:
            self._numbers.setdefault(word, []).append(self._count)
        self._made = None
        return self._count

    def scanned(self, text: str) -> Scanned:
        """The text with the places of the words of all expressions that were added."""
        ends: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        if self._numbers:
            small = text
            for letter, other in _OTHER_CASES.items():
                small = small.replace(letter, other)
            for end, word in self._automaton().iter(small.lower()):
                ends[word].append(end)
        of_words: defaultdict[int, list[array[int]]] = defaultdict(list)
        for word, its_ends in ends.items():
            for number in self._numbers[word]:
                of_words[number].append(its_ends)
        places = {
            number: each[0] if len(each) == 1 else array("I", sorted(chain(*each))) for number, each in of_words.items()
        }
        return _scanned(text, places, self._count)

    def _automaton(self) -> ahocorasick.Automaton:
        if self._made is None:
            self._made = ahocorasick.Automaton()
            for word in self._numbers:
                self._made.add_word(word, word)
            self._made.make_automaton()
        return self._made


_AUTOMATON = _Automaton()
numbered, scanned = _AUTOMATON.add, _AUTOMATON.scanned


@lru_cache(maxsize=1)
def syntax_tree(compiled: re.Pattern[str]) -> Any:
    """What `re` made of an expression before it was compiled. Both who reads it ask one after the other."""
    return parser.parse(compiled.pattern, compiled.flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL))


def needed(compiled: re.Pattern[str]) -> Words:
    """Words of which every match holds one, in small letters; none where nothing rare enough is known."""
    words = _of_sequence(list(syntax_tree(compiled)))[1]
    if _frequency(words) > RAREST:
        return frozenset()
    return frozenset(word for word in words if not any(other in word for other in words if other != word))


def _frequency(words: Words) -> float:
    """How often these words are expected in a text, by their length; digits are rarer than letters."""
    if "" in words:
        return 1.0
    lengths = (len(word) + sum(letter.isdigit() for letter in word) * 0.7 for word in words)
    return float(sum(_LETTERS ** -min(_LONGEST, length) for length in lengths))


def _of_sequence(tree: list[Any]) -> tuple[Words | None, Words]:
    """All that the syntax tree can match, where that is few words, and words of which every match holds one."""
    best, run, is_whole = _NOTHING, _NOTHING, True
    for operator, argument in tree:
        if operator in _ZERO_WIDTH:
            continue
        whole, part = _of_operator(operator, argument)
        if whole is not None and len(run) * len(whole) <= MOST_WORDS:
            run = frozenset(before + after for before in run for after in whole)
        else:
            best, run, is_whole = min(best, run, part, key=_frequency), _NOTHING, False
    return run if is_whole else None, min(best, run, key=_frequency)


def _of_operator(operator: Any, argument: Any) -> tuple[Words | None, Words]:
    if operator in {parser.LITERAL, parser.IN}:
        return _of_set(argument if operator is parser.IN else [(operator, argument)])
    if operator is parser.BRANCH:
        wholes, parts = zip(*(_of_sequence(list(each)) for each in argument[1]), strict=True)
        all_whole = None if None in wholes else frozenset().union(*wholes)
        return all_whole, frozenset().union(*parts)
    if operator in {parser.SUBPATTERN, parser.ATOMIC_GROUP}:
        return _of_sequence(list(argument[-1] if operator is parser.SUBPATTERN else argument))
    if operator in _REPEATS:
        least, most, repeated = argument
        whole, part = _of_sequence(list(repeated))
        if least == 0:
            return whole | _NOTHING if whole is not None and most == 1 else None, _NOTHING
        return whole if most == 1 else None, part
    return None, _NOTHING


def _of_set(items: list[Any]) -> tuple[Words | None, Words]:
    letters: set[str] = set()
    for operator, argument in items:
        if operator is parser.LITERAL:
            letters.add(chr(argument))
        elif operator is parser.RANGE and argument[1] - argument[0] < len("0123456789"):
            letters |= {chr(code) for code in range(argument[0], argument[1] + 1)}
        else:
            return None, _NOTHING
    small = frozenset(_OTHER_CASES.get(letter, letter.lower()) for letter in letters)
    return small, small
