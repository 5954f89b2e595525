"""What a reading says of itself: complete, partial or none, with its reasons."""

from __future__ import annotations

import pytest

from benchmarks.damage import ENOUGH, outcomes, own_texts
from mandates.analysis import analyse
from mandates.classify.confidence import SURE

WHOLE = (
    "Harbour Council\n\nResolution 7/2. Night ferries\n\nThe Harbour Council,\n\nNoting the storm of last winter,\n\n"
    "1. Requests the Secretariat to map the piers by 1 May 2028;\n\n2. Invites States to light their piers;\n\n"
    "3. Decides to remain seized of the matter.\n"
)
# The words of one resolution, long enough for shares of misread words and for lines that broke.
LONG = WHOLE.replace(
    "1. Requests",
    "Considering that the piers of the outer harbour are dark from dusk to dawn, that pilots have asked for lamps\n"
    "on each of them, and that the cost of a lamp is borne by the port in which it burns,\n\n1. Requests",
)
PRINT = "\n\n7-31882 {page}/4\n\n"
DAMAGED = {
    "begins within": (WHOLE[WHOLE.index("2. Invites") :], "who decides"),
    "breaks off within a clause": (WHOLE[: WHOLE.index(" their piers")], "break off"),
    "breaks off after a clause": (WHOLE[: WHOLE.index("3. Decides")], "break off"),
    "a number is missing": (WHOLE.replace("2. Invites", "2. Qnvites"), "after paragraph 1"),
    "the first is missing": (WHOLE.replace("1. Requests", "1. Qequests"), "the first paragraph"),
    "misread by a scanner": (WHOLE.replace("the", "tbe1e").replace("to ", "t0day "), "misread"),
    "begins within a sentence": (
        f"{'were dark and the pilots had no lamps, ' * 6}\n\n{WHOLE[WHOLE.index('The Harbour Council,') :]}",
        "within a sentence",
    ),
    "breaks off after a small word": (WHOLE + "\nThe lamps are kept by the", "the last line is not closed"),
    "breaks off within a list": (
        WHOLE.replace("3. Decides to remain seized of the matter.", "3. Decides:\n\n(a) To light the outer pie"),
        "break off",
    ),
    "breaks off within a bracket": (WHOLE + "\nPier of Amra (lit", "nothing follows the last line"),
    "breaks off after a heading": (WHOLE + "\nResolution 7/3 Day ferries", "under the heading"),
    "breaks off on a page": (WHOLE + PRINT.format(page=2), "of 4 pages these are missing: 3, 4"),
    "a page is missing": (
        WHOLE.replace("\n\n2.", PRINT.format(page=2) + "2.").replace("\n\n3.", PRINT.format(page=4) + "3."),
        "of 4 pages these are missing: 3",
    ),
    "a page is there twice": (
        WHOLE.replace(
            "3. Decides", "1. Requests the Secretariat to map the piers by 1 May 2028;\n\n3. Decides"
        ).replace("map the piers by", "map the piers of the outer harbour by"),
        "there twice",
    ),
    "pages are out of order": (
        WHOLE.replace("3. Decides", "3. Notes the lamps;\n\n2. Notes the buoys;\n\n3. Decides"),
        "out of order",
    ),
    "columns are mixed": (
        WHOLE.replace("to map the piers", "to map\nthe storms.\nthe piers;\npilots of them").replace(
            "to light", "to\nburn lamps;\nlight"
        ),
        "within a sentence after a full stop",
    ),
    "numbers are lost": (
        WHOLE.replace("2. Invites", "(i) Invites").replace("1. Requests", "1. Requests the Bureau, 2. Requests"),
        "looks like a decision",
    ),
    "wrong encoding": (
        LONG.replace("Secretariat", "SÃ©crÃ©tariat").replace("the piers", "the quaisâ€™ piers"),
        "wrong encoding",
    ),
    "letters without a meaning": (LONG.replace("pi", "p\ue0a1"), "letters are lost"),
    "capitals are lost": (LONG[LONG.index("The Harbour") :].lower(), "no capital letters"),
    "line breaks are lost": (" ".join(LONG.replace("are dark", "are dark " * 160).split()), "no line breaks"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_text_is_partial_and_says_why(damage: str) -> None:
    """A text that lost its beginning, its end or its letters is not taken for a whole one."""
    text, reason = DAMAGED[damage]
    analysis = analyse(text)
    assert analysis.reading == "partial"
    assert any(reason in each for each in analysis.reading_reasons), analysis.reading_reasons


def test_a_whole_text_is_complete() -> None:
    """Nothing is said where nothing is missing."""
    analysis = analyse(WHOLE)
    assert (analysis.reading, analysis.reading_reasons) == ("complete", ())


GARBLED = {
    "1. Requcsts the Secretariat to report on the piers;": "Requests",
    "1. lnvites the Secretariat to submit a report on the piers;": "Invites",
    "1. Also rec0rnmends that the Secretariat report on the piers;": "Also recommends",
    "1. DEC1DES that the Secretariat shall report on the piers;": "DECIDES that",
    "1. Rea\ufffdrms its request to the Secretariat to report on the piers;": "Reaffirms its request",
    "1. Cal1s upon the Secretariat to report on the piers;": "Calls upon",
    "1. Instruets the Secretariat to report on the piers;": "Instructs",
    "1. Dernande au Secrétariat de publier un rapport sur les quais ;": "Demande",
    "1. Déc1de que le Secrétariat publiera un rapport sur les quais ;": "Décide que",
    "1. lnvite le Secrétariat à publier un rapport sur les quais ;": "Invite",
    "1. So1icita a la Secretaría que publique un informe sobre los muelles;": "Solicita",
    "1. Dec\ue0a1de que la Secretaría publique un informe sobre los muelles;": "Decide que",
}
OPENINGS = {
    "e": "The Harbour Council,\n\nNoting the storm of last winter,\n\n",
    "é": "Le Conseil du port,\n\nPrenant note de la tempête de l’hiver dernier,\n\n",
    "í": "El Consejo del puerto,\n\nTomando nota de la tormenta del invierno pasado,\n\n",
}


@pytest.mark.parametrize("words", GARBLED)
def test_a_garbled_verb_is_read_as_it_was_printed(words: str) -> None:
    """A verb with letters misread or lost leads its clause; the quote stays, and somebody is asked to look."""
    opening = OPENINGS["é" if "Secrétariat" in words else "í" if "Secretaría" in words else "e"]
    analysis = analyse(f"{opening}{words}\n")
    (clause,) = analysis.clauses
    assert (clause.verb, clause.quote) == (GARBLED[words], words)
    assert any("letters of the verb were misread" in each for each in clause.review)
    assert clause.confidence < SURE


@pytest.mark.parametrize("word", ["Adapts", "Presents", "Requested", "Cells", "Tables", "Comments", "Dates"])
def test_a_word_that_may_have_been_meant_is_not_mended(word: str) -> None:
    """A word of its own that is like a verb, or is another form of one, is left as it is."""
    analysis = analyse(f"{WHOLE[: WHOLE.index('3. Decides')]}3. {word} the rules of the piers.\n")
    assert not any("misread" in each for clause in analysis.clauses for each in clause.review)


@pytest.mark.parametrize(
    "signs",
    [
        {"ffi": "\ufb03", "fi": "\ufb01"},
        {",": "，", ";": "；", "storm of last winter,": "storm of last winter，"},
        {"é": "Ã©", "’": "â€™"},
    ],
)
def test_signs_of_fonts_and_other_typesetters_cost_no_clause(signs: dict[str, str]) -> None:
    """Ligatures, full-width signs and letters in a wrong encoding are read, and each quote is the text's own."""
    printed = WHOLE.replace("Noting the", "Reaffirming its offices after the").replace(
        "light", "find the café’s way to"
    )
    text = printed
    for old, new in signs.items():
        text = text.replace(old, new)
    assert text != printed
    read = analyse(text)
    assert [clause.verb for clause in read.clauses] == ["Requests", "Invites", "Decides"]
    assert all(text[clause.start : clause.end] == clause.quote for clause in read.clauses)
    assert read.clauses[1].display.rstrip(";；") == "2. Invites States to find the café’s way to their piers"


@pytest.mark.parametrize("end", ["1. Requests", "the storm of last"])
def test_a_body_that_speaks_without_a_clause_is_said(end: str) -> None:
    """A page that ends before the first clause has none, and is not complete."""
    page = WHOLE[WHOLE.index("The Harbour Council,") : WHOLE.index(end)]
    assert analyse(page).reading == "none"


@pytest.mark.slow
def test_texts_that_lose_clauses_say_so() -> None:
    """Cut, misread or joined, a text in which fewer than nine in ten clauses are found says so, nearly always."""
    texts = (each for each in own_texts() if len(each[2]) > 4)
    lost = [each for each in outcomes(texts) if each.found < ENOUGH and each.damage != "whole"]
    assert len(lost) > 50
    assert sum(each.is_said for each in lost) >= 0.65 * len(lost)
