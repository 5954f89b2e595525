"""The rules by which clauses are judged, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mandates.analysis import analyse
from mandates.classify import rules
from mandates.classify.tags import TAGS
from mandates.languages.words import LexiconError

if TYPE_CHECKING:
    from pathlib import Path

_HEADS = {
    "en": "The Conference,\n\nRecalling its former decisions on the ports of the region,\n\n",
    "fr": "La Conférence,\n\nRappelant ses décisions antérieures sur les ports de la région,\n\n",
    "es": "La Conferencia,\n\nRecordando sus decisiones anteriores sobre los puertos de la región,\n\n",
}
# In which somebody is asked in the passive.
_DECLARATION = (
    "Kelmouth Declaration on Pilots\n\n1. We, the ministers of the lake States, met in Kelmouth to review pilotage.\n\n"
    "2. We welcome the report of the Board.\n\n3. We call upon all States to light their piers.\n\n"
)
_RULES = {rule.id: rule for listed in rules.rules().values() for rule in listed}
_EXAMPLES = [
    pytest.param(rule, language, words, id=rule.id)
    for rule in _RULES.values()
    for language, words in rule.example.items()
]


@pytest.mark.parametrize(("rule", "language", "words"), _EXAMPLES)
def test_the_example_of_a_rule_comes_out_by_it(rule: rules.Rule, language: str, words: str) -> None:
    """The example that a rule gives is judged by that rule, and explained by its name."""
    text = f"{_HEADS[language]}1. {words};\n"
    if rule.form == "passive":
        text = f"{_DECLARATION}4. {words}.\n"
    found = [each.rule for clause in analyse(text).clauses for each in clause.evidence if "second" not in each.label]
    assert any(each == rule.id or each.startswith(f"{rule.id}-") for each in found), found


def test_every_tag_of_a_rule_is_defined() -> None:
    """No rule names a tag that nothing answers, and no tag is left that no rule asks for."""
    named = {tag.removeprefix("no-") for rule in _RULES.values() for tag in rule.when}
    assert named == set(TAGS)


def test_a_close_call_names_the_second_best_rule() -> None:
    """An invitation without a deliverable says that an invitation to deliver was the second best reading."""
    (clause,) = analyse(f"{_HEADS['en']}1. Invites the Standing Committee to consider the tariff;\n").clauses
    assert not clause.is_mandate
    assert ("second best, lacks delivers", "invites-organ-to-deliver") in {
        (each.label, each.rule) for each in clause.evidence
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [("{id: odd, on: asked, type: wish}", "odd"), ("{id: odd, type: statement}", "'on'")],
)
def test_a_damaged_rule_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str, said: str) -> None:
    """A rule of an unknown type, or without a form, is refused with a sentence that says which."""
    damaged = tmp_path / "rules.yaml"
    damaged.write_text(f"- {row}\n", encoding="utf-8")
    monkeypatch.setattr(rules, "TABLE", damaged)
    rules.rules.cache_clear()
    with pytest.raises(LexiconError, match=said):
        rules.rules()
    rules.rules.cache_clear()
