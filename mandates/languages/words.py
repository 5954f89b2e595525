"""The files of words, one a language, and expressions over the words of all languages at once.

What is read before a text's language is known (its head, its page furniture, the lines in which an organ begins to
speak) looks for the words of every language: `expression` puts those in place of `<<name>>`, from the part `documents`
of each file. MANDATES_LANGUAGES names a folder with further files, which add a language or take the place of one.

Errors:
    LexiconError      a language file is damaged; the sentence names the file
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mandates.languages.scanning import Scanner
from mandates.model import MandatesError

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent
# An expression that matches nothing.
NEVER = "(?!)"
_PLACE = re.compile(r"<<(\w+)>>")
_ANY_CASE = re.IGNORECASE | re.MULTILINE


class LexiconError(MandatesError):
    """A language file that cannot be used."""


@cache
def files() -> Mapping[str, Path]:
    """The language files by code ("en"), English first, then by the alphabet."""
    added = os.environ.get("MANDATES_LANGUAGES")
    found = {
        path.stem: path for folder in (FOLDER, *([Path(added)] if added else [])) for path in folder.glob("??.yaml")
    }
    return {code: found[code] for code in sorted(found, key=lambda code: (code != "en", code))}


@cache
def tree(language: str) -> Mapping[str, Any]:
    """The file of a language as it is written.

    Raises:
        LexiconError: there is no such file, or it is not YAML.
    """
    path = files().get(language, FOLDER / f"{language}.yaml")
    loaded: Mapping[str, Any] = load(path)
    return loaded


def load(path: Path) -> Any:
    """The contents of a YAML file.

    Raises:
        LexiconError: the file cannot be read, or is not YAML.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415 - 30 ms that `mandates --help` need not pay
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415 - likewise

    try:
        return YAML(typ="safe", pure=False).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LexiconError(f"{path}: cannot be read: {error.strerror}") from error
    except YAMLError as error:
        raise LexiconError(f"{path}: is not YAML: {error}") from error


def in_all(name: str) -> tuple[str, ...]:
    """What the part `documents` of each language file has under `name`; KeyError where no file has it."""
    found = [words[name] for language in files() if name in (words := tree(language)["documents"])]
    if not found:
        raise KeyError(name)
    return tuple(dict.fromkeys(found))


@cache
def expression(template: str, flags: int = _ANY_CASE) -> Scanner:
    """The compiled `template`, with the words of all languages in place of `<<name>>`; in capitals for `<<NAME>>`.

    Unless `flags` say otherwise capitals do not matter, and "^" matches at every line. Raises KeyError for a name that
    no file has.
    """
    return Scanner(re.compile(filled(template), flags))


def exactly(template: str) -> Scanner:
    """The same where capitals matter and "^" is the beginning of the text."""
    return expression(template, 0)


def filled(template: str, language: str | None = None) -> str:
    """The `template` with words in place of `<<name>>`: of all languages, or of `language` alone.

    What that language has no words for matches nothing.
    """
    if language is None:
        return _PLACE.sub(lambda place: _any_of(place[1]), template)
    own = tree(language)["documents"]
    return _PLACE.sub(lambda place: f"(?:{own.get(place[1], NEVER)})", template)


@cache
def _any_of(name: str) -> str:
    words = "|".join(in_all(name.lower()))
    if "(" not in words:
        words = "|".join(dict.fromkeys(words.split("|")))
    return f"(?:{words.upper() if name.isupper() else words})"
