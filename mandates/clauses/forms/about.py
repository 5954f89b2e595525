"""What the head of a text says that it is, where each of its sentences may name who speaks."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from mandates.clauses.forms.form import HEAD_LINES, LONGEST_HEADING, calls_itself, is_annex, says
from mandates.documents.organs import ORGAN_LINE
from mandates.languages.conjugation import WORD
from mandates.model import NARRATING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.languages.lexicon import Lexicon
    from mandates.model import Kind
    from mandates.text.lines import Line

FEWEST_QUESTIONS = 2
_DATELINE = re.compile(r"\(?(?:[A-ZÀ-Ý][^;:\n\d]{1,40})?\d{1,2}[^;:\n\d]{2,20}\d{4}\)?\s?[–—-]{1,2}\s+(?=[A-ZÀ-Ý“«])")
About = Literal["statement", "press", "minutes", "decision", "nothing"]


def about_of(  # noqa: PLR0911 - one return a sign, the surest first
    text: str, lines: Sequence[Line], lexicon: Lexicon, kind: Kind
) -> About | None:
    """What the head of a text says that it is; None where it decides nothing, but recalls or tells of others."""
    headings = [line for line in lines[:HEAD_LINES] if _is_heading(text, line)]
    if says(text, headings, lexicon, "own_report"):
        return "minutes"
    if kind in NARRATING - {"news"} or says(text, headings, lexicon, "speech"):
        return None
    if says(text, lines, lexicon, "speaks_for"):
        return "statement"
    if kind == "news" or says(text, headings, lexicon, "press"):
        return "press"
    if says(text, headings, lexicon, "recalls"):
        return None
    if says(text, headings, lexicon, "minutes"):
        return "minutes"
    if kind == "statement" or calls_itself(text, a_statement=True):
        return "statement"
    return "decision" if calls_itself(text) else "nothing"


def is_description(text: str, lines: Sequence[Line], lexicon: Lexicon) -> bool:
    """Whether the head says that the text describes, explains, invites or advertises, or asks what people ask.

    So does the dateline of news ("AMRA, 5 May 2027 – The Board"). A title that calls it a resolution or a decision
    counts for more ("Decision 4: Terms of reference"). What is below the line of an organ or the heading of an annex
    is not the head.
    """
    if calls_itself(text):
        return False
    if any(_DATELINE.match(text, line.start, line.end) for line in lines[:HEAD_LINES]):
        return not says(text, lines, lexicon, "speaks_for")
    head = takewhile(lambda line: not _ends_head(text, line, lexicon), lines[:HEAD_LINES])
    headings = [line for line in head if _is_heading(text, line)]
    questions = sum(text[line.end - 1] == "?" for line in headings)
    return questions >= FEWEST_QUESTIONS or says(text, headings, lexicon, "describes")


def _ends_head(text: str, line: Line, lexicon: Lexicon) -> bool:
    """Whether an organ begins to speak on the line ("The Council,"), or an annex begins there."""
    if is_annex(text, line, lexicon):
        return True
    alone = text[line.end - 1] == "," and line.end - line.start < LONGEST_HEADING
    return alone and ORGAN_LINE.match(text[line.start : line.end]) is not None


def _is_heading(text: str, line: Line) -> bool:
    return line.end - line.start < LONGEST_HEADING and text[line.end - 1] not in ".;,"


def words_of_head(text: str, lines: Sequence[Line]) -> frozenset[str]:
    """The words of the headings at the top, in small letters: they name whose text it is."""
    headings = (line for line in lines[:HEAD_LINES] if _is_heading(text, line))
    return frozenset(word.lower() for line in headings for word in WORD.findall(text[line.start : line.end]))
