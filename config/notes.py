"""The notes of the ledger: what exactly shows that a mandate is in its state, in the words of `notes.yaml`.

The warehouse keeps the English note, which analysts read. A note that was made so can be said in another language; one
that was not, by a person or by another version of the program, cannot.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, RootModel

from config.strict_yaml import load

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
}
_SLOT = re.compile(r"\{(\w+)\}")


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    en: str
    fr: str
    es: str


class _File(RootModel[dict[str, _Said]]):
    model_config = ConfigDict(frozen=True)


class _Form(NamedTuple):
    """How an English note is recognised, and how it is said in each language."""

    pattern: re.Pattern[str]
    said: _Said


def note(form: str, **values: object) -> str:
    """The English note of this form, as the ledger keeps it."""
    return _read()[form].en.format(**values)


def joined(join: str, *notes: str) -> str:
    """Several English notes as one, with `and` or `but` between them; empty ones are left out."""
    return _read()[join].en.join(filter(None, notes))


def note_in(said: str, language: str) -> str | None:
    """A note of the ledger in this language (en, fr, es); None where its form is not known.

    Names and quotations in it stay as they are.
    """
    if language == "en":
        return said
    if len(said) > _LONGEST or language not in _Said.model_fields:
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
                return first + str(getattr(between, language)) + second
            place = said.find(between.en, place + 1)
    return _whole(said, language)


def _whole(said: str, language: str) -> str | None:
    for form in _forms():
        if match := form.pattern.fullmatch(said):
            filled, numbers = match.groupdict(), _read()["numbers"]
            if "numbers" in filled:
                filled["numbers"] = filled["numbers"].replace(numbers.en, getattr(numbers, language))
            return str(getattr(form.said, language)).format(**filled)
    return None


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
def _read() -> dict[str, _Said]:
    return load(_FILE, _File, places=False).root
