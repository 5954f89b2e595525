"""What is beside a clause: who has to do what by when, what became of it, and why it is read so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from mandates.classify.confidence import SURE
from mandates.classify.rules import rules
from register.lines import on_a_line
from warehouse.links.difference import difference
from warehouse.pages.decided import as_decided, is_mandate
from warehouse.pages.text import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warehouse.links.difference import Change
    from warehouse.pages.corrections import Correction
    from warehouse.pages.decided import Said
    from warehouse.pages.task_history import Span
    from warehouse.pages.text import Clause, Reason

# Below it a clause is as often wrong in some field as not worth relying on; `confidence.yaml` has the shares.
FAIR = 0.8
_FATES = frozenset({"responsible", "status", "note", "seen", "muted", "state"})


@dataclass(frozen=True, slots=True)
class Why:
    """One reason in the words of the page (`name`) and of the document (`words`); `example` is one of the same form."""

    name: str
    words: str
    type: str | None = None
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One task as people decided it, the times that it is asked for with their states, and what else was said.

    `is_decided` where a person corrected or confirmed the reading, `is_rejected` where one said that it is no mandate.
    """

    task: Task
    times: tuple[Span, ...]
    is_decided: bool
    is_rejected: bool
    responsible: str | None
    status: str | None
    remark: str | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a corrigendum changes in the clause, word by word; `changes` are empty where it does not say so plainly."""

    correction: Correction
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Margin:
    """What is beside one clause. `sure` is how sure the reading is, None where nobody knows; `doubts` are their ids."""

    asked: tuple[Asked, ...]
    corrected: tuple[Corrected, ...]
    whys: tuple[Why, ...]
    sure: Literal["high", "fair", "low"] | None
    doubts: tuple[str, ...]


def margin(
    clause: Clause,
    times: Mapping[str, tuple[Span, ...]],
    said: Mapping[str, Mapping[str, Said]],
    corrections: Sequence[Correction] = (),
) -> Margin | None:
    """What is beside the clause, with the states of today by task, and what people decided by task or clause.

    None where nothing is asked in it or corrected, and nobody decided otherwise.
    """
    tasks = clause.tasks
    if not tasks and is_mandate(said.get(clause.clause_key, {}), is_read=False):
        tasks = (_as_task(clause),)
    if not tasks and not corrections:
        return None
    corrected = tuple(
        Corrected(each, difference(clause.display, each.words) if each.words else ()) for each in corrections
    )
    doubts = tuple(reason.rule for reason in clause.reasons if reason.label == "doubt") if clause.review else ()
    asked = tuple(_asked(task, times.get(task.task_key, ()), said.get(task.task_key, {})) for task in tasks)
    return Margin(asked, corrected, tuple(_whys(clause)), _sure(clause), doubts)


def _asked(task: Task, times: tuple[Span, ...], said: Mapping[str, Said]) -> Asked:
    return Asked(
        as_decided(task, said),
        times,
        is_decided=bool(said.keys() - _FATES),
        is_rejected=not is_mandate(said, is_read=True),
        responsible=_value(said, "responsible"),
        status=_value(said, "status"),
        remark=_value(said, "note"),
    )


def _value(said: Mapping[str, Said], field: str) -> str | None:
    return said[field].value if field in said else None


def _as_task(clause: Clause) -> Task:
    """The task of a clause that asks for something only because a person said so."""
    who = clause.addressee, clause.addressee_id, None
    what = None, None, None
    return Task(clause.start, clause.end, clause.clause_key, clause.verb, clause.type, *who, *what, "decided", ())


def _sure(clause: Clause) -> Literal["high", "fair", "low"] | None:
    if clause.confidence is None:
        return None
    return "high" if clause.confidence >= SURE else "fair" if clause.confidence >= FAIR else "low"


def _whys(clause: Clause) -> Iterator[Why]:
    """The reasons as the analysis gave them; what it only weighed, and doubts, which are said elsewhere, left out."""
    for reason in clause.reasons:
        name, type_ = _named(reason)
        if name is not None:
            example = _examples().get(reason.rule) if name == "why_type" else None
            yield Why(name, _one_line(reason.words), type_, example)


def _named(reason: Reason) -> tuple[str | None, str | None]:
    label, _, rest = reason.label.partition(": ")
    if label == "clause":
        return ("why_narrated" if reason.rule == "told-decision" else "why_lead"), None
    if label == "doubt" or label.startswith("second best"):
        return None, None
    if label == "not a mandate":
        return "why_not", rest
    return {"addressee": "why_addressee", "due": "why_due"}.get(label, "why_type"), label


@cache
def _examples() -> Mapping[str, str]:
    """For each rule a paragraph to which it applies, in English, else in the language that has the form."""
    listed = [rule for same in rules().values() for rule in same]
    return {rule.id: next(iter(rule.example.values())) for rule in listed if any(rule.example.values())}


def _one_line(words: str) -> str:
    return re.sub(r"\s+", " ", on_a_line(words)).strip()
