"""Short names for those who are asked ("un:secretary-general", "aalco:secretariat"), with what a pronoun or "the Office" stands for."""  # noqa: E501 - a sentence

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mandates.documents.bodies import prefix_of
from mandates.documents.named_organs import organ_meant
from mandates.languages.scanning import Scanner
from mandates.languages.words import exactly, expression

LONGEST_NAME = 400
MOST_HEADS = 100
_SHORT = expression(r"<<office_of>>\s*(?P<head><<offices_short>>)$")
_NAMED = exactly(
    r"(?:\b<<the_named>>\s+|\bl['’])"
    r"([A-ZÀ-Ý][\w’'-]*(?:(?:\s+<<named_joining>>)*\s+(?:[A-ZÀ-Ý][\w’'-]*|<<named_small>>))*)"
)
_PRONOUN = expression(r"<<pronoun_one>>|<<pronoun_several>>")
# "Special Rapporteur of the Human Rights Council on the", where what it is on has no capitals.
_NO_NAME = re.compile(r"(?:\s(?:of|for|on|and|the|to|against))+$")
_ARTICLES = expression(r"\A(?:<<articles_before>>\s+|l['’])")


@lru_cache(maxsize=2048)
def _id_of(words: str, prefix: str) -> str:
    bare = _ARTICLES.sub("", words)
    return organ_meant(bare, prefix) or f"{prefix}{_slug(bare)}"


def is_pronoun(words: str) -> bool:
    """Whether an addressee is a pronoun, to be looked for before."""
    return _PRONOUN.fullmatch(words) is not None


def addressee_id(words: str | None, before: str, body: str | None) -> str | None:
    """The short name for an addressee as written.

    `before` is the text that precedes it, where a pronoun's name stands.
    """
    if not words:
        return None
    plain = re.sub(r"\s+", " ", re.sub(r"[*_]", "", words)).strip()
    return _id_of(full_name(plain, before), prefix_of(body))


def full_name(words: str, before: str) -> str:
    """The full name for "the Office" or "it".

    The last one in `before` that begins so; the words themselves where none does.
    """
    reach = before[-20_000:]
    if short := _SHORT.fullmatch(words):
        return _last_full(short["head"], reach) or words
    if is_pronoun(words):
        named = _NAMED.findall(reach[-1500:])
        return re.sub(r"\s+", " ", named[-1]).strip() if named else words
    return words


def _last_full(head: str, reach: str) -> str | None:
    """The last of the full names in `reach` that `head` may be short for; looked for around the last few heads."""
    at = len(reach)
    for _ in range(MOST_HEADS):
        at = reach.rfind(head, 0, at)
        if at < 0:
            return None
        near = _full(head).finditer(reach, max(0, at - LONGEST_NAME), at + LONGEST_NAME)
        if found := next((each for each in near if each.start() <= at < each.end()), None):
            return _NO_NAME.sub("", re.sub(r"\s+", " ", found[0]).strip())
    return None


@lru_cache(maxsize=128)
def _full(head: str) -> Scanner:
    """The full names that `head` may be short for: "Office of the …", "… Working Group"."""
    word = re.escape(head)
    return Scanner(
        re.compile(
            rf"\b(?:United\s+Nations\s+)?{word}\s+(?:of|for|on|against)\s+(?:the\s+)?"
            r"(?:[A-ZÀ-Ý][\w’'-]*\s*(?:(?:of|for|on|and|the|to|against)\s+)*)+"
            rf"|\b(?:[A-Z][\w-]+\s+(?:and\s+)?){{1,4}}{word}\b"
        )
    )


def _slug(words: str) -> str:
    plain = "".join(
        c
        for c in unicodedata.normalize("NFKD", words.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss"))
        if not unicodedata.combining(c)
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]
