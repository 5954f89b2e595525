"""The leads of numbered paragraphs in their turn that begin otherwise: "In this spirit, requests", "Objects to"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.clauses.leads import Lead, read_lead
from mandates.languages.lexicon import pattern

if TYPE_CHECKING:
    from mandates.languages.lexicon import Lexicon

_intro = re.compile(r"[A-ZÀ-Ý][\w’']*\s[^.;:]{3,300}?,\s")
_stop = re.compile(r"[.;:]|\n[ ]*\(?\d{1,3}[.)]\s")
_comma = re.compile(r",\s+")
longest_intro = 400
_word = re.compile(r"[A-ZÀ-Ý]\w+")
_any_verb = re.compile(r"[A-ZÀ-Ý][\w’'-]+(?=\s+[a-zà-ÿ])")
_plural_nouns = frozenset(
    {
        *("states", "members", "parties", "measures", "governments", "countries", "activities", "programmes"),
        *("reports", "proceeds", "persons", "migrants", "refugees", "services", "resources", "funds", "costs"),
        *("issues", "challenges", "actions", "elections", "appointments", "vacancies", "items", "matters", "questions"),
        *("projects", "others", "means", "needs", "rights"),
    }
)


def read_unusual_lead(text: str, start: int, lexicon: Lexicon, *, several: bool = False) -> Lead | None:
    """The lead at `start`, where the paragraph's number says that one must be there; None where no word is like one.

    Where `several` speak, verbs have no ending that shows them: any first word before a small one may be the verb.
    """
    if _intro.match(text, start):
        stop = _stop.search(text, start, start + longest_intro)
        for comma in _comma.finditer(text, start, stop.start() if stop else start + longest_intro):
            lead = read_lead(text, comma.end(), lexicon)
            if lead and lead.lemma in lexicon.following:
                return lead
    participle = _word.match(text, start)
    if participle and participle[0].lower() in lexicon.participles:
        return Lead(*participle.span(), participle[0].lower(), "statement", that=False, renews=False)
    word = pattern(lexicon.language, "like_verb").match(text, start) or (
        _any_verb.match(text, start) if several else None
    )
    if word and word[0].lower() not in _plural_nouns:
        return Lead(*word.span(), word[0].lower(), "statement", that=False, renews=False)
    return None
