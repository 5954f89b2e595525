"""How sure the reading of a clause is, and why somebody should look at it.

Each doubt has an id, and in `confidence.yaml` its words for people and the share of clauses with this doubt that are
right in every field. The confidence of a clause is the product of the shares of its doubts with the share of those
without one; a clause below `SURE` says its doubts as reasons to review.

Errors:
    LexiconError      the table is damaged; the sentence names the file
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from mandates.classify.addressees import is_named
from mandates.documents.addressee_ids import is_pronoun
from mandates.languages.lexicon import holds, lexicon
from mandates.languages.words import LexiconError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mandates.classify.classify import Judgement
    from mandates.classify.phrases import Phrase
    from mandates.model import Mandate

SURE = 0.9
CERTAIN = "certain"
TABLE = Path(__file__).with_name("confidence.yaml")


@dataclass(frozen=True, slots=True)
class Certainty:
    """`confidence` from 0 to 1; `review` are reasons in plain English, empty where the reading is sure."""

    confidence: float
    review: tuple[str, ...]
    doubts: tuple[str, ...]
    """The ids of all doubts, also of those too small to ask for a review."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """The words of a doubt for people, and the share of clauses with it that are right."""

    says: str
    right: float


@dataclass(frozen=True, slots=True)
class Read:
    """One clause as it was read: its words, its judgements and mandates, and the numbers before and after it."""

    text: str
    """The view in which the judgements have their places."""
    words: str
    judgements: Sequence[Judgement]
    mandates: Sequence[Mandate]
    numbers: tuple[str | None, str | None, str | None]
    """Of the clause before, of this one and of the next."""
    narrated: bool
    language: str
    garbled: bool = False
    """Whether the verb had to be mended."""


def certainty(clause: Read) -> Certainty:
    """How sure the reading of one clause is."""
    table = doubts()
    asked = DOUBTS if clause.mandates else _WITHOUT_MANDATE
    found = tuple(name for name, doubtful in asked.items() if doubtful(clause))
    confidence = confidence_of(found, _right())
    review = tuple(table[each].says for each in found) if confidence < SURE else ()
    return Certainty(confidence, review, found)


def confidence_of(found: Iterable[str], right: Mapping[str, float]) -> float:
    """The product of the shares that are right, of these doubts and of a clause without any."""
    return round(prod(right[each] for each in (CERTAIN, *found)), 3)


@cache
def doubts() -> Mapping[str, Doubt]:
    """The table of doubts by their id; "certain" is the share of those without a doubt.

    Raises:
        LexiconError: the table is damaged.
    """
    try:
        return {name: Doubt(row["says"], float(row["right"])) for name, row in load(TABLE).items()}
    except (KeyError, TypeError, ValueError) as error:
        raise LexiconError(f"{TABLE}: damaged: {error}") from error


@cache
def _right() -> Mapping[str, float]:
    return {name: each.right for name, each in doubts().items()}


def _pronoun(clause: Read) -> bool:
    return any(
        each.addressee and is_pronoun(each.addressee) and not each.addressee_resolved for each in clause.mandates
    )


def _unknown_addressee(clause: Read) -> bool:
    """Whether an office that is not listed is asked with a verb used for a body's own organs and for others alike."""
    return any(
        each.addressee is not None
        and not each.is_mandate
        and each.addressee.standing == "unknown"
        and each.phrase.lead.force in _SOFT
        and is_named(clause.text[each.addressee.start : each.addressee.end])
        for each in clause.judgements
    )


def _several_addressees(clause: Read) -> bool:
    return any(each.is_mandate and each.addressee is not None and each.addressee.joint for each in clause.judgements)


def _soft_request(clause: Read) -> bool:
    """Whether a mandate rests on a verb that does not oblige others ("invites", "urges")."""
    return any(each.is_mandate and each.phrase.lead.force in _SOFT for each in clause.judgements)


def _event(clause: Read) -> bool:
    """Whether a deadline is an event without known days ("on the occasion of the Tenth Congress")."""
    return any(due.due_end is None and due.rule == "due-session-kept" for each in clause.mandates for due in each.dues)


def _several_dues(clause: Read) -> bool:
    """Whether one task has several deadlines in its words, and they end on different days."""
    return any(
        len({due.start for due in each.dues}) > 1 and len({due.due_end for due in each.dues}) > 1
        for each in clause.mandates
    )


def _due_elsewhere(clause: Read) -> bool:
    """Whether a later task of the clause has a deadline and the first has none."""
    return bool(clause.mandates) and not clause.mandates[0].dues and any(each.dues for each in clause.mandates)


def _unread_time(clause: Read) -> bool:
    """Whether a time is named where a task has no deadline."""
    return any(not mandate.dues and _says(clause, "dated", phrase) for mandate, phrase in _with_phrases(clause))


def _out_of_sequence(clause: Read) -> bool:
    """Whether the number does not follow the one before, or is not followed by the next."""
    before, own, after = (int(each) if each and each.isdecimal() else None for each in clause.numbers)
    follows = own in {None, 1} or before is None or own == before + 1
    return not follows or (own is not None and after is not None and after not in {1, own + 1})


def _open_end(clause: Read) -> bool:
    """Whether the words end before a list, or in the middle of a sentence."""
    return clause.words.rstrip('”»"*_ ')[-1:] not in {".", ";", "?", ")", ","}


def _may_act(clause: Read) -> bool:
    """Whether the clause gives tasks to what it establishes."""
    return any(
        mandate.type == "establishment" and _says(clause, "given_tasks", phrase)
        for mandate, phrase in _with_phrases(clause)
    )


def _unlisted_verb(clause: Read) -> bool:
    """Whether the place of the verb alone shows that it leads the clause: "We bemoan the loss", "Chérissons"."""
    lead, words = clause.judgements[0].phrase.lead, lexicon(clause.language)
    is_bare = lead.subject is None and lead.force == "statement" and not lead.that
    return is_bare and lead.lemma not in words.lemmas and lead.lemma not in words.participles


def _with_phrases(clause: Read) -> Iterable[tuple[Mandate, Phrase]]:
    return zip(clause.mandates, (each.phrase for each in clause.judgements if each.is_mandate), strict=True)


def _says(clause: Read, name: str, phrase: Phrase) -> bool:
    return holds(clause.language, name, clause.text, phrase.start, min(phrase.end, phrase.start + _REACH))


_SOFT = frozenset({"urge", "invite"})
_REACH = 1_500
DOUBTS: Mapping[str, Callable[[Read], bool]] = {
    "pronoun": _pronoun,
    "unknown-addressee": _unknown_addressee,
    "several-addressees": _several_addressees,
    "soft-request": _soft_request,
    "may-act": _may_act,
    "event": _event,
    "due-elsewhere": _due_elsewhere,
    "several-dues": _several_dues,
    "unread-time": _unread_time,
    "number-sequence": _out_of_sequence,
    "open-end": _open_end,
    "misread-verb": lambda clause: clause.garbled,
    "unlisted-verb": _unlisted_verb,
    "narrated": lambda clause: clause.narrated and bool(clause.mandates),
}
# The others are about mandates; most clauses have none.
_WITHOUT_MANDATE = {
    name: DOUBTS[name] for name in ("unknown-addressee", "number-sequence", "open-end", "misread-verb", "unlisted-verb")
}
