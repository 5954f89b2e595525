"""Declarations: several speak as "We", and the addressee may precede the verb ("The Office is requested to").

One that speaks in numbered paragraphs has them as its clauses; else each sentence of the speakers is one. A declaration
that a text adopts is in its annex; there only the paragraphs that ask are clauses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mandates.clauses.endings import UNFINISHED
from mandates.clauses.forms.form import Form
from mandates.clauses.forms.speech import without_bullet
from mandates.clauses.forms.subjects import read_passive, read_sentence_lead
from mandates.clauses.leads import Lead, read_lead
from mandates.clauses.paragraphs import Start
from mandates.languages.lexicon import ASKING, pattern
from mandates.languages.words import exactly
from mandates.text.lines import BULLETS, read_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Label, Line

_STOP = re.compile(rf"(?<!\bNo)[.;?](?:[”\"»]|\d{{1,3}}(?=\s))?\s+(?:[{BULLETS}]\s+)?(?=[\"“«(]?[A-ZÀ-Ý])")
_JOINS = exactly(r"[,;]\s+(?:<<and_but>>\s+)?$")
_LEADS_ON = exactly(r"(?:\s+<<as_follows>>)?\s*:")
_COMMA = re.compile(r",\s+")
_CLOSES = frozenset('.;:!?”»"')
LONGEST_PARAGRAPH = 6000
LONGEST_SUBJECT = 400
LONGEST_JOIN = 12
LONGEST_SHORT = 6
FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph on the line, with the verbs of each of its sentences that has any."""

    line: Line
    label: Label | None
    sentences: tuple[tuple[Lead, ...], ...]
    begins: tuple[int, ...] = ()
    """Where each of them begins."""
    silent: tuple[int, ...] = ()
    """Where sentences begin in which nobody speaks."""

    @property
    def whole(self) -> tuple[Start, ...]:
        """It as one clause, which its first verb leads."""
        first, *more = [lead for sentence in self.sentences for lead in sentence]
        return (Start(self.line.start, self.label.shown if self.label else None, first, more=tuple(more)),)

    @property
    def spoken(self) -> tuple[Start, ...]:
        """Each of its sentences as a clause."""
        spoken = zip(self.begins, self.sentences, strict=True)
        return tuple(Start(begin, None, first, more=tuple(more)) for begin, (first, *more) in spoken)


def read_declaration(text: str, lines: Sequence[Line], lexicon: Lexicon, *, annexed: bool) -> Form:
    """What is declared on `lines`; of an annexed one, what asks."""
    paragraphs = list(_paragraphs(text, lines, lexicon, annexed=annexed))
    read = _numbered(text, paragraphs, lexicon) if not annexed and _is_numbered(paragraphs) else paragraphs
    starts = [
        start for each in read if each.sentences for start in (each.whole if annexed or each.label else each.spoken)
    ]
    stops = tuple(stop for each in paragraphs for stop in (each.line.start, *(() if each.label else each.silent)))
    starts = [replace(start, annexed=True) for start in starts] if annexed else starts
    return Form("declaration", tuple(starts), stops) if starts else Form("none")


def _paragraphs(text: str, lines: Sequence[Line], lexicon: Lexicon, *, annexed: bool) -> Iterator[_Paragraph]:
    seen = 0
    for place, whole in enumerate(lines):
        if whole.start < seen:
            continue
        line = without_bullet(text, whole)
        label = read_label(text, line.start)
        if label is not None and not (label.kind == "digits" and label.closed):
            continue
        if label is None and not line.after_gap:
            continue
        end = _end(text, lines, place)
        said = dict(_sentences(text, label.end if label else line.start, end, lexicon))
        found = {begin: leads for begin, leads in said.items() if leads}
        if label is None and _only_leads_on(text, found, end, lexicon):
            found = {}
        if annexed:
            asking = tuple(lead for leads in found.values() for lead in leads if _asks(lead))
            found = {line.start: asking} if asking else {}
        silent = () if annexed else tuple(begin for begin in said if begin not in found and begin > line.start)
        seen = end if found else seen
        yield _Paragraph(line, label, tuple(found.values()), tuple(found), silent)


def _only_leads_on(text: str, found: Mapping[int, tuple[Lead, ...]], end: int, lexicon: Lexicon) -> bool:
    """Whether a paragraph names the speakers and no more: "We, the Ministers, meeting in Amra, declare:"."""
    if text[end - 1] != ":" or len(found) != 1:
        return False
    last = next(iter(found.values()))[-1]
    leads_on = _LEADS_ON.fullmatch(text, last.end, end) is not None
    return leads_on and last.force not in ASKING and last.lemma in lexicon.listing | lexicon.declaring


