"""The forms in which bodies decide: what is a clause in each, and what is said where nothing could be read."""

from __future__ import annotations

import pytest

from mandates.analysis import analyse

VERBS = {
    "ministers speak as we": (
        (
            "Kelmouth Declaration on Night Ferries\n\nAdopted on 4 May 2027\n\n"
            "1. We, the ministers of the lake States, met in Kelmouth to review night ferries.\n\n"
            "2. We welcome the report of the Office. We request the Director-General to report by May 2028.\n\n"
            "3. We call upon all States to light their piers.\n\n4. The Office is requested to keep a list of piers.\n"
        ),
        [("2", "reporting_request", "the Director-General"), ("3", None, None), ("4", "task_assignment", "The Office")],
    ),
    "two organs decide together": (
        (
            "The Conference of the Lakes and the Assembly of the Harbours,\n\nRecalling their joint plan,\n\n"
            "1. Welcome the joint plan;\n\n2. Request the joint secretariat to draft rules by 1 May 2028.\n"
        ),
        [("1", None, None), ("2", "task_assignment", "the joint secretariat")],
    ),
    "a page begins within a resolution": (
        (
            "of the harbours concerned;\n\n12. Requests the Secretariat to map the harbours;\n\n"
            "13. Invites States to help.\n\n9th plenary meeting\n2 May 2027\n"
        ),
        [("12", "task_assignment", "the Secretariat"), ("13", None, None)],
    ),
    "each number begins a paragraph, whatever follows": (
        (
            "The Harbour Council,\n\nNoting the storm,\n\n1. Instructs the Registrar to list the damage.\n"
            "2. The Secretariat shall repair the quays by 1 June 2028.\n3. Quays shall be closed in winter.\n"
            "4. Decides to convene a meeting of pilots.\n"
        ),
        [
            ("1", "task_assignment", "the Registrar"),
            ("2", "task_assignment", "The Secretariat"),
            ("3", None, None),
            ("4", "convening", None),
        ],
    ),
    "an act by article": (
        (
            "THE COUNCIL OF THE LAKE UNION,\n\nHaving regard to the Lake Treaty,\n\nHAS ADOPTED THIS DECISION:\n\n"
            "Article 1\n\nThe Commission shall submit a report on piers to the Council by 1 May 2028.\n\nArticle 2\n\n"
            "Member States shall light their piers.\n"
        ),
        [("1", "reporting_request", "The Commission"), ("2", None, "Member States")],
    ),
    "minutes": (
        (
            "Pilot Committee\n\nMinutes of the 7th meeting\n\nThe delegate of Amra said that fees were high.\n\n"
            "The Committee took note of the paper. The Committee instructed the Secretariat to print it.\n"
        ),
        [(None, None, None), (None, "task_assignment", "the Secretariat")],
    ),
}


@pytest.mark.parametrize("form", VERBS)
def test_clauses_are_found_in_every_form(form: str) -> None:
    """The number, the type of the mandate and the addressee of each clause, in order."""
    text, expected = VERBS[form]
    found = [
        (clause.number, clause.type if clause.is_mandate else None, clause.addressee)
        for clause in analyse(text).clauses
    ]
    assert [(number, kind) for number, kind, _ in found][-len(expected) :] == [each[:2] for each in expected]
    asked = [(number, whom) for number, kind, whom in found if kind in {"task_assignment", "reporting_request"}]
    assert asked == [
        (number, whom) for number, kind, whom in expected if kind in {"task_assignment", "reporting_request"}
    ]


NOTHING = {
    "an annotated agenda": (
        "Pilot Committee\nSixth session\n\nAnnotated provisional agenda\n\n1. Fees\n\n"
        "At its fifth session, the Committee decided to review fees. The Committee requested a report.\n"
    ),
    "a speech": (
        "Statement by the delegation of Amra\n\nCheck against delivery\n\nWe request the Office to act. "
        "We call upon all delegations to help.\n"
    ),
    "news": (
        "Council calls for lights\n\nThe text requests the Secretariat to publish a list. "
        "“We request the Office to act,” a pilot told reporters.\n"
    ),
    "a how-to list": "How to moor\n\n1. Request a berth.\n2. Decide on a rope.\n3. The office shall answer.\n",
    "contents": "CONTENTS\n\n1/1. Establishes a fund ........ 3\n1/2. Requests to the Office ........ 5\n",
    "a bibliography": "References\n\n1. Report of the Pilot Committee, 2020.\n2. Request for advice, 2021.\n",
    "an invoice": "Invoice 12\n\n1. Charges for berths: 20 euros\n2. Requests for water: 3 euros\n\nTotal 23 euros\n",
    "a form": "Application\n\n1. Name of the pilot\n2. Requests for a berth (please tick)\n3. Signature\n",
}


