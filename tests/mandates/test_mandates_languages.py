"""Words belong to the language files: none of another language than English in code, and a new language is one file."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import mandates

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM = Path(mandates.__file__).parent
MODULES = sorted(ROOM.rglob("*.py"))
# Small words that no sentence of French or Spanish goes without, and that are no English words or abbreviations.
_SMALL = (
    "le les des du une dans pour qui aux leur leurs avec cette celui celle ces nous ils elle avant chaque jusqu sauf "
    "los las del el una por sus este esta estos cada antes hasta nosotros que sesiones asamblea conseil assemblée"
)
FUNCTION_WORDS = frozenset(_SMALL.split())
_SIGNS = re.compile(r"\[[^\]]*\]|\\\w")
_WORD = re.compile(r"[^\W\d_]{2,}")


def _strings(path: Path) -> Iterator[ast.Constant]:
    """The string literals of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node


def foreign_words(literal: str) -> list[str]:
    """The words of a literal with an accented letter, or from the list; sets and signs of expressions are no words."""
    words = _WORD.findall(_SIGNS.sub(" ", literal))
    return [word for word in words if not word.isascii() or word.lower() in FUNCTION_WORDS]


def test_no_french_or_spanish_word_is_in_the_code() -> None:
    """Every word of French or Spanish is in a language file, so that a language can be changed without code."""
    assert len(MODULES) > 40
    found = [
        f"{path.relative_to(ROOM)}:{literal.lineno}: {words}"
        for path in MODULES
        for literal in _strings(path)
        if (words := foreign_words(literal.value))
    ]
    assert found == []


def test_the_guard_finds_words_and_no_sets_of_letters() -> None:
    """The guard would find an organ's name, an accent or an article, and takes no range of letters for a word."""
    assert foreign_words(r"(?:Council|Conseil)\b") == ["Conseil"]
    assert foreign_words(r"\bdécide\b|of the") == ["décide"]
    assert foreign_words(r"(?:the|los)\s[A-ZÀ-Ý][a-zà-ÿ]+") == ["los"]
    assert foreign_words(r"[A-ZÀ-Ý][a-zà-ÿ]+ of the [Éé]") == []
