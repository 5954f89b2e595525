"""How much of a document was read, said to people: a resolution in which nothing was found must not look like one without."""  # noqa: E501 - a sentence

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from mandates.clauses.forms.form import calls_itself
from mandates.model import DECIDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.clauses.forms.choice import Parts
    from mandates.clauses.paragraphs import Paragraph
    from mandates.model import Kind, Reading

# Below this share of a text's characters in clauses and preamble the form is doubtful: of 78 long resolutions of the
# United Nations 77 have more; covers, votes and annexes make up the rest.
LEAST_EXPLAINED = 0.15
SHORT = 8_000
_CLOSED = re.compile(r"[.:?!][\"”’»')\]\s]*$|[\"”’»]\s*$")
# A word with a digit or a capital in its midst, or a letter after one: "Co1nmittee", "l0th", "reqUests".
# It begins with a set of what is rare, so that the engine jumps from one to the next: "pe1mit", "0ffice", "theCouncil".
_MISREAD = re.compile(r"[0-9A-ZÀ-Ý](?=[a-zà-ÿ])(?:(?<=[a-zà-ÿ]{2}.)|(?<=[0-9])(?<!\w.)(?=[a-zà-ÿ]{3}))")
_WORD = re.compile(r"[^\W\d_]{3,}")
UNSUPPORTED: tuple[Reading, tuple[str, ...]] = ("none", ("no clauses were looked for in this language",))
# Headings, signatures and votes are shorter.
LONG_LINE = 60
_FINISHED = re.compile(r"[.:?!)\]\"”’»][\"”’»')\]\s\d]*$")
SAMPLE = 40_000
FEWEST_MISREAD = 3
MOST_MISREAD = 0.01


def how_read(kind: Kind, text: str, parts: Parts) -> tuple[Reading, tuple[str, ...]]:
    """Whether what the body decides was read, and what is missing, in words for people.

    `text` is that of the view in which the places of `parts` are.
    """
    if not parts.clauses:
        if kind in DECIDING:
            return "none", (f"no clause could be read in this {kind}: please look at the document",)
        if parts.opened or (parts.preamble and kind == "other"):
            return "none", ("a body begins to speak, but no clause could be read: please look at the document",)
        if kind == "other" and calls_itself(text):
            return "none", ("its title calls it a statement or a decision, but no clause could be read: please look",)
        if text.lstrip()[:1].islower():
            return "none", ("the text begins within a sentence, and no clause could be read in it",)
        return "complete", ()
    reasons = [*_missing(parts), *_cut(kind, text, parts)]
    if misread := _misread(text):
        reasons.append(misread)
    explained = sum(end - start for start, end in parts.preamble) + sum(each.end - each.start for each in parts.clauses)
    if kind in DECIDING and len(text) > SHORT and explained < len(text) * LEAST_EXPLAINED:
        reasons.append(f"only {explained / len(text):.0%} of the text is explained as preamble or clauses")
    return ("partial" if reasons else "complete"), tuple(reasons)


def _cut(kind: Kind, text: str, parts: Parts) -> Iterator[str]:
    """What shows that the text begins or ends within a document.

    Of 578 labelled documents all but one close their last clause with a full stop, a colon or a quotation mark.
    """
    last, end = parts.clauses[-1], text.rstrip()
    begins = (
        kind in DECIDING
        and not text.lstrip()[:1].islower()
        and any(start < parts.clauses[0].start for start, _ in parts.preamble)
    )
    if parts.form == "resolution" and not parts.opened and not begins:
        yield "no line says who decides: the text may begin within a document"
    after = end[last.end :].strip()
    if not _CLOSED.search(text, last.start, last.end) or (not after and end.endswith(":")):
        yield "the last clause is not closed: the text may break off"
    elif len(line := after[after.rfind("\n") + 1 :]) > LONG_LINE and not _FINISHED.search(line):
        yield "the last line is not closed: the text may break off"


def _missing(parts: Parts) -> Iterator[str]:
    """The numbers between which paragraphs are missing; none where each follows the one before or begins again."""
    first = parts.clauses[0]
    if parts.form == "resolution" and _value(first) > 1:
        yield f"the first paragraph that could be read is {first.number}"
    numbered = [_value(each) for each in parts.clauses if _value(each) and not each.annexed]
    for before, after in pairwise(numbered):
        if 1 < after - before <= len(numbered):
            yield f"after paragraph {before} the next that could be read is {after}"
            return


def _value(clause: Paragraph) -> int:
    return int(clause.number) if clause.number and clause.number.isdigit() else 0


def _misread(text: str) -> str | None:
    sample = text[:SAMPLE]
    found = len(_MISREAD.findall(sample))
    if found < FEWEST_MISREAD or found <= MOST_MISREAD * (words := len(_WORD.findall(sample))):
        return None
    return f"about {found / words:.0%} of the words are misread, as by a scanner"
