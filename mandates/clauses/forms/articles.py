"""Acts by article: after "HAS ADOPTED THIS DECISION:" each paragraph of an article obliges, establishes or decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.clauses.endings import after_text
from mandates.clauses.forms.form import Form, is_annex
from mandates.clauses.forms.sequence import read_sentence_lead
from mandates.clauses.paragraphs import Start
from mandates.languages.lexicon import pattern
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

_SENTENCE_ENDS = re.compile(r"[.;:,][”\"»]?$")
LONGEST_TITLE = 120


def read_articles(text: str, lines: Sequence[Line], lexicon: Lexicon) -> Form:
    """The paragraphs of the articles; nothing where no act is adopted."""
    enacts = pattern(lexicon.language, "adopts_act")
    begin = next((place for place, line in enumerate(lines) if enacts.match(text, line.start, line.end)), None)
    if begin is None:
        return Form("none")
    heading = pattern(lexicon.language, "article_heading")
    starts: list[Start] = []
    stops: list[int] = [lines[begin].start]
    number: str | None = None
    titled = False
    for line in lines[begin + 1 :]:
        if is_annex(text, line, lexicon) or after_text.match(text, line.start, line.end):
            stops.append(line.start)
            break
        if found := heading.fullmatch(text, line.start, line.end):
            number, titled = found["number"], False
            stops.append(line.start)
            continue
        if number is None or not (line.after_gap or not titled):
            continue
        label = read_label(text, line.start)
        if label is None and not titled and _is_title(text, line):
            titled = True
            stops.append(line.start)
            continue
        titled = True
        if label is not None and label.kind != "digits":
            continue
        lead = read_sentence_lead(text, label.end if label else line.start, lexicon)
        if lead:
            starts.append(Start(line.start, label.shown if label else number, lead))
    return Form("articles", tuple(starts), tuple(stops)) if starts else Form("none")


def _is_title(text: str, line: Line) -> bool:
    return line.end - line.start < LONGEST_TITLE and not _SENTENCE_ENDS.search(text, line.start, line.end)
