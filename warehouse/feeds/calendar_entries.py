"""What goes into a calendar: the sessions of bodies, and the deadlines of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.feeds.calendar_file import CalendarEntry
from warehouse.feeds.chosen import lasting_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.feeds.chosen import Task
    from warehouse.query.sessions import Sitting

# More of an agenda would hide the rest of the description.
_ITEMS_SHOWN = 20


def deadline_entries(tasks: Sequence[Task]) -> Iterator[CalendarEntry]:
    """One entry for each task and each time that it has a last day; it is on that day."""
    for task in tasks:
        if task.due_end is None:
            continue
        yield CalendarEntry(
            uid=str(lasting_id("deadline", task.name, task.occurrence)),
            summary=f"Due: {task.subject}",
            first=task.due_end,
            last=task.due_end,
            description=task.words,
            url=task.url,
            categories=tuple(filter(None, ("deadline", task.body, task.type))),
            status="CANCELLED" if task.is_closed else "CONFIRMED" if task.is_announced else "TENTATIVE",
        )


def session_entries(sittings: Sequence[Sitting]) -> Iterator[CalendarEntry]:
    """One entry for each session, on all its days, with what is on its agenda."""
    for sitting in sittings:
        lines = []
        if not sitting.is_announced:
            lines.append("The days were not announced.")
        lines.append(f"Known from: {sitting.source}")
        if sitting.otherwise:
            lines.append(f"Others say: {sitting.otherwise}")
        if sitting.items:
            lines += ["", "On its agenda, by the recorded documents:"]
            lines += [f"- {item.item} ({item.place})" for item in sitting.items[:_ITEMS_SHOWN]]
        if (left := len(sitting.items) - _ITEMS_SHOWN) > 0:
            lines.append(f"… and {left} more")
        yield CalendarEntry(
            uid=str(lasting_id("session", sitting.body, sitting.number)),
            summary=sitting.name,
            first=sitting.start,
            last=sitting.end,
            description="\n".join(lines),
            categories=("session", sitting.body),
            status="CONFIRMED" if sitting.is_announced else "TENTATIVE",
        )
