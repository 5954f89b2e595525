"""Statements, communiqués and conclusions, in which each sentence or paragraph names who speaks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mandates.clauses.forms.statement import read_statement
from mandates.languages.lexicon import lexicon
from mandates.text.lines import lines_of


def _said(text: str, *, language: str = "en", sentences: bool = False) -> list[tuple[str | None, str]]:
    """The number and the lead phrase of all that is said."""
    form = read_statement(text, list(lines_of(text)), lexicon(language), "statement" if sentences else "nothing")
    return [(said.number, text[said.lead.start : said.lead.end]) for said in form.starts]


gatherings = {
    "Summit without an article": "7.1\tSummit noted it.\n\n7.2\tSummit directed it.\n\n7.3\tSummit urged all.\n",
    "Ministers": "5. Ministers noted it.\n\n6. Ministers directed the Group.\n\n7. The Ministers urged all.\n",
    "Heads with what they are heads of": (
        "33. Heads of Government noted it.\n\n34. Heads directed the Office.\n\n35. They urged all.\n"
    ),
    "an organ in the present": (
        "1. The Council notes it.\n\n2. The Council directs the Office.\n\n3. The European Council urges all.\n"
    ),
    "a name that goes on after the organ": (
        "1. The Commission on the Status of Ferries notes it.\n\n2. The Commission directs the Office.\n\n"
        "3. The Commission urges all.\n"
    ),
    "something before the organ": (
        "1. In this context the Council notes it.\n\n2. To that end the Council directs the Office.\n\n"
        "3. Lastly, the Council urges all.\n"
    ),
}


@pytest.mark.parametrize("way", gatherings)
def test_numbered_paragraphs_say_who_speaks(way: str) -> None:
    """Paragraphs numbered in turn, each with its speaker, are read whatever the text is."""
    found = _said(gatherings[way])
    assert [verb.rstrip("ds").removesuffix("e") for _, verb in found] == ["not", "direct", "urg"]
    assert [number for number, _ in found] == [
        line.partition(" ")[0].partition("\t")[0].rstrip(".") for line in gatherings[way].splitlines() if line
    ]


@pytest.mark.parametrize(
    ("language", "text", "verbs"),
    [
        (
            "fr",
            "1. Le Conseil prend acte du rapport.\n\n2. Le Conseil charge le Bureau d’agir.\n\n3. Il salue cela.\n",
            ["prend acte", "charge", "salue"],
        ),
        (
            "es",
            "1. El Consejo toma nota del informe.\n\n2. El Consejo pide a la Oficina que actúe.\n\n3. Otros asuntos.\n",
            ["toma nota", "pide"],
        ),
    ],
)
def test_paragraphs_in_french_and_spanish(language: str, text: str, verbs: list[str]) -> None:
    """The organ and its verb are known in each language; paragraphs without one are left out."""
    assert [verb for _, verb in _said(text, language=language)] == verbs


@pytest.mark.parametrize(
    "who", ["Secretary-General", "Director", "Special Rapporteur", "delegate of Exampleland", "Chairperson"]
)
def test_officials_and_delegates_decide_nothing(who: str) -> None:
    """What an official or a delegate asks for in a report or in minutes is no clause of it."""
    text = "".join(f"{number}. The {who} requests the Council to act.\n\n" for number in range(1, 6))
    assert _said(text, sentences=True) == []


def test_sentences_are_read_only_where_the_head_says_that_it_is_a_statement() -> None:
    """A reporter's sentences look the same, so that among others the kind of the document decides."""
    text = (
        "The ships are back in the port. The Security Council notes the report. The Council further requests the "
        "Office to act. The crews went home.\n\nThe Security Council will remain seized of the matter. It rains.\n"
    )
    assert _said(text) == []
    verbs = [verb for _, verb in _said(text, sentences=True)]
    assert verbs == ["notes", "further requests", "will remain"]


def test_one_sentence_is_no_statement() -> None:
    """A single sentence with an organ and a verb may stand in any letter; below the title of a statement it is one."""
    text = "The Security Council requests the Office to act.\n"
    assert _said(text) == []
    assert _said(text, sentences=True) == [(None, "requests")]


def test_what_will_be_done_is_said_only_where_the_organ_stays_seized() -> None:
    """The future of other verbs is a plan and tells of no decision."""
    text = "The Council notes it. The Council will request a report. The Council will continue to keep it in view.\n"
    assert [verb for _, verb in _said(text, sentences=True)] == ["notes", "will continue to keep"]


def test_numbers_that_follow_no_order_are_no_paragraphs() -> None:
    """Lines that begin with figures of a table are not the paragraphs of a statement."""
    text = "90. Ministers noted it.\n\n14. Ministers noted it.\n\n55. Ministers noted it.\n\n3. Ministers noted it.\n"
    assert _said(text) == []


def test_headings_between_end_what_is_said_and_sub_paragraphs_do_not() -> None:
    """A heading stands at a stop, a sub-paragraph within what its paragraph says."""
    text = (
        "1. Ministers noted it.\n\nNext heading\n\n2. Ministers urged States to:\n\n(a) register;\n\n– train.\n\n"
        "3. Ministers thanked the hosts.\n\nDone in Exampleville\n"
    )
    stops = read_statement(text, list(lines_of(text)), lexicon("en"), "nothing").stops
    assert [text[stop:].partition("\n")[0] for stop in stops] == ["Next heading", "Done in Exampleville"]


parts = st.sampled_from(
    [
        *(
            "1. ",
            "2. ",
            "7.4\t",
            "8.1 ",
            "(3) ",
            "The Security Council ",
            "Summit ",
            "They ",
            "Heads of State and Government ",
        ),
        *("La Asamblea General ", "Le Conseil ", "on the Status of ", "the ", "requests ", "noted ", "prie ", "pide "),
        *(
            "will ",
            "remain ",
            "also ",
            "it. ",
            "it;\n",
            "\n",
            "\n\n",
            "“",
            "In this context ",
            "Lastly, ",
            "(a) ",
            "- ",
        ),
    ]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(parts, st.text(max_size=6)), max_size=40).map("".join), st.sampled_from(["en", "fr", "es"]))
def test_what_is_said_stands_in_order_in_its_sentence(text: str, language: str) -> None:
    """Of any text: each lead stands at or after its place, that after its sentence's beginning, and all in order."""
    form = read_statement(text, list(lines_of(text)), lexicon(language), "statement")
    assert all(
        (said.sentence or 0) <= said.place <= said.lead.begin < said.lead.end <= len(text) for said in form.starts
    )
    places = [said.place for said in form.starts]
    assert places == sorted(set(places))
    assert form.stops == tuple(sorted(set(form.stops)))
