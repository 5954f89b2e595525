"""What becomes of a task, said from the command line: somebody takes care of it, or nobody wants to hear of it."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from config.settings import Settings
from warehouse.load.decisions import land_decisions, record_decisions
from warehouse.review.decision import Decision
from warehouse.review.task_names import in_force, task_named
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Sequence


def decide(field: str, keys: Sequence[str], said: str, *, undo: bool, why: str, as_json: bool) -> None:
    """Record the same decision on all of these tasks, or on none where a key is not known, and say so for each.

    Undoing what was never decided records nothing, and says so.
    """
    settings = Settings()
    home = settings.home
    record_decisions(home)
    with session(home) as connection:
        tasks = [task_named(connection, key) for key in keys]
        idle = {task.key for task in tasks if not in_force(connection, task.key, field)} if undo else set()
    now, who = datetime.now(UTC), _who()
    land_decisions(
        home,
        [
            Decision(task.key, field, None if undo else "yes", who, now, why).checked()
            for task in tasks
            if task.key not in idle
        ],
    )
    record_decisions(home)
    publish(home)
    for task in tasks:
        if as_json:
            click.echo(json.dumps(asdict(task) | {"field": field, "value": None if undo else "yes", "who": who}))
        else:
            from flows.console import visible

            outcome = f"was not {field}" if task.key in idle else said
            click.echo(visible(f"{outcome}: {task.document}: {task.quote[:200]}"))


def _who() -> str:
    """The name under which the system knows the caller; a container may know none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"
