"""Numbers in words: "at its Fifty-Third Annual Session" is "53rd Annual Session", and one is not many."""

from __future__ import annotations

import re

from mandates.deadlines.numerals import ENGLISH_ORDINAL, TENS, number_of

# What a phone's list of mails shows of a subject.
longest = 60

_occasion = re.compile(
    r"session|sesiones|conf[eé]ren|meeting|r[eé]uni[oó]n|congr[eèé]s|as?samblea|assembl", re.IGNORECASE
)
_before = (
    "at|by|before|during|to|for|until|in|of|not later than|à|au|lors de|avant|pour|pendant|d[’']ici à|a|al|en|antes de|"
    "durante|para"
)
_article = r"(?:its|their|the|his|her|la|le|les|sa|son|ses|leurs?|el|los|las|sus?)\s+|l[’']"
_lead = re.compile(rf"^\W*(?:(?:{_before})\s+)*(?:{_article})?", re.IGNORECASE)
_ordinal = re.compile(rf"\b{ENGLISH_ORDINAL}\b", re.IGNORECASE)
_broken = re.compile(rf"\b({TENS})-\s+(?={ENGLISH_ORDINAL}\b)", re.IGNORECASE)
# In "mid- and long-term" the hyphen stands for a word that comes later, wherever the line ends.
_line_end = re.compile(r"(?<=\w)([-‐‑])[^\S\r\n]*[\r\n]\s*(?=\w)(?!(?:and|or|to|et|ou|y|o)\b)", re.IGNORECASE)
_soft_end = re.compile(r"\u00ad\s*[\r\n]\s*")


def counted(count: int, one: str, many: str | None = None) -> str:
    """Such as "1 delivery" or "1,200 deliveries"; without `many` the plural has an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def names_occasion(due: str) -> bool:
    """Whether the deadline is a session or another meeting, which readers know better than its dates."""
    return _occasion.search(rejoined(due)) is not None


def rejoined(due: str) -> str:
    """Say "eighty-", "first" of two lines as "eighty-first" of one: the line that ended there ends no more."""
    return _broken.sub(r"\1-", " ".join(_line_end.sub(r"\1", _soft_end.sub("", due)).split()))


def in_figures(due: str) -> str:
    """Ordinals in figures, without the words before the occasion, cut to what a subject line can hold."""
    said = _ordinal.sub(_figure, _lead.sub("", rejoined(due), count=1))
    return said if len(said) <= longest else said[: longest - 1].rstrip() + "…"


def _figure(match: re.Match[str]) -> str:
    number = number_of(match[0])
    if number is None:
        return match[0]
    teen = number // 10 % 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
