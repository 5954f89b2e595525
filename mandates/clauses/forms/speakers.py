"""Who speaks in a sentence, and the verb by which: one grammar for every organ, tense and language.

"In this regard, the Council, recalling its statement, stresses …", "Les membres du Conseil ont condamné …",
"Ministers tasked …", "They requested …", "Pidió a la Secretaría …", "It was decided to …", "The Secretary was asked".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mandates.clauses.forms.subjects import read_passive
from mandates.clauses.leads import Lead, read_lead
from mandates.documents.organs import SEVERAL_ORGANS
from mandates.languages.conjugation import WORD
from mandates.languages.lexicon import ASKING, pattern
from mandates.languages.words import exactly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.clauses.leads import Tense
    from mandates.languages.lexicon import Lexicon

Subject = Literal["organ", "gathering", "we", "pronoun", "impersonal", "asked"]
_QUOTE = re.compile(r"[\"“«„(]\s?")
_ARTICLE = exactly(r"(?:<<the_any>>|<<the_several>>)\s?(?:(?=[A-ZÀ-Ý])(?!<<no_organ>>)|(?=<<gathered_small>>\b))")
_GATHERING = exactly(
    r"(?:[A-ZÀ-Ý]\w+\s)?(?P<noun><<gathered>>|<<participants>>|<<heads>>|<<speaking>>|<<gathered_small>>)\b\s*"
)
_ORGAN = exactly(
    r"(?!<<no_organ>>)(?:[A-ZÀ-Ý][\w’'-]*\s){0,4}?(?:(?:<<organ_word>>|<<speaker>>)(?=\s)|[A-Z]{3,8}(?=\s[a-zà-ÿ]))"
)
_PRONOUN = exactly(r"(?P<we><<we_line>>\s)|(?:<<we_it>>)\s")
_SEVERAL = exactly(rf"{SEVERAL_ORGANS}|(?:[A-ZÀ-Ý][\w-]*\s){{0,2}}?(?:<<several_names>>)\b")
_NAME_WORD = re.compile(r"[A-ZÀ-Ý][\w’'-]*\s*")
_MORE_NAME = exactly(r"(?:<<more_name>>\b|<<elided>>)\s*")
# "The Council, the Board and the Assembly"
_LISTED = exactly(r",\s+(?:<<the_any>>)\s?(?=[A-ZÀ-Ý])")
_AND = exactly(r"\b<<and_only>>\b")
_COMMA = re.compile(r",\s+")
_WORD_COMMA = re.compile(r"\w+,\s+")
_BRACKET = re.compile(r"\([^()\n]{1,60}\)\s*")
LONGEST_NAME = 16
LONGEST_OPENER = 500
LONGEST_ASIDE = 500
MOST_COMMAS = 8


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a sentence says: its verb, and who speaks: the words of the name, in small letters; none for a pronoun."""

    lead: Lead
    subject: Subject
    name: frozenset[str] = frozenset()


def read_spoken(text: str, start: int, end: int, lexicon: Lexicon) -> Spoken | None:
    """Who speaks in the sentence `start`:`end`, and by which verb; None where its subject does not speak."""
    opening = _QUOTE.match(text, start, end)
    start = opening.end() if opening else start
    for place in _subjects(text, start, end, lexicon):
        if found := _at_subject(text, place, end, lexicon):
            return found
    lead = read_passive(text, start, end, lexicon, told=True)
    is_whose = lead and pattern(lexicon.language, "by_whom").match(text, lead.end, end)
    return Spoken(replace(lead, tense="past"), "asked") if lead and not is_whose else None


def _subjects(text: str, start: int, end: int, lexicon: Lexicon) -> Iterator[int]:
    """Where the subject of the sentence may begin: at its beginning, or after what opens it."""
    yield start
    if short := pattern(lexicon.language, "opens_short").match(text, start, end):
        yield short.end()
    if not pattern(lexicon.language, "opens_long").match(text, start, end):
        return
    reach = min(end, start + LONGEST_OPENER)
    for place, comma in enumerate(_COMMA.finditer(text, start, reach)):
        if place == MOST_COMMAS:
            return
        yield comma.end()


def _at_subject(text: str, place: int, end: int, lexicon: Lexicon) -> Spoken | None:
    """What is said from `place` on, if who speaks is named there."""
    if nameless := _without_name(text, place, end, lexicon):
        return nameless
    members = pattern(lexicon.language, "members_of").match(text, place, end)
    article = _ARTICLE.match(text, members.end() if members else place, end)
    begin = article.end() if article else members.end() if members else place
    if gathering := _GATHERING.match(text, begin, end):
        noun = frozenset([gathering["noun"].lower()])
        found = _after_name(text, gathering.end(), end, lexicon, several=True)
        return Spoken(found[0], "gathering", noun) if found else None
    if article or members or _ORGAN.match(text, begin, end):
        several = members is not None or _SEVERAL.match(text, begin, end) is not None
        named = _NAME_WORD.match(text, begin, end)
        if named and (found := _after_name(text, named.end(), end, lexicon, several=several)):
            lead, name_end = found
            name = frozenset(word.lower() for word in re.findall(r"[A-ZÀ-Ý][\w’'-]*", text[begin:name_end]))
            return Spoken(lead, "organ", name)
    return None


