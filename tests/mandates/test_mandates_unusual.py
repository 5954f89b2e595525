"""Leads that only their number shows to be leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandates.analysis import analyse
from mandates.clauses.forms.sequence import read_unusual_lead
from mandates.languages.lexicon import lexicon


def _lead(words: str, language: str = "en") -> str | None:
    lead = read_unusual_lead(words, 0, lexicon(language))
    return words[lead.start : lead.end] if lead else None


@pytest.mark.parametrize(
    ("language", "words", "verb"),
    [
        ("en", "In this spirit of openness, requests the Office to act;", "requests"),
        ("en", "Noting the report, decides to act;", "decides"),
        ("en", "Abides by the fees;", "Abides"),
        ("en", "Recalling the debt of harbours;", "Recalling"),
        ("fr", "Considérant les faits, prie le Bureau d’agir;", "prie"),
        ("es", "Ante estos hechos, pide a la Oficina que actúe;", "pide"),
    ],
)
def test_the_verb_is_found_where_the_paragraph_begins_otherwise(language: str, words: str, verb: str) -> None:
    """After an introduction the verb follows a comma; a participle or a verb that is in no list may lead too."""
    assert _lead(words, language) == verb


@pytest.mark.parametrize(
    "words",
    ["States the members of which are poor;", "Members of the Board", "abides by the fees", "Report of it", ""],
)
def test_nouns_and_small_letters_lead_nothing(words: str) -> None:
    """A plural noun, a word in small letters and a heading are no verbs."""
    assert _lead(words) is None


def test_only_a_number_in_turn_makes_a_lead_of_it() -> None:
    """The same words under a number out of turn, or without one, belong to the paragraph before."""
    head = "The Council of Harbours,\n\nRecalling the report of the Commission,\n\n1. Takes note of the report;\n\n"
    verbs = {
        paragraph: [clause.verb for clause in analyse(f"{head}{paragraph} by the fees for the boats.\n").clauses]
        for paragraph in ("2. Abides", "7. Abides", "Abides")
    }
    assert verbs == {"2. Abides": ["Takes note", "Abides"], "7. Abides": ["Takes note"], "Abides": ["Takes note"]}


@given(st.text(alphabet="Aa s,.;étque", max_size=60), st.sampled_from(["en", "fr", "es"]))
def test_a_lead_stands_within_the_text(words: str, language: str) -> None:
    """Whatever the words, the lead is some of them."""
    lead = read_unusual_lead(words, 0, lexicon(language))
    assert lead is None or 0 <= lead.start < lead.end <= len(words)
