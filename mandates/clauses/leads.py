"""Lead phrases: the verb by which an organ speaks, with its adverbs ("Also requests", "Calls once again upon", "Reaffirms its request")."""  # noqa: E501 - a sentence

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from mandates.languages.conjugation import WORD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mandates.languages.lexicon import Force, Lexicon, Verb

Tense = Literal["present", "past", "infinitive", "plural"]
_next = re.compile(rf"[\s,]*({WORD.pattern})")
# A lead phrase with all its adverbs has fewer words; looking no further keeps the reading linear.
longest = 12
adjectives = 5
longest_gap = 120


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead phrase at `start`:`end` of a view. `lemma` is its head's, `force` what it does to whom it addresses."""

    start: int
    end: int
    lemma: str
    force: Force
    that: bool
    renews: bool
    tense: Tense = "present"
    subject: int | None = None
    """Where the words for the addressee begin, if they precede the verb ("The Office is requested to")."""

    shown: tuple[int, int] | None = None
    """The words that lead, where they precede a list ("Resolves that: 1. …")."""

    @property
    def begin(self) -> int:
        """Where the phrase begins, its subject included."""
        return self.start if self.subject is None else min(self.subject, self.start)


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def read_lead(text: str, start: int, lexicon: Lexicon, tense: Tense = "present") -> Lead | None:
    """The lead phrase that begins at `start` of `text` (white space before it is skipped).

    None where none begins there.
    """
    forms = forms_in(lexicon, tense)
    first = WORD.search(text, start, start + longest_gap)
    if first is None or not _may_begin(text, first, lexicon, forms):
        return None
    words = _Words(text, start, lexicon)
    place = 0
    while (taken := _adverbial(words, place, lexicon)) and words.has(place + taken):
        place += taken
        if text[words[place - 1].end : words[place].start].strip() not in {"", ","}:
            return None
    lead = _verb_phrase(text, words, place, lexicon, forms)
    return replace(lead, tense=tense) if lead and tense != "present" else lead


def _may_begin(text: str, found: re.Match[str], lexicon: Lexicon, forms: Mapping[str, tuple[Verb, ...]]) -> bool:
    """Whether a phrase may begin with this word; most words may not, and looking at one word or two is cheap."""
    first, ending = lexicon.as_listed(found[0]), lexicon.adverb_ending
    if first in forms or (ending is not None and first.endswith(ending)):
        return True
    phrases = lexicon.adverbs.get(first)
    if not phrases:
        return False
    after = _next.match(text, found.end())
    second = lexicon.as_listed(after[1]) if after else ""
    return any(len(phrase) == 1 or phrase[1] == second for phrase in phrases)


def forms_in(lexicon: Lexicon, tense: Tense) -> Mapping[str, tuple[Verb, ...]]:
    """The verb phrases of a lexicon in one tense, by their first word."""
    return {
        "present": lexicon.present,
        "past": lexicon.past,
        "infinitive": lexicon.infinitive,
        "plural": lexicon.plural,
    }[tense]


class _Words:
    """The words from a place on, to the first that is set apart by more than a comma; read as they are asked for."""

    __slots__ = ("_known", "_lexicon", "_place", "_text")

    def __init__(self, text: str, start: int, lexicon: Lexicon) -> None:
        self._text = text
        self._place = start
        self._lexicon = lexicon
        self._known: list[_Word] = []

    def has(self, place: int) -> bool:
        """Whether there are so many words, and one more."""
        known = self._known
        while len(known) <= place < longest and (found := _next.match(self._text, self._place)):
            self._place = found.end(1)
            known.append(_Word(self._lexicon.as_listed(found[1]), found.start(1), self._place))
        return place < len(known)

    def __getitem__(self, place: int) -> _Word:
        return self._known[place]

    def follow(self, place: int, phrase: Sequence[str]) -> bool:
        """Whether the words from `place` on are those of `phrase`."""
        return all(self.has(at) and self._known[at].text == word for at, word in enumerate(phrase, place))


def _adverbial(words: _Words, place: int, lexicon: Lexicon) -> int:
    """How many words at `place` are one adverbial; 0 where none is."""
    if not words.has(place):
        return 0
    first = words[place].text
    for phrase in lexicon.adverbs.get(first, ()):
        if words.follow(place, phrase):
            return len(phrase)
    ending = lexicon.adverb_ending
    if ending and len(first) > len(ending) + 2 and first.endswith(ending) and first not in lexicon.adverbs_not:
        return 1
    return 0


