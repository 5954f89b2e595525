"""Which language a text is in, told by its commonest small words; one that is not supported is said, not guessed."""

from __future__ import annotations

import re
from collections import Counter

from mandates.languages.lexicon import languages

sample_chars = 8_000
# The commonest words of each language that the others lack; the first three are those that can be analysed.
_marks: dict[str, frozenset[str]] = {
    "en": frozenset(["the", "of", "and", "to", "in", "for", "that", "with", "by", "which", "its", "their"]),
    "fr": frozenset(
        ["le", "les", "des", "et", "du", "une", "dans", "pour", "qui", "sur", "par", "aux", "leur", "est", "l", "d"]
    ),
    "es": frozenset(["los", "las", "del", "y", "el", "que", "una", "por", "sus", "con", "al", "para"]),
    "pt": frozenset(["os", "das", "dos", "uma", "não", "ao", "pela", "em", "são", "pelo", "nas", "e"]),
    "de": frozenset(["der", "die", "und", "das", "den", "von", "mit", "für", "ist", "auf", "nicht", "im", "dem"]),
    "it": frozenset(["il", "gli", "della", "che", "delle", "di", "sono", "nel", "alla", "degli", "dei", "nella"]),
    "nl": frozenset(["het", "een", "van", "voor", "met", "zijn", "niet", "aan", "dat", "worden", "wordt", "ook"]),
}
_letter = re.compile(r"[^\W\d_]")
_scripts = tuple(
    (code, re.compile(f"[{low}-{high}]"))
    for code, low, high in (
        ("ar", "\u0600", "\u06ff"),
        ("ru", "\u0400", "\u04ff"),
        ("zh", "\u4e00", "\u9fff"),
        ("ja", "\u3040", "\u30ff"),
        ("ko", "\uac00", "\ud7af"),
    )
)
_far = re.compile("[\u0400-\u06ff\u3040-\u9fff\uac00-\ud7af]")
_word = re.compile(r"[^\W\d_]+")
names = {
    "pt": "Portuguese",
    "de": "German",
    "it": "Italian",
    "nl": "Dutch",
    "ar": "Arabic",
    "ru": "Russian",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}


def detect(text: str) -> str | None:
    """The ISO 639-1 code of the language; None where the words do not tell."""
    sample = text[:sample_chars]
    if _far.search(sample):
        letters = len(_letter.findall(sample))
        for code, script in _scripts:
            if letters and len(script.findall(sample)) > letters * 0.3:
                return code
    words = Counter(_word.findall(sample.lower()))
    scores = {code: sum(words[mark] for mark in marks) for code, marks in _marks.items()}
    best = max(scores, key=lambda code: scores[code])
    total = sum(words.values())
    return best if scores[best] >= max(2, total * 0.04) else None


def is_supported(code: str | None) -> bool:
    """Whether there is a lexicon for the language."""
    return code in languages
