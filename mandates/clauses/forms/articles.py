"""Acts: what follows "HAS ADOPTED THIS DECISION:" or "HAVE AGREED AS FOLLOWS:", by article or in plain paragraphs.

Each paragraph that obliges, establishes or decides is a clause.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.clauses.endings import after_text
from mandates.clauses.forms.form import Form, is_annex
from mandates.clauses.forms.subjects import read_sentence_lead
from mandates.clauses.leads import Lead, read_lead
from mandates.clauses.paragraphs import Start
from mandates.deadlines.dates import date_words
from mandates.languages.lexicon import pattern
from mandates.languages.words import expression
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

_SENTENCE_ENDS = re.compile(r"[.;:,][”\"»]?$")
_DASH = re.compile(r"\s*[.:]?\s*[-–—:]?\s*")
_STOP = re.compile(r"(?<!\bNo)\.\s+(?=[A-ZÀ-Ý])")
# Above the first article, "ENACTS:" in whatever words.
_HEADING_VERB = re.compile(r"[A-ZÀ-Ý][A-ZÀ-Ý ]{3,40}\s?:")
_PLACE_AND_DAY = expression(rf"[^;.:]{{2,80}},\s+(?:<<dated>>\s+)?(?:{date_words}|\d{{1,2}}/[IVXLC\d]+/\d{{2,4}})\.?")
_CLOSES = frozenset(".;:")
_WORD = re.compile(r"[A-ZÀ-Ý]\w+")
MOST_LINES = 40
SHORTEST_SENTENCE = 24
LONGEST_TITLE = 120


def read_articles(text: str, lines: Sequence[Line], lexicon: Lexicon) -> Form:
    """The paragraphs of an act; nothing where none is adopted."""
    heading = pattern(lexicon.language, "article_heading")
    # What an annex holds, such as a convention that a resolution adopts, is not the act itself.
    annex = next((place for place, line in enumerate(lines) if place and is_annex(text, line, lexicon)), len(lines))
    lines = lines[:annex]
    begin = next((place for place in range(len(lines)) if _enacts(text, lines, place, lexicon)), None)
    if begin is None:
        return Form("none")
    starts: list[Start] = []
    stops: list[int] = [lines[begin].start]
    number: str | None = None
    above: int | None = None
    titled = not any(heading.match(text, line.start, line.end) for line in lines[begin + 1 :])
    for at, line in enumerate(lines[begin + 1 :], begin + 1):
        if is_annex(text, line, lexicon) or _ends(text, line, lexicon):
            stops.append(line.start)
            break
        place = line.start
        if found := heading.match(text, line.start, line.end):
            number, titled = found["number"], False
            stops.append(line.start)
            place = _DASH.match(text, found.end(), line.end).end()  # type: ignore[union-attr]
            if place >= line.end:
                above = line.start
                continue
        label = read_label(text, place)
        is_next = not titled or lines[at - 1].start == above or text[lines[at - 1].end - 1] in _CLOSES
        if not (line.after_gap or found or is_next or (label and label.kind == "digits" and label.closed)):
            continue
        if label is None and not titled and _is_title(text, place, lines, at, lexicon):
            titled, above = True, line.start
            stops.append(line.start)
            continue
        titled = True
        if label is not None and label.kind != "digits":
            continue
        lead, *more = _leads(text, label.end if label else place, lines, at, lexicon) or (_any(text, place, line),)
        if lead:
            # The number that a clause begins with is its own, or that of the article on its line.
            begins = line.start if label is None else place
            starts.append(Start(begins, label.shown if label else number, lead, more=tuple(filter(None, more))))
    return Form("articles", tuple(starts), tuple(stops)) if starts else Form("none")


def _enacts(text: str, lines: Sequence[Line], place: int, lexicon: Lexicon) -> bool:
    """Whether the line at `place` leads to what is decided: "HAS ADOPTED THIS DECISION:", "DÉCIDE :" above articles."""
    line = lines[place]
    if pattern(lexicon.language, "adopts_act").match(text, line.start, line.end):
        return True
    if text[line.end - 1] != ":" or place + 1 == len(lines):
        return False
    heading = pattern(lexicon.language, "article_heading").match(text, lines[place + 1].start)
    if heading is None:
        return False
    decides = pattern(lexicon.language, "decides_by_article").match(text, line.start, line.end)
    return bool(decides or _HEADING_VERB.fullmatch(text, line.start, line.end))


def _ends(text: str, line: Line, lexicon: Lexicon) -> bool:
    """Whether the line is what follows an act; "Decision 2/2021 is repealed" is a sentence of its own."""
    follows = after_text.match(text, line.start, line.end) is not None
    return follows and read_sentence_lead(text, line.start, lexicon) is None


def _leads(text: str, start: int, lines: Sequence[Line], at: int, lexicon: Lexicon) -> list[Lead]:
    """The verbs of the sentences of a paragraph that begins on the line `at`."""
    end = next((line.start for line in lines[at + 1 : at + MOST_LINES] if line.after_gap), lines[at].end)
    first = _lead(text, start, lexicon)
    if first is None:
        return []
    later = (stop.end() for stop in _STOP.finditer(text, first.end, end))
    asked = (read_sentence_lead(text, place, lexicon) for place in later)
    return [first, *(lead for lead in asked if lead and lead.force != "statement")]


def _any(text: str, start: int, line: Line) -> Lead | None:
    """Of any other sentence, which says what is: its first word."""
    word = _WORD.match(text, start)
    is_sentence = line.end - start >= SHORTEST_SENTENCE and text[line.end - 1] == "."
    if word is None or not is_sentence or _PLACE_AND_DAY.fullmatch(text, start, line.end):
        return None
    return Lead(*word.span(), word[0].lower(), "statement", that=False, renews=False, subject=start)


def _lead(text: str, start: int, lexicon: Lexicon) -> Lead | None:
    """The verb of a paragraph, whose subject may be the organ that has named itself: "Se crea", "Approuver"."""
    lead = read_lead(text, start, lexicon) or read_lead(text, start, lexicon, "infinitive")
    usual = lead is not None and (lead.force != "statement" or lead.lemma in lexicon.following)
    return (lead if usual else None) or read_sentence_lead(text, start, lexicon)


def _wrapped_end(text: str, lines: Sequence[Line], at: int) -> int:
    """The end of what begins on the line `at` and goes on where a line begins small or with a number."""
    last = at
    while last + 1 < min(len(lines), at + MOST_LINES) and not lines[last + 1].after_gap:
        after = text[lines[last + 1].start]
        if not (after.islower() or (after.isdigit() and read_label(text, lines[last + 1].start) is None)):
            break
        last += 1
    return lines[last].end


def _is_title(text: str, start: int, lines: Sequence[Line], at: int, lexicon: Lexicon) -> bool:
    """Whether what begins on the line `at` is the title of an article: short, without a stop and without "shall"."""
    end = _wrapped_end(text, lines, at)
    if end - start >= LONGEST_TITLE or _SENTENCE_ENDS.search(text, start, end):
        return False
    return pattern(lexicon.language, "modal").search(text, start, end) is None
