"""Texts that hold several resolutions: where each begins and ends, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mandates.analysis import analyse
from mandates.documents.parts import documents_in, own_documents

if TYPE_CHECKING:
    from mandates.model import Analysis

HEALTH = """SEVENTY-NINTH WORLD HEALTH ASSEMBLY          WHA79.31

Clinics at border crossings

The Seventy-ninth World Health Assembly,

Having considered the report on clinics at border crossings,

1. URGES Member States to open clinics at border crossings;

2. REQUESTS the Director-General to report to the Eighty-first World Health Assembly.

(Seventh plenary meeting, 26 May 2026)

WHA79.32          Vaccines for seasonal crews

The Seventy-ninth World Health Assembly,

Recalling resolution WHA78.4,

REQUESTS the Director-General to publish a list of vaccines for seasonal crews by 31 March 2027.

(Seventh plenary meeting, 26 May 2026)
"""
COUNCIL = """Résolution 2911 (2026)
du 14 septembre 2026

Le Conseil de sécurité,

Rappelant ses résolutions antérieures,

1. Prie le Secrétaire général de lui faire rapport sur les passages frontaliers avant le 1er mars 2027;

2. Décide de rester saisi de la question.

Adoptée à la 9987e séance.

Résolution 2912 (2026)
du 14 septembre 2026

Le Conseil de sécurité,

Prenant note du rapport du Secrétaire général,

1. Décide de proroger le mandat de la Mission jusqu'au 30 septembre 2027.

Adoptée à la 9987e séance.
"""
DRAFTS = """Report of the Fifth Working Group

The Working Group recommends to the Assembly the adoption of the following drafts.

Draft resolution I
Housing of harvest workers

The General Assembly,

Recalling the Charter,

1. Requests the Secretary-General to report on the housing of harvest workers in 2028.

Draft resolution II
Wages of harvest workers

The General Assembly,

Recalling the Charter,

1. Requests the Secretary-General to report on the wages of harvest workers in 2028.
"""
ANNEXED = """2026/31. Rules of the mediation service

The Economic and Social Council,

1. Adopts the rules of the mediation service set out in the annex to the present resolution.

Annex
Rules of the mediation service

The Economic and Social Council,

1. Requests the mediators to publish a report each year.
"""


def _shown(found: Analysis, text: str) -> list[tuple[str | None, str | None, str, int]]:
    return [
        (part.symbol, part.title, text[part.start :].partition("\n")[0][:22], len(part.clauses)) for part in found.parts
    ]


def test_each_health_resolution_is_a_part() -> None:
    """The first has its symbol in the letterhead, the second before its title."""
    assert _shown(analyse(HEALTH), HEALTH) == [
        ("WHA79.31", "Clinics at border crossings", "SEVENTY-NINTH WORLD HE", 2),
        ("WHA79.32", "Vaccines for seasonal crews", "WHA79.32          Vacc", 1),
    ]


def test_numbers_in_words_begin_parts_in_french() -> None:
    """Resolutions of the Security Council have no title but their number."""
    found = analyse(COUNCIL)
    assert [(part.symbol, len(part.clauses)) for part in found.parts] == [
        ("S/RES/2911 (2026)", 2),
        ("S/RES/2912 (2026)", 1),
    ]
    assert COUNCIL[found.parts[1].start :].startswith("Résolution 2912")


def test_drafts_without_symbols_are_parts_and_no_documents() -> None:
    """What a report recommends is counted by its headings, and the report stays one document."""
    found = analyse(DRAFTS)
    assert [(part.symbol, part.title) for part in found.parts] == [
        (None, "Housing of harvest workers"),
        (None, "Wages of harvest workers"),
    ]
    assert documents_in(found) == ()


def test_an_organ_that_speaks_in_an_annex_begins_no_part() -> None:
    """An annex has no head of a resolution, so it belongs to the resolution before it."""
    found = analyse(ANNEXED)
    assert [(part.symbol, part.clauses) for part in found.parts] == [("E/RES/2026/31", (0, 1))]
    assert {clause.symbol for clause in found.clauses} == {"E/RES/2026/31"}


@pytest.mark.parametrize("text", [HEALTH, COUNCIL, DRAFTS, ANNEXED], ids=["health", "council", "drafts", "annexed"])
def test_parts_follow_each_other(text: str) -> None:
    """Parts have no gap between them, and every clause is inside the part that lists it."""
    found = analyse(text)
    assert [part.end for part in found.parts[:-1]] == [part.start for part in found.parts[1:]]
    assert found.parts[-1].end == len(text)
    for part in found.parts:
        assert all(part.start <= found.clauses[place].start < part.end for place in part.clauses)
    assert sorted(place for part in found.parts for place in part.clauses) == list(range(len(found.clauses)))


def test_a_resolution_of_another_year_among_them_is_quoted() -> None:
    """Documents of a file are of one series."""
    quoted = COUNCIL.replace("2912 (2026)", "1325 (2000)")
    assert documents_in(analyse(quoted)) == ()
    assert len(documents_in(analyse(COUNCIL))) == 2


def test_more_documents_than_any_volume_holds_are_one() -> None:
    """A file made to be thousands of documents stays one, and says so."""
    unit = "81/{n}. Matter\n\nThe General Assembly,\n\n1. Requests the Secretary-General to report.\n\n"
    few, many = ("".join(unit.format(n=n) for n in range(1, count)) for count in (11, 1_100))
    assert len(documents_in(analyse(few))) == 10
    found = analyse(many)
    assert documents_in(found) == ()
    assert any("are recorded as one" in note for note in found.notes)


TAIL = """9. Requests the Executive Secretary to circulate the present resolution;

10. Decides to remain seized of the matter.

31st plenary meeting
22 July 2026

2026/15. Housing of harvest workers

The Economic and Social Council,

Recalling its resolution 2025/8,

1. Requests the Secretary-General to report on the housing of harvest workers.
"""


def test_a_resolution_after_the_end_of_another_has_its_own_clauses_only() -> None:
    """The clauses at the top of a page belong to the resolution on the page before."""
    (only,) = documents_in(analyse(TAIL, symbol="E/RES/2026/15"))
    assert (only.symbol, only.clauses) == ("E/RES/2026/15", (2,))


def test_a_page_of_a_volume_needs_no_head() -> None:
    """A page holds its resolutions even if its running head does not say what kind of document it is."""
    text = "General Assembly — Eighty-first Session\n\nCONTENTS\n\n" + COUNCIL
    assert [part.symbol for part in documents_in(analyse(text))] == ["S/RES/2911 (2026)", "S/RES/2912 (2026)"]


def test_no_parts_are_no_documents() -> None:
    """An analysis that lists no parts, as a former version's, holds one document."""
    assert own_documents(()) == ()
