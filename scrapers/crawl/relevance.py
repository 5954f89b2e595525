"""Whether a publication concerns us, and why: the reason is stored with it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from config.notes import note
from config.topic_words import about

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.notes import Note
    from config.source_fields import Filter


def concerns(
    rule: Filter,
    *,
    title: str,
    summary: str | None,
    topics: Sequence[str],
    text: str | None,
    clauses: Sequence[str] = (),
) -> Note | None:
    """Why a publication passes ("the title has 'migrant'"); None where it does not.

    Without topics, words and subjects everything passes, with the reason "all of this source". `topics` are the
    source's own subjects, `clauses` the quotes of what was found in the text.
    """
    if excluded(rule, title) is not None:
        return None
    if not rule.words and not rule.subjects and not rule.topics:
        return note("all")
    return (
        _by_topic(rule, {"title": title, "summary": summary or "", "text": text or ""}, topics, clauses)
        or _by_subject(rule, topics)
        or _by_words(rule, title, summary, text)
    )


def _by_topic(rule: Filter, places: Mapping[str, str], subjects: Sequence[str], clauses: Sequence[str]) -> Note | None:
    wanted = {place: words for place, words in places.items() if place in rule.where}
    asked = clauses if "text" in rule.where else ()
    for name, topic in rule.lists.items():
        if (said := about(topic, subjects=subjects, clauses=asked, **wanted)) is not None:
            return note("topic", topic=name, reasons=said.reason)
    return None


def _by_subject(rule: Filter, subjects: Sequence[str]) -> Note | None:
    for wanted in rule.subjects:
        for subject in subjects:
            if wanted.casefold() in subject.casefold():
                return note("subject", quoted=repr(subject), word=repr(wanted))
    return None


def _by_words(rule: Filter, title: str, summary: str | None, text: str | None) -> Note | None:
    for where, words in (("title", title), ("summary", summary)):
        if where in rule.where and words:
            for wanted in rule.words:
                if found := _pattern(wanted).search(words):
                    return note(where, word=repr(found.group(0)))
    return _in_text(rule, text) if "text" in rule.where and text else None


def _in_text(rule: Filter, text: str) -> Note | None:
    counted = Counter({wanted: len(_pattern(wanted).findall(text)) for wanted in rule.words})
    times = counted.total()
    if not times or times < rule.times_in_text:
        return None
    first = _pattern(counted.most_common(1)[0][0]).search(text)
    word = repr(first.group(0) if first else "")
    return note("text_times", word=word, number=times) if times > 1 else note("text", word=word)


def excluded(rule: Filter, title: str) -> str | None:
    """The word in a title that rules it out; None where there is none."""
    return next((word for word in rule.without if _pattern(word).search(title)), None)


def why_not(rule: Filter) -> str:
    """The reason for people why a publication does not concern us."""
    return f"concerns none of {', '.join(dict.fromkeys((*rule.topics, *rule.subjects, *rule.words)))}"


def fingerprint(rule: Filter) -> str:
    """A short hash of a filter: what one left out, another may take."""
    wanted = " ".join((rule.model_dump_json(), *(topic.digest for topic in rule.lists.values())))
    return hashlib.sha256(wanted.encode()).hexdigest()[:8]


def needs_text(rule: Filter) -> bool:
    """Whether only the text can tell."""
    return bool(rule.words or rule.topics) and "text" in rule.where


@lru_cache(maxsize=512)
def _pattern(word: str) -> re.Pattern[str]:
    """A word at the beginning of one: "migra" finds "migrants", not "immigration"; "*migra" finds both, whole."""
    # Each word is begun once, at its beginning: "*migra" at every letter of a long word would be quadratic.
    start = r"(?<!\w)\w*?" if word.startswith("*") else r"(?<!\w)"
    return re.compile(start + r"\s++".join(map(re.escape, word.lstrip("*").split())) + r"\w*+", re.IGNORECASE)
