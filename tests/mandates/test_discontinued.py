"""Clauses that end what an earlier text asked for, and such as only sound like it."""

from __future__ import annotations

import pytest

from mandates.documents.discontinued import Discontinued, discontinued


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (
            "5. Decides to discontinue the reports requested in paragraph 5 of its resolution 70/1;",
            [Discontinued("A/RES/70/1", ("5",), True)],
        ),
        (
            "Also decides that the report requested in paragraphs 14 and 15 of resolution 56/170 is no longer needed;",
            [Discontinued("A/RES/56/170", ("14", "15"), True)],
        ),
        (
            "Terminates the mandate of the Working Group established by its resolution 72/10;",
            [Discontinued("A/RES/72/10", (), False)],
        ),
        (
            "No longer requests the Secretary-General to submit the report requested in resolution 70/1;",
            [Discontinued("A/RES/70/1", (), True)],
        ),
        (
            "Further decides to abolish the Committee set up by paragraph 2 of resolution 71/2, as in 60/1;",
            [Discontinued("A/RES/71/2", ("2",), False)],
        ),
        (
            "Décide de mettre fin à l’établissement des rapports demandés au paragraphe 3 de sa résolution 70/1 ;",
            [Discontinued("A/RES/70/1", ("3",), True)],
        ),
        (
            "Decide poner fin a los informes solicitados en el párrafo 3 de su resolución 70/1;",
            [Discontinued("A/RES/70/1", ("3",), True)],
        ),
    ],
)
def test_a_clause_says_what_it_ends(clause: str, expected: list[Discontinued]) -> None:
    """In each language: the text that asked for it, the paragraph where it is named, and whether it is a report."""
    assert list(discontinued(clause, "UNGA")) == expected


@pytest.mark.parametrize(
    "clause",
    [
        "Calls upon States to end impunity, as in resolution 60/1;",
        "Decides to end its consideration of the item;",
        "Decides to extend the mandate established by resolution 70/1;",
        "Notes that it terminates the mandate established by resolution 70/1;",
        "Regrets the decision to discontinue the reports requested in paragraph 5 of resolution 70/1;",
        "Decides to discontinue the trust fund, and recalls resolutions 70/1 and 71/2;",
        "Requests the Secretary-General to discontinue the practice described in resolution 70/1;",
    ],
)
def test_what_only_sounds_like_it_ends_nothing(clause: str) -> None:
    """Appeals, narration, what names no text, and what may concern several."""
    assert discontinued(clause, "UNGA") == ()
