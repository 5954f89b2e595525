"""Resolutions put together from the pieces of real layouts: whatever the mixture, what is found holds together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mandates.analysis import analyse

if TYPE_CHECKING:
    from mandates.model import Analysis, Clause, Due, Mandate

organs = {
    "en": ["The General Assembly,", "The Governing Body:", "_The Human Rights Council_,", "WE, the Heads of State,"],
    "fr": ["L’Assemblée générale,", "Le Conseil d’administration:", "LE CONSEIL,", "Nous, les Ministres,"],
    "es": ["La Asamblea General,", "El Consejo:", "LA CONFERENCIA,", "Nosotros, los Ministros,"],
}
preambles = {
    "en": ["Recalling its resolution 80/12,", "considering", "MINDFUL of the floods;", "Guided by the Charter,"],
    "fr": ["Rappelant sa résolution 80/12,", "considérant", "CONSCIENTE des crues ;", "Guidée par la Charte,"],
    "es": ["Recordando su resolución 80/12,", "considerando", "CONSCIENTE de las crecidas;", "Guiada por la Carta,"],
}
verbs = {
    "en": [
        *(
            "Requests",
            "_Urges_",
            "**Decides**",
            "requested",
            "resolves",
            "instructs",
            "Decides to:",
            "Decides:",
            "Hereby:",
        ),
        *("To request", "STRENGTHEN", "Takes note", "will remain seized", "DO HEREBY AGREE TO:", "further requests"),
        *("In this spirit, requests", "The Council requests", "Summit directed", "Heads urged", "Abides by"),
    ],
    "fr": [
        *("Prie", "_Exhorte_", "**Décide**", "a demandé", "décide", "charge", "Décide :", "DEMANDE", "De prier"),
        *("Prend acte", "a pris note", "Se félicite", "décide d’examiner", "Le Conseil prie", "Dans cet esprit, prie"),
    ],
    "es": [
        *(
            "Pide",
            "_Insta_",
            "**Decide**",
            "pidió",
            "resuelve",
            "encarga",
            "Decide:",
            "SOLICITA",
            "Solicitar",
            "Toma nota",
        ),
        *("tomó nota", "Acoge con beneplácito", "decide prorrogar", "El Consejo pide", "En este espíritu, pide"),
    ],
}
objects = {
    "en": [
        *("the Secretary-General to report by 30 June 2027", "all States", "to extend the mandate of the Group"),
        *("of the report (A/80/1)", "its 358th Session (November 2026)", "to include the item in its agenda"),
        *("that the Bureau shall meet", "the Office to act, and requests it to report on the boats annually"),
    ],
    "fr": [
        *(
            "le Secrétaire général de faire rapport avant le 30 juin 2027",
            "les États",
            "de proroger le mandat du Groupe",
        ),
        *("du rapport (A/80/1)", "à sa 358e session (novembre 2026)", "le Bureau d’agir, et le prie de faire rapport"),
    ],
    "es": [
        *("al Secretario General que informe antes del 30 de junio de 2027", "a los Estados", "prorrogar el mandato"),
        *(
            "del informe (A/80/1)",
            "en su 358ª reunión (noviembre de 2026)",
            "a la Oficina que actúe, y le pide que informe",
        ),
    ],
}
labels = [
    *(
        "",
        "1. ",
        "2. ",
        "3.\t",
        "7.4\t",
        "33. ",
        "1\t",
        "(a) ",
        "b) ",
        "i. ",
        "1- ",
        "• ",
        "- ",
        "OP3 ",
        "(4) ",
        "“1. ",
    ),
    *("« ", "Art. 1 – ", "Article 2 – ", "Artículo 3.- "),
]
endings = [";", ".", ":", ",", "; and", ".”", " »", "", ".¹", ";32"]
gaps = ["\n", "\n\n", "\r\n", "\r\n\r\n", " ", "\n \n"]
furniture = [
    *("\n3/14\n", "\n26-19931\n", "\nA/RES/81/9\n", "\n_______________\n1 Ibid.\n", "\x0c", "\nPage 7\n"),
    *("\n> 2 See A/80/1.\n", "\nGE.26-12345\n", "\n– 4 –\n"),
]
after = ["", "", "Annex\n\n", "45th plenary meeting\n", "In favour: 40\n", "Fait à Exempleville\n", "* * *\n"]


@st.composite
def resolutions(draw: st.DrawFn) -> str:
    """A resolution, or several, with nothing in its right place for certain."""
    language = draw(st.sampled_from(["en", "fr", "es"]))
    paragraph = st.builds(
        "{}{} {}{}{}{}".format,
        st.sampled_from(labels),
        st.sampled_from([*verbs[language], *(f"{organ} {verbs[language][0]}" for organ in organs[language])]),
        st.sampled_from(objects[language]),
        st.sampled_from(endings),
        st.sampled_from(gaps),
        st.sampled_from(["", "", "", *furniture]),
    )
    opening = st.builds(
        "{}{}{}".format,
        st.sampled_from(["", *organs[language], *preambles[language]]),
        st.sampled_from(gaps),
        st.sampled_from(["", *preambles[language], *furniture]),
    )
    body = st.lists(paragraph, max_size=8).map("".join)
    whole = st.tuples(opening, st.sampled_from(gaps), body, st.sampled_from(after)).map("".join)
    return draw(st.lists(whole, min_size=1, max_size=3).map("\n".join))


def _faults(text: str, analysis: Analysis) -> list[str]:
    """What does not hold together; a reader of the failure sees the words."""
    spans = [(clause.start, clause.end) for clause in analysis.clauses]
    overlapping = [(one, two) for each in (spans, analysis.preamble) for one, two in pairwise(each) if one[1] > two[0]]
    faults = [f"overlap: {text[slice(*one)]!r} {text[slice(*two)]!r}" for one, two in overlapping]
    return faults + [f"{fault}: {clause.quote!r}" for clause in analysis.clauses for fault in _faults_of(text, clause)]


def _faults_of(text: str, clause: Clause) -> list[str]:
    dues = [*clause.dues, *(due for mandate in clause.mandates for due in mandate.dues)]
    inner: list[Mandate | Due] = [*clause.mandates, *dues]
    within = [(each.start, each.end, each.quote) for each in inner]
    quoted = [(clause.start, clause.end, clause.quote), *within, *((e.start, e.end, e.quote) for e in clause.evidence)]
    checks = {
        "nothing to show": clause.display.strip() and clause.verb.strip(),
        "a quote that is not the text": all(words and text[start:end] == words for start, end, words in quoted),
        "a mandate or deadline outside": all(clause.start <= start < end <= clause.end for start, end, _ in within),
        "a type that belies it": clause.is_mandate == (clause.type not in {"exhortation", "statement"}),
    }
    return [fault for fault, holds in checks.items() if not holds]


# The same examples each time: a mixture that nobody writes must not stop a change that has nothing to do with it.
@settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(resolutions())
def test_whatever_is_found_holds_together(text: str) -> None:
    """Quotes are true, clauses do not overlap and hold their mandates and deadlines, and there are words to show."""
    assert _faults(text, analyse(text)) == []


@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(resolutions())
def test_line_endings_change_nothing_that_is_found(text: str) -> None:
    """The same text with the line endings of another system has the same clauses."""
    plain = text.replace("\r\n", "\n")
    shown = [
        [(clause.number, clause.verb, clause.type, clause.display) for clause in analyse(each).clauses]
        for each in (plain, plain.replace("\n", "\r\n"))
    ]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_pieces_do_make_resolutions(language: str) -> None:
    """A generated text of the common kind has a preamble and clauses: the other tests do not look at nothing."""
    organ, preamble, verb, asked = organs[language][0], preambles[language][0], verbs[language][0], objects[language][0]
    analysis = analyse(f"{organ}\n\n{preamble}\n\n1. {verb} {asked};\n\n2. {verb} {asked}.\n")
    assert (analysis.language, len(analysis.preamble), len(analysis.clauses)) == (language, 1, 2)
    assert all(clause.is_mandate and clause.dues for clause in analysis.clauses)
