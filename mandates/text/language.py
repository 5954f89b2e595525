"""Which language a text is in, told by its commonest small words; one that is not supported is said, not guessed."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from mandates.languages.words import FOLDER, files, load, tree

if TYPE_CHECKING:
    from collections.abc import Mapping

SAMPLE_CHARS = 8_000
# A text in another script may name bodies and symbols in Latin letters.
_SCRIPT_SHARE = 0.3
_MARKS_SHARE = 0.04
# The first lines tell where one language is far ahead in them; else the whole sample is counted.
_GLANCE_CHARS, _GLANCE_LEAST, _GLANCE_AHEAD = 2_000, 30, 4
_FEW_CHARS, _FEW_LEAST = 600, 3
_letter = re.compile(r"[^\W\d_]")
_far = re.compile("[\u0400-\u06ff\u3040-\u9fff\uac00-\ud7af]")
_word = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str | None:
    """The ISO 639-1 code of the language; None where the words do not tell."""
    sample = text[:SAMPLE_CHARS]
    if _far.search(sample):
        letters = len(_letter.findall(sample))
        for code, other in _others().items():
            if (
                letters
                and "script" in other
                and len(re.findall(f"[{other['script']}]", sample)) > letters * _SCRIPT_SHARE
            ):
                return code
    for size, least in ((_GLANCE_CHARS, _GLANCE_LEAST), (SAMPLE_CHARS, 2)):
        words = Counter(_word.findall(sample[:size].lower()))
        scores = {code: sum(words.get(mark, 0) for mark in marks) for code, marks in _marks().items()}
        best, second = sorted(scores, key=lambda code: -scores[code])[:2]
        ahead = _GLANCE_AHEAD * scores[second] if size < SAMPLE_CHARS else 0
        if scores[best] >= ahead and scores[best] >= max(least, words.total() * _MARKS_SHARE):
            return best
    return _of_few_words(_word.findall(sample.lower())) if len(sample) < _FEW_CHARS else None


def _of_few_words(words: list[str]) -> str | None:
    """The language of a paragraph alone: the one with most of its small words; those that others lack count thrice."""
    scores = Counter(
        {
            code: sum((word in common) + 2 * (word in _marks()[code]) for word in words)
            for code, common in _common().items()
        }
    )
    (best, most), (_, second) = scores.most_common(2)
    return best if most >= _FEW_LEAST and most > second + 1 else None


@cache
def _common() -> Mapping[str, frozenset[str]]:
    return {code: frozenset(re.split(r"[\s'’]+", tree(code)["common"])) for code in files()}


def is_supported(code: str | None) -> bool:
    """Whether there is a lexicon for the language."""
    return code in files()


def name_of(code: str) -> str:
    """The English name of a language that is recognised but has no lexicon."""
    return _others()[code]["name"]


@cache
def _others() -> Mapping[str, Mapping[str, str]]:
    """The languages that are recognised without a lexicon."""
    listed: Mapping[str, Mapping[str, str]] = load(FOLDER / "others.yaml")
    return {code: other for code, other in listed.items() if code not in files()}


@cache
def _marks() -> Mapping[str, frozenset[str]]:
    """The commonest words of each language that the others lack; those that can be analysed first."""
    known = {code: frozenset(tree(code)["marks"].split()) for code in files()}
    return known | {code: frozenset(other["marks"].split()) for code, other in _others().items() if "marks" in other}
