"""What a form reads in a text: where clauses begin, and where they must stop."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeVar

from mandates.languages.lexicon import lexicon as lexicon_of
from mandates.languages.lexicon import pattern
from mandates.languages.words import expression
from mandates.model import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mandates.clauses.paragraphs import Start
    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

T = TypeVar("T")
FormName = Literal["resolution", "statement", "declaration", "articles", "minutes", "none"]
HEAD_LINES = 12
ANNEX_NUMBER = r"(?:\s+(?:[IVXLC]+|\d{1,2}|[A-Z]))?"
LONGEST_HEADING = 120
TOP = 400
# "Joint communiqué of the Ministers", "Kelmouth Declaration on Night Ferries".
_CALLS_ITSELF = expression(
    r"^[ ]*(?:[^\n.;]{3,90}[:–—,][ ])?(?:(?!(?:<<title_about>>)\b)[^\W\d_][\w’'-]*[ ]){0,5}?"
    r"(?:(?P<act><<resolutions>>|<<decisions>>)|<<deciding_title>>)\b(?![ ]<<spoken_by>>)[^\n.;]{0,120}$"
)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to read a text, or a part of it: places in the view."""

    name: FormName
    starts: tuple[Start, ...] = ()
    stops: tuple[int, ...] = ()
    preambles: tuple[int, ...] = ()
    opened: tuple[int, ...] = ()
    """Where organs begin to speak."""

    def cut(self, places: Sequence[int]) -> tuple[Form, ...]:
        """The parts of it from each of `places` in the view, of which the first is 0, to the next."""

        def dealt(found: Iterable[T], place_of: Callable[[T], int]) -> Iterator[tuple[T, ...]]:
            hands: list[list[T]] = [[] for _ in places]
            for each in found:
                hands[bisect_right(places, place_of(each)) - 1].append(each)
            return map(tuple, hands)

        starts = dealt(self.starts, lambda start: start.place)
        stops, preambles = dealt(self.stops, int), dealt(self.preambles, int)
        cut = zip(starts, stops, preambles, strict=True)
        return tuple(replace(self, starts=a, stops=b, preambles=c) for a, b, c in cut)

    def score(self, *, is_opened: bool) -> float:
        """How well it explains a segment: its clauses, fewer where their numbers do not follow each other.

        A resolution whose organ speaks (`is_opened`) explains it twice as well as a form that fits any text.
        """
        numbers = [int(each.number) for each in self.starts if each.number and each.number.isdigit()]
        steps = [after - before for before, after in pairwise(numbers)]
        regular = (1 + sum(step == 1 for step in steps)) / (1 + len(steps))
        return len(self.starts) * (1 + regular) / 2 * (2 if is_opened and self.name == "resolution" else 1)


def segment_of(start: int, end: int, forms: Sequence[Form], *, is_opened: bool) -> Segment:
    """The segment `start`:`end` that `forms` explain, the best first."""
    scores = [form.score(is_opened=is_opened) for form in forms]
    second = forms[1].name if len(forms) > 1 and scores[1] else None
    margin = 1 - scores[1] / scores[0] if second else 1.0
    return Segment(start, end, forms[0].name, round(scores[0], 3), second, round(margin, 3))


def says(text: str, lines: Sequence[Line], lexicon: Lexicon, name: str) -> bool:
    """Whether the first of these lines say what the text is, by the words of that name in the language's file."""
    words = pattern(lexicon.language, name)
    return any(words.search(text, line.start, line.end) for line in lines[:HEAD_LINES])


def calls_itself(text: str, *, a_statement: bool = False) -> bool:
    """Whether a short line at the top calls the text a statement or a communiqué, or also a decision or resolution.

    The speech of one person ("Statement by Mr …"), and what is about one ("Report on the Declaration"), decide nothing.
    """
    title = _CALLS_ITSELF.search(text, 0, TOP)
    return title is not None and not (a_statement and title["act"])


def is_annex(text: str, line: Line, lexicon: Lexicon) -> bool:
    """Whether the line is the heading of an annex."""
    if line.end - line.start >= LONGEST_HEADING or not _annex(lexicon.language).match(text, line.start, line.end):
        return False
    # "annex" also begins a line where a sentence is broken ("resolution 58/4, / annex, and").
    before = text[max(0, line.start - 40) : line.start].rstrip()
    return line.after_gap or before[-1:] in ".;:]" or before[-4:].isdigit()


@cache
def _annex(language: str) -> re.Pattern[str]:
    words = lexicon_of(language).annex
    annex = "|".join(form for word in sorted(words) for form in (word.capitalize(), word.upper()))
    return re.compile(rf"(?:{annex}){ANNEX_NUMBER}(?:\s*[:–—-]?\s[^.;a-z][^.;]{{0,90}})?$")
