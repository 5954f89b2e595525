"""The words of the matrix and the brief in the reader's language: `words/*.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import BaseModel, ConfigDict

from alerts.frame import Number, frame
from config.labels import labels
from config.strict_yaml import load

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["en", "fr", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_FOLDER = Path(__file__).parent / "words"


class Words(BaseModel):
    """All words of one language. A missing or an unknown one is an error when the file is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    language: Language
    headings: dict[str, str]
    matrix: str
    brief: str
    everything: str
    session: str
    selected: dict[str, str]
    # What joins several values: "open or overdue".
    or_: str
    mandates: Number
    documents: Number
    contents: str
    how_to: str
    page: str
    date_format: str
    place: str
    nobody: str
    no_day: str
    since: str
    by: str
    because: str
    of: str
    decided: str
    first: str
    overdue: str
    undated: str
    agenda: str
    unknown: str
    line: str
    item: str
    more: Number
    nothing: str
    sources: str

    @property
    def rules(self) -> Mapping[str, str]:
        """Why a mandate is in its state, by the rule of the ledger that says so."""
        return labels("rule", self.language)

    @property
    def states(self) -> Mapping[str, str]:
        """What each state of a mandate is called."""
        return labels("state", self.language)


@cache
def words_of(language: str) -> Words:
    """The words of a language (en, fr, es)."""
    return load(_FOLDER / f"{language}.yaml", Words)


@cache
def headings() -> dict[str, str]:
    """The columns of a sheet by their headings in any language, in small letters; their own names are headings, too."""
    found = {}
    for language in LANGUAGES:
        for column, heading in words_of(language).headings.items():
            found[heading.casefold()] = column
            found[column] = column
    return found


@cache
def months() -> dict[str, int]:
    """The number of each month by its name in any language, in small letters."""
    return {name.casefold(): number for each in LANGUAGES for number, name in enumerate(frame(each).months, 1)}
