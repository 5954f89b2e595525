"""Words belong in the language files: code has no French or Spanish words, and a new language is one file."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import mandates
from mandates.clauses.leads import read_lead
from mandates.languages.conjugation import Conjugation
from mandates.languages.lexicon import lexicon
from mandates.languages.words import files, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.clauses.leads import Tense

ROOM = Path(mandates.__file__).parent
MODULES = sorted(ROOM.rglob("*.py"))
# Small words that almost every French or Spanish sentence has, and that are not English words or abbreviations.
_SMALL = (
    "le les des du une dans pour qui aux leur leurs avec cette celui celle ces nous ils elle avant chaque jusqu sauf "
    "los las del el una por sus este esta estos cada antes hasta nosotros que sesiones asamblea conseil assemblée"
)
FUNCTION_WORDS = frozenset(_SMALL.split())
_SIGNS = re.compile(r"\[[^\]]*\]|\\\w")
_WORD = re.compile(r"[^\W\d_]{2,}")


def _strings(path: Path) -> Iterator[ast.Constant]:
    """The string literals of a module that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node


def foreign_words(literal: str) -> list[str]:
    """The words of a literal with an accented letter, or from the list; sets and signs of expressions are no words."""
    words = _WORD.findall(_SIGNS.sub(" ", literal))
    return [word for word in words if (word.isalpha() and not word.isascii()) or word.lower() in FUNCTION_WORDS]


def test_no_french_or_spanish_word_is_in_the_code() -> None:
    """Every word of French or Spanish is in a language file, so that a language can be changed without code."""
    assert len(MODULES) > 40
    found = [
        f"{path.relative_to(ROOM)}:{literal.lineno}: {words}"
        for path in MODULES
        for literal in _strings(path)
        if (words := foreign_words(literal.value))
    ]
    assert found == []


def test_the_guard_finds_words_and_no_sets_of_letters() -> None:
    """The guard would find an organ's name, an accent or an article, and takes no range of letters for a word."""
    assert foreign_words(r"(?:Council|Conseil)\b") == ["Conseil"]
    assert foreign_words(r"\bdécide\b|of the") == ["décide"]
    assert foreign_words(r"(?:the|los)\s[A-ZÀ-Ý][a-zà-ÿ]+") == ["los"]
    assert foreign_words(r"[A-ZÀ-Ý][a-zà-ÿ]+ of the [Éé]") == []


RENEWED = [
    ("en", "present", "Requests anew the Office to", "request", "directive", False),
    ("en", "present", "Repeats its strong appeal to all", "repeat", "urge", True),
    ("en", "plural", "reiterate our call upon ports", "reiterate", "urge", True),
    ("en", "past", "renewed its request that", "renew", "directive", True),
    ("en", "infinitive", "reaffirm its invitation to", "reaffirm", "invite", True),
    ("fr", "present", "Demande de nouveau au Bureau", "demander", "urge", False),
    ("fr", "present", "Prie une nouvelle fois le Greffe", "prier", "directive", False),
    ("fr", "plural", "réitérons notre demande au Greffe", "réitérer", "directive", True),
    ("fr", "past", "a réaffirmé sa demande au Greffe", "réaffirmer", "directive", True),
    ("fr", "past", "ont réitéré leur appel", "réitérer", "urge", True),
    ("fr", "infinitive", "renouveler son invitation", "renouveler", "invite", True),
    ("es", "present", "Pide nuevamente a la Oficina", "pedir", "directive", False),
    ("es", "present", "Vuelve a pedir a la Oficina", "volver", "directive", False),
    ("es", "plural", "reiteramos nuestra solicitud", "reiterar", "directive", True),
    ("es", "past", "reiteraron su pedido", "reiterar", "directive", True),
    ("es", "infinitive", "renovar su llamamiento", "renovar", "urge", True),
]


@pytest.mark.parametrize(("language", "tense", "words", "lemma", "force", "renews"), RENEWED)
def test_a_renewed_request_asks_in_every_person(  # noqa: PLR0917 - one row of the table
    language: str, tense: Tense, words: str, lemma: str, force: str, renews: bool
) -> None:
    """What is asked again has the force of what it renews, whoever speaks and in whichever tense."""
    lead = read_lead(words, 0, lexicon(language), tense)
    assert lead is not None
    assert (lead.lemma, lead.force, lead.renews) == (lemma, force, renews)


