"""The short names of those who are asked: the whole is not one of its parts, and no office is another body's."""

from __future__ import annotations

import pytest

from mandates.documents.addressee_ids import addressee_id
from mandates.documents.bodies import bodies

THEMSELVES = (
    ("the IPU", "IPU", "ipu:organization"),
    ("the Inter-Parliamentary Union", "IPU", "ipu:organization"),
    ("l'Union interparlementaire", "IPU", "ipu:organization"),
    ("the Human Rights Council", "UNGA", "un:human-rights-council"),
    ("the General Assembly at its eighty-second session", "HRC", "un:general-assembly"),
    ("the Economic and Social Council and the United Nations Office on Drugs and Crime", "UNGA", "un:ecosoc"),
    ("States and the United Nations Office on Drugs and Crime", "UNGA", "un:unodc"),
    ("the Executive Director of the United Nations Office on Drugs and Crime", "UNGA", "un:unodc"),
    ("the Office of the United Nations High Commissioner for Refugees", "UNGA", "un:unhcr"),
    ("the President of the General Assembly", "HRC", "un:president-of-the-general-assembly"),
    ("la Présidente du Conseil des droits de l’homme", "HRC", "un:president-of-the-council"),
    ("la Presidenta del Consejo de Derechos Humanos", "HRC", "un:president-of-the-council"),
)
PARTS = (
    ("the IPU Committee to Promote Respect for Tidal Law", "IPU", "ipu:ipu-committee-to-promote-respect-for-tidal-law"),
    ("the IPU Member Parliaments", "IPU", "ipu:ipu-member-parliaments"),
    ("the Governing Council of the IPU", "IPU", "ipu:governing-council-of-the-ipu"),
    ("the Assembly of the Inter-Parliamentary Union", "IPU", "ipu:assembly-of-the-inter-parliamentary-union"),
    ("the IOM Standing Committee", "IOM", "iom:iom-standing-committee"),
    ("the Governing Body of the ILO", "ILO", "ilo:governing-body-of-the-ilo"),
    ("the Human Rights Council Advisory Committee", "HRC", "un:human-rights-council-advisory-committee"),
    ("the special procedures of the Human Rights Council", "UNGA", "un:special-procedures-of-the-human-rights-council"),
    ("all Human Rights Council special procedures", "UNGA", "un:human-rights-council-special-procedures"),
    ("the Security Council Committee on Harbours", "UNSC", "un:security-council-committee-on-harbours"),
    ("the Third Committee of the General Assembly", "UNGA", "un:third-committee-of-the-general-assembly"),
    ("the Bureau of the Economic and Social Council", "ECOSOC", "un:bureau-of-the-economic-and-social-council"),
    ("the Chair of the Working Group of the General Assembly and the Security Council", "UNGA",
     "un:chair-of-the-working-group-of-the-general-assembly-and-the-security-council"),
    ("la Troisième Commission de l’Assemblée générale", "UNGA", "un:troisieme-commission-de-l-assemblee-generale"),
    ("el Comité Asesor del Consejo de Derechos Humanos", "HRC", "un:comite-asesor-del-consejo-de-derechos-humanos"),
)  # fmt: skip
OFFICES = (
    ("the Secretary-General", "UNGA", "un:secretary-general"),
    ("the Secretary-General", "AALCO", "aalco:secretary-general"),
    ("the Secretary-General and all States", "UNGA", "un:secretary-general"),
    ("the Secretary-General for a new harbour", "UNGA", "un:secretary-general"),
    ("the Secretary-General of the United Nations", "AALCO", "un:secretary-general"),
    ("la Secrétaire générale de l’Organisation", "AALCO", "aalco:secretary-general"),
    ("the interim Director-General", "WHO", "who:director-general"),
    ("the IPU Secretariat", "IPU", "ipu:secretariat"),
    ("the IPU Secretariat", "UNGA", "ipu:secretariat"),
    ("the United Nations Secretariat", "AALCO", "un:secretariat"),
    ("the Director General of the International Organization for Migration (IOM)", "UNGA", "iom:director-general"),
    ("the Director General of the IOM and States", "UNGA", "iom:director-general"),
    ("the secretariat of the United Nations Framework Convention on Climate Change", "UNGA", "unfccc:secretariat"),
    ("el Secretario Ejecutivo", "UNFCCC", "unfccc:executive-secretary"),
    ("the Secretary-General of the Union of Ferries", "UNGA", "un:secretary-general-of-the-union-of-ferries"),
    ("the Director-General of UNHARB", "UNGA", "un:director-general-of-unharb"),
    ("le Directeur général de l’UNHARB", "UNGA", "un:director-general-of-unharb"),
    ("la Secretaria Ejecutiva de la UNHARB", "UNGA", "un:executive-secretary-of-unharb"),
    ("the secretariat of the Harbour Forum", "ECOSOC", "un:secretariat-of-the-harbour-forum"),
    ("the Harbour Secretariat", "UNGA", "un:harbour-secretariat"),
    ("the Under-Secretary-General", "UNGA", "un:under-secretary-general"),
    ("the Under-Secretary-General for Ferries", "UNGA", "un:under-secretary-general-for-ferries"),
    ("the Special Representative of the Secretary-General on Ferries", "UNGA",
     "un:special-representative-of-the-secretary-general-on-ferries"),
)  # fmt: skip


@pytest.mark.parametrize(("words", "body", "expected"), [*THEMSELVES, *PARTS, *OFFICES])
def test_who_is_asked_has_a_short_name_of_its_own(words: str, body: str, expected: str) -> None:
    """An organ, a committee of it and an office of another body have three short names."""
    assert addressee_id(words, "", body) == expected


@pytest.mark.parametrize(
    "part", ["the {} Committee on Ferries", "the Bureau of the {}", "the Chair of the {} and States"]
)
def test_no_part_of_an_organ_has_its_short_name(part: str) -> None:
    """A committee, a bureau and a chair of any organ in the list, and of any body, are not that organ."""
    organs = [(f"{each.system}:{organ}", names[0]) for each in bodies() for organ, names in each.organs.items()]
    themselves = [(each.addressee, each.names[0]) for each in bodies() if each.addressee]
    for short, name in (*organs, *themselves):
        assert addressee_id(f"the {name}", "", "UNGA") == short
        assert addressee_id(part.format(name), "", "UNGA") != short


def test_a_short_form_is_the_committee_named_before() -> None:
    """What is called "the Committee" after "the Security Council Committee" is that committee, not the Council."""
    before = "Recalling the work of the Security Council Committee, the Council "
    assert addressee_id("the Committee", before, "UNSC") == "un:security-council-committee"
