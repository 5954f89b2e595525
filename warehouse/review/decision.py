"""A decision: what a person says of one field of a task, and what may be said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self, get_args

from mandates.model import ClauseType
from warehouse.model import WarehouseError

if TYPE_CHECKING:
    from datetime import datetime


class DecisionError(WarehouseError):
    """A decision that cannot be recorded, or a file of decisions that cannot be read; `task_key` where there is one."""

    def __init__(self, problem: str, *, task_key: str | None = None) -> None:
        super().__init__(f"decision on task {task_key!r}: {problem}" if task_key else problem)
        self.task_key = task_key


# What may be decided about a task, and how its value is written (None takes an earlier decision back).
DECIDED: dict[str, re.Pattern[str]] = {
    "is_mandate": re.compile("yes|no"),
    "type": re.compile("|".join(get_args(ClauseType))),
    "addressee": re.compile(r".{1,500}"),
    "addressee_id": re.compile(r"[a-z0-9:._-]{1,200}"),
    "due_start": re.compile(r"\d{4}-\d\d-\d\d"),
    # "none": there is no deadline.
    "due_end": re.compile(r"\d{4}-\d\d-\d\d|none"),
    "deliverable": re.compile(r".{1,2000}"),
    "state": re.compile("open|done|dropped"),
    # The unit that has it in hand, and how far it is in that unit's own words.
    "responsible": re.compile(r".{1,200}"),
    "status": re.compile(r".{1,200}"),
    # Somebody takes care of it; nobody wants to hear of it any more.
    "seen": re.compile("yes"),
    "muted": re.compile("yes"),
    # The reading is right as it is.
    "reviewed": re.compile("yes"),
    "note": re.compile(r"[\s\S]{1,5000}"),
}

# What becomes of a task: these say nothing about how it is read.
FATES = frozenset({"state", "responsible", "status", "seen", "muted", "note"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one field of a task. `at` is in UTC; `value` None takes an earlier decision back."""

    task_key: str
    field: str
    value: str | None
    who: str
    at: datetime
    why: str

    def checked(self) -> Self:
        """This decision, if it can be one.

        Raises:
            DecisionError: the field is not known, the value does not fit it, or key, name or time are missing.
        """
        if self.field not in DECIDED:
            raise DecisionError(
                f"{self.field!r} is not a field; use one of {', '.join(DECIDED)}", task_key=self.task_key
            )
        if self.value is not None and not _fits(self.field, self.value):
            raise DecisionError(f"{self.field} cannot be {self.value!r}", task_key=self.task_key)
        if not self.task_key.strip() or not self.who.strip():
            raise DecisionError("the task's key and the name of who decided are required", task_key=self.task_key)
        if self.at.tzinfo is None:
            raise DecisionError(f"{self.at} has no time zone", task_key=self.task_key)
        return self


def _fits(field: str, value: str) -> bool:
    if not DECIDED[field].fullmatch(value):
        return False
    try:
        return not field.startswith("due_") or value == "none" or bool(date.fromisoformat(value))
    except ValueError:
        return False
