"""The tags that rules are patterns over: each is a question about a verb phrase, asked only when a rule needs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.classify.clause_types import type_of_decision, type_of_sentence
from mandates.clauses.forms.subjects import SHALL
from mandates.languages.conjugation import WORD
from mandates.languages.lexicon import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mandates.classify.addressees import Addressee
    from mandates.classify.facts import Facts
    from mandates.model import ClauseType

# What a decision brings about without anybody acting.
BY_ITSELF = frozenset({"budget", "convening", "extension_renewal", "agenda_placement", "establishment"})
_INSERTED = re.compile(r"\s*(?:,[^,;.]{1,200},\s*)?")
_OWN = frozenset({"organ", "system"})


def sentence_type(facts: Facts) -> ClauseType:
    """The type of a sentence in which something is decided; its first word may have a capital."""
    words = facts.words(facts.place)
    return type_of_sentence(words[:1].lower() + words[1:] if facts.form == "shall" else words, facts.language)


def _is_own(facts: Facts, addressee: Addressee | None, *, organ: bool = False) -> bool:
    return addressee is not None and facts.standing(addressee) in ({"organ"} if organ else _OWN)


def acting_subject(facts: Facts) -> Addressee | None:
    """The subject of "The Secretariat shall …", where it can be given a task; a thing there ("Travel") cannot."""
    subject = facts.subject
    return subject if subject and facts.standing(subject, "directive") in _OWN else None


def acted(facts: Facts) -> str | None:
    """What the subject of a sentence has to do, from the infinitive on: "to publish …" of "The Secretariat shall publish"."""  # noqa: E501 - a sentence
    if facts.form != "shall" or facts.force != "decide" or acting_subject(facts) is None:
        return None
    if facts.lead.lemma == SHALL:
        modal = pattern(facts.language, "bare_modal").match(facts.text, facts.lead.start)
        if modal is None or modal.end() != facts.lead.end:
            return None
        inserted = _INSERTED.match(facts.text, facts.lead.end)
        words = facts.words(inserted.end() if inserted else facts.lead.end)
    else:
        words = facts.lead.lemma + facts.words(facts.lead.end)
    return f"{facts.lexicon.to_infinitive} {words}"


def _acts(facts: Facts) -> bool:
    return facts.asked is not None and facts.within("infinitive", facts.asked.end, 600)


def _impersonal(facts: Facts) -> bool:
    return WORD.findall(facts.text[facts.phrase.start : facts.start])[-1].lower() in facts.lexicon.impersonal


def _delivers(facts: Facts, addressee: Addressee | None, start: int) -> bool:
    """Whether something concrete is asked for, or an official is to bring something about."""
    if addressee is None:
        return False
    if facts.within("deliverable", start, len(facts.text)):
        return True
    official = pattern(facts.language, "officials").search(facts.text, addressee.start, addressee.end)
    return official is not None and facts.within("official_acts", start, 300)


def _dated_report(facts: Facts) -> bool:
    return all(
        facts.within(name, facts.place, reach)
        for name, reach in (("report_strict", 300), ("report", 300), ("to_organ", 400), ("dated", 400))
    )


def _records(facts: Facts) -> bool:
    """Whether minutes are approved or discharge is given: the body closes its books, and nobody has to act."""
    verb = facts.inner if facts.form == "decides-to" else facts.lead
    if verb is None:
        return False
    return facts.starts("discharge", verb.start) or (
        verb.lemma in facts.lexicon.passing and facts.starts("minutes_of", verb.end)
    )


def _only_states(facts: Facts) -> bool:
    """Of "Decides to express its gratitude": whether what is decided is a statement, without an effect."""
    inner = facts.inner
    states = inner is not None and inner.force == "statement" and inner.lemma in facts.lexicon.following
    return states and type_of_decision(facts.words(facts.place or facts.start), facts.language) is None


TAGS: Mapping[str, Callable[[Facts], bool]] = {
    # the addressee after the verb
    "named": lambda facts: facts.asked is not None,
    "own": lambda facts: _is_own(facts, facts.asked),
    "organ": lambda facts: _is_own(facts, facts.asked, organ=True),
    "states": lambda facts: facts.asked is not None and facts.asked.standing == "states",
    "alone": lambda facts: facts.asked is not None and not facts.asked.joint,
    "owed": lambda facts: facts.owing is not None,
    # the subject
    "subject": lambda facts: facts.subject is not None,
    "own-subject": lambda facts: _is_own(facts, facts.subject),
    "organ-subject": lambda facts: _is_own(facts, facts.subject, organ=True),
    "acting": lambda facts: acting_subject(facts) is not None,
    "actor": lambda facts: facts.actor is not None,
    "of-states": lambda facts: facts.subject is not None and facts.subject.standing == "states",
    "states-must": lambda facts: facts.starts("states_shall", facts.place),
    "after-states": lambda facts: bool(
        facts.before and facts.before.addressee and facts.before.addressee.standing == "states"
    ),
    # what is asked for
    "acts": _acts,
    "thing": lambda facts: facts.asked is not None and facts.thing_after(facts.asked),
    "delivers": lambda facts: _delivers(facts, facts.asked, facts.place),
    "subject-delivers": lambda facts: _delivers(facts, facts.subject, facts.start),
    "dated-report": _dated_report,
    "speaks": lambda facts: facts.within("invite_to_speak", facts.place, 160),
    "renews": lambda facts: facts.lead.renews,
    "resources": lambda facts: facts.within("subordinate", facts.place, 400),
    "money": lambda facts: facts.starts("budget_opening", facts.place),
    "effect": lambda facts: sentence_type(facts) in BY_ITSELF,
    "pays": lambda facts: sentence_type(facts) == "budget",
    "received": lambda facts: facts.recipient is not None,
    "only-states": _only_states,
    "records": _records,
    # the verb
    "authorizing": lambda facts: facts.lead.lemma in facts.lexicon.authorizing,
    "impersonal": _impersonal,
    "wishes": lambda facts: facts.holds_wish,
    "verb-first": lambda facts: facts.starts("verb_first", facts.place),
    "that": lambda facts: facts.lead.that,
    "proclaims": lambda facts: facts.starts("proclaims", facts.lead.start),
    "renewed": lambda facts: facts.lead.renews and facts.force == "decide",
    "seized": lambda facts: facts.within("seized", facts.phrase.start, 300),
    "puts-off": lambda facts: bool(
        pattern(facts.language, "agreeing").match(facts.lead.lemma) and facts.starts("puts_off", facts.start)
    ),
    "remains": lambda facts: facts.lead.lemma == "remain",
    "agenda": lambda facts: facts.within("agenda", facts.phrase.start, 300),
}
