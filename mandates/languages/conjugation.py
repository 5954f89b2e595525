"""The forms of a verb phrase, made from its infinitive by the endings that its language's file lists.

The longest listed ending of an infinitive decides, so an irregular verb is only a long ending: "mettre" is listed as a
whole and serves "transmettre" too. A phrase is a verb and the words that belong to it ("mettre en place").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORD = re.compile(r"[^\W\d_]{1,2}['’](?=\w)|[^\W\d_](?:[\w\-]*\w)?")
_VOWELS = re.compile(r"[aeiou]+")
_ACUTE = "\u0301"
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conjugated:
    """The forms of one verb phrase, each as its words: of one who speaks, of several, of "we"; in the past, of all.

    The `participles` are those by which somebody is asked ("is requested"); a phrase of several words has none.
    """

    infinitive: Words
    one: Words
    several: Words
    we: Words
    past: tuple[Words, ...]
    participles: Words


@dataclass(frozen=True, slots=True)
class Conjugation:
    """How one language conjugates: the part `conjugation` of its file, whose head says what the keys mean."""

    persons: Words
    endings: Mapping[str, str]
    auxiliary: Words = ()
    being: Words = ()
    moving: frozenset[str] = frozenset()
    agreement: tuple[Words, ...] = ()
    reflexive: Mapping[str, str] | None = None
    clitics: frozenset[str] = frozenset()
    copulas: frozenset[str] = frozenset()
    future: Words = ()
    enclitic: str = ""

    @classmethod
    def of(cls, listed: Mapping[str, Any]) -> Conjugation:
        """The conjugation as a file lists it. Raises KeyError for a missing key."""
        return cls(
            tuple(listed["persons"].split()),
            listed["endings"],
            tuple(listed.get("auxiliary", "").split()),
            tuple(listed.get("being", "").split()),
            frozenset(listed.get("moving", "").split()),
            tuple(tuple(each.strip() for each in ends.split(",")) for ends in listed.get("agreement", [""])),
            listed.get("reflexive"),
            frozenset(listed.get("clitics", "").split()),
            frozenset(listed.get("copulas", "").split()),
            tuple(listed.get("future", "").split()),
            listed.get("enclitic", ""),
        )

    def conjugate(self, phrase: str) -> Conjugated:
        """All forms of a phrase in the infinitive. Raises KeyError for an ending that is not listed."""
        before, pronoun, verb, rest = self._parted(tuple(WORD.findall(phrase)))
        forms = self._forms(verb)
        alike = (*rest[:-1], *(f"{word}{'' if word[-1] in 'sx' else 's'}" for word in rest[-1:]))
        tails = (rest, *[alike if verb in self.copulas and len(rest) == 1 else rest] * 2)
        marks = (pronoun, pronoun, self.reflexive["we"]) if pronoun and self.reflexive else ("", "", "")
        one, several, we = (
            (*before, *mark.split(), forms[person], *tail)
            for person, mark, tail in zip(("one", "several", "we"), marks, tails, strict=True)
        )
        past = tuple((*before, *words) for words in self._past(verb, marks, tails))
        alone = not (before or pronoun or rest)
        stem = forms["participle"]
        participles = tuple(stem + end for ends in self.agreement for end in ends) if alone and stem else ()
        return Conjugated(tuple(WORD.findall(phrase)), one, several, we, past, participles)

    def acting(self, verb: str) -> Iterator[str]:
        """The forms in which an act says what one has to do, and what several have to: in the present and the future.

        Raises KeyError for an ending that is not listed.
        """
        forms = self._forms(verb)
        yield from (forms["one"], forms["several"])
        yield from (verb.removesuffix("e") + end for end in self.future)

    def joined(self, phrase: str) -> Words:
        """The form to which an impersonal pronoun is joined ("crea": "créase"); none where a language has none."""
        words: Words = tuple(WORD.findall(phrase))
        if not self.enclitic or len(words) > 1 or words[0].endswith(str((self.reflexive or {}).get("after", "\0"))):
            return ()
        one = self._forms(words[0])["one"]
        vowels = list(_VOWELS.finditer(one[:-1]))
        if not vowels:
            return ()
        stressed = vowels[-1].end() - 1
        accented = f"{one[: stressed + 1]}{_ACUTE}{one[stressed + 1 :]}{self.enclitic}"
        return (unicodedata.normalize("NFC", accented),)

    def lemma(self, phrase: str) -> str:
        """The verb of a phrase, without its pronoun where that is a word of its own."""
        words: Words = tuple(WORD.findall(phrase))
        return next((word for word in words if word not in self._pronouns and word not in self.clitics), words[0])

    @property
    def _pronouns(self) -> Words:
        return tuple(self.reflexive.get("before", "").split()) if self.reflexive else ()

    def _parted(self, words: Words) -> tuple[Words, str, str, Words]:
        """What stays before the verb, its reflexive pronoun ("" without one), the verb, and what follows it."""
        after = str(self.reflexive.get("after", "")) if self.reflexive else ""
        head, *rest = words
        if head in self.clitics:
            return (head,), "", rest[0], tuple(rest[1:])
        if head in self._pronouns:
            return (), head, rest[0], tuple(rest[1:])
        if after and head.endswith(after) and self._ending(head.removesuffix(after)):
            return (), after, head.removesuffix(after), tuple(rest)
        return (), "", head, tuple(rest)

    def _ending(self, verb: str) -> str | None:
        places = (f"^{verb}", *(verb[place:] for place in range(len(verb) + 1)))
        return next((ending for ending in places if ending in self.endings), None)

    def _forms(self, verb: str) -> Mapping[str, str]:
        ending = self._ending(verb)
        if ending is None:
            raise KeyError(f"conjugation: endings: {verb}")
        stem = "" if ending[:1] == "^" else verb.removesuffix(ending)
        forms = dict(zip(self.persons, self.endings[ending].split(), strict=True))
        return {person: "" if form == "-" else stem + form.strip("_") for person, form in forms.items()}

    def _past(self, verb: str, marks: Words, tails: tuple[Words, ...]) -> Iterator[Words]:
        """The past of one, of several and of "we", with the words that follow it."""
        forms = self._forms(verb)
        for place, (mark, tail) in enumerate(zip(marks, tails, strict=True)):
            did = forms.get(("did", "several_did", "we_did")[place])
            # A past that looks like the present ("établit") tells nothing.
            if did and did != forms["one"]:
                yield (*mark.split(), did, *tail)
            if not self.auxiliary:
                continue
            if not mark:
                yield (self.auxiliary[place], forms["participle"], *tail)
            if self.reflexive and (mark or verb in self.moving):
                pronoun = self.reflexive["past"].split()[place : place + 1] if mark else []
                for end in self.agreement[min(place, 1)]:
                    yield (*pronoun, self.being[place], forms["participle"] + end, *tail)
