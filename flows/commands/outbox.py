"""`mandates outbox`: what waits, what went, what died; try it again or drop it."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, get_args

import click

from flows.cli import exit_failed
from warehouse.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.model import DeliveryRow


@click.group(epilog="Example: mandates outbox list --state dead")
def command() -> None:
    """List, show, retry, release and drop deliveries."""


@command.command("list", epilog="Example: mandates outbox list --state dead --state uncertain --json")
@click.option(
    "--state",
    "wanted",
    multiple=True,
    type=click.Choice(get_args(DeliveryState)),
    help="Show only this state; can be repeated.",
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def list_(wanted: tuple[DeliveryState, ...], limit: int, as_json: bool) -> None:
    """Show deliveries, newest first.

    Failed deliveries that no operator could be notified of come first, on standard error; while there are any, the
    exit code is 1. Retry or drop them.
    """
    from config.settings import Settings
    from flows.console import print_unreported
    from warehouse.outbox.admin import deliveries, unreported_in

    home = Settings().home
    nobody_knows = unreported_in(home)
    print_unreported(nobody_knows)
    _print(deliveries(home, states=wanted, limit=limit), as_json=as_json)
    if nobody_knows:
        raise SystemExit(exit_failed)


@command.command("show", epilog="Example: mandates outbox show 762596c1fdba")
@click.argument("id_", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def show(id_: str, as_json: bool) -> None:
    """Show the history of a delivery, step by step. The beginning of its ID is enough."""
    from config.settings import Settings
    from warehouse.outbox.admin import history

    row, events = history(Settings().home, id_)
    if as_json:
        for event in events:
            click.echo(json.dumps({"delivery_id": row.delivery_id, **dataclasses.asdict(event)}, default=str))
        return
    click.echo(f"{row.delivery_id}\nto {row.target} for {', '.join(row.subscriptions)}: {row.symbol or row.title}")
    for event in events:
        took = f" ({event.seconds:.2f} s)" if event.seconds is not None else ""
        note = f": {event.note}" if event.note else ""
        click.echo(f"{event.happened_at:%Y-%m-%d %H:%M:%S}  {event.state}, attempt {event.attempt}{took}{note}")


@command.command("retry", epilog="Example: mandates outbox retry 762596c1fdba && mandates deliver")
@click.argument("ids", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def retry(ids: tuple[str, ...], as_json: bool) -> None:
    """Make deliveries due now. The beginning of each ID is enough; a delivery that was sent stays sent."""
    from config.settings import Settings
    from warehouse.outbox.admin import retry as again

    _moved(again(Settings().home, ids), "pending", as_json=as_json)


@command.command("release", epilog="Example: mandates outbox list --state held; mandates outbox release un-ga-81")
@click.argument("names", metavar="[ID|SOURCE]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def release(names: tuple[str, ...], as_json: bool) -> None:
    """Send held deliveries: all of them, those of a SOURCE, or some by the beginning of their ID.

    Deliveries are held when one source brings more new mandates in one run than `brake:` in subscriptions.yaml
    allows, or when new readings cause more than ten corrections a day. They go out with the next `mandates deliver`
    or `run`.
    """
    from config.settings import Settings
    from warehouse.outbox.admin import release as let_go

    _moved(let_go(Settings().home, names), "pending", as_json=as_json)


@command.command("drop", epilog="Example: mandates outbox drop 762596c1fdba")
@click.argument("ids", metavar="ID|SOURCE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def drop(ids: tuple[str, ...], as_json: bool) -> None:
    """Cancel deliveries, or all held ones of a SOURCE. They are kept as `suppressed`, with their history.

    The beginning of each ID is enough.
    """
    from config.settings import Settings
    from warehouse.outbox.admin import drop as take_out

    _moved(take_out(Settings().home, ids), "suppressed", as_json=as_json)


def _moved(rows: Sequence[DeliveryRow], state: DeliveryState, *, as_json: bool) -> None:
    _print(rows, as_json=as_json)
    left = [row for row in rows if row.state != state]
    for row in left:
        click.echo(f"mandates: {row.delivery_id[:12]} is {row.state} and was not changed", err=True)
    if left:
        raise SystemExit(exit_failed)


def _print(rows: Sequence[DeliveryRow], *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            click.echo(json.dumps(dataclasses.asdict(row), ensure_ascii=False, default=str))
        return
    if not rows:
        click.echo("No deliveries.")
        return
    from flows.grid import print_grid

    print_grid(
        ("id", "state", "target", "due", "what"), [_cells(row) for row in rows], below=[_note(row) for row in rows]
    )


def _cells(row: DeliveryRow) -> tuple[str, ...]:
    from alerts.clock import digest_words
    from alerts.figures import counted

    what = digest_words(row.digest) if row.digest else row.symbol or row.title
    if row.findings > 1:
        what = f"{what[:60]}, {counted(row.findings, 'finding')}"
    due = row.due_at.strftime("%m-%d %H:%M") if row.due_at else ""
    return row.delivery_id[:12], row.state, row.target, due, what


def _note(row: DeliveryRow) -> str:
    """How often it was tried, and why it is where it is."""
    tried = ""
    if row.attempts:
        tried = "tried once" if row.attempts == 1 else f"tried {row.attempts} times"
        tried += f", {row.doubts} in doubt" if row.doubts else ""
    return ": ".join(filter(None, (tried, row.reason)))
