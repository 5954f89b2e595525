"""Joined paragraphs: where the text goes on in the organ's line, each participle and each verb begins a line.

"The Council, Recalling its decision, Notes that …, Requests the Director to …" is one line in many copies of texts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mandates.clauses.leads import read_lead
from mandates.documents.organs import ORGAN_LINE
from mandates.languages.lexicon import lexicon as lexicon_of
from mandates.languages.scanning import Scanner
from mandates.languages.words import exactly
from mandates.text.lines import Line, read_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mandates.languages.lexicon import Lexicon

_THE = exactly(r"(?<![^\s:;.,(\])])(?:<<the_line>>)(?=\s?[A-ZÀ-Ý])")
# The number of a page that ended there.
_PAGE = r"(?:[-–]\s?\d{1,3}(?:\s?[-–])?\s)?"
_NUMBER = re.compile(r"[;.]\s+(?P<number>\d{1,2})\.\s+(?=[A-ZÀ-Ý])")
SHORTEST_WORD = 5
LONGEST_NAME = 300
# A line with an organ, and what it recalls or does.
SHORTEST = 40


def cut_joined(text: str, lines: Sequence[Line], lexicon: Lexicon) -> list[Line]:
    """`lines`, cut where paragraphs were joined."""
    cut: list[Line] = []
    flows, last = False, 0
    for line in lines:
        label = read_label(text, line.start)
        last = label.value if label and label.value and label.closed else last
        is_short = line.end - line.start < SHORTEST
        begins = [] if is_short else list(_begins(text, line, lexicon, flows=flows))
        flows = flows or bool(begins)
        if not begins and last:
            begins = list(_numbers(text, line, lexicon, last))
            last += len(begins)
        if not begins:
            cut.append(line)
            continue
        places = [line.start, *(place for place in begins if place > line.start)]
        ends = [*(_trimmed(text, place) for place in places[1:]), line.end]
        cut += [
            Line(start, end, line.after_gap or start != line.start) for start, end in zip(places, ends, strict=True)
        ]
    return cut


def _begins(text: str, line: Line, lexicon: Lexicon, *, flows: bool) -> Iterator[int]:
    """Where paragraphs begin within the line, once an organ has begun to speak in it, or in a line before."""
    label = read_label(text, line.start)
    acts, since = False, line.start
    start = label.end if label else line.start
    first_words = _first_words(lexicon.language)
    # The line's own first word follows nothing.
    flows_on = first_words.may_match(text, max(start, text.find(" ", start, line.end)), line.end)
    for found in first_words.finditer(text, start, line.end) if flows_on else ():
        word, organ = found.start("word"), _organ_before(text, since, found.start("word"))
        since = word
        if organ is not None:
            flows, acts = True, False
            yield organ
        elif not flows or found["stop"] is None or (found["stop"] == "," and acts):
            # A verb after a comma belongs to the clause that has begun: "Notes that it is ready, Authorizes it to".
            continue
        acts = acts or found["verb"] is not None
        yield word
    if text[line.end - 1].isupper() and (organ := _organ_before(text, since, line.end)) is not None:
        yield organ


def _numbers(text: str, line: Line, lexicon: Lexicon, last: int) -> Iterator[int]:
    """Where the paragraphs after that numbered `last` begin within the line: "…; 2. URGES Member States"."""
    for found in _NUMBER.finditer(text, line.start, line.end):
        if int(found["number"]) == last + 1 and read_lead(text, found.end(), lexicon):
            last += 1
            yield found.start("number")


def _organ_before(text: str, start: int, place: int) -> int | None:
    """Where the organ's name begins that ends right before `place`; None where none does."""
    first = max(start, place - LONGEST_NAME)
    name = text[first:place].rstrip(" ,:")
    begins = (begin.start() for begin in _THE.finditer(name) if _is_organ(name[begin.start() :]))
    return next((first + begin for begin in begins), None)


def _is_organ(words: str) -> bool:
    """Whether the words are an organ's name, alone or before what is said of its session."""
    return ORGAN_LINE.match(words + ",") is not None or ORGAN_LINE.match(words.partition(",")[0] + ",") is not None


def _trimmed(text: str, place: int) -> int:
    return len(text[:place].rstrip())


@cache
def _first_words(language: str) -> Scanner:
    """A participle or a usual verb with a capital, after a comma or stop, or after a name in capitals."""
    words = lexicon_of(language)
    participles = {word for word in words.participles if len(word) >= SHORTEST_WORD and word.isalpha()}
    verbs = {form for form, made in words.present.items() if any(verb.lemma in words.following for verb in made)}
    # It begins with a set of letters, so that the engine jumps from one to the next.
    return Scanner(
        re.compile(
            rf"[,;:.A-ZÀ-Ý](?:(?<=(?P<stop>[,;:.]))\s*{_PAGE}|(?<=[A-ZÀ-Ý])(?<!\w.)\w+ )(?=[\dA-ZÀ-Ý])"
            rf"(?P<word>(?:\d{{1,2}}[.)]\s+)?(?:(?:{_any_of(participles - verbs)})|(?P<verb>{_any_of(verbs)}))\b)"
        )
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word.capitalize()) for word in words), key=len, reverse=True))
