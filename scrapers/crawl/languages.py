"""The language of a text by its script and its commonest words; None where neither decides."""

from __future__ import annotations

import re
from collections import Counter

_looked_at = 4_000
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
    if not head.isascii() and (found := _by_script(head)):
        return found
    words = Counter(re.findall(r"[^\W\d_]+", head.casefold()))
    counts = {language: sum(words[word] for word in common) for language, common in _words.items()}
    (times, best), (second, _), *_ = sorted(((times, language) for language, times in counts.items()), reverse=True)
    # "la" and "que" are French and Spanish: the best must be clearly ahead.
    return best if times >= _enough and times > 1.3 * second else None


def _by_script(head: str) -> str | None:
    letters = sum(map(str.isalpha, head))
    return next((language for language, script in _scripts if len(script.findall(head)) > letters / 3), None)
