"""Whole short documents in forms other than numbered resolutions: acts, declarations, texts cut or pasted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from mandates.analysis import analyse

_FILES = (Path(__file__).with_name(name) for name in ("forms.yaml", "acts.yaml"))
_FORMS = {form: cases for each in _FILES for form, cases in YAML(typ="safe").load(each).items()}
_CASES = [
    pytest.param(case["text"], case["clauses"], id=f"{form}: {case['name']}")
    for form, cases in _FORMS.items()
    for case in cases
]
_NUMBER = re.compile(
    r"^(?:(?:Art(?:icle|ículo)?\.?|Section)\s\S+[\s:–-]*|(?:Primer|Segund|Tercer)o\.\s|(?:\(?\w{1,3}[.)]|[-–*•])\s+)"
)


@pytest.mark.parametrize(("text", "expected"), _CASES)
def test_each_clause_of_a_document_is_found_and_read(text: str, expected: list[dict[str, Any]]) -> None:
    """The clauses in order: how each begins, its number, its type, whose task it is, and its first deadline."""
    found = analyse(text).clauses
    begins = [" ".join(_NUMBER.sub("", clause.quote, count=1).split()) for clause in found]
    wanted = [each["begins"] for each in expected]
    assert [words[: len(first)] for words, first in zip(begins, wanted, strict=False)] == wanted
    assert len(found) == len(expected), begins
    for clause, each in zip(found, expected, strict=True):
        if "type" in each:
            assert clause.type == each["type"], clause.quote
            assert clause.is_mandate == (each["type"] not in {"exhortation", "statement"}), clause.quote
        if "ends" in each:
            assert " ".join(clause.quote.split()).endswith(each["ends"])
        if "n" in each:
            assert clause.number == each["n"]
        if "of" in each or clause.is_mandate:
            assert clause.addressee == each.get("of"), clause.quote
        if "due" in each:
            assert clause.dues, clause.quote
            assert each["due"].lower().removeprefix("by ") in " ".join(clause.dues[0].quote.split()).lower() or (
                " ".join(clause.dues[0].quote.split()).lower() in each["due"].lower()
            )
