"""Full names: every body and organ that the project knows has one in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.names import addressee_name, body_name
from config.sources import load_sources
from mandates.documents.bodies import bodies

LANGUAGES = ("en", "fr", "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_known_bodies_and_organs_have_full_names(language: str) -> None:
    """Those that analysis knows, those of the shipped sources that are abbreviations, and committees."""
    committees = [f"UNGA-C{number}" for number in range(1, 7)]
    of_sources = [each.body for each in load_sources(Path("config/sources.yaml")) if each.body and each.body.isupper()]
    for body in (*(each.id for each in bodies() if each.id != "UNGA-C"), *committees, *of_sources):
        name = body_name(body, language)
        assert name is not None, body
        assert name != body
    asked = [f"{each.system}:{organ}" for each in bodies() for organ in each.organs]
    for addressee in (*asked, *(each.addressee for each in bodies() if each.addressee)):
        assert addressee_name(addressee, language), addressee


def test_no_two_addressees_are_called_the_same() -> None:
    """Documents call the heads of two offices "the High Commissioner"."""
    names = [addressee_name(each, "en") for each in ("un:unhcr", "un:ohchr")]
    assert len(set(names)) == 2


def test_other_ids_and_languages() -> None:
    """An unknown body has no full name; documents are in more languages than names."""
    assert body_name("FERRY", "en") is None
    assert addressee_name("un:ferry-board", "fr") is None
    assert body_name("IPU", "ar") == body_name("IPU", "en")
