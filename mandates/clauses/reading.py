"""How much of a document was read, said to people: a resolution in which nothing was found must not look like one without."""  # noqa: E501 - a sentence

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.model import Clause, Kind, Reading

DECIDING = frozenset({"resolution", "decision"})
# Below this share of a text's characters in clauses and preamble the form is doubtful: of 78 long resolutions of the
# United Nations 77 have more; covers, votes and annexes make up the rest.
LEAST_EXPLAINED = 0.15
SHORT = 8_000


def how_read(
    kind: Kind, clauses: Sequence[Clause], preamble: Sequence[tuple[int, int]], chars: int, *, supported: bool
) -> tuple[Reading, tuple[str, ...]]:
    """Whether what the body decides was read, and what is missing, in words for people."""
    if not supported:
        return "none", ("no clauses were looked for in this language",)
    if not clauses:
        if kind in DECIDING or kind == "statement":
            return "none", (f"no clause could be read in this {kind}: please look at the document",)
        return "complete", ()
    reasons = []
    if missing := _missing(clauses):
        reasons.append(f"after paragraph {missing[0]} the next that could be read is {missing[1]}")
    explained = sum(end - start for start, end in preamble) + sum(each.end - each.start for each in clauses)
    if kind in DECIDING and chars > SHORT and explained < chars * LEAST_EXPLAINED:
        reasons.append(f"only {explained / chars:.0%} of the text is explained as preamble or clauses")
    return ("partial" if reasons else "complete"), tuple(reasons)


def _missing(clauses: Sequence[Clause]) -> tuple[str, str] | None:
    """The two numbers between which paragraphs are missing; None where each follows the one before or begins again."""
    numbered = [each.number for each in clauses if each.number and each.number.isdigit()]
    for before, after in pairwise(numbered):
        if 1 < int(after) - int(before) <= len(numbered):
            return before, after
    return None
