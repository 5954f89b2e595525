"""French words are set as they are printed, wherever readers meet them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import register.words
from config.labels import FIELDS, labels
from config.notes import note, note_in
from config.typography import french
from register.words import phrases

PAGES = sorted(path.stem for path in (Path(register.words.__file__).parent / "words").glob("*.yaml"))
# A sign that may begin a line, or a quotation mark that may end one.
LOOSE = re.compile(r" [;:?!»%]|« ")


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Quand : « demain » ; pourquoi ?", "Quand_: «_demain_»_; pourquoi_?"),
        ("87 % du texte", "87_% du texte"),
        ("« {words} » : {n} !", "«_{words}_»_: {n}_!"),
        ("https://example.org: 12:30; a?b", "https://example.org: 12:30; a?b"),
    ],
)
def test_signs_stay_on_the_line_of_their_word(written: str, printed: str) -> None:
    """Blanks before them become no-break ones; where there is none, none is added."""
    assert french(written) == printed.replace("_", "\u00a0")
    assert french(french(written)) == french(written)


@pytest.mark.parametrize("page", PAGES)
def test_the_french_words_of_each_page_are_set(page: str) -> None:
    """All of its phrases, for one and for many; those of other languages are as they are written."""
    names = YAML(typ="safe").load(Path(register.words.__file__).parent / "words" / f"{page}.yaml")
    for name, texts in names.items():
        for language in ("fr", "en"):
            given = texts[language]
            for n in (1, 2):
                values = dict.fromkeys(re.findall(r"{(\w+)}", str(given)), "x") | {"n": n}
                said = phrases(page, language)(name, **values)
                assert not LOOSE.search(said) if language == "fr" else "\u00a0" not in said, said


def test_labels_and_notes_are_set_and_quotations_in_them_are_not() -> None:
    """What a document says keeps its blanks."""
    for field in FIELDS:
        assert not [label for label in labels(field, "fr").values() if LOOSE.search(label)]
    said = note_in(note("late", words="pas prêt ; en retard"), "fr") or ""
    assert said.endswith(": «\u00a0pas prêt ; en retard\u00a0»")
    assert "retard\u00a0: " in said