def _verb_phrase(
    text: str, words: _Words, place: int, lexicon: Lexicon, forms: Mapping[str, tuple[Verb, ...]]
) -> Lead | None:
    if not words.has(place):
        return None
    verbs = forms.get(words[place].text)
    if not verbs:
        return None
    head = words[place]
    after = place + 1
    found = _longest(words, after, verbs, lexicon)
    if found is None:
        return None
    verb, after = found
    force, renews, felt = verb.force, False, False
    if renewed := _renewal(words, after, verb, lexicon):
        after, force = renewed
        renews = True
    elif verb.lemma in lexicon.feeling_verbs:
        noun = _feeling(text, words, after, lexicon)
        after, felt = noun or after, noun is not None
        force = "statement" if felt else force
    after = _trailing(text, words, after, lexicon)
    if not felt and words.has(after) and words[after].text in lexicon.manner:
        after = _feeling(text, words, after + 1, lexicon) or after
        after = _trailing(text, words, after, lexicon)
    begins = _to_that(words, after, lexicon) if renews else after
    that = words.has(begins) and words[begins].text in lexicon.that and _follows(text, words, begins)
    if that and verb.lemma in lexicon.that_verbs:
        after += 1
    if that and verb.lemma in lexicon.wishing:
        force = "encourage"
    first = words[0] if place else head
    return Lead(first.start, words[after - 1].end, verb.lemma, force, that, renews)


def _longest(words: _Words, after: int, verbs: tuple[Verb, ...], lexicon: Lexicon) -> tuple[Verb, int] | None:
    """The longest of the verb phrases whose further words follow, adverbs between them or not; the place after it."""
    for verb in verbs:
        place = after
        for needed in verb.rest:
            while words.has(place) and words[place].text != needed and (taken := _adverbial(words, place, lexicon)):
                place += taken
            if not words.has(place) or words[place].text != needed:
                break
            place += 1
        else:
            return verb, place
    return None


def _renewal(words: _Words, after: int, verb: Verb, lexicon: Lexicon) -> tuple[int, Force] | None:
    """Of "reiterates its (strong) request": the place after the noun, and the force of what it renews.

    Of "reiterates to the Board its request": the place after the verb, where those who are asked are named.
    """
    if verb.lemma not in lexicon.renewing:
        return None
    if words.has(after) and words[after].text in lexicon.towards:
        for noun in range(after + 2, longest):
            if not words.has(noun):
                break
            force = lexicon.renewed.get(words[noun].text)
            if force is not None and words[noun - 1].text in lexicon.possessives:
                return after, force
    place = after + _adverbial(words, after, lexicon)
    if not words.has(place) or not (words[place].text in lexicon.possessives or words[place].text in lexicon.joining):
        return None
    for noun in range(place + 1, place + 4):
        if words.has(noun) and (force := lexicon.renewed.get(words[noun].text)) is not None:
            return noun + 1, force
    return None


def _to_that(words: _Words, after: int, lexicon: Lexicon) -> int:
    """The place after what leads to the "that" of a renewed request ("tendant à ce que")."""
    led = (after + len(phrase) for phrase in lexicon.before_that if words.follow(after, phrase))
    return max(led, default=after)


def _feeling(text: str, words: _Words, after: int, lexicon: Lexicon) -> int | None:
    """Of "its deep and growing concern", "great appreciation": the place after the noun; None where there is none."""
    for noun in range(after, after + adjectives + 1):
        if not words.has(noun) or not _follows(text, words, noun):
            return None
        if words[noun].text in lexicon.feelings:
            return noun + 1
        if words[noun].text in lexicon.grammar:
            return None
    return None


def _trailing(text: str, words: _Words, after: int, lexicon: Lexicon) -> int:
    """Adverbs after the verb that belong to it; those set off by commas do not."""
    while words.has(after) and _follows(text, words, after) and words[after].text not in lexicon.that:
        taken = _adverbial(words, after, lexicon)
        if not taken or words[after].text == "and":
            break
        after += taken
    return after


def _follows(text: str, words: _Words, place: int) -> bool:
    return not text[words[place - 1].end : words[place].start].strip()