def _without_name(text: str, place: int, end: int, lexicon: Lexicon) -> Spoken | None:
    """What is said by a pronoun, by nobody, or by a verb alone where the language leaves the pronoun out."""
    if (lead := _impersonal(text, place, end, lexicon)) is not None:
        return Spoken(lead, "impersonal")
    if pronoun := _PRONOUN.match(text, place, end):
        subject: Subject = "we" if pronoun["we"] else "pronoun"
        lead = verb_at(text, pronoun.end(), end, lexicon, ("past", "present", "plural"))
        return Spoken(lead, subject, frozenset(["we"] if pronoun["we"] else [])) if lead else None
    if pattern(lexicon.language, "drops_pronoun").match(text, place, end):
        lead = verb_at(text, place, end, lexicon, ("past", "present"))
        return Spoken(lead, "pronoun") if lead else None
    return None


def _after_name(text: str, place: int, end: int, lexicon: Lexicon, *, several: bool) -> tuple[Lead, int] | None:
    """The verb after the rest of a name and what is put in after it, and where the name ends."""
    begin = place
    for _ in range(LONGEST_NAME):
        several = several or _AND.search(text, begin, place) is not None
        tenses: tuple[Tense, ...] = ("past", "plural", "present") if several else ("past", "present")
        lead = verb_at(text, place, end, lexicon, tenses) or _after_aside(text, place, end, lexicon, tenses)
        # "The Council and the Commission welcome": a capital goes on with the name, though "commission" is a verb too.
        if lead and (text[lead.start].islower() or text[lead.start : lead.end].isupper()):
            return lead, place
        more = _NAME_WORD.match(text, place, end) or _MORE_NAME.match(text, place, end) or _BRACKET.match(text, place)
        more = more or pattern(lexicon.language, "name_tail").match(text, place, end)
        more = more or _LISTED.match(text, place - 1, end) or _LISTED.match(text, place, end)
        if more is None:
            return None
        several = several or more.groupdict().get("several") is not None
        place = more.end()
    return None


def _after_aside(text: str, place: int, end: int, lexicon: Lexicon, tenses: tuple[Tense, ...]) -> Lead | None:
    """The verb after what is put in between: ", recalling …,", "at its third session", "further, as a priority,"."""
    if met := pattern(lexicon.language, "at_its_session").match(text, place, end):
        return verb_at(text, met.end(), end, lexicon, tenses)
    reach = min(end, place + LONGEST_ASIDE)
    last = text[max(0, place - 1) : place]
    first = _COMMA.match(text, place - len(last) if last == " " else place, reach)
    if first is None:
        first = _WORD_COMMA.match(text, place, reach)
        word = first[0].partition(",")[0] if first else ""
        if first is None or not (word in lexicon.adverbs or word.endswith(lexicon.adverb_ending or "\0")):
            return None
    for number, comma in enumerate(_COMMA.finditer(text, first.end(), reach)):
        if number == MOST_COMMAS:
            return None
        if lead := verb_at(text, comma.end(), end, lexicon, tenses):
            return lead
    return None


def verb_at(text: str, place: int, end: int, lexicon: Lexicon, tenses: tuple[Tense, ...]) -> Lead | None:
    """The verb at `place` in one of the tenses, or in the future where it says that a matter stays in hand."""
    for tense in tenses:
        lead = read_lead(text, place, lexicon, tense)
        if lead and lead.end <= end:
            return lead
    if stays := pattern(lexicon.language, "stays").match(text, place, end):
        return Lead(*stays.span(), stays["verb"].lower(), "statement", that=False, renews=False)
    if done := pattern(lexicon.language, "perfect").match(text, place, end):
        lead = _with_participle(text, place, done.end(), end, lexicon)
        # "has asked" is what the organ does by this text; "has noted", "has adopted" what it did before.
        return replace(lead, tense="present") if lead and lead.force in ASKING else lead
    if helped := pattern(lexicon.language, "helped").match(text, place, end):
        lead = read_lead(text, helped.end(), lexicon, "infinitive")
        return replace(lead, start=place, force="statement", tense="past") if lead else None
    return None


def _impersonal(text: str, place: int, end: int, lexicon: Lexicon) -> Lead | None:
    """Of "It was decided to", "Il a été convenu de": the phrase, which names nobody."""
    if began := pattern(lexicon.language, "impersonal_active").match(text, place, end):
        lead = read_lead(text, began.end(), lexicon, "past")
        return replace(lead, start=place) if lead and lead.lemma in lexicon.following else None
    began = pattern(lexicon.language, "impersonal").match(text, place, end)
    if began is None:
        return None
    lead = _with_participle(text, place, began.end(), end, lexicon)
    return lead if lead and lead.lemma in lexicon.following else None


def _with_participle(text: str, start: int, place: int, end: int, lexicon: Lexicon) -> Lead | None:
    """Of "has requested", "was decided": the lead from the auxiliary at `start` to the participle at `place`."""
    word = WORD.match(text, place, end)
    verb = lexicon.participles_asked.get(word[0].lower()) if word else None
    if word is None or verb is None:
        return None
    return Lead(start, word.end(), verb.lemma, verb.force, that=False, renews=False, tense="past")


def begins_named(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a sentence begins at `start` with the article and name of who speaks in it, as none goes on."""
    article = _ARTICLE.match(text, start, end)
    return article is not None and text[start].isupper() and read_spoken(text, start, end, lexicon) is not None


def begins_with_pronoun(text: str, place: int) -> bool:
    """Whether a sentence begins with a pronoun, so that it goes on about whom the one before it names."""
    return _PRONOUN.match(text, place) is not None


def read_told(text: str, start: int, end: int, lexicon: Lexicon) -> Lead | None:
    """What the sentence at `start` says that an organ did: "The Governing Body accepted … and requested …"."""
    spoken = read_spoken(text, start, end, lexicon)
    is_told = spoken and spoken.subject == "organ" and spoken.lead.tense == "past"
    return spoken.lead if spoken and is_told and spoken.lead.lemma not in lexicon.happening else None
