"""Document symbols and citations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandates.documents import symbols
from mandates.documents.citations import find_citations, read_citations


@pytest.mark.parametrize(
    ("written", "text", "body", "session"),
    [
        ("A/RES/81/902", "A/RES/81/902", "UNGA", 81),
        ("A/RES/81/80 A", "A/RES/81/80 A", "UNGA", 81),
        ("A/C.3/81/L.60/Rev.1", "A/C.3/81/L.60/Rev.1", "UNGA-C3", 81),
        ("S/RES/2940(2026)", "S/RES/2940 (2026)", "UNSC", None),
        ("A/RES/1145 (XII)", "A/RES/1145(XII)", "UNGA", 12),
        ("RES/51/S 5", "AALCO/RES/51/S 5", "AALCO", 51),
        ("AALCO/RES/51/ORG 2A", "AALCO/RES/51/ORG 2A", "AALCO", 51),
        ("AALCO/52/NEW DELHI/ 2013 /S 5", "AALCO/52/NEW DELHI/2013/S 5", "AALCO", 52),
        ("C-I/122/DR-Pre", "C-I/122/DR-Pre", "IPU", 122),
        ("C/115/RES/1412", "C/115/RES/1412", "IOM", 115),
        ("GB.350/INS/5", "GB.350/INS/5", "ILO", 350),
        ("10/CP.24", "10/CP.24", "UNFCCC", 24),
        ("32016R0399", "CELEX:32016R0399", "EU", None),
        ("CELEX:32015R0757R(03)", "CELEX:32015R0757R(03)", "EU", None),
        ("TA-10-2026-0101", "P10_TA(2026)0101", "EU", None),
        ("COM (2026) 120", "COM(2026) 120", "EU", None),
        ("ST 12345/26", "ST 12345/26", "EU", None),
        ("SC/16444", "SC/16444", "UN", None),
        ("CM/Rec(2022)21", "CM/Rec(2022)21", "COE", None),
        ("GRETA(2026)05", "GRETA(2026)05", "COE", None),
        ("MC.DEC/3/17", "MC.DEC/3/17", "OSCE", None),
        ("AG/RES. 2910 (XLVII-O/17)", "AG/RES. 2910 (XLVII-O/17)", "OAS", 47),
        ("MERCOSUR/CMC/DEC. Nº 12/26", "MERCOSUR/CMC/DEC. No. 12/26", "MERCOSUR", None),
        ("C.N.180.2026.TREATIES-IV.13", "C.N.180.2026.TREATIES-IV.13", "UNTC", None),
        ("A.1126(30)", "A.1126(30)", "IMO", 30),
        ("UNEP/EA.6/Res.1", "UNEP/EA.6/Res.1", "UNEA", 6),
        ("HSP/HA.2/Res.7", "HSP/HA.2/Res.7", "UNHA", 2),
        ("A/C.3/81/\nL. 18", "A/C.3/81/L.18", "UNGA-C3", 81),
    ],
)
def test_symbols_are_normalised(written: str, text: str, body: str, session: int | None) -> None:
    """Spaces, prefixes and brackets are brought to one form, and the body and session are read from it."""
    symbol = symbols.parse(written)
    assert symbol is not None
    assert (symbol.text, symbol.body, symbol.session) == (text, body, session)


@pytest.mark.parametrize(
    ("written", "kind"),
    [("32026D9901", "decision"), ("32016R0399", "other"), ("32026G0701", "resolution"), ("52026DC0100", "report")],
)
def test_acts_of_the_european_union_by_their_letter(written: str, kind: str) -> None:
    """A decision is a decision; regulations and directives are laws, which no list of kinds here names."""
    symbol = symbols.parse(written)
    assert symbol is not None
    assert symbol.kind == kind


def test_suffixes_are_told_from_the_base() -> None:
    """Rev, Add and Corr are three relations to the base document."""
    symbol = symbols.parse("A/81/50/Rev.1/Corr.2")
    assert symbol is not None
    assert (symbol.base, symbol.suffixes) == ("A/81/50", ("Rev.1", "Corr.2"))


@pytest.mark.parametrize("words", ["and/or", "2/3", "HIV/AIDS", "ratifying/acceding", "UNDP/UNFPA", "", "A/"])
def test_what_is_no_symbol(words: str) -> None:
    """A slash alone makes no symbol."""
    assert symbols.parse(words) is None


@given(st.text(max_size=60))
def test_parsing_never_fails_and_is_stable(words: str) -> None:
    """Any text is a symbol or none, and a normalised symbol stays as it is."""
    symbol = symbols.parse(words)
    assert symbol is None or symbols.normalise(symbol.text) == symbol.text


def test_citations_in_words_and_by_symbol() -> None:
    """Resolutions named in words become symbols of the body named, ranges and lists included."""
    text = (
        "Recalling General Assembly resolutions 55/92 and 56/170 of 19 December 2001, Security Council resolution 1325 (2000), "  # noqa: E501 - read as a whole
        "its resolutions 60/1 to 60/3, decision 4/CP.22, Human Rights Council resolution 17/22, Directive 2011/36/EU, "
        "Economic and Social Council resolution 2010/12, resolución 79/12 de la Asamblea General and A/HRC/41/38."
    )
    found = [citation.symbol for citation in find_citations(text, "HRC")]
    assert found == [
        "A/RES/55/92",
        "A/RES/56/170",
        "S/RES/1325 (2000)",
        "A/HRC/RES/60/1",
        "A/HRC/RES/60/2",
        "A/HRC/RES/60/3",
        "4/CP.22",
        "A/HRC/RES/17/22",
        "CELEX:32011L0036",
        "E/RES/2010/12",
        "A/RES/79/12",
        "A/HRC/41/38",
    ]


def test_other_bodies_resolutions_are_not_the_security_councils() -> None:
    """A number with a year is the Security Council's only in the United Nations."""
    found = find_citations("The Assembly recalls its Resolution 2502 (2023).", "COE")
    assert [citation.symbol for citation in found] == ["Resolution 2502 (2023)"]
    assert find_citations("The Council recalls its Resolution 2502 (2023).", "AALCO") == ()


