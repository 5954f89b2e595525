"""Numbers in words: "at its Fifty-Third Annual Session" is "53rd Annual Session", and one is not many."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

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
_token = re.compile(r"\w+")
_ordinal_day = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|er|[ºo°])(?!\w)")
_leading = re.compile(
    "by|no|not|later|than|the|of|on|before|at|latest|au|plus|tard|le|avant|d|ici|à|du|de|a|m[aá]s|tardar|el|antes|del"
)
_lead = re.compile(rf"^\W*(?:(?:{_before})\s+)*(?:{_article})?", re.IGNORECASE)
_soft_end = re.compile(r"\u00ad\s*[\r\n]\s*")


def counted(count: int, one: str, many: str | None = None) -> str:
    """Such as "1 delivery" or "1,200 deliveries"; without `many` the plural has an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def names_occasion(due: str) -> bool:
    """Whether the deadline is a session or another meeting, which readers know better than its dates."""
    return _occasion.search(rejoined(due)) is not None


def says_only(due: str, day: date, months: Sequence[str]) -> bool:
    """Whether the words name that day and nothing else: "by 1 February 2027", "no later than February 1st, 2027"."""
    said = [word for word in _token.findall(_ordinal_day.sub(r"\1", due.lower())) if not _leading.fullmatch(word)]
    return sorted(said) in (
        sorted([str(day.day), months[day.month - 1].lower(), str(day.year)]),
        sorted([str(day.year), f"{day.month:02}", f"{day.day:02}"]),
    )


def rejoined(due: str) -> str:
    """Say "eighty-", "first" of two lines as "eighty-first" of one: the line that ended there ends no more."""
    from mandates.deadlines import numerals  # noqa: PLC0415 - 70 ms that commands which only count need not pay

    return numerals.rejoined(" ".join(numerals.LINE_END.sub("", _soft_end.sub("", due)).split()))


def in_figures(due: str, language: str | None = None) -> str:
    """Ordinals in figures, without the words before the occasion, cut to what a subject line can hold."""
    from mandates.deadlines import numerals  # noqa: PLC0415 - likewise

    said = numerals.in_figures(_lead.sub("", rejoined(due), count=1), language)
    return said if len(said) <= longest else said[: longest - 1].rstrip() + "…"
