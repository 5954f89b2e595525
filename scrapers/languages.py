"""The language of a text by its script and its commonest words; None where neither decides."""

from __future__ import annotations

import re
from collections import Counter

_looked_at = 20_000
_enough = 12
_words = {
    "en": {"the", "of", "and", "to", "in", "that", "for", "its", "with", "on", "by", "which"},
    "fr": {"le", "la", "les", "des", "du", "et", "que", "dans", "pour", "une", "aux", "au"},
    "es": {"el", "los", "las", "del", "y", "que", "en", "por", "para", "una", "con", "su"},
}
_scripts = (
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of one of the six official languages."""
    head = text[:_looked_at]
    letters = sum(char.isalpha() for char in head)
    for language, script in _scripts:
        if letters and len(script.findall(head)) > letters / 3:
            return language
    counts: Counter[str] = Counter()
    for word in re.findall(r"[^\W\d_]+", head.casefold()):
        counts.update(language for language, words in _words.items() if word in words)
    if not counts:
        return None
    (best, times), *others = counts.most_common(2)
    # "la" and "que" are French and Spanish: the best must be clearly ahead.
    return best if times >= _enough and (not others or times > 1.3 * others[0][1]) else None
