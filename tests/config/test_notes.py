"""The notes of the ledger: kept in English, and shown in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import config.notes
from config.notes import joined, note, note_in

FORMS = YAML(typ="safe").load(Path(config.notes.__file__).with_suffix(".yaml"))
JOINS = {"and", "but", "numbers"}
VALUES = {
    "document": "A/RES/80/901, part II",
    "number": "14",
    "numbers": "3",
    "day": "2027-05-01",
    "last": "2026-05-01",
    "what": "the Office for Lamps; and others",
    "words": "“lamps”, “oil”",
}


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("form", sorted(FORMS.keys() - JOINS))
def test_a_note_is_said_in_each_language(form: str, language: str) -> None:
    """Whatever is filled in, and with the names that the English note has."""
    template = FORMS[form][language]
    assert sorted(re.findall(r"{(\w+)}", template)) == sorted(re.findall(r"{(\w+)}", FORMS[form]["en"]))
    assert note_in(note(form, **VALUES), language) == template.format(**VALUES)


def test_notes_of_several_parts_are_said_part_by_part() -> None:
    """A quotation with the same marks in it stays whole."""
    said = joined("and", note("paragraph", number=3), note("in_time"), "", note("interim"))
    assert said == "paragraph 3 is named; in time; it calls itself interim, oral or preliminary"
    assert note_in(said, "en") == said
    assert (note_in(said, "es") or "").startswith("se menciona el párrafo 3; dentro del plazo; se presenta como")
    but = joined("but", note("paragraph", number=3), note("other_session", number=81, numbers="79 and 80"))
    assert note_in(but, "fr") == (
        "le paragraphe 3 est cité, mais il est de la session 81, alors que la demande portait sur 79 et 80"
    )
    late = note("late", words="not yet; in time, but late")
    assert "« not yet; in time, but late »" in (note_in(late, "fr") or "").replace("\u00a0", " ")


@pytest.mark.parametrize("said", ["desk: the report is of last year", "", "in time; " * 500, "in time, but " * 100])
def test_other_notes_are_in_no_other_language(said: str) -> None:
    """What a person wrote, or another version of the program; and whatever is too long to be taken apart."""
    assert note_in(said, "fr") is None
    assert note_in(said, "ar") is None
    assert note_in(said, "en") == said
