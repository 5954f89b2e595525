"""Verbs that a scanner or a font garbled, read as they were printed where paragraphs begin: "Requcsts", "lnvites".

A word is mended where it is at the place of a verb, the lexicon does not have it, and one verb alone could have been
garbled so: by letters that look alike, or by signs without a meaning. The text as given is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache
from itertools import accumulate, chain
from typing import TYPE_CHECKING

from mandates.languages.lexicon import lexicon as lexicon_of
from mandates.languages.needed import scanned
from mandates.text.view import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mandates.languages.lexicon import Lexicon
    from mandates.text.view import View

SHORTEST = 5
# What has no meaning in a word; it may stand for a ligature of three letters.
_UNKNOWN = r"[\ufffd\ue000-\uf8ff]"
_WORD = rf"(?:[^\W_]|{_UNKNOWN}|[|!$](?=\w))(?:[\w’'|!$]|{_UNKNOWN}|\?(?=\w)){{3,23}}"
# A paragraph begins after a blank line, a closed one, or its number; an adverb may precede the verb.
_FIRST = re.compile(rf"[ ]*(?:\(?\d{{1,3}}[ ]?[.)][ ]*)?(?P<word>{_WORD})(?:[ ]+(?P<next>{_WORD}))?(?=[\s,])")
# It begins with a line feed, so that the engine jumps from one to the next.
_BEGINS = re.compile(rf"\n(?:(?<=\n\n)|(?<=[.;:,]\n)|(?=[ ]*\(?\d)){_FIRST.pattern}")
# Letters that look alike in print, by the one that stands for all of them.
_CLASSES = str.maketrans("1lj|!tf0c58$uhq9y", "iiiiiiioesssnbggv")
# Two letters for one, after the others: "cl" is "ei" then.
_PAIRS = {"rn": "m", "vv": "w", "ei": "d"}
_PAIR = re.compile("|".join(_PAIRS))
_CAPITALS = str.maketrans({"B": "r", "P": "r", "K": "r", "F": "e", "0": "d", "O": "d", "Q": "d", "C": "e", "G": "e"})


def mended(view: View, lexicon: Lexicon) -> tuple[View, tuple[int, ...]]:
    """The view with the verbs as they were printed, and where those are in it that were garbled, in order."""
    changes = list(_changes(view.text, lexicon))
    if not changes:
        return view, ()
    grown = accumulate((len(words) - (end - start) for (start, end), words in changes), initial=0)
    places = tuple(start + more for ((start, _), _), more in zip(changes, grown, strict=False))
    made = replaced(view.text, changes).of(view)
    return replace(made, text=scanned(made.text)), places


def _changes(text: str, lexicon: Lexicon) -> Iterator[tuple[tuple[int, int], str]]:
    """The spans of garbled verbs, and the words that were printed."""
    for found in filter(None, chain([_FIRST.match(text)], _BEGINS.finditer(text))):
        name = "next" if found["next"] and _is_adverb(lexicon.as_listed(found["word"]), lexicon) else "word"
        word = found[name]
        if (
            len(word) < SHORTEST
            or (name == "word" and word[0].islower() and word[0] != "l")
            or _is_known(word, lexicon)
        ):
            continue
        if printed := _printed(word, lexicon.language):
            if len(word) > 1 and word.upper() == word:
                printed = printed.upper()
            yield found.span(name), printed if name == "next" else printed[0].upper() + printed[1:]


def _is_adverb(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.adverbs or (lexicon.adverb_ending is not None and word.endswith(lexicon.adverb_ending))


def _is_known(word: str, lexicon: Lexicon) -> bool:
    listed = lexicon.as_listed(word)
    return listed in _known(lexicon.language) or _is_adverb(listed, lexicon)


@cache
def _known(language: str) -> frozenset[str]:
    words = lexicon_of(language)
    return words.participles.union(words.present, words.plural, words.infinitive, words.past)


def _printed(word: str, language: str) -> str | None:
    """The one verb or participle that `word` may be a garbled form of."""
    if re.search(rf"{_UNKNOWN}|\?", word):
        parts = (re.escape(each) for each in re.split(rf"{_UNKNOWN}|\?", word.lower()))
        like = re.compile(r"[^\W\d_]{1,3}".join(parts))
        found = {form for form in _forms(language).values() if form and like.fullmatch(form)}
        return found.pop() if len(found) == 1 else None
    printed = _forms(language).get(_likeness(word))
    # Accents are lost, but none is made: "Relevé" is no "Relève".
    is_accent = printed is not None and not word.isascii() and _bare(word) == _bare(printed)
    return None if is_accent else printed


@cache
def _forms(language: str) -> Mapping[str, str]:
    """The usual verbs and participles by their likeness; what two of them share is left out."""
    words = lexicon_of(language)
    verbs = {
        form
        for form, made in words.present.items()
        if any(verb.lemma in words.following or verb.force != "statement" for verb in made)
    }
    found: dict[str, str] = {}
    for form in sorted(each for each in verbs | words.participles if len(each) >= SHORTEST and each.isalpha()):
        likeness = _likeness(form.capitalize())
        found[likeness] = "" if likeness in found else form
    return {likeness: form for likeness, form in found.items() if form}


def _likeness(word: str) -> str:
    """The same for words whose letters look alike."""
    bare = _bare(word[:1].translate(_CAPITALS) + word[1:])
    return _PAIR.sub(lambda pair: _PAIRS[pair[0]], bare.translate(_CLASSES))


def _bare(word: str) -> str:
    """The word in small letters without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(letter))
