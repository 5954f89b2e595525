"""What shows that paragraphs are missing, there twice or out of order: their numbers, and sentences broken between lines."""  # noqa: E501 - a sentence

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.clauses.forms.choice import Parts
    from mandates.clauses.paragraphs import Paragraph

SHOWN = 60
SHORTEST_REPEATED = 60
# "(a)" and "b." begin an item, whatever precedes it. Of 453 labelled documents one has two lines like these.
_BROKEN = re.compile(r"[.;]\s*\n\s*(?![a-z]{1,4}[.)]|[a-z] )[a-zà-ÿ]")
FEWEST_BROKEN = 2
# A greater step is a number of something else, read as one of a paragraph.
MOST_MISSING = 30


def doubts_of_order(text: str, parts: Parts) -> Iterator[str]:
    """What is wrong with the order of the clauses, in words for people."""
    first = parts.clauses[0]
    if parts.form == "resolution" and _value(first) > 1:
        yield f"the first paragraph that could be read is {first.number}"
    yield from _numbers([each for each in parts.clauses if _value(each) and not each.annexed])
    seen: set[str] = set()
    for each in parts.clauses:
        words = " ".join(text[each.start : each.end].split())
        if words in seen:
            yield f"a paragraph is there twice: “{shown(text, each.start)}”"
            break
        if len(words) > SHORTEST_REPEATED:
            seen.add(words)
    begins = min([first.start, *(start for start, _ in parts.preamble)])
    if len(broken := _BROKEN.findall(text, begins, parts.clauses[-1].end)) >= FEWEST_BROKEN:
        yield f"{len(broken)} lines go on within a sentence after a full stop: pages or columns may be out of order"


def shown(text: str, start: int) -> str:
    """The first words from `start` on, as they are quoted in a reason."""
    words = " ".join(text[start : start + 2 * SHOWN].split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN].rsplit(' ', 1)[0]} …"


def _numbers(numbered: Sequence[Paragraph]) -> Iterator[str]:
    """Where numbers do not follow each other; none where each follows the one before or begins again."""
    for before, after in pairwise(numbered):
        step = _value(after) - _value(before)
        if 1 < step <= max(len(numbered), MOST_MISSING):
            yield f"after paragraph {before.number} the next that could be read is {after.number}"
            return
        if step <= 0 and _value(after) > 1:
            yield f"paragraph {after.number} follows paragraph {before.number}: pages or columns may be out of order"
            return


def _value(clause: Paragraph) -> int:
    return int(clause.number) if clause.number and clause.number.isdigit() else 0
