"""The words of one language by which resolutions speak, from `languages/*.yaml`, looked up by their forms.

Errors:
    LexiconError      a language file is damaged; the sentence names the file and the key
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from mandates.languages.conjugation import WORD, Conjugation
from mandates.languages.scanning import Scanner
from mandates.languages.words import LexiconError, files, tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Force = Literal["directive", "decide", "urge", "invite", "encourage", "statement"]
FORCES: tuple[Force, ...] = get_args(Force)
_PLACE = re.compile(r"\{[a-z]")
ASKING = frozenset(FORCES) - {"decide", "statement"}


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb phrase: its head's `lemma`, the words that follow the head (`rest`), and its force."""

    lemma: str
    rest: tuple[str, ...]
    force: Force


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language. The forms map a lower-case word to the verb phrases it may begin, longest first."""

    language: str
    present: Mapping[str, tuple[Verb, ...]]
    past: Mapping[str, tuple[Verb, ...]]
    infinitive: Mapping[str, tuple[Verb, ...]]
    following: frozenset[str]
    renewing: frozenset[str]
    renewed: Mapping[str, Force]
    possessives: frozenset[str]
    joining: frozenset[str]
    """Articles and conjunctions."""
    grammar: frozenset[str]
    """Words that end a run of adjectives."""
    feeling_verbs: frozenset[str]
    feelings: frozenset[str]
    manner: frozenset[str]
    adverbs: Mapping[str, tuple[tuple[str, ...], ...]]
    adverb_ending: str | None
    adverbs_not: frozenset[str]
    wishing: frozenset[str]
    """Verbs that state, but wish where a sentence follows."""
    towards: frozenset[str]
    """What leads to those who are asked, where they are named before the request."""
    that: frozenset[str]
    that_verbs: frozenset[str]
    before_that: frozenset[tuple[str, ...]]
    """What may stand between a renewed request and its "that"."""
    listing: frozenset[str]
    """Verbs that alone open a list of decisions ("decides:")."""
    declaring: frozenset[str]
    """Verbs that alone open a list of what is declared, in nouns or sentences ("DECLARES:")."""
    participles: frozenset[str]
    participle_ending: str
    annex: frozenset[str]
    items: frozenset[str]
    patterns: Mapping[str, str]
    """Regular expressions by name, as the file gives them (organs, states, actions, deadlines)."""

    conjunctions: frozenset[str]
    passing: frozenset[str]
    """Verbs that pass a text or a plan ("adopts")."""
    authorizing: frozenset[str]
    impersonal: frozenset[str]
    happening: frozenset[str]
    """Verbs that in the past only say what happened ("considered", "held its session")."""
    noun_like: frozenset[str]
    accented: Mapping[str, str]
    """Words by what is left of them in capitals without accents: "DECIDE" is "décide"."""

    lemmas: frozenset[str]
    """The verbs that the file lists."""
    plural: Mapping[str, tuple[Verb, ...]]
    """The forms that several speak in: "We request", "demandons", "piden"."""
    participles_asked: Mapping[str, Verb]
    """By the participle: "is requested"."""
    acting: Mapping[str, str]
    """The verb by the forms in which an act says what somebody has to do, where it needs no "shall"."""
    to_infinitive: str
    """The word that leads to an infinitive ("to"); empty where a language has none."""

    def as_listed(self, written: str) -> str:
        """A word of a text as the tables have it: in small letters, with the accents that capitals often lose."""
        listed = written.lower()
        if "’" in listed:
            listed = listed.replace("’", "'")
        return self.accented.get(listed, listed) if len(written) > 1 and written.isupper() else listed


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of `language` ("en"), read once.

    Raises:
        LexiconError: there is no such file, or it lacks a key.
    """
    try:
        return _lexicon(tree(language))
    except KeyError as error:
        raise LexiconError(f"{files()[language]}: the key {error} is missing") from error


