"""Sentences whose verb follows a subject: "The Secretariat shall publish …", "Il est institué un comité", "The Office is requested to"."""  # noqa: E501 - a sentence

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from mandates.clauses.leads import Lead, read_lead
from mandates.languages.conjugation import WORD
from mandates.languages.lexicon import ASKING, pattern
from mandates.languages.lexicon import lexicon as lexicon_of
from mandates.languages.scanning import Scanner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mandates.languages.lexicon import Force, Lexicon

_FIRST = re.compile(r"[\"“«]?[A-ZÀ-Ý][\w’'-]*")
_FULL_STOP = re.compile(r"[.;:](?=\s)(?<!\bNo\.)")
LONGEST_SENTENCE = 600
LONGEST_SUBJECT = 800
SHALL = "shall"
"""The lemma of the lead where a modal verb says that somebody has to act."""


def read_sentence_lead(text: str, start: int, lexicon: Lexicon) -> Lead | None:
    """The lead of a whole sentence; None where no sentence begins at `start`.

    A heading or a row of a table has no verb. By the first of its verbs somebody is asked ("is requested to"), or has
    to act ("shall publish", in other languages the present or the future); else the sentence only says what is.
    """
    first = _FIRST.match(text, start)
    if not first:
        return None
    stop = _FULL_STOP.search(text, start, start + LONGEST_SENTENCE)
    end = stop.start() if stop else min(len(text), start + LONGEST_SENTENCE)
    in_force = pattern(lexicon.language, "in_force").search(text, start, end)
    acts = _acts(text, first, end, lexicon)
    asked = read_passive(text, start, end, lexicon)
    if asked and (acts is None or asked.start <= acts.start):
        return asked
    if acts and (in_force is None or acts.start < in_force.start()):
        return acts
    if in_force or pattern(lexicon.language, "finite").search(text, start, end):
        return Lead(*first.span(), first[0].lower(), "statement", that=False, renews=False, subject=start)
    return None


def _acts(text: str, first: re.Match[str], end: int, lexicon: Lexicon) -> Lead | None:
    """The verb by which somebody has to act: a modal one, or one of those that acts are made of."""
    modal = pattern(lexicon.language, "modal").search(text, first.end(), end)
    article = first[0].lower()
    for word in WORD.finditer(text, first.end(), modal.end() if modal else end) if lexicon.acting else ():
        infinitive = lexicon.acting.get(word[0])
        if infinitive and article not in lexicon.grammar | lexicon.joining | lexicon.possessives:
            # "se réunira": the future may have a pronoun before it.
            begin = min(word.start(), modal.start()) if modal else word.start()
            return Lead(begin, word.end(), infinitive, "decide", that=False, renews=False, subject=first.start())
        article = word[0].lower()
    return Lead(*modal.span(), SHALL, "decide", that=False, renews=False, subject=first.start()) if modal else None


def read_passive(text: str, start: int, end: int, lexicon: Lexicon, *, told: bool = False) -> Lead | None:
    """The verb of "With a view to …, the Office is requested to", where somebody is asked.

    `told` where it is in the past ("was requested to").
    """
    found = _passive(lexicon.language, told=told).search(text, start, min(end, start + LONGEST_SUBJECT))
    if not found:
        # "Se pide a la Secretaría que": a verb that needs no auxiliary.
        itself = pattern(lexicon.language, "asks_itself").match(text, start, end)
        lead = read_lead(text, itself.end(), lexicon) if itself else None
        return replace(lead, start=start) if lead and lead.force in ASKING else None
    force, lemma = _participles(lexicon.language)[found["verb"].lower()]
    # "Il est demandé au Secrétariat": whom it is asked of follows.
    subject = None if pattern(lexicon.language, "nobody").fullmatch(text, start, found.start()) else start
    begin = start if subject is None else found.start()
    return Lead(begin, found.end(), lemma, force, that=False, renews=False, subject=subject)


@cache
def _passive(language: str, *, told: bool) -> Scanner:
    """Of "is requested", "sont également invités": the auxiliary, adverbs and a participle of a verb that asks."""
    verbs = "|".join(sorted(map(re.escape, _participles(language)), key=len, reverse=True))
    auxiliary = pattern(language, "was" if told else "is").pattern
    return Scanner(re.compile(rf"{auxiliary}\s+(?:[\w-]+\s+){{0,2}}?(?P<verb>{verbs})(?=\s)"))


@cache
def _participles(language: str) -> Mapping[str, tuple[Force, str]]:
    """The participles of the verbs that ask, by conjugation from their past."""
    words = lexicon_of(language)
    return {
        participle: (verb.force, verb.lemma)
        for participle, verb in words.participles_asked.items()
        if verb.force in ASKING and verb.lemma in words.following
    }
