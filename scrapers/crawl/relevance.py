"""Whether a publication concerns us, and why: the reason is stored with it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.source_fields import Filter


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
    for where, words in (("title", title), ("summary", summary)):
        if where in rule.where and words:
            for wanted in rule.words:
                if found := _pattern(wanted).search(words):
                    return f"the {where} has {found.group(0)!r}"
    return _in_text(rule, text) if "text" in rule.where and text else None


def _in_text(rule: Filter, text: str) -> str | None:
    counted = Counter({wanted: len(_pattern(wanted).findall(text)) for wanted in rule.words})
    times = counted.total()
    if not times or times < rule.times_in_text:
        return None
    first = _pattern(counted.most_common(1)[0][0]).search(text)
    return f"the text has {first.group(0) if first else ''!r}" + (f" and the like {times} times" if times > 1 else "")


def excluded(rule: Filter, title: str) -> str | None:
    """The word in a title that rules it out; None where there is none."""
    return next((word for word in rule.without if _pattern(word).search(title)), None)


def why_not(rule: Filter) -> str:
    """The reason for people why a publication does not concern us."""
    return f"concerns none of {', '.join(dict.fromkeys((*rule.subjects, *rule.words)))}"


def fingerprint(rule: Filter) -> str:
    """A short hash of a filter: what one left out, another may take."""
    return hashlib.sha256(rule.model_dump_json().encode()).hexdigest()[:8]


def needs_text(rule: Filter) -> bool:
    """Whether only the text can tell."""
    return bool(rule.words) and "text" in rule.where


@lru_cache(maxsize=512)
def _pattern(word: str) -> re.Pattern[str]:
    """A word at the beginning of one: "migra" finds "migrants", not "immigration"; "*migra" finds both, whole."""
    # Each word is begun once, at its beginning: "*migra" at every letter of a long word would be quadratic.
    start = r"(?<!\w)\w*?" if word.startswith("*") else r"(?<!\w)"
    return re.compile(start + r"\s++".join(map(re.escape, word.lstrip("*").split())) + r"\w*+", re.IGNORECASE)
