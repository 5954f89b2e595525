"""The options by which commands select mandates of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from config.filters import MandateType

if TYPE_CHECKING:
    from collections.abc import Callable

    from warehouse.matrix.rows import Selection

STATES = (
    "open", "due_soon", "overdue", "answered", "partly_answered", "renewed", "superseded", "withdrawn", "corrected",
    "unknown",
)  # fmt: skip
_OPTIONS = (
    click.option("--body", multiple=True, help="Only what this body adopted or issued (AALCO, UNGA*)."),
    click.option("--session", multiple=True, type=int, help="Only this session of the body."),
    click.option("--symbol", multiple=True, help="Only this document (AALCO/RES/64/*)."),
    click.option("--addressee", multiple=True, help="Only this addressee: an id, or part of the words."),
    click.option("--type", "type", multiple=True, type=click.Choice(get_args(MandateType)), help="Only this type."),
    click.option("--state", multiple=True, type=click.Choice(STATES), help="Only this state."),
    click.option("--topic", multiple=True, help="Only documents on this topic."),
    click.option("--responsible", multiple=True, help="Only what this unit is responsible for."),
    click.option(
        "--due-after", type=click.DateTime(["%Y-%m-%d"]), help="Only deadlines that end on this day or later."
    ),
    click.option("--due-before", type=click.DateTime(["%Y-%m-%d"]), help="Only deadlines that end by this day."),
)


def selecting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a selection; each but the days may be given several times."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def selection_of(given: dict[str, Any]) -> Selection:
    """The selection that these options ask for."""
    from warehouse.matrix.rows import Selection

    days = {name: given[name].date() if given[name] else None for name in ("due_after", "due_before")}
    return Selection(**given | days)