def _asks(lead: Lead) -> bool:
    return lead.force in ASKING and lead.force != "encourage"


def _is_numbered(paragraphs: Sequence[_Paragraph]) -> bool:
    """Whether it speaks in numbered paragraphs: in half of those that have a number, and in two at least."""
    numbered = [each for each in paragraphs if each.label]
    speaking = sum(bool(each.sentences) for each in numbered)
    return speaking >= FEWEST and speaking * 2 >= len(numbered)


def _numbered(text: str, paragraphs: Sequence[_Paragraph], lexicon: Lexicon) -> Iterator[_Paragraph]:
    """The paragraphs with numbers, also without a speaker where it is their turn; and, once they have begun, the others."""  # noqa: E501 - a sentence
    last: int | None = None
    for each in paragraphs:
        if each.label is None:
            if last is not None and any(lead.lemma in lexicon.following for leads in each.sentences for lead in leads):
                yield each
            continue
        lead = None if each.sentences else read_sentence_lead(text, each.label.end, lexicon)
        value = each.label.value or 0
        # The number of a footnote is lower; a part may count from 1 again.
        is_due = last is None or value > last or value == 1
        if (each.sentences and is_due) or (lead and last is not None and value == last + 1):
            last = value
            yield replace(each, sentences=((lead,),)) if lead else each


def _end(text: str, lines: Sequence[Line], place: int) -> int:
    """Where the paragraph on the line at `place` ends: before a blank line, or a number that begins the next.

    A blank line within a sentence is where a page ended.
    """
    line = lines[place]
    end = line.end
    for after in lines[place + 1 :]:
        if after.start - line.start > LONGEST_PARAGRAPH:
            break
        label = read_label(text, after.start)
        goes_on = text[end - 1] not in _CLOSES and text[after.start].islower()
        if after.after_gap and not goes_on and not (label and label.kind == "letter"):
            break
        if label and label.kind == "digits" and label.closed:
            break
        end = after.end
    return min(end, line.start + LONGEST_PARAGRAPH)


def _sentences(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[tuple[int, tuple[Lead, ...]]]:
    """Where each sentence begins, with its verbs: those of the speakers, that by which somebody is asked, or none."""
    stops = (stop for stop in _STOP.finditer(text, start, end) if not _is_short(text, stop.start()))
    sentences = [start, *(stop.end() for stop in stops), end]
    for begin, after in pairwise(sentences):
        if leads := tuple(_we(text, begin, after, lexicon)):
            yield begin, leads
        else:
            asked = read_passive(text, begin, after, lexicon)
            yield begin, (asked,) if asked else ()


def _is_short(text: str, stop: int) -> bool:
    """Whether the stop is that of an abbreviation."""
    return UNFINISHED.search(text, max(0, stop - LONGEST_SHORT), stop + 1) is not None


def _we(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Lead]:
    """The verbs before which the speakers name themselves: at the beginning, and after a comma or semicolon."""
    first = True
    # A heading ("Action 6. We will invest in people") has no stop.
    is_closed = text[start:end].rstrip()[-1:] in _CLOSES
    for speaker in pattern(lexicon.language, "we").finditer(text, start, end):
        place = speaker.start()
        if first and place > start + LONGEST_SUBJECT:
            return
        if place > start and not _JOINS.search(text[max(start, place - LONGEST_JOIN) : place]):
            continue
        lead = read_lead(text, speaker.end(), lexicon, "plural")
        if lead is None and "," in speaker[0]:
            # "We, the Ministers of Water, meeting in Amra, reaffirm": the verb follows one of the commas.
            commas = _COMMA.finditer(text, speaker.end(), min(end, place + LONGEST_SUBJECT))
            lead = next(filter(None, (read_lead(text, comma.end(), lexicon, "plural") for comma in commas)), None)
        # Where the pronoun is left out, an unlisted verb shows itself by its place alone.
        may_be = is_closed and (place == start or speaker.end() > place)
        any_verb = pattern(lexicon.language, "we_verb").match(text, speaker.end(), end) if may_be else None
        if lead is None and any_verb:
            lead = Lead(*any_verb.span(), any_verb[0].lower(), "statement", that=False, renews=False, tense="plural")
        if lead and lead.end <= end:
            yield lead if place > start else replace(lead, start=start)
            first = False
