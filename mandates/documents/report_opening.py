"""The opening of a report: what it says that it answers, which paragraphs, and in whose name it is made.

A document that cites a resolution does not answer it for that. It answers where a sentence of its opening says so, in
one of three ways: the report says of itself that it is submitted pursuant to the resolution; it tells that the
resolution asked somebody for a report; or it tells that somebody was set up, or a meeting held, by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from mandates.documents.addressee_ids import addressee_id
from mandates.documents.citations import find_citations
from mandates.documents.head import head_of
from mandates.documents.titles import ITEM, LONGEST_TITLE, REPORT
from mandates.languages.words import expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.model import Citation

# Where a report has a summary and a table of contents, its first paragraph begins some five thousand characters below.
OPENING_CHARS = 8_000
# Between "pursuant to" and the last of the resolutions that it leads to.
_REACH = 260
_LONGEST_RANGE = 100

_SENTENCE_END = re.compile(r"(?<=[a-zà-ÿ)\d”\"»][.;])\s+(?=[A-ZÀ-Ý“\"«(])|\n[ \t]*\n|\n(?=[ \t]*\d{1,3}\.\s)")
_NUMBERS = r"\d{1,3}(?:\s?\([a-z]\))?(?:(?:\s?(?:,|[–-])\s?|\s(?:<<and>>|<<up_to>>)\s)\d{1,3}(?:\s?\([a-z]\))?)*"
_BEFORE = rf"\b<<paragraphs>>\s+(?P<numbers>{_NUMBERS})\s+(?:<<of_the>>|<<of_own>>)[^.;\d]{{0,80}}\Z"
_AFTER = rf"(?:,\s+|\s\(|\s+)<<paragraphs>>\s+(?P<numbers>{_NUMBERS})"
_RANGE = r"(\d+)\s?(?:[–-]|\s<<up_to>>\s)\s?(\d+)"
_MADE_BY = r"(?:<<report>>|<<letter_from>>)\s*(?P<who>[^\n,;:(]{3,200})"
_SUBMITTED = r"\A\W*(?:<<submitted>>)\b"
# "Prepared by the AALCO Secretariat" on a line of its own, or of the report itself within a sentence.
_AUTHOR_LINE = (
    r"^\W*(?:(?:[^\W\d]+\s+){0,3}?(?:<<submitted>>)\s+)?(?:<<made_by>>)\s+"
    r"(?P<who>(?:(?:<<the>>)\s|l[’'])[^\n,;:()]{3,120}?)[.)]?$"
)
_AUTHOR = (
    r"\b(?:<<own_report>>),?\s+(?:[^\W\d]+\s+){0,3}?(?:<<submitted>>)\s+(?:<<made_by>>)\s+(?P<who>[^\n,;:(]{3,200})"
)
# What "not" denies goes up to where the sentence turns: "is not submitted pursuant to …; it is submitted …".
_DENIAL = (
    r"\b(?:<<not>>)\b(?!\s+(?:<<not_denying>>)\b)(?:\s+[\w’'-]+){0,4}?\s+"
    r"(?:<<answering>>|<<submitted>>|<<asked_for>>|<<asked_report>>|<<set_up>>)\b"
)
_NOT_ASKED = r"\b(?:<<not>>)\s+(?:<<asked_for>>)\b"
_TURN = r";|\b(?:<<but>>)\b"
# A delay is stated beside the sentence that says what was asked for, or in the head.
_BEFORE_CLAIM, _AFTER_CLAIM = 2, 3
_WITH_BOTH_TITLES = 2  # runs of lines: the item, its title, that of the document

How = Literal["submitted", "asked", "set up"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A resolution that the opening says is answered, with the paragraphs that it names; `words` are the sentence."""

    symbol: str
    paragraphs: tuple[str, ...]
    how: How
    words: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What the opening of a report says.

    `issuers` are those in whose name it is made, as written; `items` the lines that name its agenda item, with the
    item's title; `heading` are all lines above the text. `is_partial`: it calls itself interim, oral or preliminary.
    `delay` is the sentence that says that what was asked for comes later; None where there is none.
    """

    claims: tuple[Claim, ...]
    issuers: tuple[str, ...]
    items: str
    heading: tuple[str, ...]
    is_partial: bool
    delay: str | None


def read_opening(text: str, body: str | None) -> Opening:
    """Read the opening of `text`, a report to `body`; the time it takes grows with the opening alone."""
    opening = text[:OPENING_CHARS]
    head = head_of(opening)
    claims = tuple(_claims(opening, body))
    of_itself = "\n".join((*head.lines, *(claim.words for claim in claims if claim.how == "submitted")))
    made_by = (
        *expression(_MADE_BY).finditer(of_itself),
        *expression(_AUTHOR_LINE).finditer("\n".join(head.lines)),
        *expression(_AUTHOR).finditer(of_itself),
    )
    issuers = dict.fromkeys(" ".join(found["who"].split()) for found in made_by)
    return Opening(
        claims,
        tuple(issuers),
        _items(head.lines),
        tuple(filter(None, head.lines)),
        expression(
            r"\b<<partial_report>>\s(?:\w+\s)?(?:<<asked_report>>)\b|\b<<asked_report>>\s<<partial_report>>\b"
        ).search(of_itself)
        is not None,
        _delay(opening, head.lines, claims),
    )


def claimed(text: str, body: str | None) -> tuple[str, ...]:
    """The symbols of what the opening says that it answers, each once."""
    return tuple(dict.fromkeys(claim.symbol for claim in _claims(text[:OPENING_CHARS], body)))


def issuer_id(words: str, body: str | None) -> str | None:
    """The short name of who makes a report, as the addressees of requests have it."""
    return addressee_id(words, "", body)


def _claims(opening: str, body: str | None) -> Iterator[Claim]:
    citations = find_citations(opening, body)
    place = 0
    for start, end in _sentences(opening):
        inside: list[Citation] = []
        while place < len(citations) and citations[place].start < end:
            if citations[place].start >= start:
                inside.append(citations[place])
            place += 1
        if inside:
            yield from _claims_of(opening, start, end, inside)


def _claims_of(opening: str, start: int, end: int, citations: list[Citation]) -> Iterator[Claim]:
    sentence = opening[start:end]
    words = " ".join(sentence.split())
    other = expression(r"\b<<other_report>>\b").search(sentence)
    is_own = expression(r"\b<<own_report>>\b").search(sentence) or expression(_SUBMITTED).match(sentence)
    is_asked = expression(r"\b<<asked_for>>\b").search(sentence) and expression(r"\b<<asked_report>>\b").search(
        sentence
    )
    is_set_up = expression(r"\b<<set_up>>\b").search(sentence)
    reached = _reached(sentence) if is_own else ()
    denied = _denied(sentence)
    for citation in citations:
        at = citation.start - start
        if any(first <= at < last for first, last in denied):
            continue
        if other and other.start() < at:
            return
        how: How | None = None
        if any(first <= at < last for first, last in reached):
            how = "submitted"
        elif is_asked and not expression(_NOT_ASKED).search(sentence):
            how = "asked"
        elif is_set_up:
            how = "set up"
        if how:
            yield Claim(citation.symbol, paragraphs_beside(sentence, at, citation.end - start), how, words)


def _reached(sentence: str) -> tuple[tuple[int, int], ...]:
    """The stretches behind "pursuant to" and the like, each up to where another subject begins."""
    found = []
    for phrase in expression(r"\b<<answering>>\b").finditer(sentence):
        aside = expression(r"\b<<aside>>\b").search(sentence, phrase.end(), phrase.end() + _REACH)
        found.append((phrase.start(), aside.start() if aside else phrase.end() + _REACH))
    return tuple(found)


def _denied(sentence: str) -> tuple[tuple[int, int], ...]:
    """The stretches in which the sentence denies that something was submitted or asked for."""
    found = []
    for denial in expression(_DENIAL).finditer(sentence):
        turn = expression(_TURN).search(sentence, denial.end())
        found.append((denial.start(), turn.start() if turn else len(sentence)))
    return tuple(found)


def _delay(opening: str, lines: tuple[str, ...], claims: tuple[Claim, ...]) -> str | None:
    """The sentence that says that what was asked for could not be prepared, or comes later."""
    late = expression(r"\b(?:<<late_report>>)")
    sentences = [" ".join(opening[start:end].split()) for start, end in _sentences(opening)]
    claiming = {claim.words for claim in claims}
    beside = {
        near
        for place, sentence in enumerate(sentences)
        if sentence in claiming
        for near in range(place - _BEFORE_CLAIM, place + _AFTER_CLAIM + 1)
    }
    late_ones = (sentence for place, sentence in enumerate(sentences) if place in beside and late.search(sentence))
    title = (line for line in lines if expression(r"^\W*(?:<<delay_of>>)").match(line))
    return max(late_ones, key=len, default=None) or next(title, None)


def paragraphs_beside(sentence: str, start: int, end: int) -> tuple[str, ...]:
    """The numbers of the paragraphs named beside a citation, before or behind it."""
    named = expression(_BEFORE).search(sentence[max(0, start - 200) : start]) or expression(_AFTER).match(sentence, end)
    if named is None:
        return ()
    numbers = dict.fromkeys(re.findall(r"\d+", named["numbers"]))
    for first, last in expression(_RANGE).findall(named["numbers"]):
        numbers |= dict.fromkeys(map(str, range(int(first), min(int(last), int(first) + _LONGEST_RANGE) + 1)))
    return tuple(numbers)


def _sentences(opening: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _SENTENCE_END.finditer(opening):
        yield start, found.start()
        start = found.end()
    yield start, len(opening)


def _items(lines: tuple[str, ...]) -> str:
    """The lines that name the agenda item, and its title below them.

    What comes after an empty line is the item's title only where the document's own title follows.
    """
    place = next((place for place, line in enumerate(lines) if expression(ITEM).search(line)), None)
    if place is None:
        return ""
    runs = [list(run) for is_text, run in groupby(lines[place:], bool) if is_text]
    has_title_below = len(runs) > _WITH_BOTH_TITLES and not expression(REPORT).match(runs[2][0])
    named = [*runs[0], *runs[1]] if len(runs[0]) == 1 and has_title_below else runs[0]
    return " ".join(named)[:LONGEST_TITLE]
