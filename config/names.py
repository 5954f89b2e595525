"""What bodies, and those who are asked, are called in full in each language: `names.yaml`.

Documents name an addressee in many ways, of which the most frequent may be short ("the High Commissioner"), so that two
would be called the same.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from config.strict_yaml import load
from config.translated import Translated  # noqa: TC001 - pydantic looks it up

_FILE = Path(__file__).parent / "names.yaml"


class _Names(BaseModel):
    """The names by id. A language that is missing is an error when the file is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bodies: dict[str, Translated]
    addressees: dict[str, Translated]


def body_name(body: str, language: str) -> str | None:
    """The full name of a body by its id ("UNGA-C3"), in English where the language has none; None for an unknown id."""
    return _in(_read().bodies.get(body), language)


def addressee_name(addressee_id: str, language: str) -> str | None:
    """The full name of an addressee by its id ("un:unhcr"), without an article, in the same way."""
    return _in(_read().addressees.get(addressee_id), language)


def _in(name: Translated | None, language: str) -> str | None:
    return None if name is None else name.said_in(language)


@cache
def _read() -> _Names:
    return load(_FILE, _Names, places=False)
