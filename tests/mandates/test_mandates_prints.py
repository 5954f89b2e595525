"""What prints, mails and scans do to a text, and what must still be read in it. All are invented."""

from __future__ import annotations

import pytest

from mandates.analysis import analyse

PRINTS = {
    "line numbers in the margin": (
        (
            " 1  The Pilot Assembly,\n 2\n 3  Recalling its charter of 1998,\n 4\n 5  1. Requests "
            "the Secretariat to print\n"
            " 6  the rules by 1 April 2028;\n 7\n 8  2. Decides that fees are waived;\n 9\n10  3. "
            "Invites the ports to pay.\n"
        ),
        ["1", "2", "3"],
    ),
    "a mail that quotes the whole text": (
        (
            "> The Lake Council,\n>\n> Recalling its first meeting,\n>\n> 1. Requests the Office "
            "to count the boats;\n>\n"
            "> 2. For this purpose, requests the Office to hire a clerk;\n>\n> 3. As a result, "
            "decides to meet in 2028.\n"
        ),
        ["1", "2", "3"],
    ),
    "letters spaced out": (
        (
            "The Lake Council,\n\nNoting the report,\n\n1. R e q u e s t s the Office to count the boats;\n\n"
            "2. D e c i d e s to meet in 2028.\n"
        ),
        ["1", "2"],
    ),
    "items that begin with a preposition": (
        (
            "The Lake Council,\n\nRecalling its rules,\n\nDecides that, until its next session, "
            "it should be understood "
            "that:\n\n(a) With respect to rule 4, the term of the clerk ends in May;\n\n(b) In "
            "rule 6, boats are ferries.\n"
        ),
        [None],
    ),
    "a quotation without a stop": (
        (
            "The Lake Council,\n\nNoting the report,\n\n1. Decides that the theme of its meeting will be:\n"
            "“Boats, their crews\nand the lake”\n2. Requests the Office to send out the theme.\n"
        ),
        ["1", "2"],
    ),
    "a number in the midst of a line": (
        (
            "The Lake Council,\n\nNoting the report,\n\n1. ENDORSES the plan of work for the "
            "boats, and agrees to go on with\n"
            "it; 2. URGES the ports:\n\n(1) to light their piers;\n\n(2) to count their "
            "boats;\n\n3. REQUESTS a report.\n"
        ),
        ["1", "2", "3"],
    ),
    "a section with a preamble of its own": (
        (
            "The Lake Council,\n\nNoting the report,\n\n1. Takes note of the report;\n\n2. "
            "Invites the ports to read it;\n\n"
            "B. Salaries of the pilots\n\nRecalling its resolution 4, by which it set the salaries,\n\n"
            "Approves the salaries for 2028 as the Office proposed them.\n"
        ),
        ["1", "2", None],
    ),
    "a head that is short": (
        (
            "A/RES/99/3\n\nResolution adopted by the General Assembly on 2 October 2044\n\n99/3. "
            "Declaration on boats\n\n"
            "The General Assembly\n\nAdopts the following declaration:\n\nDeclaration on boats\n\n"
            "We, representatives of States, gathered in New York,\n\n1. Recognize that boats are old;\n\n"
            "2. Request the Secretary-General to report on boats.\n"
        ),
        [None, "1", "2"],
    ),
}


@pytest.mark.parametrize("print_", PRINTS)
def test_clauses_are_read_however_a_text_is_printed(print_: str) -> None:
    """The numbers of the clauses, in order; each closes where its text does."""
    text, numbers = PRINTS[print_]
    analysis = analyse(text)
    assert [clause.number for clause in analysis.clauses] == numbers
    assert analysis.reading == "complete", analysis.reading_reasons


def test_a_quotation_belongs_to_the_clause_that_leads_to_it() -> None:
    """A text that is quoted after a colon ends the clause, with or without a stop."""
    text, _ = PRINTS["a quotation without a stop"]
    assert analyse(text).clauses[0].quote.endswith("the lake”")


def test_an_address_in_angle_brackets_is_no_markup() -> None:
    """What people see of a clause keeps an address, and leaves out a tag."""
    text = "The Lake Council,\n\nNoting it,\n\n1. Requests the Office to <b>print</b> the plan at <www.lake.example>.\n"
    assert analyse(text).clauses[0].display.endswith("to print the plan at <www.lake.example>.")
