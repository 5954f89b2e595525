"""Minutes and lists of decisions: what a body did at its meeting is in the past tense, amid what others said there.

A text that only recalls decisions (an annotated agenda, a report) is not of this form, however much it narrates.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.clauses.forms.form import Form, says
from mandates.clauses.forms.narrated import read_sentence
from mandates.clauses.forms.statement import read_told
from mandates.clauses.leads import read_lead
from mandates.clauses.paragraphs import Start
from mandates.languages.lexicon import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.clauses.leads import Lead
    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

_STOP = re.compile(r"(?<![A-Z])[.;]\s+(?=[A-ZÀ-Ý])")


def read_minutes(text: str, lines: Sequence[Line], lexicon: Lexicon) -> Form:
    """The sentences that say what the body did."""
    if says(text, lines, lexicon, "recalls"):
        return Form("none")
    are_minutes = says(text, lines, lexicon, "minutes")
    heading = pattern(lexicon.language, "decision_heading")
    starts: list[Start] = []
    stops: list[int] = []
    below = False
    for line in lines:
        if heading.fullmatch(text, line.start, line.end):
            below = True
            stops.append(line.start)
            continue
        if line.after_gap:
            stops.append(line.start)
        if below and (lead := _under_heading(text, line, lexicon)):
            starts.append(Start(lead.start, None, lead, told=True, sentence=line.start))
        if are_minutes or starts:
            for sentence, lead in _sentences(text, line, lexicon):
                stops.append(sentence)
                if lead and not (starts and lead.start <= starts[-1].place):
                    starts.append(Start(lead.start, None, lead, told=True, sentence=sentence))
        below = False
    return Form("minutes", tuple(starts), tuple(stops)) if starts else Form("none")


def _under_heading(text: str, line: Line, lexicon: Lexicon) -> Lead | None:
    """What the paragraph under "Decision 12" says was done: "requested the Office to …", "…, the Board decided"."""
    if lead := read_lead(text, line.start, lexicon, "past"):
        return lead
    return next((lead for _, lead in read_sentence(text, line.start, lexicon, told=True)), None)


def _sentences(text: str, line: Line, lexicon: Lexicon) -> Iterator[tuple[int, Lead | None]]:
    """Where each sentence of the line begins, after its first, and what it says that the body did."""
    for start in (line.start, *(stop.end() for stop in _STOP.finditer(text, line.start, line.end))):
        lead = read_told(text, start, lexicon)
        if start != line.start or lead:
            yield start, lead
