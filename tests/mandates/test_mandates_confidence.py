"""How sure a reading is, and what people are asked to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mandates.analysis import analyse
from mandates.classify import confidence
from mandates.classify.confidence import SURE
from mandates.languages.words import LexiconError

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = "The General Conference,\n\nRecalling its former decisions,\n\n"


def test_a_plain_request_of_an_organ_is_sure_and_asks_for_no_review() -> None:
    """A request of a named organ has a confidence of at least .9 and no reason to review."""
    (clause,) = analyse(f"{_HEAD}1. Requests the Secretariat to prepare a list of ports;\n").clauses
    assert clause.confidence >= SURE
    assert clause.review == ()


def test_a_broken_sequence_of_numbers_is_doubtful() -> None:
    """Two clauses with a gap in the numbers between them both say so."""
    found = analyse(f"{_HEAD}1. Welcomes the report;\n\n2. Notes the plan;\n\n9. Requests the Secretariat to act.\n")
    assert [bool(clause.review) for clause in found.clauses] == [False, True, True]
    assert found.clauses[-1].review == ("the sequence of numbers is broken beside this clause",)
    assert found.clauses[-1].confidence < SURE


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Welcomes the plan, and requests her to report on it;", "it is not clear whom the pronoun stands for"),
        ("Calls upon the Harbour Guild to mark the wrecks;", "it is not clear whether the addressee belongs"),
        (
            "Requests the Bureau to meet by 1 May 2031 and the Secretariat to report by 1 June 2032;",
            "several deadlines are possible",
        ),
        ("Establishes a committee to examine the tariff;", "what is established may be the addressee of the tasks"),
        ("Requests the Secretariat to report on the occasion of the Tenth Congress on Pilots;", "could be an event"),
        (
            "Requests the Secretariat to train pilots, and requests the Bureau to report by 1 May 2031;",
            "the deadline may belong to the first task or to a later one",
        ),
        ("Decides that the motto of the year will be:", "the clause ends before a list"),
    ],
)
def test_each_doubt_is_told_in_plain_words(words: str, reason: str) -> None:
    """A clause that one of the known doubts applies to is below the line, and its reason is in words for people."""
    (clause,) = analyse(f"{_HEAD}1. {words}\n").clauses
    assert clause.confidence < SURE
    assert any(reason in each for each in clause.review)


def test_a_broken_table_of_doubts_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of doubts without its shares is refused with a sentence that names the file."""
    damaged = tmp_path / "confidence.yaml"
    damaged.write_text("certain: {says: nothing}\n", encoding="utf-8")
    monkeypatch.setattr(confidence, "TABLE", damaged)
    confidence.doubts.cache_clear()
    with pytest.raises(LexiconError, match=r"confidence\.yaml"):
        confidence.doubts()
    confidence.doubts.cache_clear()


def test_every_doubt_has_its_words_and_a_share() -> None:
    """The table has a row for every doubt that is looked for, and no other, with a share between 0 and 1."""
    table = confidence.doubts()
    assert set(table) == {confidence.CERTAIN, *confidence.DOUBTS}
    assert all(0 < each.right <= 1 and each.says for each in table.values())
