"""The notes of the warehouse: what shows that a mandate is in its state, why documents are linked or were taken.

Their words are in `notes.yaml`. The warehouse keeps the English note, which analysts read. A note that was made so can
be said in another language; one that was not, by a person or by another version of the program, cannot.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple, NewType

from pydantic import ConfigDict, RootModel

from config.strict_yaml import load
from config.translated import Translated
from config.typography import french

# An English text that `note_in` can say in another language, as only the functions here make it.
Note = NewType("Note", str)

_FILE = Path(__file__).parent / "notes.yaml"
_JOINS = ("and", "but")
# Beyond that it is none of ours, or quotes so much that its parts cannot be found again.
_LONGEST, _MOST_PARTS = 2_000, 7
# What may be filled in; anything where nothing is said here.
_FILLED = {
    "number": r"[^\s;,]{1,40}",
    "numbers": r"[^;]{1,400}?",
    "day": r"\d{4}-\d\d-\d\d",
    "last": r"\d{4}-\d\d-\d\d",
    "earlier": r"\d{1,6}",
    "later": r"\d{1,6}",
    "share": r"\d{1,3}",
    "ratio": r"\d\.\d\d",
    "suffix": r"[\w.]{1,40}",
    "topic": r"[\w-]{1,100}",
    "word": r"'[^']+'|\"[^\"]+\"",
    "quoted": r"'[^']+'|\"[^\"]+\"",
}
# What is filled in may be a note itself; where it is none, the whole is none of ours.
_NESTED = {"basis", "order", "likeness", "apart"}
# Several reasons for one topic; their quotations hold commas, too.
_BETWEEN_REASONS = re.compile(r", (?=(?:the|its|a) [a-z]+ ha(?:s|ve) ['\"])")
_QUOTED = {"fr": french("« {} »"), "es": "«{}»"}
_SLOT = re.compile(r"\{(\w+)\}")


class _File(RootModel[dict[str, Translated]]):
    model_config = ConfigDict(frozen=True)


class _Form(NamedTuple):
    """How an English note is recognised, and how it is said in each language."""

    pattern: re.Pattern[str]
    said: Translated


def note(form: str, **values: object) -> Note:
    """The English note of this form, as the warehouse keeps it."""
    return Note(_read()[form].en.format(**values))


def joined(join: str, *notes: str) -> Note:
    """Several English notes as one, with `and` or `but` between them; empty ones are left out."""
    return Note(_read()[join].en.join(filter(None, notes)))


def note_in(said: str, language: str) -> str | None:
    """A note of the warehouse in this language (en, fr, es); None where its form is not known.

    Names and quotations in it stay as they are.
    """
    if language == "en":
        return said
    if len(said) > _LONGEST or language not in Translated.model_fields:
        return None
    return _translated(said, language)


def _translated(said: str, language: str) -> str | None:
    betweens = [_read()[join] for join in _JOINS]
    if sum(said.count(between.en) for between in betweens) >= _MOST_PARTS:
        return _whole(said, language)
    for between in betweens:
        place = said.find(between.en)
        while place >= 0:
            first = _whole(said[:place], language)
            second = _translated(said[place + len(between.en) :], language) if first else None
            if first and second:
                return first + between.said_in(language) + second
            place = said.find(between.en, place + 1)
    return _whole(said, language)


def _whole(said: str, language: str) -> str | None:
    for form in _forms():
        if match := form.pattern.fullmatch(said):
            filled = {name: _filled(name, value, language) for name, value in match.groupdict().items()}
            if None not in filled.values():
                return form.said.said_in(language).format(**filled)
    return None


def _filled(name: str, value: str, language: str) -> str | None:
    """What was filled in, as it is said in the language; None where it should be a note and is none."""
    if name in _NESTED:
        return _whole(value, language)
    if name == "reasons":
        reasons = [_whole(each, language) for each in _BETWEEN_REASONS.split(value)]
        return None if None in reasons else ", ".join(filter(None, reasons))
    if name == "numbers":
        between = _read()["numbers"]
        return value.replace(between.en, between.said_in(language))
    if name in {"word", "quoted"}:
        return _QUOTED[language].format(value[1:-1])
    if name == "ratio":
        return value.replace(".", ",")
    unnamed = _read()["no_symbol"]
    return unnamed.said_in(language) if name in {"one", "other"} and value == unnamed.en else value


@cache
def _forms() -> tuple[_Form, ...]:
    """Those with the most words of their own come first: "…, paragraph 3" says more than "…" with anything in it."""
    forms = [_Form(_pattern(said.en), said) for name, said in _read().items() if name not in {*_JOINS, "numbers"}]
    return tuple(sorted(forms, key=lambda form: -len(_SLOT.sub("", form.said.en))))


def _pattern(template: str) -> re.Pattern[str]:
    parts = _SLOT.split(template)
    # Every other part is the name of what is filled in.
    return re.compile(
        "".join(
            f"(?P<{part}>{_FILLED.get(part, '.+')})" if place % 2 else re.escape(part)
            for place, part in enumerate(parts)
        ),
        re.DOTALL,
    )


@cache
def _read() -> dict[str, Translated]:
    return load(_FILE, _File, places=False).root
