"""What bodies, and those who are asked, are called in full in each language: `names.yaml`.

Documents name an addressee in many ways, of which the most frequent may be short ("the High Commissioner"), so that two
would be called the same.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from config.strict_yaml import load
from config.typography import french

_FILE = Path(__file__).parent / "names.yaml"


class _Name(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    en: str
    fr: Annotated[str, AfterValidator(french)]
    es: str


class _Names(BaseModel):
    """The names by id. A language that is missing is an error when the file is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    bodies: dict[str, _Name]
    addressees: dict[str, _Name]


def body_name(body: str, language: str) -> str | None:
    """The full name of a body by its id ("UNGA-C3"), in English where the language has none; None for an unknown id."""
    return _in(_read().bodies.get(body), language)


def addressee_name(addressee_id: str, language: str) -> str | None:
    """The full name of an addressee by its id ("un:unhcr"), without an article, in the same way."""
    return _in(_read().addressees.get(addressee_id), language)


def _in(name: _Name | None, language: str) -> str | None:
    if name is None:
        return None
    return str(getattr(name, language if language in _Name.model_fields else "en"))


@cache
def _read() -> _Names:
    return load(_FILE, _Names, places=False)
