"""Titles as people see them."""

from __future__ import annotations

import pytest

from warehouse.findings.finding import DocumentFacts
from warehouse.findings.titles import display_title


@pytest.mark.parametrize(
    ("title", "symbol", "body", "shown"),
    [
        ("AALCO/RES/64/S 21: Care at sea (PDF)", "AALCO/RES/64/S 21", "AALCO", "Care at sea"),
        ("RES/64/S 21  Care at sea", "AALCO/RES/64/S 21", "AALCO", "Care at sea"),
        ("Resolution A/RES/80/1 – Care at sea [PDF, 2 MB]", "A/RES/80/1", None, "Care at sea"),
        ("Care at sea (A/RES/80/1)", "A/RES/80/1", None, "Care at sea"),
        ("RES/64/S 210 Care at sea", "AALCO/RES/64/S 21", "AALCO", "RES/64/S 210 Care at sea"),
        ("A/RES/80/1/Corr.1: Care at sea", "A/RES/80/1", None, "A/RES/80/1/Corr.1: Care at sea"),
        ("A/RES/80/1 and A/RES/80/2", "A/RES/80/1", None, "A/RES/80/1 and A/RES/80/2"),
        ("A/RES/80/1", "A/RES/80/1", None, "A/RES/80/1"),
        ("(PDF)", None, None, "(PDF)"),
    ],
)
def test_a_title_has_neither_its_symbol_nor_its_format(
    title: str, symbol: str | None, body: str | None, shown: str
) -> None:
    """What stands beside the title anyway is trimmed; symbols of other documents stay."""
    assert display_title(title, symbol, body) == shown


def test_a_title_that_is_the_symbol_is_no_topic() -> None:
    """With or without the body's name before it."""
    assert DocumentFacts("x", symbol="AALCO/RES/64/S 21", title="RES/64/S 21", body="AALCO").topic == ""
    assert DocumentFacts("x", symbol="AALCO/RES/64/S 21", title="Care at sea", body="AALCO").topic == "Care at sea"


def test_a_symbol_of_100_kilobytes_is_none() -> None:
    """No expression is made of it, which would take seconds; the title stays."""
    assert display_title(f"Rivers ({'x' * 100_000})", "x" * 100_000).startswith("Rivers (x")
