"""Expressions over the words by which documents name themselves, in all languages at once.

The words are in `languages/documents.yaml`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mandates.languages.lexicon import folder

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile(r"<<(\w+)>>")


@cache
def _words() -> Mapping[str, str]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - 30 ms that `mandates --help` need not pay

    tree = YAML(typ="safe", pure=False).load((folder / "documents.yaml").read_text(encoding="utf-8"))
    return {name: f"(?:{'|'.join(dict.fromkeys(by_language.values()))})" for name, by_language in tree.items()}


@cache
def expression(template: str) -> re.Pattern[str]:
    """The compiled `template`, with the words of all languages in place of `<<name>>`.

    Capitals do not matter, and "^" stands at every line. Raises KeyError for a name that the file does not have.
    """
    return re.compile(_PLACE.sub(lambda place: _words()[place[1]], template), re.IGNORECASE | re.MULTILINE)
