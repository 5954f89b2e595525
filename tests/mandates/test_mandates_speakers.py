"""Documents in which each sentence or paragraph names who speaks, by kinds: what is read in each, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from mandates.analysis import analyse

if TYPE_CHECKING:
    from mandates.model import Clause

_KINDS = YAML(typ="safe").load(Path(__file__).with_name("speakers.yaml").read_text(encoding="utf-8"))
_CASES = [pytest.param(case, id=f"{kind}: {case['id']}") for kind, cases in _KINDS.items() for case in cases]


def _bare(words: str | None) -> str:
    return " ".join((words or "").split()).removeprefix("al ").removeprefix("a ")


def _misses(clause: Clause, wanted: str) -> list[tuple[str, str | None]]:
    """What the clause does not show of "first words … last words | types | addressee"."""
    words, types, *whom = wanted.split(" | ")
    begins, _, ends = words.partition(" … ")
    quote = " ".join(clause.quote.split()).lstrip("•- ")
    if clause.number:
        quote = quote[max(0, quote.find(begins)) :]
    misses: list[tuple[str, str | None]] = []
    if not quote.startswith(begins) or not quote.endswith(ends or begins):
        misses.append((words, quote))
    if clause.type not in types.split(","):
        misses.append((types, clause.type))
    if whom and _bare(clause.addressee) != _bare(whom[0]):
        misses.append((whom[0], clause.addressee))
    return misses


@pytest.mark.parametrize("case", _CASES)
def test_who_speaks_is_read_in_every_kind_of_document(case: dict[str, Any]) -> None:
    """Each clause of the list begins and ends where it says, and asks what it says, of whom; there are no others."""
    found = analyse(case["text"])
    assert [clause.display for clause in found.clauses][len(case["clauses"]) :] == []
    assert len(found.clauses) == len(case["clauses"])
    assert [each for pair in zip(found.clauses, case["clauses"], strict=True) for each in _misses(*pair)] == []
    if "reading" in case:
        assert (found.reading, bool(found.reading_reasons)) == (case["reading"], True)
