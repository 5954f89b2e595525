"""Whether a verb phrase carries a mandate, of which type, and for whom: the rules of the definition of a mandate.

A mandate asks an organ, an official or a secretariat of the body's own system for action, or takes effect by itself.
The rules are data (`rules.yaml`); each judgement names the rule by which it came out, and the next best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mandates.classify.clause_types import (
    looks_at_money,
    type_of_decision,
    type_of_effect,
    type_of_passing,
    type_of_task,
)
from mandates.classify.facts import Facts
from mandates.classify.rules import FOUND_BY, choose
from mandates.classify.tags import TAGS, acted, acting_subject, sentence_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.classify.addressees import Addressee
    from mandates.classify.phrases import Phrase
    from mandates.classify.rules import Rule
    from mandates.languages.lexicon import Lexicon
    from mandates.model import ClauseType

# Types in which the subject of a decided sentence has to act.
_ACTING = frozenset({"task_assignment", "reporting_request", "extension_renewal", "agenda_placement"})
# Types of what a subject may have to do itself ("shall convene", "shall establish"), beside what is brought about.
_DONE = frozenset({"task_assignment", "reporting_request", "convening", "establishment"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a verb phrase is classified.

    `addressee` is None where nobody is asked; `content` is where the action's words begin. `second` is the best rule
    with another outcome, `lacks` the tag that kept it from winning; both are None where they do not apply.
    """

    phrase: Phrase
    is_mandate: bool
    type: ClauseType
    addressee: Addressee | None
    content: int
    rule: str
    second: str | None = None
    lacks: str | None = None


def judge(text: str, phrases: Sequence[Phrase], lexicon: Lexicon) -> tuple[Judgement, ...]:
    """Judge the verb phrases of one clause, in order: a pronoun takes its meaning from those before."""
    judged: list[Judgement] = []
    for place in range(len(phrases)):
        judged.append(_judged(Facts(text, phrases, place, lexicon, judged[-1] if judged else None)))
    return tuple(judged)


def _judged(facts: Facts) -> Judgement:
    known: dict[str, bool] = {}

    def holds(tag: str) -> bool:
        if tag not in known:
            base = tag.removeprefix("no-")
            known[base] = TAGS[base](facts)
            known[f"no-{base}"] = not known[base]
        return known[tag]

    rule, second, lacks = choose(facts.form, facts.force, holds)
    kind = _type(rule, facts)
    return Judgement(
        phrase=facts.phrase,
        is_mandate=rule.is_mandate,
        type=kind,
        addressee=_addressee(rule, kind, facts),
        content=facts.place if rule.place else facts.start,
        rule=f"{rule.id}-{kind}" if rule.type in _NAMED_BY_TYPE else rule.id,
        second=second.id if second else None,
        lacks=lacks,
    )


_NAMED_BY_TYPE = frozenset({"of-decision", "of-sentence", "of-effect"})


def _type(rule: Rule, facts: Facts) -> ClauseType:  # noqa: PLR0911 - one return a way to find a type
    place = facts.place if rule.place else facts.start
    if rule.type not in FOUND_BY:
        return cast("ClauseType", rule.type)  # checked when the rules are read
    if rule.type == "of-thing":
        if facts.within("action_report_like", place, 300):
            return "reporting_request"
        return "convening" if facts.within("convening_verb", place, 40) else "task_assignment"
    if rule.type == "of-decision":
        return type_of_decision(facts.words(place), facts.language) or _type_of_inner(facts)
    if rule.type == "of-sentence":
        kind = sentence_type(facts)
        if kind in _DONE and (done := acted(facts)):
            return type_of_task(done, facts.language)
        given = kind == "agenda_placement" and facts.form == "decides-that" and facts.actor is not None
        return _task(facts, place) if given else kind
    if rule.type == "of-effect":
        words = facts.words(facts.phrase.start, 600)
        content = words[facts.start - facts.phrase.start :]
        if facts.lead.lemma in facts.lexicon.passing:
            return type_of_passing(words, content, facts.language)
        return type_of_effect(facts.lead.lemma, content, facts.language)
    kind = _task(facts, place)
    return _type_of_that(facts, place) if rule.type == "of-that" and kind == "task_assignment" else kind


def _type_of_that(facts: Facts, place: int) -> ClauseType:
    """Of "Requests that the Secretariat …", where no infinitive says what is to be done."""
    if facts.within("budget", place, 160) and not looks_at_money(facts.words(place, 160), facts.language):
        return "budget"
    verb = _past_blank(facts.text, facts.actor.after if facts.actor else place)
    meets = facts.starts("convening_verb", verb) and facts.within("convening_noun", verb, 200)
    return "convening" if meets else "task_assignment"


def _past_blank(text: str, place: int) -> int:
    """The first character after white space."""
    while text[place : place + 1].isspace():
        place += 1
    return place


def _type_of_inner(facts: Facts) -> ClauseType:
    """Of "Decides to rescind …": what the verb brings about."""
    if facts.inner is None or facts.inner.force != "decide":
        return "task_assignment"
    return type_of_effect(facts.inner.lemma, facts.words(facts.inner.end, 600), facts.language)


def _task(facts: Facts, place: int) -> ClauseType:
    if facts.lead.lemma in facts.lexicon.authorizing and facts.within("budget_task", place, 160):
        return "budget"
    return type_of_task(facts.words(place), facts.language)


def _addressee(rule: Rule, kind: ClauseType, facts: Facts) -> Addressee | None:
    if rule.of == "holder":
        if facts.form == "effect":
            return facts.holder(500) if kind == "extension_renewal" else None
        return None if kind == "establishment" else facts.holder(500 if kind == "extension_renewal" else 120)
    if rule.of == "acting-subject":
        acts = acted(facts) is not None or kind in _ACTING or kind == "budget"
        holder = facts.holder(500) if kind == "extension_renewal" else None
        return holder or (acting_subject(facts) if acts else None)
    if rule.of == "actor" and kind == "extension_renewal":
        return facts.holder(500) or facts.actor
    if rule.of == "actor":
        meets = kind == "convening" and facts.within("gathers", facts.place, 200)
        return facts.actor if meets or kind in _ACTING or facts.form == "that" else None
    found: Addressee | None = getattr(facts, rule.of) if rule.of else None
    return found