CONJUGATED = [
    ("en", "take note", "takes note", "take note", "take note", ["took note"]),
    ("en", "classify", "classifies", "classify", "classify", ["classified"]),
    ("fr", "mettre en place", "met en place", "mettent en place", "mettons en place",
     ["mit en place", "a mis en place", "mirent en place", "ont mis en place", "avons mis en place"]),
    ("fr", "déléguer", "délègue", "délèguent", "déléguons",
     ["délégua", "a délégué", "déléguèrent", "ont délégué", "avons délégué"]),
    ("fr", "établir", "établit", "établissent", "établissons",
     ["a établi", "établirent", "ont établi", "avons établi"]),
    ("fr", "se féliciter", "se félicite", "se félicitent", "nous félicitons",
     ["se félicita", "s' est félicité", "s' est félicitée", "se félicitèrent", "se sont félicités",
      "se sont félicitées", "nous sommes félicités", "nous sommes félicitées"]),
    ("fr", "être convaincue", "est convaincue", "sont convaincues", "sommes convaincues",
     ["fut convaincue", "a été convaincue", "furent convaincues", "ont été convaincues", "avons été convaincues"]),
    ("es", "instruir", "instruye", "instruyen", "instruimos", ["instruyó", "instruyeron"]),
    ("es", "hacer suyo", "hace suyo", "hacen suyo", "hacemos suyo", ["hizo suyo", "hicieron suyo"]),
    ("es", "congratularse", "se congratula", "se congratulan", "nos congratulamos",
     ["se congratuló", "se congratularon"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "phrase", "one", "several", "we", "past"), CONJUGATED)
def test_the_forms_of_a_verb_follow_from_its_infinitive(  # noqa: PLR0917 - one row of the table
    language: str, phrase: str, one: str, several: str, we: str, past: list[str]
) -> None:
    """A language file lists infinitives and endings; the forms of each who speaks are made from them."""
    made = Conjugation.of(tree(language)["conjugation"]).conjugate(phrase)
    assert [" ".join(each) for each in (made.one, made.several, made.we)] == [one, several, we]
    assert [" ".join(each) for each in made.past] == past


@pytest.mark.parametrize("language", files())
def test_every_verb_that_asks_is_known_in_the_passive(language: str) -> None:
    """Whoever has to act may stand before the verb, so a verb that asks has participles: "is requested"."""
    words = lexicon(language)
    said = {verb.lemma for verb in words.participles_asked.values()}
    asking = {verb for verbs in words.infinitive.values() for verb in verbs if verb.force == "directive"}
    alone = {verb.lemma for verb in asking if not verb.rest}
    assert alone
    assert alone <= said


PORTUGUESE = """O Conselho da União das Barcas,

Recordando a sua resolução sobre as tarifas das barcas e dos portos,

1. Toma nota das tabelas dos portos;

2. Solicita ao Secretário-Geral que apresente um relatório sobre as tarifas até 30 de junho de 2031;

3. Reitera o seu apelo aos Estados-Membros;

4. Exorta os Estados-Membros a publicar as tabelas e não os nomes;

5. Pede de novo ao Secretariado que publique as tabelas no prazo de três meses.
"""
ARABIC = "إن مجلس اتحاد العبارات،\n\n1. يطلب إلى الأمين العام أن يقدم تقريرا عن التعريفات؛\n"


def _extract(tmp_path: Path, text: str, **more: str) -> dict[str, Any]:
    """What the command line says of a text."""
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", "from flows.cli import main; main()", "extract", "--format", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | more)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_language_is_added_by_one_file(tmp_path: Path) -> None:
    """With one more file in the folder that MANDATES_LANGUAGES names, texts of its language are read."""
    found = _extract(tmp_path, PORTUGUESE, MANDATES_LANGUAGES=str(Path(__file__).parent / "languages"))
    assert (found["language"], found["reading"]) == ("pt", "complete")
    read = [(each["verb"], each["type"], each["addressee_id"]) for each in found["clauses"]]
    assert read == [
        ("Toma nota", "statement", None),
        ("Solicita", "reporting_request", "secretary-general"),
        ("Reitera o seu apelo", "exhortation", "estados-membros"),
        ("Exorta", "exhortation", "estados-membros"),
        ("Pede de novo", "task_assignment", "secretariat"),
    ]
    assert [due["due_end"] for each in found["clauses"] for due in each["dues"]] == ["2031-06-30", None]


@pytest.mark.parametrize(("text", "code", "name"), [(PORTUGUESE, "pt", "Portuguese"), (ARABIC, "ar", "Arabic")])
def test_a_language_without_a_file_is_said(tmp_path: Path, text: str, code: str, name: str) -> None:
    """Without its file a text is recognised, said to be in its language, and not read."""
    found = _extract(tmp_path, text)
    assert (found["language"], found["reading"], found["clauses"]) == (code, "none", [])
    assert any(f"the text is in {name}" in note for note in found["notes"])
