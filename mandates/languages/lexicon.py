"""The words of one language by which resolutions speak, from `languages/*.yaml`, looked up by their forms.

Errors:
    LexiconError      a language file is damaged; the sentence names the file and the key
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from mandates.languages.words import LexiconError, files, tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Force = Literal["directive", "decide", "urge", "invite", "encourage", "statement"]
forces: tuple[Force, ...] = get_args(Force)
word = re.compile(r"[^\W\d_]{1,2}['’](?=\w)|[^\W\d_](?:[\w\-]*\w)?")


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
    common: frozenset[str]
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
    that: frozenset[str]
    that_verbs: frozenset[str]
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
    noun_like: frozenset[str]
    accented: Mapping[str, str]
    """Words by what is left of them in capitals without accents: "DECIDE" is "décide"."""

    plural: Mapping[str, tuple[Verb, ...]] = field(default_factory=dict)
    """The forms that several speak in: "We request", "demandons", "piden"."""

    def participles_of(self, past: str, verb: Verb) -> tuple[str, ...]:
        """The participles by which somebody is asked, of a verb whose past begins with the word `past`."""
        if self.language == "en":
            return () if verb.rest else (past,)
        if self.language == "fr":
            last = verb.rest[-1] if len(verb.rest) == 1 and past == "a" else None
            return tuple(last + ending for ending in ("", "e", "s", "es")) if last else ()
        return ()

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
    written = [words.as_listed(each) for each in word.findall(verb)]
    for forms in (words.present, words.past, words.infinitive):
        for each in written:
            if each in forms:
                return forms[each][0].lemma
    return written[-1] if written else ""


def _lexicon(tree: Mapping[str, Any]) -> Lexicon:
    present: dict[str, list[Verb]] = {}
    past: dict[str, list[Verb]] = {}
    infinitive: dict[str, list[Verb]] = {}
    for force in forces:
        for entry in _items(tree["verbs"][force]):
            lemma, forms = _forms(entry)
            for table, (head, *rest) in zip((infinitive, present, past), forms, strict=False):
                table.setdefault(head, []).append(Verb(lemma, tuple(rest), force))
                if table is past and "est" in {head, *rest[:1]} and rest[-1].endswith("e"):
                    # "L'Assemblée s'est félicitée", "le Conseil s'est félicité".
                    table[head].append(Verb(lemma, (*rest[:-1], rest[-1][:-1]), force))
                if table is past and head == "a":
                    table.setdefault("ont", []).append(Verb(lemma, tuple(rest), force))  # "les Ministres ont décidé"
    adverbs: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _items(tree["adverbs"]):
        words = tuple(word.findall(phrase))
        adverbs.setdefault(words[0], []).append(words)
    participles = frozenset(_items(tree["participles"]))
    return Lexicon(
        language=tree["language"],
        common=frozenset(tree["common"].split()),
        present=_longest_first(present),
        past=_longest_first(past),
        infinitive=_longest_first(infinitive),
        # English verbs have no ending where several speak; the other files list those forms among the present ones.
        plural=_longest_first(infinitive if tree["language"] == "en" else present),
        following=frozenset(_items(tree["following"])),
        renewing=frozenset(_items(tree["renewing"])),
        renewed={noun: force for force in forces for noun in _items(tree["renewed"].get(force, ""))},
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
        that=frozenset(_items(tree["that"])),
        that_verbs=frozenset(_items(tree["that_verbs"])),
        participles=participles,
        participle_ending=tree["participle_ending"],
        annex=frozenset(_items(tree["annex"])),
        items=frozenset(_items(tree["items"])),
        patterns={name: _alternatives(value) for name, value in tree["patterns"].items()},
        conjunctions=frozenset(_items(tree["conjunctions"])),
        passing=frozenset(_items(tree["passing"])),
        authorizing=frozenset(_items(tree["authorizing"])),
        impersonal=frozenset(_items(tree["impersonal"])),
        noun_like=frozenset(_items(tree["noun_like"])),
        accented=_accented(
            present, participles, (each for phrases in adverbs.values() for one in phrases for each in one)
        ),
    )


def _accented(present: Mapping[str, list[Verb]], *more: Iterable[str]) -> dict[str, str]:
    """Each accented word of the tables by its plain letters; of two that fall together a verb's present form counts."""
    rest = (each for verbs in present.values() for verb in verbs for each in verb.rest)
    plain: dict[str, str] = {}
    for each in (*present, *rest, *(each for words in more for each in words)):
        letters = "".join(letter for letter in unicodedata.normalize("NFD", each) if not unicodedata.combining(letter))
        if letters != each and letters not in present:
            plain.setdefault(letters, each)
    return plain


def _forms(entry: str) -> tuple[str, list[list[str]]]:
    """The lemma of a verb phrase, and its words in the infinitive, the present and the past."""
    if "|" in entry:
        forms = [word.findall(form) for form in entry.split("|")]
        reflexive = forms[0][0] in {"se", "s'"}
        return forms[0][int(reflexive)], forms
    head, *rest = entry.split(" ")
    heads = head.split("/") if "/" in head else _regular(head)
    return next(iter(heads)), [[form, *rest] for form in heads]


def _items(words: str) -> list[str]:
    return [item for part in words.split(",") if (item := " ".join(part.split()))]


def _longest_first(table: Mapping[str, list[Verb]]) -> dict[str, tuple[Verb, ...]]:
    return {form: tuple(sorted(verbs, key=lambda verb: -len(verb.rest))) for form, verbs in table.items()}


def _regular(base: str) -> Iterable[str]:
    """The forms of a regular English verb: infinitive, present, past, participle."""
    if base.endswith("y") and base[-2] not in "aeou":
        return base, base[:-1] + "ies", base[:-1] + "ied", base + "ing"
    present = base + ("es" if base.endswith(("s", "sh", "ch", "x", "z")) else "s")
    past, participle = (base + "d", base[:-1] + "ing") if base.endswith("e") else (base + "ed", base + "ing")
    return base, present, past, participle


def _alternatives(value: str | list[str]) -> str:
    """One expression from a list of alternatives; a blank in it stands for any white space."""
    whole = value if isinstance(value, str) else "|".join(value)
    return re.sub(r" ", r"\\s+", re.sub(r" (?=[?*])[?*]", r"\\s*", whole))


@cache
def pattern(language: str, name: str) -> re.Pattern[str]:
    """The expression of that name in the language's file; one that never matches where the language has none."""
    words = lexicon(language).patterns.get(name, r"(?!)")
    if "{when}" in words or "{count}" in words:
        from mandates.deadlines.find import fill  # noqa: PLC0415 - the words for times are made there, from this module's

        words = fill(words, language)
    return re.compile(words)