@pytest.mark.parametrize("kind", NOTHING)
def test_texts_in_which_nobody_decides_hold_no_clauses(kind: str) -> None:
    """Reports of what others decided, speeches, news, lists and papers of every day give nothing."""
    assert not analyse(NOTHING[kind]).clauses


ASKED = {
    "Requests a report on fees from the Secretariat;": ("reporting_request", "the Secretariat"),
    "Requests also the submission by the Panel of Experts of a report;": ("reporting_request", "the Panel of Experts"),
    "Requests further particulars from member States;": (None, None),
    "Renews its request that the Audit Committee review the fees;": ("task_assignment", "the Audit Committee"),
    "Reiterates its requests to all States to pay;": (None, "all States"),
    "Invites the President of the Assembly to appoint two facilitators;": (
        "task_assignment",
        "the President of the Assembly",
    ),
    "Decides that the expert group shall develop a plan;": ("task_assignment", "the expert group"),
    "Decides to apportion the costs, subject to a decision to extend the mandate of the Mission;": ("budget", None),
    "Instructs the working group on piers by 1 May 2028 to meet;": ("task_assignment", "the working group on piers"),
}


@pytest.mark.parametrize("words", ASKED)
def test_what_is_asked_and_of_whom(words: str) -> None:
    """Whether one clause carries a mandate, of which type, and whom it addresses."""
    (clause,) = analyse(f"The Harbour Council,\n\nNoting the storm,\n\n1. {words}\n").clauses
    assert (clause.type if clause.is_mandate else None, clause.addressee) == ASKED[words]


def test_a_pronoun_is_resolved() -> None:
    """In "requests it to" the words stay as written, and the organ that they refer to is given beside them."""
    text = (
        "The Harbour Council,\n\nNoting it,\n\n1. Welcomes the work of the Board on Piers, and requests it to go on.\n"
    )
    (clause,) = analyse(text).clauses
    assert (clause.addressee, clause.addressee_resolved) == ("it", "the Board on Piers")


def test_a_resolution_in_which_nothing_is_read_says_so() -> None:
    """A text that calls itself a resolution and shows no clause is not taken for a resolution without clauses."""
    text = "A/RES/81/900\n\nResolution adopted by the General Assembly\n\nThis page could not be scanned.\n"
    analysis = analyse(text)
    assert (analysis.reading, analysis.clauses) == ("none", ())
    assert "please look" in analysis.reading_reasons[0]


@pytest.mark.parametrize(
    "title",
    [
        "Joint communiqué of the Harbour Ministers",
        "Declaration of the Lake Conference",
        "Communiqué final de la Conférence des ports",
        "Declaración de la Conferencia de Puertos",
    ],
)
def test_a_title_that_calls_it_a_statement_is_not_read_in_silence(title: str) -> None:
    """A text whose title calls it a statement or a communiqué and that shows no clause says so."""
    words = {
        "J": "The weather on the lake was calm, and the piers were lit for the visitors of the port.",
        "D": "The weather on the lake was calm, and the piers were lit for the visitors of the port.",
        "C": "Le temps sur le lac était calme, et les quais étaient éclairés pour les visiteurs du port.",
    }
    spanish = "El tiempo en el lago era tranquilo, y los muelles estaban iluminados para los visitantes del puerto."
    analysis = analyse(f"{title}\n\n{spanish if 'ó' in title else words[title[0]]}\n")
    assert (analysis.clauses, analysis.reading) == ((), "none")


@pytest.mark.parametrize(
    "title",
    ["Statement by the delegate of Amra", "Report on the Lake Declaration", "Statement of accounts for 2028"],
)
def test_what_is_about_a_declaration_is_none(title: str) -> None:
    """A speech in which nothing is decided, or a paper on a declaration, is read whole."""
    analysis = analyse(f"{title}\n\nThe weather on the lake was calm for the visitors.\n")
    assert (analysis.clauses, analysis.reading) == ((), "complete")


def test_a_gap_between_numbers_is_said() -> None:
    """Where a numbered paragraph could not be read the reading is partial, and the reason names the numbers."""
    text = (
        "The Harbour Council,\n\nNoting the storm,\n\n1. Requests the Secretariat to go on;\n\n(illegible)\n\n"
        "3. Urges States to pay.\n"
    )
    analysis = analyse(text)
    assert analysis.reading == "partial"
    assert analysis.reading_reasons == ("after paragraph 1 the next that could be read is 3",)


