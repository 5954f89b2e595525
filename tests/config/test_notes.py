"""The notes of the ledger: kept in English, and shown in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import config.notes
from config.notes import joined, note, note_in
from config.sessions import load_sessions
from config.topic_words import about
from config.topics import load_topics

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
    "subject": "the lamps, and oil",
    "earlier": "80",
    "later": "81",
    "share": "87",
    "ratio": "0.93",
    "suffix": "Rev.1",
    "topic": "migration",
    "word": repr("l'huile, the text has"),
    "quoted": repr("LAMPS"),
    "one": "A/RES/80/901",
    "other": note("no_symbol"),
    "basis": note("main_title", share=87),
    "order": note("sessions", earlier=80, later=81),
    "likeness": note("runs", ratio="0.93"),
    "apart": note("apart", number=3),
    "reasons": ", ".join((note("title", word="'lamps'"), note("text_times", word="'lamp'", number=4))),
}
# How each of them is said that is not the same in all languages.
SAID = {
    "fr": {
        "ratio": "0,93", "word": "« l'huile, the text has »", "quoted": "« LAMPS »", "other": "sans cote",
        "basis": "même titre principal, 87 % du texte repris", "order": "session 80 avant 81",
        "likeness": "0,93 des suites de 24 caractères en commun", "apart": "écart entre les dates, en jours : 3",
        "reasons": "le titre contient « lamps », le texte contient « lamp » ou un mot proche 4 fois",
    },
    "es": {
        "ratio": "0,93", "word": "«l'huile, the text has»", "quoted": "«LAMPS»", "other": "sin signatura",
        "basis": "mismo título principal, 87 % del texto retomado", "order": "período de sesiones 80 antes de 81",
        "likeness": "0,93 de las secuencias de 24 caracteres en común",
        "apart": "diferencia entre las fechas, en días: 3",
        "reasons": "el título contiene «lamps», el texto contiene «lamp» o palabras afines 4 veces",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("form", sorted(FORMS.keys() - JOINS))
def test_a_note_is_said_in_each_language(form: str, language: str) -> None:
    """Whatever is filled in, and with the names that the English note has."""
    template = FORMS[form][language]
    assert sorted(re.findall(r"{(\w+)}", template)) == sorted(re.findall(r"{(\w+)}", FORMS[form]["en"]))
    assert spaced(note_in(note(form, **VALUES), language)) == spaced(template.format(**VALUES | SAID[language]))


def spaced(said: str | None) -> str:
    """With plain blanks; which of them may not break is no matter here."""
    return (said or "").replace("\u00a0", " ").replace("\u202f", " ")


def test_every_reason_why_a_text_is_about_a_topic_can_be_said() -> None:
    """Whichever place speaks for it, and several that do so together."""
    topic = load_topics(Path("nowhere"))["migration"]
    title, subjects, summary = "Migrants at sea", ["MIGRANT WORKERS"], "On the rights of migrants."
    clauses, text = ["Requests a report on migrant workers"], "The migrants. " * 40

    def reason(**given: Any) -> str:
        """The longest one."""
        wanted = (about(topic.model_copy(update={"needs": needs}), **given) for needs in range(100, 0, -1))
        return next(said.reason for said in wanted if said is not None)

    together = reason(title=title, subjects=subjects, summary=summary, clauses=clauses, text=text)
    assert together.count(" has ") + together.count(" have ") == 5, together
    for each in (
        together,
        reason(title=title),
        reason(subjects=subjects),
        reason(summary=summary),
        reason(clauses=clauses),
        reason(text=text),
        reason(text="The migrants."),
    ):
        said = note("topic", topic="migration", reasons=each)
        for language in ("fr", "es"):
            assert " has " not in (note_in(said, language) or " has "), said


def test_where_the_days_of_a_session_come_from_is_said() -> None:
    """Whatever the shipped calendar has in words of its own; the names of web sites are the same everywhere."""
    sources = {each.source for each in load_sessions(Path("nowhere") / "sessions.yaml")}
    prose = {each for each in sources if re.search(r"computed|head of|opening|rules? ", each)}
    assert len(prose) > 3
    for said in prose:
        assert note_in(said, "fr"), said
        assert note_in(said, "es"), said


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
