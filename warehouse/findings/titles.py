"""A title as people see it: without the symbol that is beside it anyway, and without the format of a file."""

from __future__ import annotations

import re
from functools import lru_cache

# What is longer is no symbol, and an expression for it would take seconds.
LONGEST_SYMBOL = 200
# "Rights of migrants (PDF, 2 MB)".
_format = re.compile(r" ?[\[(] ?(?:PDF|DOCX?|MS\s?Word|Word|HTML|RTF)\b[^\])]{0,30}[\])]", re.IGNORECASE)
_kind = (
    r"(?:(?:(?:preliminary\s+)?draft\s+)?(?:resolution|decision|document|report)|(?:avant-)?(?:projet\s+de\s+)?résolution|"
    r"décision|(?:proyecto\s+de\s+)?resolución|decisión)"
)
_number = r"(?:\s*(?:no|n[°ºr])\.?)?"


def display_title(title: str, symbol: str | None = None, body: str | None = None) -> str:
    """The title without a symbol of its own at either end, and without "(PDF)"; as it is where nothing else is left."""
    said = _format.sub("", " ".join(title.split())).strip()
    if not symbol or len(symbol) > LONGEST_SYMBOL:
        return said or title
    forms = _forms(symbol, body)
    # All that is around a symbol takes milliseconds to compile, and most titles do not have it.
    if not re.search(forms, said, re.IGNORECASE):
        return said or title
    begin, end = _named(forms)
    trimmed = end.sub("", begin.sub("", said, count=1), count=1).strip()
    return trimmed or said or title


def _forms(symbol: str, body: str | None) -> str:
    """An expression for the symbol, spaced in any way, with and without its body."""
    short = symbol.removeprefix(f"{body}/") if body else symbol
    forms = dict.fromkeys(form for form in (symbol, short) if form)
    return "|".join(r"\s*".join(map(re.escape, re.findall(r"\w+|[^\w\s]", form))) for form in forms)


@lru_cache(maxsize=1024)
def _named(forms: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The symbol at the beginning of a title ("Resolution A/RES/80/1: …") and at its end ("… (A/RES/80/1)")."""
    # "A/RES/80/1/Corr.1" and "A/RES/80/1 and A/RES/80/2" are other names.
    name = rf"(?:{_kind}{_number}\s+)?(?:{forms})(?![\w/]|,?\s+(?:and|to|et|à|y|a)\b)"
    begin = re.compile(rf"\A\s*[\[(]?{name}[\])]?(?:\s*[:;,.–—|-]+)?\s*", re.IGNORECASE)
    end = re.compile(rf"\s*(?:[\[(]\s*{name}\s*[\])]|[:;,–—|-]\s*{name})\s*$", re.IGNORECASE)
    return begin, end