def test_a_whole_reading_gives_no_reasons() -> None:
    """A resolution that is read from its first number to its last is complete."""
    analysis = analyse(
        "The Harbour Council,\n\nNoting it,\n\n1. Requests the Secretariat to go on;\n\n2. Thanks all.\n"
    )
    assert (analysis.reading, analysis.reading_reasons) == ("complete", ())


def test_clauses_of_several_resolutions_have_their_own_symbols() -> None:
    """The clauses after a second head belong to the second resolution."""
    head = "The General Assembly,\n\nNoting the storm,\n\n1. Requests the Secretary-General to report.\n\n"
    text = f"81/301. Piers\n\n{head}64th plenary meeting\n16 December 2026\n\n81/302. Quays\n\n{head}"
    assert [clause.symbol for clause in analyse(text).clauses][-1] == "A/RES/81/302"


_RESOLUTION = (
    "The Harbour Council,\n\nNoting the storm,\n\n1. Requests the Secretariat to map the piers;\n\n"
    "2. Invites States to light their piers.\n\n"
)
MIXED = {
    "minutes, then a resolution": (
        (
            "Pilot Committee\n\nMinutes of the 7th meeting\n\nThe delegate of Amra said that fees were high.\n\n"
            "The Committee took note of the paper. The Committee instructed the Secretariat to print it.\n\n"
            "Resolution 4\n\n" + _RESOLUTION
        ),
        ["minutes", "resolution"],
        [None, None, "1", "2"],
    ),
    "ministers declare, then a council resolves": (
        (
            "Kelmouth Declaration on Night Ferries\n\n1. We, the ministers of the lake States, met in Kelmouth.\n\n"
            "2. We welcome the report of the Office. We request the Director-General to report by May 2028.\n\n"
            "3. We call upon all States to light their piers.\n\nResolution 4\n\n" + _RESOLUTION
        ),
        ["declaration", "resolution"],
        ["2", "3", "1", "2"],
    ),
    "a resolution with lines of a budget": (
        (
            "The Harbour Council,\n\nNoting the estimates,\n\n1. Approves the estimates for 2028:\n\n"
            "1   Piers      4 000\n2   Lights       900\n3   Pilots     1 200\n\n"
            "2. Requests the Treasurer to report on them by 1 May 2029.\n"
        ),
        ["resolution"],
        ["1", "2"],
    ),
}


@pytest.mark.parametrize("mixture", MIXED)
def test_texts_that_mix_forms_are_read_whole(mixture: str) -> None:
    """Each stretch of a text is read in its own form, and the choice is kept with what came second."""
    text, forms, numbers = MIXED[mixture]
    analysis = analyse(text)
    assert [clause.number for clause in analysis.clauses] == numbers
    assert [segment.form for segment in analysis.segments] == forms
    assert all(0 <= segment.margin <= 1 and segment.score > 0 for segment in analysis.segments)


@pytest.mark.parametrize("parties", ["The States Parties to the present Treaty,\n\nMindful of the storms,\n\n", ""])
def test_the_articles_of_an_annexed_treaty_are_no_acts(parties: str) -> None:
    """A treaty that a resolution adopts is in its annex; what its articles oblige parties to is no clause of it."""
    text = (
        "The Lake Assembly,\n\nRecalling its resolution 4 on piers,\n\n1. Adopts the Treaty annexed hereto;\n\n"
        "2. Requests the Secretary-General to act as its depositary.\n\nAnnex\nTreaty on Piers\n\n"
        f"{parties}HAVE AGREED AS FOLLOWS:\n\n"
        "Article 1\n\nEach State Party shall light its piers.\n\nArticle 2\n\n"
        "The Secretary-General shall register the present Treaty by 1 May 2029.\n"
    )
    assert [clause.number for clause in analyse(text).clauses] == ["1", "2"]


@pytest.mark.parametrize("end", ["", "."])
def test_when_a_decision_was_adopted_is_no_clause(end: str) -> None:
    """A line below "Decision 2027/14" that says when it was adopted belongs to its head."""
    found = analyse(
        f"Decision 2027/14\nAdopted on 3 June 2027{end}\n\nFunding of the reading rooms\n\nThe Executive Board,\n\n"
        "Recalling its decision 2026/3,\n\n1. Takes note of the report on reading rooms;\n\n"
        "2. Requests the Executive Director to report on them at its second session of 2028.\n"
    )
    assert [clause.number for clause in found.clauses] == ["1", "2"]
