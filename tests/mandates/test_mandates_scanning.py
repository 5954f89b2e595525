"""A scanner finds what its expression finds, everywhere: in random texts, and with the words of each language."""

from __future__ import annotations

import random
import re

import pytest

from mandates.deadlines.find import find_deadlines
from mandates.languages import scanning
from mandates.languages.lexicon import lexicon, pattern
from mandates.languages.needed import needed, part, reach, scanned
from mandates.languages.scanning import Scanner
from mandates.languages.words import files

EXPRESSIONS = [
    (r"(?<![\w/-])(?:on|by (?:the )?\d{1,2} (?:May|June)|(?:mid-)?20\d\d)(?!\w)", re.IGNORECASE),
    (r"\b(?:[Ss]tates\b(?! of)|Kin|k\w+s)\b", 0),
    (r"(?i:session|Straße)|[À-Ý]\w+", 0),
    (r"^\s*(?:the|its)\s+(?P<ordinal>\d{1,2}(?:st|nd|th))$", re.IGNORECASE | re.MULTILINE),
    (r"(?:for )?(?:\w+ ){0,2}years", 0),
    (r"(?>a+)b|[^\W\d_]{3}\d|x*", 0),
    (r"\s{2,}(?=the)|(?:-|–) the", 0),
]
PIECES = [
    *("the", "The", "its", "on", "by the 12 May", "BY 3 JUNE", "mid-2031", "2031", "1st", "22nd", "5th"),
    *("States", "\u017ftates", "state\u017f", "\u212ain", "Kin", "kings", "session", "SE\u017fSION", "straße"),
    *("École", "٢٠", "for two years", "aab", "abc1"),
    *("xx", "–", "-", "/", "  ", "\n", " ", " ", " ", "x", ",", "\u00a0", "and", "to report"),
]  # fmt: skip


def _spans(found: object) -> list[tuple[int, int]]:
    return [each.span() for each in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("words", "flags"), EXPRESSIONS)
def test_a_scanner_finds_what_its_expression_finds(words: str, flags: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first use on, `search` and `finditer` give the places that `re` gives, in any part of a text."""
    monkeypatch.setattr(scanning, "FIRST_CHARS", -1)
    compiled = re.compile(words, flags)
    made = Scanner(compiled)
    dice = random.Random(words)  # noqa: S311 - the same texts each time
    for _ in range(400):
        text = "".join(dice.choice(PIECES) + dice.choice(["", " "]) for _ in range(dice.randrange(40)))
        start = dice.randrange(len(text) + 1)
        end = dice.randrange(start, len(text) + 1)
        expected = compiled.search(text, start, end)
        for each in (text, scanned(text)):
            first = made.search(each, start, end)
            assert (first and first.span()) == (expected and expected.span())
            assert _spans(made.finditer(each, start, end)) == _spans(compiled.finditer(text, start, end))
        assert _spans(made.finditer(part(scanned(text), start, end))) == _spans(compiled.finditer(text[start:end]))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (r"(?:its|their)\s+(?:next\s+)?(?:sessions?|meetings?)\b", {"session", "meeting"}),
        (r"(?i:\bKEEP[^;]{0,80}? (?:informed|apprised))", {" informed", " apprised"}),
        (r"(?:1[89]|20)\d\d", {"18", "19", "20"}),
        (r"(?:the )?(?:report)?", set()),
        (r"of|\w+", set()),
    ],
)
def test_an_expression_needs_the_words_that_every_match_holds(expression: str, words: set[str]) -> None:
    """The rarest of the words that any match must hold are known, and none where a match may do without."""
    assert needed(re.compile(expression)) == words


def test_words_are_found_between_two_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stretch that holds the needed words begins with the first and ends with the last; without any it is empty."""
    monkeypatch.setattr(scanning, "FIRST_CHARS", -1)
    made = Scanner(re.compile("quarrel|quench"))
    made.search(scanned("quarrel"))
    text = scanned("To quench, then to QUARREL again.")
    number = made._number
    assert number is not None
    assert text[slice(*reach(text, number, 0, len(text)))] == "h, then to QUARREL"
    assert reach(text, number, 10, 20) == (20, 20)
    assert not text.may_hold(number, 10, 20)


@pytest.mark.parametrize("language", files())
def test_the_words_of_a_language_are_found_alike(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every expression of a language file finds the same whether it is scanned for or tried at every character."""
    monkeypatch.setattr(scanning, "FIRST_CHARS", -1)
    text = " ".join(" ".join(each.split("|")) for each in lexicon(language).patterns.values())
    words = re.sub(r"[^\w\s,;.:’'-]+", " ", re.sub(r"\\[a-zA-Z]|\(\?[<!=:a-zP>-]*", " ", text))[:6_000]
    for name in lexicon(language).patterns:
        compiled = re.compile(pattern(language, name).pattern)
        assert _spans(Scanner(compiled).finditer(words)) == _spans(compiled.finditer(words)), name


def test_an_expression_that_begins_nearly_everywhere_is_left_to_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every word may begin it, looking for the places costs more than it saves, and the scanner gives up."""
    monkeypatch.setattr(scanning, "FIRST_CHARS", -1)
    made = Scanner(re.compile(r"\b[a-z]\w* [a-z]\w* zebra"))
    assert made.search("of a zebra") is not None
    for _ in range(20):
        assert made.search("it is so as to be or not " * 60) is None
    assert made._find is None
    assert made.search("of a zebra") is not None


def test_deadlines_are_the_same_before_and_after_the_first_texts() -> None:
    """A deadline is found in the first clause that a process reads as in the two hundredth."""
    words = "Requests the Office to report by 30 June 2031 and at its eighty-first session, before the end of the year;"
    found = {find_deadlines(words, 0, len(words), "en", "reporting_request") for _ in range(250)}
    assert len(found) == 1
