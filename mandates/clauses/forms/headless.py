"""Texts that begin within a resolution, whose organ they do not name: a cut page, a copied part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.classify.addressees import read_addressee
from mandates.classify.phrases import is_noun
from mandates.clauses.forms.speech import without_bullet
from mandates.clauses.leads import read_lead
from mandates.languages.lexicon import ASKING, pattern
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.clauses.forms.speech import Speech
    from mandates.clauses.leads import Lead
    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

# Of a table of contents.
_LEADER = re.compile(r"\.{4}|…\s*\d")
HEAD_LINES = 400
PREAMBLE_LINES = 40
FEWEST_LED = 4
ADDRESSEE_REACH = 300
# Headings, greetings and signatures are not longer.
LONGEST_GREETING = 40


def begins_without_organ(
    text: str, lines: Sequence[Line], speech: Speech, first: int | None, *, is_report: bool, is_act: bool
) -> bool:
    """Whether `lines` have paragraphs of an organ before any line names it; `first` is where one does.

    A preamble shows it, or clauses whose numbers follow each other, or that the text is made of clauses. In a report
    and its like only the preamble at its very beginning does, or that most of its numbered paragraphs are led by usual
    verbs.
    """
    head = [line for line in lines[:HEAD_LINES] if first is None or line.start < first]
    preambular = [line for line in head[:PREAMBLE_LINES] if speech.is_preambular(line)]
    if is_report:
        from_preamble = bool(preambular) and preambular[0] is head[0] and _numbers_follow(head, speech)
        from_preamble = from_preamble or (first is None and _begins_with_clause(text, head, speech))
        return from_preamble or (first is None and _are_mostly_led(head, speech))
    if first is not None:
        # Before an organ's line only a page that begins with a whole clause is read: what comes first on others is most
        # often the end of a resolution that nobody asked for.
        return bool(head) and None not in speech.lead_at(head[0]) and _numbers_follow(head, speech)
    for line in head:
        label, lead = speech.lead_at(line)
        if lead is not None and label is not None and label.value in {1, None}:
            return True
    return (
        _is_made_of_clauses(text, head, speech)
        or _numbers_follow(head, speech)
        or (
            is_act
            and any(
                line.after_gap or text[max(0, line.start - 9) : line.start].strip()[-1:] in ";," for line in preambular
            )
        )
    )


def _is_made_of_clauses(text: str, lines: Sequence[Line], speech: Speech) -> bool:
    """Whether half of the paragraphs, with bullets or without, are what an organ recalls and does.

    One of them has to ask somebody whom the lists know, or decide: a list of duties begins with verbs as well. The
    paragraphs show whether those of this organ begin in small letters.
    """
    paragraphs = list(_paragraphs(text, lines))
    leads = [lead for line in paragraphs if (lead := _usual_lead(text, line, speech))]
    if not leads or not any(_asks_or_decides(text, lead, speech) for lead in leads):
        return False
    is_small = sum(text[lead.start].islower() for lead in leads) * 2 > len(leads)
    own = len(leads) + sum(speech.is_preambular(line) for line in paragraphs)
    short = sum(line.end - line.start <= LONGEST_GREETING and not _is_own(text, line, speech) for line in paragraphs)
    if own * 2 < len(paragraphs) - short:
        return False
    speech.begins_small = is_small
    return True


def _begins_with_clause(text: str, lines: Sequence[Line], speech: Speech) -> bool:
    """Whether a clause comes first, as in no report, which has a title, and the text is made of them."""
    return bool(lines) and bool(_usual_lead(text, lines[0], speech)) and _is_made_of_clauses(text, lines, speech)


def _paragraphs(text: str, lines: Sequence[Line]) -> Iterator[Line]:
    """The lines that begin a paragraph, without their bullets."""
    for line in lines:
        bare = without_bullet(text, line, small=True)
        if line.after_gap or bare is not line or read_label(text, line.start):
            yield bare
        elif text[max(0, line.start - 40) : line.start].rstrip()[-1:] in ";.":
            yield line


def _is_own(text: str, line: Line, speech: Speech) -> bool:
    return speech.is_preambular(line) or _usual_lead(text, line, speech) is not None


def _usual_lead(text: str, line: Line, speech: Speech) -> Lead | None:
    """The usual verb with which a paragraph begins, whether in capitals or small letters."""
    label = read_label(text, line.start)
    lead = read_lead(text, label.end if label else line.start, speech.lexicon)
    if lead is None or lead.lemma not in speech.lexicon.following or _LEADER.search(text, lead.end, line.end):
        return None
    return None if lead.lemma in speech.lexicon.noun_like and is_noun(text, lead.end) else lead


def _asks_or_decides(text: str, lead: Lead, speech: Speech) -> bool:
    if lead.force == "statement":
        return False
    if lead.force == "decide":
        decided = pattern(speech.lexicon.language, "decided_infinitive").match(text, lead.end)
        return lead.lemma in speech.lexicon.that_verbs and (lead.that or decided is not None)
    return asks_known(text, lead, speech.lexicon)


def asks_known(text: str, lead: Lead, lexicon: Lexicon) -> bool:
    """Whether the verb asks somebody whom the lists know."""
    if lead.force not in ASKING:
        return False
    asked = read_addressee(text, lead.end, lead.end + ADDRESSEE_REACH, lexicon)
    return asked is not None and asked.standing != "unknown"


def _are_mostly_led(lines: Sequence[Line], speech: Speech) -> bool:
    """Whether most numbered lines, and four at least, are clauses led by usual verbs."""
    numbered = led = 0
    for line in lines:
        label, lead = speech.lead_at(line)
        if label is not None and label.value is not None and label.closed:
            numbered += 1
            led += lead is not None and lead.lemma in speech.lexicon.following and lead.tense == "present"
    return led >= FEWEST_LED and led > numbered / 2


def _numbers_follow(lines: Sequence[Line], speech: Speech) -> bool:
    """Whether two clauses at least, each led by a usual verb, are numbered one after the other."""
    last = 0
    for line in lines:
        label, lead = speech.lead_at(line)
        if label is None or label.value is None or not label.closed:
            continue
        if lead is not None and lead.lemma in speech.lexicon.following and lead.tense == "present":
            if label.value == last + 1 and last:
                return True
            last = label.value
    return False
