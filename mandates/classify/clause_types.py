"""Of which type a mandate is, told by the words of what is asked or decided; the words stand in the language files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mandates.languages.lexicon import holds, lexicon, pattern
from mandates.languages.needed import part

if TYPE_CHECKING:
    from mandates.model import ClauseType

_decided: tuple[tuple[str, ClauseType], ...] = (
    ("extension", "extension_renewal"),
    ("agenda", "agenda_placement"),
    ("convening", "convening"),
    ("establishment_opening", "establishment"),
    ("budget", "budget"),
)
_said: tuple[tuple[str, ClauseType], ...] = (
    ("extension", "extension_renewal"),
    ("agenda", "agenda_placement"),
    ("defined", "establishment"),
    ("held", "convening"),
    ("establishment", "establishment"),
    ("budget", "budget"),
    ("passed", "establishment"),
    ("report", "reporting_request"),
    ("gathers", "convening"),
)
_begun: tuple[tuple[str, ClauseType], ...] = (
    ("appointing", "task_assignment"),
    ("establishment", "establishment"),
    ("convening_verb", "convening"),
    ("extension", "extension_renewal"),
)


def type_of_task(content: str, language: str) -> ClauseType:
    """What an organ is asked to do ("to convene a panel"); task and report together are a reporting request."""
    if _has("agenda_task", content, language, 260):
        return "agenda_placement"
    also = pattern(language, "report_too").search(content)
    if also and _has("report", part(content, also.start(), len(content)), language):
        return "reporting_request"
    first = pattern(language, "first_infinitive").search(content, 0, 400)
    if first and pattern(language, "assisting").match(content, first.end()):
        return "task_assignment"
    for name, kind in _begun if first else ():
        place = first.end() if first else 0
        if pattern(language, name).match(content, place) and (
            kind != "convening" or _has("convening_noun", content[place : place + 260], language)
        ):
            return kind
    if _has("report", content, language):
        return "reporting_request"
    looks = first and pattern(language, "looks_at").match(content, first.end())
    return "budget" if not looks and _has("budget_task", content, language, 160) else "task_assignment"


def type_of_decision(content: str, language: str) -> ClauseType | None:
    """What follows "Decides to"; None where no words tell."""
    opening = part(content, 0, 320)
    if pattern(language, "budget_opening").match(content):
        return "budget"
    for name, kind in _decided:
        if name == "convening":
            if pattern(language, "assembles").match(opening):
                return kind
            verb = pattern(language, "convening_verb").search(opening, 0, 90)
            if verb and _has("convening_noun", opening, language):
                return kind
        elif _has(name, opening, language):
            return kind
    return "reporting_request" if _has("report", content, language) else None


def type_of_sentence(content: str, language: str) -> ClauseType:
    """What follows "Decides that"."""
    opening = part(content, 0, 400)
    held = _has("held", opening, language)
    meeting = _has("convening_noun", opening, language)
    for name, kind in _said:
        if (name == "agenda" and held) or (name == "held" and not meeting):
            continue
        if name == "budget" and looks_at_money(opening, language):
            continue
        if _has(name, content if name == "report" else opening, language):
            return kind
    modal = pattern(language, "modal").search(opening)
    subject = opening[: modal.start()] if modal else opening[:60]
    meets = bool(modal and pattern(language, "meets").match(opening, modal.start()))
    if _has("convening_noun", subject, language) and (meets or not _has("organs", subject, language)):
        return "convening"
    return "task_assignment"


def looks_at_money(words: str, language: str) -> bool:
    """Whether somebody is to look at money, of which nothing is said before ("shall examine the draft budget")."""
    looks = pattern(language, "looks_at").search(words)
    return looks is not None and not _has("budget", words, language, looks.start())


def type_of_passing(words: str, content: str, language: str) -> ClauseType:
    """What "Adopts …" or "Approves …" brings about: `words` with the verb, `content` after it."""
    if _has("agenda", words, language):
        return "agenda_placement"
    if _has("budget", words, language):
        return "budget"
    if _has("extension", content, language, 200):
        return "extension_renewal"
    if _has("convening_verb", content, language, 60) and _has("convening_noun", content, language, 160):
        return "convening"
    return "establishment"


def type_of_effect(lemma: str, content: str, language: str) -> ClauseType:
    """What a verb brings about that takes effect by itself ("Establishes …", "Repeals …"), read as an infinitive.

    Without words that tell, a verb that decides brings about an establishment, as a revocation is one; any other verb,
    and one by which a matter is handed on, leaves something to be done.
    """
    infinitive = f"{lemma} {content[:400]}"
    if _has("agenda", infinitive, language, 200):
        return "agenda_placement"
    if _has("extension", infinitive, language, 260):
        return "extension_renewal"
    if _has("establishment", infinitive, language, 260):
        return "establishment"
    if pattern(language, "convening_verb").match(infinitive):
        return "convening"
    if _has("budget", infinitive, language, 160):
        return "budget"
    decides = any(verb.force == "decide" for verb in lexicon(language).infinitive.get(lemma, ()))
    return "establishment" if decides and not pattern(language, "leaves_to_do").match(infinitive) else "task_assignment"


def _has(name: str, words: str, language: str, length: int = sys.maxsize) -> bool:
    return holds(language, name, words, 0, length)
