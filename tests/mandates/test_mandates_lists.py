"""Lists whose items are decisions of their own, and where clauses begin and end around them."""

from __future__ import annotations

import pytest

from mandates.analysis import analyse

head = "The Council of Harbours,\n\nRecalling the report of the Commission on the boats,\n\n"


def _quotes(text: str) -> list[tuple[str | None, str]]:
    """The number and the words of each clause, on one line."""
    return [(clause.number, " ".join(clause.quote.split())) for clause in analyse(text).clauses]


lists = {
    "under a number": (
        "1. Decides:\n(a) To open the port;\n(b) That the Bureau shall meet;\n2. Requests the secretariat to report.\n",
        ["(a) To open the port;", "(b) That the Bureau shall meet;", "2. Requests the secretariat to report."],
    ),
    "numerals within an item": (
        (
            "1. Decides:\n(a) To open the port;\n(b) That the aims of the Board are:\n(i) To promote pilotage;\n"
            "(ii) To train pilots;\n(c) To end the strike;\n2. Requests the secretariat to report.\n"
        ),
        [
            "(a) To open the port;",
            "(b) That the aims of the Board are: (i) To promote pilotage; (ii) To train pilots;",
            "(c) To end the strike;",
            "2. Requests the secretariat to report.",
        ],
    ),
    "letters as far as i": (
        "1. Decides:\n"
        + "".join(f"({letter}) To open port {letter.upper()};\n" for letter in "abcdefghij")
        + "2. Requests the secretariat to report.\n",
        [
            *(f"({letter}) To open port {letter.upper()};" for letter in "abcdefghij"),
            "2. Requests the secretariat to report.",
        ],
    ),
    "articles": (
        "Decides:\n\nArt. 1 – To open the port.\n\nArt. 2 – To request the Secretariat to report.\n",
        ["Art. 1 – To open the port.", "Art. 2 – To request the Secretariat to report."],
    ),
    "verbs without their particle": (
        "Decides to:\n\n1- Commend the pilots.\n\n2- Request the Secretariat to report.\n",
        ["1- Commend the pilots.", "2- Request the Secretariat to report."],
    ),
    "bullets": (
        "Decides:\n- To open the port;\n- To close the market.\n",
        ["- To open the port;", "- To close the market."],
    ),
}


@pytest.mark.parametrize("kind", lists)
def test_items_of_a_bare_verb_are_clauses(kind: str) -> None:
    """A verb that has nothing but its list gives way to the items."""
    words, expected = lists[kind]
    assert [quote for _, quote in _quotes(head + words)] == expected


@pytest.mark.parametrize(
    "words",
    [
        "1. Decides to open the port:\n(a) To boats;\n(b) To ferries.\n",
        "1. Requests the Secretariat:\n(a) To open the port;\n(b) To close the market.\n",
    ],
)
def test_items_of_a_whole_clause_stay_within_it(words: str) -> None:
    """Where the parent says more than its verb, the items are its sub-paragraphs."""
    assert _quotes(head + words) == [("1", " ".join(words.split()))]


def test_labels_that_repeat_are_two_lists() -> None:
    """Two lists that begin with (a) under one bare verb cannot be told apart, and are left in the clause."""
    words = "Decides:\n(a) To open the port;\n(b) To close it;\n(a) To paint it;\n(b) To sell it.\n"
    assert len(_quotes(head + words)) == 1


def test_verbs_that_stand_as_headings() -> None:
    """A verb in small letters on a line of its own leads what follows, and its list where it is bare."""
    text = (
        "The Conference of the Harbours (Exampleville, 2026),\n\nconsidering\n\nthat the boats of the poor are old,\n\n"
        "resolves\n\n1\tthat the Bureau shall meet;\n\n2\tto open the port,\n\n"
        "instructs the Director\n\nto report to the Council,\n\ninvites States\n\nto paint their boats.\n"
    )
    assert _quotes(text) == [
        ("1", "1 that the Bureau shall meet;"),
        ("2", "2 to open the port,"),
        (None, "instructs the Director to report to the Council,"),
        (None, "invites States to paint their boats."),
    ]


def test_several_speak_in_capitals_or_after_bullets() -> None:
    """After "do hereby agree to" and "Hereby:" the verbs have no ending; bullets are no numbers."""
    capitals = "WE, the Heads of State,\n\nRECALLING the Treaty;\n\nDO HEREBY AGREE TO:\n\nOPEN the ports;\n\n"
    assert [quote for _, quote in _quotes(capitals + "REQUEST the Secretary-General to report to us.\n")][-1:] == [
        "REQUEST the Secretary-General to report to us."
    ]
    bullets = "We, the Ministers of the Union,\n\nConcerned at the state of the boats,\n\nHereby:\n\n"
    words = "• Urge all States to paint the boats;\n\n• Request the Secretariat to report on that.\n"
    assert _quotes(bullets + words) == [
        (None, "Urge all States to paint the boats;"),
        (None, "Request the Secretariat to report on that."),
    ]


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ("«", "»")])
def test_a_quoted_resolution_is_not_cut(opening: str, closing: str) -> None:
    """The text that a clause proposes has numbers and verbs of its own, and stays in the clause."""
    text = (
        f"{head}1. Decides to put the following to the Assembly:\n\n{opening}The Assembly,\n\n1. Requests the Court to "
        f"rule;\n\n2. Decides to wait.{closing}\n\n2. Requests the Secretariat to report to the Council.\n"
    )
    assert [number for number, _ in _quotes(text)] == ["1", "2"]


def test_a_quotation_without_end_hides_nothing_for_ever() -> None:
    """An opening sign that is never closed is a misprint; what follows is read."""
    text = f"{head}1. Takes note of the report;\n\n“The word;\n\n2. Requests the Secretariat to report.\n"
    assert [number for number, _ in _quotes(text)] == ["1", "2"]


@pytest.mark.parametrize("between", ["Item 9 of the agenda", "Boats and harbours", "CX/26/9"])
def test_an_organ_speaks_past_a_heading(between: str) -> None:
    """A heading or a reference may stand between the organ's line and its first words."""
    text = (
        f"The Commission on Boats,\n\n{between}\n\nAware of the state of the boats,\n\n1. Takes note of the report;\n\n"
        "2. Requests the secretariat to act.\n"
    )
    assert len(_quotes(text)) == 2
    assert len(analyse(text).preamble) == 1


@pytest.mark.parametrize(
    "after",
    [
        "45th plenary meeting\n12 May 2026", "In favour: 40", "Done at Exampleville", "* * *", "Resolution 15",
        "[Adopted without a vote.]", "_______________", "Annex\n\n1. Requests must be made in writing.",
    ],
)  # fmt: skip
def test_what_follows_the_text_is_no_part_of_its_last_clause(after: str) -> None:
    """Meeting lines, votes, places, rules, further titles and annexes stand outside."""
    last = "1. Requests the Secretariat to report on the boats."
    assert [quote for _, quote in _quotes(f"{head}{last}\n\n{after}\n")] == [last]


def test_a_date_in_brackets_belongs_to_its_session() -> None:
    """The date beside a session is part of the deadline as written."""
    text = (
        "Decision on boats\n\nThe Governing Body:\n\n(a) requested the Director-General to report on the boats to its "
        "358th Session (November 2026);\n\n(b) decided to defer the matter to its 360th Session (June 2027).\n"
    )
    assert [[due.quote for due in clause.dues] for clause in analyse(text).clauses] == [
        ["its 358th Session (November 2026)"],
        ["its 360th Session (June 2027)"],
    ]
