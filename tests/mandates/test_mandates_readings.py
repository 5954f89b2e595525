"""What a clause asks, and of whom, by kinds of clauses in each language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mandates.analysis import analyse

_KINDS = YAML(typ="safe").load(Path(__file__).with_name("readings.yaml").read_text(encoding="utf-8"))
_HEADS = {
    "en": "The Conference,\n\nRecalling its former decisions on the ports of the region,\n\n",
    "fr": "La Conférence,\n\nRappelant ses décisions antérieures sur les ports de la région,\n\n",
    "es": "La Conferencia,\n\nRecordando sus decisiones anteriores sobre los puertos de la región,\n\n",
}
_WE = {
    "en": "Declaration of the Harbours\n\nWe, the Ministers of the Harbours,\n\nRecalling our charter,\n\n",
    "fr": "Déclaration des ports\n\nNous, Ministres des ports,\n\nRappelant notre charte,\n\n",
    "es": "Declaración de los puertos\n\nNosotros, los Ministros de los Puertos,\n\nRecordando nuestra carta,\n\n",
}
_CASES = [
    pytest.param(language, case[language], case, id=f"{kind}: {case[language][:60]}")
    for kind, cases in _KINDS.items()
    for case in cases
    for language in case
    if language in _HEADS
]


@pytest.mark.parametrize(("language", "words", "expected"), _CASES)
def test_a_clause_is_read_by_its_kind(language: str, words: str, expected: dict[str, Any]) -> None:
    """Each clause of the list has the type, the addressee, the deadlines and the agenda item that its kind has."""
    heads = _WE if expected.get("we") else _HEADS
    (clause,) = analyse(f"{heads[language]}1. {words}\n").clauses
    assert clause.type == expected["type"]
    assert clause.is_mandate == (expected["type"] not in {"exhortation", "statement"})
    if "asked" in expected:
        assert clause.addressee == expected["asked"]
    if clause.is_mandate:
        assert (clause.addressee_resolved or clause.addressee) == expected.get("of")
        if "due" in expected:
            assert [due.quote for due in clause.dues] == expected["due"]
        if "item" in expected:
            assert clause.agenda_item == expected["item"]
