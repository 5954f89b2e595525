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
from pathlib import Path
from typing import TYPE_CHECKING

from mandates.documents.addressee_ids import is_pronoun
from mandates.languages.words import LexiconError, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mandates.classify.classify import Judgement
    from mandates.model import Mandate

SURE = 0.9
_TABLE = Path(__file__).with_name("confidence.yaml")


@dataclass(frozen=True, slots=True)
class Certainty:
    """`confidence` from 0 to 1; `review` are reasons in plain English, empty where the reading is sure."""

    confidence: float
    review: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What people read of a doubt, and the share of clauses with it that are right."""

    says: str
    right: float


def certainty(
    judgements: Sequence[Judgement],
    mandates: Sequence[Mandate],
    number: str | None,
    number_before: str | None,
    *,
    told: bool,
) -> Certainty:
    """How sure the reading of one clause is; `told` if it is narrated, `number_before` of the clause before."""
    table = doubts()
    found = dict.fromkeys(_found(judgements, mandates, number, number_before, told=told))
    confidence = table["certain"].right
    for each in found:
        confidence *= table[each].right
    confidence = round(confidence, 3)
    return Certainty(confidence, tuple(table[each].says for each in found) if confidence < SURE else ())


@cache
def doubts() -> Mapping[str, Doubt]:
    """The table of doubts by their id; "certain" is the share of those without a doubt.

    Raises:
        LexiconError: the table is damaged.
    """
    try:
        return {name: Doubt(row["says"], float(row["right"])) for name, row in load(_TABLE).items()}
    except (KeyError, TypeError, ValueError) as error:
        raise LexiconError(f"{_TABLE}: damaged: {error}") from error


def _found(
    judgements: Sequence[Judgement],
    mandates: Sequence[Mandate],
    number: str | None,
    number_before: str | None,
    *,
    told: bool,
) -> Iterator[str]:
    """The ids of the doubts about one clause, the weightiest for people first."""
    asked = [each for each in judgements if each.addressee is not None and each.phrase.lead.force != "statement"]
    if any(each.addressee and is_pronoun(each.addressee) and not each.addressee_resolved for each in mandates):
        yield "pronoun"
    if any(each.addressee and each.addressee.standing == "unknown" and not each.is_mandate for each in asked):
        yield "unknown-addressee"
    if any(each.addressee and each.addressee.joint and each.is_mandate for each in asked):
        yield "several-addressees"
    if any(each.is_mandate and each.rule.startswith(("decides-task", "takes-effect-task")) for each in judgements):
        yield "kind-of-decision"
    if any(due.basis == "inferred" for each in mandates for due in each.dues):
        yield "event-or-deadline"
    if _out_of_sequence(number, number_before):
        yield "number-sequence"
    if told:
        yield "narrated"


def _out_of_sequence(number: str | None, before: str | None) -> bool:
    """Whether a number neither follows the one before nor begins again."""
    if not (number and before and number.isdecimal() and before.isdecimal()):
        return False
    return int(number) not in {1, int(before) + 1}
