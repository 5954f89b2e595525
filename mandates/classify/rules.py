"""The rules by which a verb phrase is judged, as `rules.yaml` lists them: a pattern over tags, a type, an addressee.

Of the rules that hold the one with the most tags wins. The second best has another outcome and holds as well, or lacks
one of its tags other than the first.

Errors:
    LexiconError      the list is damaged; the sentence names the rule
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from mandates.languages.lexicon import FORCES
from mandates.languages.words import LexiconError, load
from mandates.model import ClauseType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TABLE = Path(__file__).with_name("rules.yaml")
NO_MANDATE = frozenset({"exhortation", "statement"})
FOUND_BY = frozenset({"of-task", "of-thing", "of-that", "of-decision", "of-sentence", "of-effect"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `type` is a type, or the name of what finds it. `score` counts its tags and its weight."""

    id: str
    form: str
    force: str | None
    when: tuple[str, ...]
    type: str
    of: str | None
    place: bool
    score: int
    example: Mapping[str, str]

    @property
    def is_mandate(self) -> bool:
        """Whether a phrase to which this rule applies carries a mandate."""
        return self.type not in NO_MANDATE

    def differs(self, other: Rule) -> bool:
        """Whether people would read something else."""
        return (self.is_mandate, self.type, self.of) != (other.is_mandate, other.type, other.of)


class Chosen(NamedTuple):
    """The rule that won, the best with another outcome if there is one, and the tag that it lacks."""

    best: Rule
    second: Rule | None = None
    lacks: str | None = None


def choose(form: str, force: str, holds: Callable[[str], bool]) -> Chosen:
    """The rule for a phrase of this form and force; `holds` says whether a tag does."""
    best: Rule | None = None
    rivals: list[tuple[bool, int, Rule, str | None]] = []
    for rule in rules()[form, force]:
        lacking: str | None = None
        for tag in rule.when:
            if not holds(tag):
                # A rule without its first tag, or without two, does not apply: its other tags need not be looked for.
                if lacking or tag is rule.when[0]:
                    break
                lacking = tag
        else:
            rivals.append((lacking is None, rule.score, rule, lacking))
            if lacking is None and (best is None or rule.score > best.score):
                best = rule
    if best is None:
        raise LexiconError(f"{TABLE}: no rule is for every phrase of the form {form!r}")
    others = [rival for rival in rivals if rival[2].differs(best)]
    if not others:
        return Chosen(best)
    _, _, second, lacks = max(others, key=lambda rival: rival[:2])
    return Chosen(best, second, lacks)


@cache
def rules() -> Mapping[tuple[str, str], tuple[Rule, ...]]:
    """The rules to be tried for a form and a force, in the order of the list.

    Raises:
        LexiconError: the list is damaged.
    """
    by_form: dict[str, list[Rule]] = defaultdict(list)
    for row in load(TABLE):
        rule = _rule(row)
        by_form[rule.form].append(rule)
    return {
        (form, force): tuple(rule for rule in listed if rule.force in {None, force})
        for form, listed in by_form.items()
        for force in FORCES
    }


def _rule(row: Mapping[str, Any]) -> Rule:
    try:
        form, _, force = row["on"].partition(" ")
        when = tuple(row.get("when", "").split())
        example = row.get("example", {})
        if row["type"] not in FOUND_BY and row["type"] not in get_args(ClauseType):
            raise LexiconError(f"{TABLE}: {row['id']}: {row['type']!r} is not a type")
        return Rule(
            id=row["id"],
            form=form,
            force=force or None,
            when=when,
            type=row["type"],
            of=row.get("of"),
            place=row.get("from") == "place",
            score=len(when) + bool(force) + int(row.get("weight", 0)),
            example=example if isinstance(example, dict) else {"en": example},
        )
    except (KeyError, AttributeError, ValueError) as error:
        raise LexiconError(f"{TABLE}: {row.get('id', row)}: damaged: {error}") from error
