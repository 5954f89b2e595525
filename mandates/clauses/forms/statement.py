"""Texts in which each sentence names who speaks, as statements, communiqués and conclusions do.

"The Security Council requests …", "7.4 Summit directed the Secretariat to …", "5. Ministers tasked the Group to …".
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mandates.clauses.forms.narrated import organ
from mandates.clauses.leads import read_lead
from mandates.languages.words import exactly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.clauses.leads import Lead, Tense
    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

_number = re.compile(r"\(?(?P<number>\d{1,3}(?:\.\d{1,2})?)[.)]?(?:\s+|(?=[A-ZÀ-Ý]))")
_aside = r"(?:[A-ZÀ-Ý][^.;:,\n]{3,60},\s+|Lastly,\s+|(?:In|To|At)\s(?:this|that|the same)\s\w+\s+)?"
_name = exactly(
    rf"[\"“«]?\s?{_aside}<<the_any>>\s?(?!<<no_organ>>)"
    rf"(?:[A-ZÀ-Ý][\w’'-]*\s){{0,6}}?(?:{organ}|<<speaking>>)\s+"
)
# Those who speak without an article, or as several; what they did may be in the past tense.
_of_whom = r"(?:\s<<of>>\s?[A-ZÀ-Ý]\w+(?:\s<<and>>\s(?:<<of>>\s)?[A-ZÀ-Ý]\w+)?)?"
_gathering = exactly(
    rf"{_aside}(?:<<heads>>{_of_whom}"
    rf"|<<the_several>>\s(?:[A-ZÀ-Ý]\w+\s)?(?:<<gathered>>|<<participants>>){_of_whom}"
    r"|(?:[A-ZÀ-Ý]\w+\s)?(?:Ministers|Leaders)|Participants|Summit|[A-Z]{3,8}|(?P<pronoun><<we_it>>))\s+"
)
_WE = exactly(r"<<we_line>>")
_heads = exactly(r"\b<<gathered>>\b")
_more_name = exactly(r"(?:[A-ZÀ-Ý][\w’'-]*|<<more_name>>\b|<<elided>>)\s*")
_having = exactly(r"<<having>>\s[^.;:]{3,500}?,\s+(?=<<the_any>>\s?[A-ZÀ-Ý])")
_stop = re.compile(r"[.;]\s+(?=[A-ZÀ-Ý])")
_will = re.compile(r"will\s+(?:continue\s+to\s+)?")
_sub_item = re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\.?\s+[a-zà-ÿ]|\(?[a-z]{1,4}[.)]\s?|[-–—•·]\s")
longest_name = 12
fewest = 3
longest_step = 2


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said from `place` on. `sentence` is where its sentence begins, which the one before ends at."""

    place: int
    number: str | None
    lead: Lead
    sentence: int
    speaker: str | None = None
    """The last word of who speaks, "We" included; None for another pronoun."""


def read_statement(
    text: str, lines: Sequence[Line], lexicon: Lexicon, *, sentences: bool, told: bool = False
) -> tuple[list[Saying], list[int]]:
    """What a statement says, and where what it says stops; nothing where the text is none.

    Numbered paragraphs that follow each other are read in any text, since a reporter's paragraphs have no numbers;
    `sentences` without numbers only where the head says that an organ speaks. `told` where it is a communiqué, which
    may tell in the past what an organ did; elsewhere that is a report.
    """
    numbered = [saying for line in lines if (saying := _paragraph(text, line, lexicon, told=told))]
    if _in_turn(numbered):
        return numbered, _stops(text, lines, numbered)
    if not sentences:
        return [], []
    said = list({saying.place: saying for line in lines for saying in _sentences(text, line, lexicon)}.values())
    return (said, _stops(text, lines, said)) if len(said) > 1 else ([], [])


def read_told(text: str, start: int, lexicon: Lexicon) -> Lead | None:
    """What the sentence at `start` of a record reports: "The Governing Body accepted … and requested …"."""
    having = _having.match(text, start)
    named = _name.match(text, having.end() if having else start)
    lead = _after_name(text, named.end(), lexicon, "past") if named else None
    return lead if lead and lead.lemma not in {"be", "make"} else None


def _in_turn(sayings: Sequence[Saying]) -> bool:
    """Whether the numbers rise, by one or two mostly, from 1 on or at least three of them, and mostly one speaks."""
    numbers = [float(saying.number or 0) for saying in sayings]
    steps = sum(0 <= after - before <= longest_step for before, after in pairwise(numbers))
    speakers = Counter(saying.speaker for saying in sayings if saying.speaker)
    of_one = max(speakers.values(), default=0) * 2 > speakers.total()
    return of_one and (len(numbers) >= fewest or numbers[:1] == [1.0]) and 0 < len(numbers) <= 2 * steps


def _paragraph(text: str, line: Line, lexicon: Lexicon, *, told: bool) -> Saying | None:
    """What a numbered paragraph says."""
    label = _number.match(text, line.start)
    if not label:
        return None
    named = _gathering.match(text, label.end())
    tenses: tuple[Tense, ...] = ("past", "present", "infinitive") if named and named["pronoun"] else ("past", "present")
    if named is None:
        named = _name.match(text, label.end())
        tenses = ("past", "present") if told else ("present",)
    if named is None:
        return None
    lead = next((lead for tense in tenses if (lead := _after_name(text, named.end(), lexicon, tense))), None)
    pronoun = named.groupdict().get("pronoun")
    # "It" and "they" refer to somebody whom another paragraph has to name.
    speaker = (
        pronoun
        if pronoun and _WE.match(pronoun)
        else None
        if pronoun
        else (_heads.findall(named[0]) or named[0].split())[-1]
    )
    return Saying(line.start, label["number"], lead, line.start, speaker) if lead else None


def _sentences(text: str, line: Line, lexicon: Lexicon) -> Iterator[Saying]:
    """What the sentences say that begin on the line."""
    for start in (line.start, *(stop.end() for stop in _stop.finditer(text, line.start, line.end))):
        if (
            (named := _name.match(text, start))
            and (lead := _after_name(text, named.end(), lexicon, "present"))
            and (lead.lemma in lexicon.following or lead.lemma in {"remain", "continue", "keep"})
        ):
            yield Saying(lead.start, None, lead, start)


def _after_name(text: str, start: int, lexicon: Lexicon, tense: Tense) -> Lead | None:
    """The lead after the rest of a name: "on the Status of Women reaffirms"."""
    for _ in range(longest_name):
        if lead := _spoken(text, start, lexicon, tense):
            return lead
        more = _more_name.match(text, start)
        if more is None:
            return None
        start = more.end()
    return None


def _spoken(text: str, start: int, lexicon: Lexicon, tense: Tense) -> Lead | None:
    lead = read_lead(text, start, lexicon, tense)
    if lead is None and (will := _will.match(text, start)):
        # "The Council will remain seized of the matter."
        lead = read_lead(text, will.end(), lexicon, "infinitive")
        return replace(lead, start=start) if lead and lead.lemma in {"remain", "continue", "keep"} else None
    return lead


def _stops(text: str, lines: Sequence[Line], sayings: Sequence[Saying]) -> list[int]:
    """Paragraphs between that say nothing of the kind: headings, and what follows the last."""
    places = {saying.sentence for saying in sayings}
    return [
        line.start
        for line in lines
        if line.after_gap
        and line.start > sayings[0].sentence
        and line.start not in places
        and not _sub_item.match(text, line.start)
    ]