@lru_cache(maxsize=4_096)
def lemma_of(verb: str, language: str | None) -> str:
    """The infinitive of a verb as it is written ("Also requests": "request"); its last word where it is not listed.

    Finite forms first: in "in this regard requests" the infinitive "regard" is a noun.
    """
    words = lexicon(language if language in files() else "en")
    written = [words.as_listed(each) for each in WORD.findall(verb)]
    for forms in (words.present, words.past, words.infinitive):
        for each in written:
            if each in forms:
                return forms[each][0].lemma
    return written[-1] if written else ""


@lru_cache(maxsize=4_096)
def infinitive_of(verb: str, language: str) -> tuple[str, Force]:
    """The infinitive of a verb phrase as written, with its force: "Also calls upon" is "call upon", a directive.

    All words of the phrase have to follow; where none is listed so, its lemma is said to be a statement.
    """
    words = lexicon(language)
    written = [words.as_listed(each) for each in WORD.findall(verb)]
    asked_of = {form: (known,) for form, known in words.participles_asked.items()}
    for forms in (words.present, words.plural, words.past, asked_of, words.infinitive):
        for place, each in enumerate(written):
            for known in forms.get(each, ()):
                if set(known.rest) <= set(written[place + 1 :]):
                    return " ".join((known.lemma, *known.rest)), known.force
    return lemma_of(verb, language), "statement"


def _lexicon(tree: Mapping[str, Any]) -> Lexicon:
    conjugation = Conjugation.of(tree["conjugation"])
    infinitive, present, plural, past = (_Forms() for _ in range(4))
    participles_asked: dict[str, Verb] = {}
    spoken: list[tuple[str, Force, tuple[str, ...], tuple[str, ...]]] = []
    for force in FORCES:
        for phrase in _items(tree["verbs"][force]):
            said, lemma = conjugation.conjugate(phrase), conjugation.lemma(phrase)
            infinitive.add(lemma, force, said.infinitive)
            past.add(lemma, force, *said.past)
            # Where several speak in the infinitive, as in English, only what is known to be said by several is read so.
            marked = said.several != said.infinitive
            present.add(lemma, force, said.one, conjugation.joined(phrase))
            if marked:
                spoken.append((lemma, force, said.several, said.we))
            plural.add(lemma, force, *((said.one,) if marked else ()), said.several, said.we)
            for participle in said.participles:
                participles_asked.setdefault(participle, Verb(lemma, (), force))
    # After all that one says: "convient" is of "convenir" before it is of "convier".
    for lemma, force, *forms in spoken:
        present.add(lemma, force, *forms)
    adverbs: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _items(tree["adverbs"]):
        words = tuple(WORD.findall(phrase))
        adverbs.setdefault(words[0], []).append(words)
    participles = frozenset(_items(tree["participles"]))
    return Lexicon(
        language=tree["language"],
        present=present,
        past=past,
        infinitive=infinitive,
        lemmas=frozenset(verb.lemma for verbs in infinitive.values() for verb in verbs),
        plural=plural,
        participles_asked=participles_asked,
        acting={
            form: infinitive for infinitive in _items(tree.get("acting", "")) for form in conjugation.acting(infinitive)
        },
        to_infinitive=tree.get("to_infinitive", ""),
        following=frozenset(_items(tree["following"])),
        renewing=frozenset(_items(tree["renewing"])),
        renewed={noun: force for force in FORCES for noun in _items(tree["renewed"].get(force, ""))},
        possessives=frozenset(_items(tree["possessives"])),
        joining=frozenset(_items(tree["joining"])),
        grammar=frozenset(tree["common"].split())
        - frozenset(_items(tree["possessives"]))
        - frozenset(_items(tree["joining"])),
        feeling_verbs=frozenset(_items(tree["feeling_verbs"])),
        feelings=frozenset(_items(tree["feelings"])),
        manner=frozenset(_items(tree["manner"])),
        adverbs={first: tuple(sorted(phrases, key=len, reverse=True)) for first, phrases in adverbs.items()},
        adverb_ending=tree.get("adverb_ending"),
        adverbs_not=frozenset(_items(tree.get("adverbs_not", ""))),
        wishing=frozenset(_items(tree.get("wishing", ""))),
        towards=frozenset(_items(tree.get("towards", ""))),
        that=frozenset(_items(tree["that"])),
        that_verbs=frozenset(_items(tree["that_verbs"])),
        before_that=frozenset(tuple(WORD.findall(phrase)) for phrase in _items(tree.get("before_that", ""))),
        listing=frozenset(_items(tree["that_verbs"])) | frozenset(_items(tree.get("listing", ""))),
        declaring=frozenset(_items(tree.get("declaring", ""))),
        participles=participles,
        participle_ending=tree["participle_ending"],
        annex=frozenset(_items(tree["annex"])),
        items=frozenset(_items(tree["items"])),
        patterns={name: _alternatives(value) for name, value in tree["patterns"].items()},
        conjunctions=frozenset(_items(tree["conjunctions"])),
        passing=frozenset(_items(tree["passing"])),
        authorizing=frozenset(_items(tree["authorizing"])),
        impersonal=frozenset(_items(tree["impersonal"])),
        happening=frozenset(_items(tree.get("happening", ""))),
        noun_like=frozenset(_items(tree["noun_like"])),
        accented=_accented(
            present, participles, (each for phrases in adverbs.values() for one in phrases for each in one)
        ),
    )


