"""The opening of a report: what a sentence must say for the report to answer a resolution."""

from __future__ import annotations

import pytest

from mandates.documents.report_opening import OPENING_CHARS, read_opening

BY_THE_HEAD = "Report of the Secretary-General\n\n"
SAID = [
    (
        "The present report is submitted in accordance with resolution 77/176, in which a report was requested.",
        [("A/RES/77/176", (), "submitted")],
    ),
    (
        "The present report, on two months, was prepared pursuant to paragraphs 4 to 6 and 9 of resolution 78/217.",
        [("A/RES/78/217", ("4", "6", "9", "5"), "submitted")],
    ),
    (
        "The present report is submitted pursuant to General Assembly resolution 78/217, paras. 4 and 5.",
        [("A/RES/78/217", ("4", "5"), "submitted")],
    ),
    (
        "In its resolution 76/172 (para. 9), the General Assembly requested the Secretary-General to submit a report.",
        [("A/RES/76/172", ("9",), "asked")],
    ),
    (
        "The Panel of Experts was established by the Security Council in paragraph 10 of its resolution 2790 (2025).",
        [("S/RES/2790 (2025)", ("10",), "set up")],
    ),
    (
        "Soumis en application du paragraphe 8 de la résolution 78/217, le présent rapport porte sur les ports.",
        [("A/RES/78/217", ("8",), "submitted")],
    ),
    (
        "Le présent rapport fait suite à la demande formulée au paragraphe 14 de la résolution 78/217.",
        [("A/RES/78/217", ("14",), "submitted")],
    ),
    (
        "En su resolución 78/217, la Asamblea General pidió al Secretario General que le presentara un informe.",
        [("A/RES/78/217", (), "asked")],
    ),
]
NOT_SAID = [
    "In its resolution 78/217, the General Assembly encouraged States to inspect ferries.",
    "In its resolution 78/217, the General Assembly did not request a report.",
    "This report does not respond to resolution 78/217.",
    "Le présent rapport ne répond pas à la résolution 78/217.",
    "El presente informe no responde a la resolución 78/217.",
    "Pursuant to General Assembly resolution 48/141, the High Commissioner coordinates activities in ports.",
    "It should be read together with the report submitted pursuant to General Assembly resolution 78/217.",
    "The present report does not repeat what was said in the report submitted pursuant to resolution 78/217.",
    "The present report describes ports, recalling resolution 78/217.",
    "Le rapport précédent a été soumis en application de la résolution 78/217 de l'Assemblée générale.",
    "En su resolución 78/217, la Asamblea General alentó a los Estados a inspeccionar los transbordadores.",
]


@pytest.mark.parametrize(("sentence", "claims"), SAID, ids=[sentence[:40] for sentence, _ in SAID])
def test_a_sentence_that_says_what_is_answered(sentence: str, claims: list[tuple[str, tuple[str, ...], str]]) -> None:
    """The resolution, the paragraphs beside it, and how the sentence says it."""
    opening = read_opening(f"{BY_THE_HEAD}1. {sentence}\n\n2. Forty States replied.\n", "UNGA")
    assert [(claim.symbol, claim.paragraphs, claim.how) for claim in opening.claims] == claims


LATE = [
    "It was not possible to complete the report in time.",
    "The report will therefore be issued at a later date.",
    "The Secretary-General proposes to defer the report to the eighty-first session.",
    "Il n'a pas été possible d'établir le rapport demandé.",
    "No ha sido posible preparar el informe.",
]
NOT_LATE = [
    "An updated report will be submitted at the eighty-first session.",
    "The report will be presented to the Third Committee in an interactive dialogue.",
    "The study describes why projects were delayed.",
    "Le rapport décrit les projets qui ont été reportés.",
    "El informe describe los proyectos que se aplazaron.",
]


@pytest.mark.parametrize("sentence", LATE + NOT_LATE)
def test_a_delay_is_told_from_other_delays(sentence: str) -> None:
    """What was asked for is late; what the report describes, or another report that follows, is not."""
    claim = "The present note is submitted pursuant to resolution 78/217."
    assert (read_opening(f"{BY_THE_HEAD}{claim} {sentence}\n", "UNGA").delay is not None) == (sentence in LATE)


@pytest.mark.parametrize("sentence", NOT_SAID, ids=[sentence[:40] for sentence in NOT_SAID])
def test_a_sentence_that_only_cites(sentence: str) -> None:
    """To recall a resolution, to act on it or to name the report on it is not to answer it."""
    assert read_opening(f"{BY_THE_HEAD}1. {sentence}\n\n2. Forty States replied.\n", "UNGA").claims == ()


def test_the_issuer_is_who_made_the_report_and_who_transmits_it() -> None:
    """A note that transmits a report names both; a report mentioned in a sentence about something else names nobody."""
    text = (
        "Note by the Secretary-General\n\nThe Secretary-General has the honour to transmit the report of the Special "
        "Rapporteur on the safety of passengers, in accordance with resolution 78/217.\n\n"
        "1. In resolution 78/217, the Assembly noted the report of the Committee on Ports and requested another.\n"
    )
    assert read_opening(text, "UNGA").issuers == (
        "the Secretary-General",
        "the Special Rapporteur on the safety of passengers",
    )


def test_only_the_opening_is_read() -> None:
    """What a report says far below its beginning is not what it was made for."""
    far = "Words. " * OPENING_CHARS
    text = f"{BY_THE_HEAD}{far}\n\nThe present report is submitted pursuant to resolution 78/217.\n"
    assert read_opening(text, "UNGA").claims == ()
