"""How sure a reading is, and what people are asked to look at."""

from __future__ import annotations

from mandates.analysis import analyse
from mandates.classify.confidence import SURE

_HEAD = "The General Conference,\n\nRecalling its former decisions,\n\n"


def test_a_plain_request_of_an_organ_is_sure_and_asks_for_no_review() -> None:
    """A request of a named organ has a confidence of at least .9 and no reason to review."""
    (clause,) = analyse(f"{_HEAD}1. Requests the Secretariat to prepare a list of ports;\n").clauses
    assert clause.confidence >= SURE
    assert clause.review == ()


def test_a_broken_sequence_of_numbers_is_doubtful() -> None:
    """A clause whose number does not follow the one before says so."""
    found = analyse(f"{_HEAD}1. Welcomes the report;\n\n2. Notes the plan;\n\n9. Requests the Secretariat to act.\n")
    assert [bool(clause.review) for clause in found.clauses] == [False, False, True]
    assert found.clauses[-1].review == ("the sequence of numbers is broken before this clause",)
    assert found.clauses[-1].confidence < SURE
