"""Which of several files of one document is read: by language, then by format, as the source's `choose` says.

A Word file keeps the paragraphs and numbers that a PDF has lost; so it is the default before PDF where a source asks
for a choice. Language and format are taken from what the page says of a link, and from its address.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.source_fields import Choose

_FORMATS = {
    "docx": ("docx", "word", "wordprocessingml"),
    "doc": ("doc", "msword"),
    "pdf": ("pdf",),
    "html": ("html", "htm", "xhtml"),
}
_LANGUAGES = {
    "en": ("english", "anglais", "inglés", "eng"),
    "fr": ("français", "francais", "french", "francés", "fre", "fra"),
    "es": ("español", "espanol", "spanish", "espagnol", "spa", "esp"),
    "ar": ("العربية", "arabic", "arabe", "árabe", "ara"),
    "zh": ("中文", "chinese", "chinois", "chino", "chi", "zho"),
    "ru": ("русский", "russian", "russe", "ruso", "rus"),
    "pt": ("português", "portugues", "portuguese", "portugais", "por"),
    "de": ("deutsch", "german", "allemand", "ger", "deu"),
}
_LONGEST_LABEL = 300
_PARTS = re.compile(r"[^\W_]+")
# Codes of two letters count in an address, as the whole of a label, or between brackets, never within a sentence.
_CODE = re.compile(r"^\W*([a-z]{2})\W*$|[(\[]([a-z]{2})[)\]]", re.IGNORECASE)


def ranked(
    files: Sequence[str], labels: Mapping[str, str], choose: Choose | None, language: str | None
) -> tuple[str, ...]:
    """The files, the best first; without a choice in the publisher's order. `language` is that of the source."""
    if choose is None or len(files) < 2:  # noqa: PLR2004 - one is no choice
        return tuple(files)
    languages = choose.languages or ((language,) if language else ())

    def place(url: str) -> tuple[int, int]:
        spoken, form = language_of(url, labels.get(url, "")), format_of(url, labels.get(url, ""))
        return _rank(spoken, languages), _rank(form, choose.formats)

    return tuple(sorted(files, key=place))


def _rank(value: str | None, wanted: Sequence[str]) -> int:
    """A place among what is wanted; then what is not known, and last what is known to be something else."""
    if value is None or not wanted:
        return len(wanted)
    return wanted.index(value) if value in wanted else len(wanted) + 1


def called(url: str, label: str) -> str:
    """A file in words: "pdf, fr"; "" where neither its format nor its language shows."""
    return ", ".join(each for each in (format_of(url, label), language_of(url, label)) if each)


@lru_cache(maxsize=1024)
def format_of(url: str, label: str) -> str | None:
    """The format that an address ends in or asks for, or that a label names."""
    parts = urlsplit(url)
    ending = parts.path.rpartition("/")[2].rpartition(".")[2].lower()
    asked = [value.lower() for _, value in parse_qsl(parts.query[:2000])]
    said = [each.lower() for each in _PARTS.findall(label[:_LONGEST_LABEL])]
    for words in ([ending], asked, [value.rpartition(".")[2] for value in asked], said):
        for name, known in _FORMATS.items():
            if any(word in known for word in words):
                return name
    return None


@lru_cache(maxsize=1024)
def language_of(url: str, label: str) -> str | None:
    """The language that a label names, or a part of the address; None where none shows, or several do."""
    said = {each.lower() for each in _PARTS.findall(label[:_LONGEST_LABEL])}
    found = {code for code, names in _LANGUAGES.items() if said & set(names)}
    if bare := _CODE.search(label[:_LONGEST_LABEL]):
        found |= {each.lower() for each in bare.groups() if each and each.lower() in _LANGUAGES}
    if not found:
        parts = urlsplit(url)
        asked = {value.lower() for _, value in parse_qsl(parts.query[:2000])}
        found = {code for code, names in _LANGUAGES.items() if asked & {code, *names}}
        found = found or ({code} if (code := _in_path(unquote(parts.path[-300:]).lower())) else set())
    return found.pop() if len(found) == 1 else None


def _in_path(path: str) -> str | None:
    """The code at the end of a file's name, else the last folder that is one: /fr/decision-en.pdf is in English.

    Within a name, "de", "en" and "es" are words.
    """
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0] or name
    ends = _PARTS.findall(stem)[-1:]
    return next((code for word in (*ends, *reversed(folders)) if (code := _code_of(word))), None)


def _code_of(word: str) -> str | None:
    return next((code for code, names in _LANGUAGES.items() if word == code or word in names), None)
