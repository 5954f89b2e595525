"""Decisions told in a sentence.

"At its 51st plenary meeting, on …, the General Assembly, recalling …, decided to include …".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.clauses.leads import Lead, read_lead
from mandates.languages.words import exactly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.languages.lexicon import Lexicon

organ = r"(?:<<organ_word>>|[A-ZÀ-Ý][\w-]+)"
_before_verb = exactly(
    rf"(?:(?P<comma>,|;|:)|(?P<which>\bwhich\s+(?:the\s+)?(?:\w+\s+)?)?\b(?P<organ>{organ}))\s+(?=[a-zà-ÿ])"
)
_participle_after = re.compile(r"\s+(?:by|on|at|in|under|pursuant|as|from|for|of|to)\b")
_sentence = exactly(r"\.\s+(?=<<begins_sentence>>\b)")
_paragraph = exactly(r"\n[ ]*\n|\n(?=[ ]*(?:\d{1,3}\.|\([a-z]\))\s+[A-ZÀ-Ý])|\n(?=[ ]*\(?<<see>>\b)")
_which = exactly(r"\b<<which>>\s+(?:<<the>>\s+)?(?:\w+\s+){0,2}(?:\w+,\s*<<inter_alia>>[,\s]*)?$")
reach = 8000


def read_sentence(text: str, start: int, lexicon: Lexicon, *, told: bool) -> Iterator[tuple[int, Lead]]:
    """The leads of the sentences that begin at `start`: where each clause begins, and its lead phrase."""
    found = _paragraph.search(text, start, start + reach)
    end = found.start() if found else min(len(text), start + reach)
    sentences = [start, *(stop.end() for stop in _sentence.finditer(text, start, end))]
    for place, sentence in enumerate(sentences):
        after = sentences[place + 1] if place + 1 < len(sentences) else end
        lead = _first_lead(text, sentence, after, lexicon, told=told)
        if lead:
            yield lead.start, lead
        elif place:
            return


def _first_lead(text: str, start: int, end: int, lexicon: Lexicon, *, told: bool) -> Lead | None:
    for before in _before_verb.finditer(text, start, end):
        if before["which"] or _which.search(text[max(start, before.start() - 60) : before.start() + 1]):
            continue
        lead = read_lead(text, before.end(), lexicon, "past" if told else "present")
        if lead is None or (lead.force == "statement" and lead.lemma not in lexicon.following):
            continue
        # "resolution 65/66, adopted on 8 December 2010": a participle, not what the organ did.
        if (
            told
            and before["comma"]
            and lead.lemma not in lexicon.that_verbs
            and _participle_after.match(text, lead.end)
        ):
            continue
        if not told and lead.lemma not in lexicon.following:
            continue
        return lead
    return None


def is_dated(text: str, start: int, lexicon: Lexicon) -> bool:
    """Whether a verb at `start` is a participle that says when or by whom something was done ("Adopted on …")."""
    lead = read_lead(text, start, lexicon, "past")
    return bool(lead and lead.lemma in lexicon.passing and _participle_after.match(text, lead.end))
