"""One thing to decide as its page shows it: in its document, with what the form has in its fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from register.pages.document import Sheet, sheet
from register.review.form import NO_DEADLINE, line
from warehouse.pages.addresses import clause_place
from warehouse.review.case import WHATS, Name, case_published
from warehouse.review.uncertain import OTHERWISE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.datastructures import QueryParams

    from register.margins import Asked, Margin
    from register.typeset import Passage
    from warehouse.pages.text import Clause, Task
    from warehouse.review.case import Case
    from warehouse.review.uncertain import Uncertain

LONGEST_KEY = 300


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to decide. `around` are its passage with those before and after it, `margin` what is beside it.

    `sheet` is None where no document has it any more. `shown` are the fields of a correction as they are now.
    """

    case: Case
    sheet: Sheet | None
    clause: Clause | None
    margin: Margin | None
    around: tuple[Passage, ...]
    shown: Mapping[str, str]
    addressees: tuple[str, ...]
    addressee_ids: tuple[str, ...]

    @property
    def value(self) -> str | None:
        """What was decided, where an earlier decision is in question."""
        return next((each.value for each in self.case.in_force if each.field == self.case.name.field), None)

    @property
    def others(self) -> tuple[str, ...]:
        """The ids of other readings that its doubts leave open."""
        return tuple(dict.fromkeys(doubt for row in self.case.waiting for doubt in row.doubts if doubt in OTHERWISE))


def name_in(address: QueryParams) -> Name | None:
    """The thing that an address names; None where it names none."""
    what = next((each for each in WHATS if each == address.get("what")), None)
    key, field = address.get("key", ""), address.get("field") or None
    return Name(what, key, field) if what and 0 < len(key) <= LONGEST_KEY and len(field or "") <= LONGEST_KEY else None


def name_of(row: Uncertain) -> Name:
    """The thing that a row of the list is about."""
    return Name(row.what, row.key, row.field)


def item(home: Path, name: Name) -> Item:
    """The page of this thing, whether or not it waits for a decision.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    case = case_published(home, name)
    if name.what == "text":
        return Item(case, sheet(home, name.key), None, None, (), {}, (), ())
    place = clause_place(home, name.key)
    there = sheet(home, place.document_id, place.version_id) if place else None
    clauses = there.text.clauses if there and there.text else ()
    clause = next((each for each in clauses if place and each.clause_key == place.clause_key), None)
    if there is None or clause is None:
        return Item(case, there, None, None, (), _shown(None, None, case), (), ())
    margin = there.margins.get(clause.clause_key)
    asked = _asked(margin, name.key)
    known: tuple[Clause | Task, ...] = (clause, *_tasks(there))
    words = dict.fromkeys(line(each.addressee) for each in known if each.addressee)
    ids = dict.fromkeys(each.addressee_id for each in known if each.addressee_id)
    return Item(
        case, there, clause, margin, _around(there, clause), _shown(clause, asked, case), tuple(words), tuple(ids)
    )


def _tasks(there: Sheet) -> list[Task]:
    return [task for clause in (there.text.clauses if there.text else ()) for task in clause.tasks]


def _asked(margin: Margin | None, key: str) -> Asked | None:
    return next((each for each in (margin.asked if margin else ()) if each.task.task_key == key), None)


def _shown(clause: Clause | None, asked: Asked | None, case: Case) -> dict[str, str]:
    """The fields as they are read and decided; "" where there is nothing, or no clause has the key any more."""
    said = {each.field: each.value for each in case.in_force}
    task = asked.task if asked else None
    read = task or clause
    due = task.dues[0] if task and task.dues else None
    shown = {
        "is_mandate": "no" if clause and (task is None or asked is None or asked.is_rejected) else "yes",
        "type": read.type if read else None,
        "addressee": read.addressee if read else None,
        "addressee_id": read.addressee_id if read else None,
        "due_start": due.first.isoformat() if due and due.first else None,
        "due_end": due.last.isoformat() if due and due.last else None,
        "deliverable": task.deliverable if task else None,
        "state": said.get("state"),
        NO_DEADLINE: "yes" if said.get("due_end") == "none" else None,
    }
    return {name: line(value or "") for name, value in shown.items()}


def _around(there: Sheet, clause: Clause) -> tuple[Passage, ...]:
    """Its passage, with the one before and the one after it that have words."""
    passages = [each for block in there.blocks for each in block.passages if each.paragraphs]
    place = next(
        (n for n, each in enumerate(passages) if each.clause and each.clause.clause_key == clause.clause_key), None
    )
    return () if place is None else tuple(passages[max(0, place - 1) : place + 2])