def _accented(present: Mapping[str, tuple[Verb, ...]], *more: Iterable[str]) -> dict[str, str]:
    """Each accented word of the tables by its plain letters; of two that fall together a verb's present form counts."""
    rest = (each for verbs in present.values() for verb in verbs for each in verb.rest)
    plain: dict[str, str] = {}
    for each in (*present, *rest, *(each for words in more for each in words)):
        letters = "".join(letter for letter in unicodedata.normalize("NFD", each) if not unicodedata.combining(letter))
        if letters != each and letters not in present:
            plain.setdefault(letters, each)
    return plain


class _Forms(dict[str, tuple[Verb, ...]]):
    """Verb phrases by the first word of one of their forms, the longest first."""

    def add(self, lemma: str, force: Force, *forms: tuple[str, ...]) -> None:
        for head, *rest in filter(None, dict.fromkeys(forms)):
            verbs = (*self.get(head, ()), Verb(lemma, tuple(rest), force))
            self[head] = tuple(sorted(dict.fromkeys(verbs), key=lambda verb: -len(verb.rest)))


def _items(words: str) -> list[str]:
    return [item for part in words.split(",") if (item := " ".join(part.split()))]


def _alternatives(value: str | list[str]) -> str:
    """One expression from a list of alternatives; a blank in it stands for any white space."""
    whole = value if isinstance(value, str) else "|".join(value)
    return re.sub(r" ", r"\\s+", re.sub(r" (?=[?*])[?*]", r"\\s*", whole))


@cache
def pattern(language: str, name: str) -> Scanner:
    """The expression of that name in the language's file; one that never matches where the language has none."""
    return _scanner(lexicon(language).patterns.get(name, r"(?!)"), language)


def holds(language: str, name: str, text: str, start: int = 0, end: int = sys.maxsize) -> bool:
    """Whether the expression of that name matches between `start` and `end`; quicker than `pattern(…).search`."""
    for each in _alternatives_of(language, name):  # noqa: SIM110 - thirty times a clause, and `any` takes twice as long
        if each.search(text, start, end):
            return True
    return False


@cache
def _alternatives_of(language: str, name: str) -> tuple[Scanner, ...]:
    """The alternatives that the file lists for an expression: each needs words of its own."""
    listed = tree(language)["patterns"].get(name, [])
    return tuple(_scanner(_alternatives(each), language) for each in ([listed] if isinstance(listed, str) else listed))


def _scanner(words: str, language: str) -> Scanner:
    if _PLACE.search(words):
        from mandates.deadlines.find import fill  # noqa: PLC0415 - the words for times are made there, from this module's

        words = fill(words, language)
    return Scanner(re.compile(words))