@pytest.mark.parametrize(
    ("text", "body", "expected"),
    [
        (
            "General Assembly resolution 60/251 and resolutions 5/1, on its work, and 5/2, and resolution 43/6",
            "HRC",
            ["A/RES/60/251", "A/HRC/RES/5/1", "A/HRC/RES/5/2", "A/HRC/RES/43/6"],
        ),
        (
            "resolutions 71/10 of 6 April 2017,1 73/26 and 76/66,2 and resolutions 46/82, annex, sect. I, and 70/1",
            "UNGA",
            ["A/RES/71/10", "A/RES/73/26", "A/RES/76/66", "A/RES/46/82", "A/RES/70/1"],
        ),
        ("resolutions 79/1–79/3 and 79/5", "UNGA", [f"A/RES/79/{number}" for number in (1, 2, 3, 5)]),
        ("Security Council resolutions 1325 and 1820 of that year", None, ["S/RES/1325 (2000)", "S/RES/1820 (2008)"]),
        ("A/81/L.\n8, A/RES/79/\n232, resolution 79/\n45", "UNGA", ["A/81/L.8", "A/RES/79/232", "A/RES/79/45"]),
        (
            "resolutions 71/10,¹ 73/26 (annex), 46/82, annex, sect. I and paragraph 3, 70/1, on a plan, and 76/66",
            "UNGA",
            ["A/RES/71/10", "A/RES/73/26", "A/RES/46/82", "A/RES/70/1", "A/RES/76/66"],
        ),
        (
            "resolutions 62/8 of 9 May 2008 (review of harbours), 64/9 on the 2030 Agenda, 65/1[4] and 66/2",
            "UNGA",
            ["A/RES/62/8", "A/RES/64/9", "A/RES/65/1", "A/RES/66/2"],
        ),
        (
            "resolutions 70/1, entitled “Harbours: the 2030 plan”, 76/66, paras. 4 and 5, and 77/1 through 77/3",
            "UNGA",
            [f"A/RES/{each}" for each in ("70/1", "76/66", "77/1", "77/2", "77/3")],
        ),
        (
            "resolution 71/10 on ports, and of Security Council resolutions 2242 (2015) of 13 May 2015 and 2272 (2016)",
            "UNGA",
            ["A/RES/71/10", "S/RES/2242 (2015)", "S/RES/2272 (2016)"],
        ),
        ("resolutions 3201 (S-VI) and 2252 (ES-V)", None, ["A/RES/3201(S-VI)", "A/RES/2252(ES-V)"]),
        ("Security Council resolution 2999", None, ["S/RES/2999"]),
        (
            "A/C.3/81/\r\n   L.8/Rev.1, UNEP/EA.8/\nRes.1, CMW/C/\nGC/5 and S/PV.9876",
            None,
            ["A/C.3/81/L.8/Rev.1", "UNEP/EA.8/Res.1", "CMW/C/GC/5", "S/PV.9876"],
        ),
        (
            "the Commission on Human Rights, in particular Commission resolution 1998/72 of 22 April 1998",
            "UNGA",
            ["E/CN.4/RES/1998/72"],
        ),
        ("decision 2026/14 and Decision (EU) 2026/14", "ECOSOC", ["E/DEC/2026/14", "CELEX:32026D0014"]),
    ],
)  # fmt: skip
def test_lists_of_resolutions(text: str, body: str | None, expected: list[str]) -> None:
    """Lists go on over notes, annexes, descriptions and ranges, and a bare number is the body's own."""
    assert [citation.symbol for citation in find_citations(text, body)] == expected


def test_what_is_not_understood_is_reported() -> None:
    """A number that no way of numbering explains is kept as written, not turned into another body's symbol."""
    found = read_citations("The Council recalls Resolution 2502 (2023) and A/81/9.", "AALCO")
    assert [citation.symbol for citation in found.citations] == ["A/81/9"]
    assert found.unread == ("Resolution 2502 (2023)",)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Recalling Commission on the Status of Women resolution 60/2 and its resolution 79/1", "resolution 60/2"),
        ("Rappelant la résolution 60/2 de la Commission de la condition et sa résolution 79/1", "résolution 60/2"),
        ("Recordando la resolución 60/2 de la Comisión de la Condición y su resolución 79/1", "resolución 60/2"),
        ("Taking note of decision 15/29 of the Conference of the Parties and its resolution 79/1", "decision 15/29"),
        ("Having regard to Resolution 2597 (2025) and recalling its resolution 79/1", "Resolution 2597 (2025)"),
        ("Recalling Council resolution No. 1338 of 5 December 2016, and its resolution 79/1", "resolution 1338"),
    ],
)  # fmt: skip
def test_an_act_of_a_body_that_is_not_listed_is_nobody_elses(text: str, unread: str) -> None:
    """What another commission or conference numbers in the Assembly's way is reported, not taken for the Assembly's."""
    found = read_citations(text, "UNGA")
    assert [citation.symbol for citation in found.citations] == ["A/RES/79/1"]
    assert found.unread == (unread,)
