"""The verb phrases of a clause.

Its lead, and those that follow ("Takes note of …, and requests …", "(b) Calls upon …").
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mandates.clauses.leads import Lead, forms_in, read_lead
from mandates.languages.lexicon import lexicon as lexicon_of
from mandates.languages.lexicon import pattern
from mandates.languages.needed import numbered, reach

if TYPE_CHECKING:
    from mandates.clauses.leads import Tense
    from mandates.clauses.paragraphs import Paragraph
    from mandates.languages.lexicon import Lexicon

_quoted = re.compile(r"[“«„\"][^”»\"]{0,1200}[”»\"]")
# "requests for assistance", "calls made by", "their mandates, the": a noun, not the verb.
_noun_after = re.compile(
    r"\s+(?:of|from(?!\s+(?:the|its)\s[^,;.]{3,120}?(?<!\sof)\san?\s)|by|made|and|or|are|were|is|was|has|have|may|submitted|received|contained|for)\b|\s*[.;)]"
)
_own_aside = re.compile(
    r",\s+(?:in|as|on|with|within|through|pursuant|inter alia|where|when|if|to|under|at|by|for|subject|upon|once|taking|bearing)\b"  # noqa: E501 - read as a whole
)
# From the first adverb of a phrase to its verb.
LONGEST_LEAD = 200


@dataclass(frozen=True, slots=True)
class Phrase:
    """A verb phrase and its reach in the view: from the verb to the next verb phrase or the clause's end."""

    lead: Lead
    end: int
    position: int

    @property
    def start(self) -> int:
        """Where the verb phrase begins."""
        return self.lead.begin


def read_phrases(text: str, clause: Paragraph, lexicon: Lexicon) -> tuple[Phrase, ...]:
    """The verb phrases of `clause`, the lead first."""
    leads = [clause.lead]
    body_start = clause.lead.end
    tense: Tense = "past" if clause.told else clause.lead.tense
    forms = forms_in(lexicon, tense)
    first, last = reach(text, _number(lexicon.language, tense), body_start, clause.end)
    begin = max(body_start, first - LONGEST_LEAD)
    quotes = deque(found.span() for found in (_quoted.finditer(text, body_start, clause.end) if first < last else ()))
    for found in _separator(lexicon.language).finditer(text, begin, clause.end) if first < last else ():
        if found.start("word") > last:
            break
        word = found["word"].lower()
        verbs = forms.get(word)
        if verbs is None and word not in lexicon.adverbs and not word.endswith(lexicon.adverb_ending or "\0"):
            continue
        if verbs is not None and not any(verb.lemma in lexicon.following for verb in verbs):
            continue
        while quotes and quotes[0][1] <= found.start("word"):
            quotes.popleft()
        if quotes and quotes[0][0] <= found.start("word"):
            continue
        lead = read_lead(text, found.start("word"), lexicon, tense)
        if lead and tense == "plural" and lead.force == "decide":
            continue  # "to restructure and resolve debts": where verbs have no ending, those that decide mean anything
        if lead is None or lead.lemma not in lexicon.following or lead.start < leads[-1].end or lead.end > clause.end:
            continue
        if lead.lemma in lexicon.noun_like and " " not in text[lead.start : lead.end] and is_noun(text, lead.end):
            continue
        leads.append(lead)
    leads = _with_sentences(leads, clause.more)
    ends = [*(lead.begin for lead in leads[1:]), clause.end]
    return tuple(Phrase(lead, end, place) for place, (lead, end) in enumerate(zip(leads, ends, strict=True)))


def _with_sentences(leads: list[Lead], more: tuple[Lead, ...]) -> list[Lead]:
    """The verbs found after stops and conjunctions together with those that begin a sentence of their own."""
    if not more:
        return leads
    found = {lead.start: lead for lead in leads[1:]} | {lead.start: lead for lead in more}
    kept = leads[:1]
    for lead in sorted(found.values(), key=lambda each: each.start):
        if lead.begin >= kept[-1].end:
            kept.append(lead)
    return kept


def is_noun(text: str, end: int) -> bool:
    """Whether what follows a word like "requests" shows it to be the noun."""
    return bool(_noun_after.match(text, end)) or (text[end : end + 1] == "," and not _own_aside.match(text, end))


@cache
def _number(language: str, tense: Tense) -> int:
    """The number of the verbs that may lead a further phrase; without one of them a clause has no further phrase."""
    words = lexicon_of(language)
    verbs = {
        form for form, made in forms_in(words, tense).items() if any(verb.lemma in words.following for verb in made)
    }
    verbs |= {plain for plain, accented in words.accented.items() if accented in verbs}
    return numbered(frozenset(verbs | {verb.replace("'", "’") for verb in verbs}))


@cache
def _separator(language: str) -> re.Pattern[str]:
    """What may stand before a following verb: a stop, a conjunction, the letter of a sub-paragraph."""
    joining = "|".join(sorted(lexicon_of(language).conjunctions))
    return re.compile(
        rf"(?:(?:[,;:]|\b(?:{joining})|\(\w{{1,4}}\)|[)”»])\s+|[,;](?=[A-ZÀ-Ý][a-zà-ÿ]))(?:(?:{joining})\s+)?(?:\(\w{{1,4}}\)\s*)?"
        rf"(?:(?:{pattern(language, 'pronoun').pattern})(?=[^\W\d_]))?(?P<word>[^\W\d_]+['’]?)"
    )
