"""Whether a publication concerns us, and why: the reason is stored with it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.source_blocks import Filter


def concerns(rule: Filter, *, title: str, summary: str | None, topics: Sequence[str], text: str | None) -> str | None:
    """Why a publication passes ("the title has 'migrant'"); None where it does not.

    Without words and subjects everything passes, with the reason "all of this source".
    """
    if excluded(rule, title) is not None:
        return None
    if not rule.words and not rule.subjects:
        return "all of this source"
    for subject in rule.subjects:
        for topic in topics:
            if subject.casefold() in topic.casefold():
                return f"its subject {topic!r} has {subject!r}"
    for where, words in (("title", title), ("summary", summary), ("text", text)):
        if where in rule.where and words:
            for wanted in rule.words:
                if found := _pattern(wanted).search(words):
                    return f"the {where} has {found.group(0)!r}"
    return None


def excluded(rule: Filter, title: str) -> str | None:
    """The word in a title that rules it out; None where there is none."""
    return next((word for word in rule.without if _pattern(word).search(title)), None)


def needs_text(rule: Filter) -> bool:
    """Whether only the text can tell."""
    return bool(rule.words) and "text" in rule.where


@lru_cache(maxsize=512)
def _pattern(word: str) -> re.Pattern[str]:
    """A word at the beginning of one: "migra" finds "migrants", not "immigration"; "*migra" finds both."""
    start = "" if word.startswith("*") else r"(?<!\w)"
    return re.compile(start + r"\s+".join(map(re.escape, word.lstrip("*").split())), re.IGNORECASE)
