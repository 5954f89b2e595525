"""Declarations: several speak as "We", and the addressee may precede the verb ("The Office is requested to").

A declaration that a text adopts is in its annex; there only the paragraphs that ask are clauses.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from mandates.clauses.forms.form import Form
from mandates.clauses.leads import Lead, read_lead
from mandates.clauses.paragraphs import Start
from mandates.languages.lexicon import ASKING, pattern
from mandates.languages.lexicon import lexicon as lexicon_of
from mandates.languages.scanning import Scanner
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.languages.lexicon import Force, Lexicon
    from mandates.text.lines import Label, Line

_STOP = re.compile(r"(?<!\bNo)[.;?](?:[”\"»]|\d{1,3}(?=\s))?\s+(?=[\"“«(]?[A-ZÀ-Ý])")
LONGEST_PARAGRAPH = 6000
LONGEST_SUBJECT = 400
FEWEST = 2


def read_declaration(text: str, lines: Sequence[Line], lexicon: Lexicon, *, annexed: bool) -> Form:
    """What is declared on `lines`; of an annexed one, what asks."""
    starts: list[Start] = []
    stops: list[int] = []
    seen = 0
    for place, line in enumerate(lines):
        if line.start < seen:
            continue
        label = read_label(text, line.start)
        if label is not None and not (label.kind == "digits" and label.closed):
            continue
        if label is None and not line.after_gap:
            continue
        end = _end(text, lines, place)
        leads = list(_leads(text, label.end if label else line.start, end, lexicon))
        found = _clauses(line, label, leads, annexed=annexed)
        starts += found
        stops.append(line.start)
        seen = end if found else seen
    return Form("declaration", tuple(starts), tuple(stops)) if starts else Form("none")


def _clauses(line: Line, label: Label | None, leads: list[Lead], *, annexed: bool) -> list[Start]:
    """The clauses of one paragraph: itself where it has a number, else each of its sentences."""
    if annexed:
        leads = [lead for lead in leads if lead.force in ASKING and lead.force != "encourage"]
    if not leads:
        return []
    if label is None and not annexed:
        return [Start(lead.begin, None, lead) for lead in leads]
    first, *more = leads
    return [Start(line.start, label.shown if label else None, first, more=tuple(more))]


def _end(text: str, lines: Sequence[Line], place: int) -> int:
    """Where the paragraph on the line at `place` ends: before a blank line, or a number that begins the next."""
    line = lines[place]
    end = line.end
    for after in lines[place + 1 :]:
        if after.start - line.start > LONGEST_PARAGRAPH:
            break
        label = read_label(text, after.start)
        if after.after_gap and not (label and label.kind == "letter"):
            break
        if label and label.kind == "digits" and label.closed:
            break
        end = after.end
    return min(end, line.start + LONGEST_PARAGRAPH)


def _leads(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[Lead]:
    """The verbs of the sentences: those of the speakers, and those by which somebody is asked."""
    sentences = [start, *(stop.end() for stop in _STOP.finditer(text, start, end)), end]
    for begin, after in pairwise(sentences):
        if lead := _we(text, begin, after, lexicon) or asked_in_passive(text, begin, after, lexicon):
            yield lead


def _we(text: str, start: int, end: int, lexicon: Lexicon) -> Lead | None:
    for speaker in pattern(lexicon.language, "we").finditer(text, start, min(end, start + LONGEST_SUBJECT)):
        if speaker.start() > start and text[: speaker.start()].rstrip()[-1:] != ",":
            continue
        lead = read_lead(text, speaker.end(), lexicon, "plural")
        if lead and lead.end <= end:
            return lead if speaker.start() > start else replace(lead, start=start)
    return None


def asked_in_passive(text: str, start: int, end: int, lexicon: Lexicon, *, told: bool = False) -> Lead | None:
    """Of "With a view to …, the Office is requested to": the verb, with the place where "the Office" begins.

    `told` where it is in the past ("was requested to").
    """
    found = passive(lexicon.language, told=told).search(text, start, min(end, start + 2 * LONGEST_SUBJECT))
    if not found:
        return None
    force, lemma = _participles(lexicon.language)[found["verb"].lower()]
    subject = start
    for comma in re.finditer(r",\s+", text[start : found.start()]):
        if pattern(lexicon.language, "subject_begins").match(text, start):
            break
        if pattern(lexicon.language, "subject_begins").match(text, start + comma.end()):
            subject = start + comma.end()
            break
    return Lead(*found.span(), lemma, force, that=False, renews=False, subject=subject)


@cache
def passive(language: str, *, told: bool = False) -> Scanner:
    """Of "is requested", "sont également invités": the auxiliary, adverbs and a participle of a verb that asks."""
    verbs = "|".join(sorted(map(re.escape, _participles(language)), key=len, reverse=True))
    auxiliary = pattern(language, "was" if told else "is").pattern
    return Scanner(re.compile(rf"{auxiliary}\s+(?:[\w-]+\s+){{0,2}}?(?P<verb>{verbs})(?=\s)"))


@cache
def _participles(language: str) -> dict[str, tuple[Force, str]]:
    """The participles of the verbs that ask, by conjugation from their past."""
    words = lexicon_of(language)
    return {
        participle: (verb.force, verb.lemma)
        for participle, verb in words.participles_asked.items()
        if verb.force in ASKING and verb.lemma in words.following
    }
