"""Expressions that jump from one place where they may begin to the next, instead of being tried at every character.

The engine of `re` skips ahead only where an expression begins with a letter or a set of letters. Most of ours begin
with an assertion and dozens of alternatives, and are tried at every character of every phrase. A scanner reads from the
expression's own syntax tree with which letters it may begin, looks for those, and asks the expression itself at each
place that is left: what is found is the same. It is made when an expression has read a few texts, so that one
short text does not pay for it.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from re import _parser as parser  # type: ignore[attr-defined]  # the syntax tree is public nowhere else
from typing import TYPE_CHECKING, Any

from mandates.languages.needed import Scanned, needed, numbered, syntax_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEPTH = 6
FIRST_CHARS = 60_000
# Characters from one place where an expression may begin to the next, at which looking for them costs what it saves.
SPACING = 16
_CREDIT = 2_000
_FAR = sys.maxsize
MOST_PREFIXES = 2_000
_ANY, _STOP = r"\s\S", ""
# Letters that `re` takes for others where capitals do not matter, beside their own capitals.
_OTHER_CASES = {"s": (0x17F,), "k": (0x212A,), "i": (0x130, 0x131)}
_CATEGORIES = {parser.CATEGORY_DIGIT: r"\d", parser.CATEGORY_SPACE: r"\s", parser.CATEGORY_WORD: r"\w"}
# In a set without categories a character is looked up in a table; of what is not ASCII it has all that may be meant.
_AT_LEAST = {
    r"\d": r"0-9\u0660-\U0010ffff",
    r"\s": r"\t-\r\x1c- \x85\xa0\u1680-\U0010ffff",
    r"\w": r"0-9A-Z_a-z\x80-\U0010ffff",
}
_IN_A_SET = re.compile(r"\\.", re.DOTALL)
_AT = {parser.AT_BOUNDARY: r"\b", parser.AT_BEGINNING: "^"}
_REPEATS = (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT)
_ZERO_WIDTH = (parser.AT, parser.ASSERT, parser.ASSERT_NOT)
Prefix = tuple[str, ...]
"""What the first characters may be, each as the inside of a set; after an empty string anything or nothing follows."""


class Scanner:
    """A compiled expression with a faster `search` and `finditer`; the results are those of the expression."""

    __slots__ = (
        *("_compiled", "_find", "_left", "_number", "_worth"),
        *("findall", "fullmatch", "match", "pattern", "split", "sub"),
    )

    def __init__(self, compiled: re.Pattern[str]) -> None:
        self.pattern = compiled.pattern
        self.match = compiled.match
        self.fullmatch = compiled.fullmatch
        self.sub = compiled.sub
        self.split = compiled.split
        self.findall = compiled.findall
        self._compiled = compiled
        self._left = FIRST_CHARS
        self._worth = _CREDIT
        self._number = 0
        self._find: Callable[[str, int, int], re.Match[str] | None] | None = None

    def search(self, text: str, start: int = 0, end: int = _FAR) -> re.Match[str] | None:
        """The first match between `start` and `end`, as `re.Pattern.search` gives it."""
        if type(text) is Scanned and not text.may_hold(self._number, start, end):
            return None
        find = self._find or self._used(text, start, end)
        if find is None:
            return self._compiled.search(text, start, end)
        while place := find(text, start, end):
            at = place.start()
            if match := self.match(text, at, end):
                return match
            self._worth += at - start - SPACING
            start = at + 1
            if self._worth < 0:
                # Nearly every word may begin it: the engine alone is faster.
                self._find = None
                return self._compiled.search(text, start, end)
        return None

    def finditer(self, text: str, start: int = 0, end: int = _FAR) -> Iterator[re.Match[str]]:
        """The matches between `start` and `end`, as `re.Pattern.finditer` gives them."""
        if not self.may_match(text, start, end):
            return
        if self._find is None and self._used(text, start, end) is None:
            yield from self._compiled.finditer(text, start, end)
            return
        while match := self.search(text, start, end):
            yield match
            start = match.end()

    def may_match(self, text: str, start: int, end: int) -> bool:
        """Whether the words that the expression needs leave a match possible there."""
        return type(text) is not Scanned or text.may_hold(self._number, start, end)

    def _used(self, text: str, start: int, end: int) -> Callable[[str, int, int], re.Match[str] | None] | None:
        """The search for places where the expression may begin; None before it has read much."""
        self._left -= min(end, len(text)) - start
        if self._left < 0:
            self._left = sys.maxsize
            finder = _finder(self._compiled)
            self._find = finder.search if finder else None
            if type(text) is Scanned:
                self._number = numbered(needed(self._compiled))
        return self._find


def _finder(compiled: re.Pattern[str]) -> re.Pattern[str] | None:
    """An expression for the places where the other may begin; None where that is nearly everywhere."""
    flags = compiled.flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL)
    parsed = syntax_tree(compiled)
    tree = list(parsed)
    if parsed.getwidth()[0] == 0:
        return None
    if _begins_with_a_set(tree, any_case=bool(flags & re.IGNORECASE)):
        return None
    any_case = bool(flags & re.IGNORECASE) or re.search(r"\(\?[a-z]*i", compiled.pattern) is not None
    depths = (_prefixes(tree, depth, any_case) for depth in range(DEPTH, 0, -1))
    prefixes: frozenset[Prefix] = next((found for found in depths if len(found) <= MOST_PREFIXES), frozenset())
    firsts = dict.fromkeys(prefix[0] if prefix else _STOP for prefix in sorted(prefixes))
    if not firsts or _STOP in firsts or _ANY in firsts:
        return None
    begins = _IN_A_SET.sub(lambda sign: _AT_LEAST.get(sign[0], sign[0]), "".join(firsts))
    return re.compile(f"[{begins}](?<={_guard(tree, flags)}(?={_choice(prefixes)}).)", re.DOTALL)


def _begins_with_a_set(tree: list[Any], *, any_case: bool) -> bool:
    """Whether the engine jumps by itself from one place where the expression may begin to the next."""
    (operator, argument), *_ = tree or [(None, None)]
    if operator is parser.SUBPATTERN:
        _, _, without, inner = argument
        return _begins_with_a_set(list(inner), any_case=any_case and not without & re.IGNORECASE)
    return operator in {parser.LITERAL, parser.IN} and not any_case


def _guard(tree: list[Any], flags: int) -> str:
    """The boundary of a word or line, or the letter that must not precede, with which the whole expression begins."""
    (operator, argument), *_ = tree or [(None, None)]
    if operator is parser.AT and argument in _AT:
        return f"(?m:{_AT[argument]})" if flags & re.MULTILINE else _AT[argument]
    if operator is parser.ASSERT_NOT and argument[0] < 0 and [each[0] for each in argument[1]] == [parser.IN]:
        behind = _set(argument[1][0][1], any_case=False)
        return "" if behind == _ANY else f"(?<![{behind}])"
    if operator is parser.SUBPATTERN:
        return _guard(list(argument[-1]), flags)
    if operator is parser.BRANCH:
        guards = {_guard(list(each), flags) for each in argument[1]}
        return guards.pop() if len(guards) == 1 else ""
    return ""


def _prefixes(tree: list[Any], depth: int, any_case: bool) -> frozenset[Prefix]:
    """How a match of the syntax tree may begin; each has `depth` characters, unless the expression ends before."""
    if not tree or depth == 0:
        return frozenset([()])
    (operator, argument), *rest = tree
    if operator in _ZERO_WIDTH:
        return _prefixes(rest, depth, any_case)
    found: set[Prefix] = set()
    for head in _of_operator(operator, argument, depth, any_case):
        if len(head) >= depth or head[-1:] == (_STOP,):
            found.add(head)
        else:
            found |= {head + tail for tail in _prefixes(rest, depth - len(head), any_case)}
    return frozenset(found)


def _of_operator(  # noqa: PLR0911 - one return an operator
    operator: Any, argument: Any, depth: int, any_case: bool
) -> frozenset[Prefix]:
    if operator is parser.LITERAL:
        return frozenset([(_letter(argument, any_case),)])
    if operator is parser.IN:
        return frozenset([(_set(argument, any_case),)])
    if operator in {parser.ANY, parser.NOT_LITERAL}:
        return frozenset([(_ANY,)])
    if operator is parser.BRANCH:
        return frozenset().union(*(_prefixes(list(each), depth, any_case) for each in argument[1]))
    if operator is parser.SUBPATTERN:
        return _prefixes(list(argument[-1]), depth, any_case)
    if operator in _REPEATS:
        least, most, repeated = argument
        once = _prefixes(list(repeated), depth, any_case)
        if most > 1:
            # Once and then what follows, or twice at the least.
            twice = {(*each, *again[:1], _STOP) for each in once if len(each) < depth for again in once}
            once |= {each[:depth] for each in twice}
        return once if least else once | {()}
    return frozenset([(_STOP,)])


@cache
def _letter(code: int, any_case: bool) -> str:
    letter = chr(code)
    cases = {letter, letter.lower(), letter.upper()} if any_case else {letter}
    others = map(chr, _OTHER_CASES.get(letter.lower(), ()) if any_case else ())
    return "".join(sorted(re.escape(each) for each in {*cases, *others} if len(each) == 1))


def _set(items: list[Any], any_case: bool) -> str:
    parts: list[str] = []
    for operator, argument in items:
        if operator is parser.LITERAL:
            parts.append(_letter(argument, any_case))
        elif operator is parser.CATEGORY and argument in _CATEGORIES:
            parts.append(_CATEGORIES[argument])
        elif operator is parser.RANGE and not any_case:
            parts.append(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")
        elif operator is parser.RANGE and argument[1] - argument[0] < 100:  # noqa: PLR2004 - letters or digits
            parts += [_letter(code, any_case) for code in range(argument[0], argument[1] + 1)]
        else:
            return _ANY
    return "".join(parts)


def _choice(prefixes: frozenset[Prefix]) -> str:
    """An expression for the prefixes; those whose next characters are the same share a set."""
    tails: dict[str, set[Prefix]] = {}
    for first, *rest in prefixes:
        tails.setdefault(first, set()).add(tuple(rest))
    alike: dict[frozenset[Prefix], list[str]] = {}
    for first, following in sorted(tails.items(), key=lambda each: each[0]):
        ends = () in following or (_STOP,) in following
        alike.setdefault(frozenset() if ends else frozenset(following), []).append(first)
    return "|".join(
        f"[{''.join(firsts)}]" + (f"(?:{_choice(following)})" if following else "")
        for following, firsts in alike.items()
    )
