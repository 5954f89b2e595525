"""What people decided about the tasks of one document, and a task as they decided it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.pages.text import Due
from warehouse.query.places import has_none
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from warehouse.pages.text import Task

# As the view `current_decisions`.
_DECISIONS = """
SELECT task_key, field, value, who, "at", why FROM (
    SELECT
        CASE WHEN list_contains($names, decisions.task_key) THEN decisions.task_key
            ELSE coalesce(key_aliases.new, decisions.task_key) END AS task_key,
        field, value, who, "at", why, recorded_at, decision_id
    FROM decisions LEFT JOIN key_aliases ON key_aliases.old = decisions.task_key
    WHERE decisions.document_id = $document OR list_contains($names, decisions.task_key)
)
WHERE list_contains($names, task_key)
QUALIFY row_number() OVER (PARTITION BY task_key, field ORDER BY "at" DESC, recorded_at DESC, decision_id) = 1"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person decided about one field; the value is as `warehouse.review.decision` writes it."""

    value: str
    who: str
    at: datetime
    why: str


def decided(home: Path, document_id: str, names: Iterable[str]) -> dict[str, dict[str, Said]]:
    """What was said of these parts of a document, which have these names today: by name and field.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    asked = list(names)
    said: dict[str, dict[str, Said]] = {}
    if not asked or _has_none(home, document_id, asked):
        return said
    for key, field, value, *more in query(home, _DECISIONS, {"document": document_id, "names": asked}).rows:
        if value is not None:
            said.setdefault(key, {})[field] = Said(value, *more)
    return said


def _has_none(home: Path, document_id: str, names: Iterable[str]) -> bool:
    """Whether it is known that nobody decided anything about these, as is so for most documents."""
    return has_none(home, "decisions", "document_id", document_id) and all(
        has_none(home, "decisions", "task_key", name) for name in names
    )


def is_mandate(said: Mapping[str, Said], *, is_read: bool) -> bool:
    """Whether a part of a text that was read as a mandate, or as none, is one as people decided."""
    return is_read if "is_mandate" not in said else said["is_mandate"].value == "yes"


def types_as_decided(tasks: Mapping[str, str], said: Mapping[str, Mapping[str, Said]]) -> dict[str, str]:
    """The type of each of these `tasks` (type as it is read, by key)."""
    return {key: said[key]["type"].value if "type" in said.get(key, ()) else read for key, read in tasks.items()}


def columns_decided(said: Mapping[str, Said]) -> dict[str, Any]:
    """What people decided of a task, deadlines aside, by the columns of the view `current_mandates`."""
    changed: dict[str, Any] = {name: said[name].value for name in ("type", "deliverable") if name in said}
    if "addressee" in said:
        changed |= {"addressee": said["addressee"].value, "addressee_resolved": None, "addressee_id": None}
    if "addressee_id" in said:
        changed["addressee_id"] = said["addressee_id"].value
    return changed


def as_decided(task: Task, said: Mapping[str, Said]) -> Task:
    """The task as people decided it, as the view `current_mandates` has it."""
    values = {field: each.value for field, each in said.items()}
    changed = columns_decided(said)
    if values.get("due_end") == "none":
        changed["dues"] = ()
    elif "due_end" in values:
        last = date.fromisoformat(values["due_end"])
        first = date.fromisoformat(values["due_start"]) if "due_start" in values else last
        changed["dues"] = (Due(None, first, last, "decided", None), *task.dues[1:])
    return replace(task, **changed)
