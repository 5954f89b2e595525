"""What a form reads in a text: where clauses begin, and where they must stop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from mandates.languages.lexicon import lexicon as lexicon_of

if TYPE_CHECKING:
    from mandates.clauses.paragraphs import Start
    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

FormName = Literal["resolution", "statement", "declaration", "articles", "minutes", "none"]
ANNEX_NUMBER = r"(?:\s+(?:[IVXLC]+|\d{1,2}|[A-Z]))?"
LONGEST_HEADING = 120


@dataclass(frozen=True, slots=True)
class Form:
    """One way to read a text, or a part of it: places in the view."""

    name: FormName
    starts: tuple[Start, ...] = ()
    stops: tuple[int, ...] = ()
    preambles: tuple[int, ...] = ()
    opened: tuple[int, ...] = ()
    """Where organs begin to speak."""


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
